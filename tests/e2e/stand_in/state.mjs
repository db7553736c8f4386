// What the stand-in knows: repositories on disk, pull requests, checks, comments, reviews, tokens.
import { execFileSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";

export class State {
  constructor({ root, appId, publicKey, webhookSecret, url }) {
    Object.assign(this, { root, appId, publicKey, webhookSecret, url });
    this.installationId = 4242; // of repositories that were given none
    this.installations = new Map(); // "owner/name" -> installation
    this.byCommits = new Map(); // what git says of two commits never changes
    this.nextId = 1000;
    this.tokens = new Map(); // token -> end, ms since the epoch
    this.tokenInstallations = new Map(); // token -> installation
    this.listsInstallations = true;
    this.accepted = {}; // permissions of all installations that are other than those of the App; undefined: none
    this.hookInsecure = false; // whether the certificate of the webhook's address is not verified
    this.writers = new Set(); // tokens that may push
    this.queueReaders = new Set(); // tokens that may read merge queues
    this.mergingStrategy = "ALLGREEN"; // of every merge queue; null: nobody is told
    this.grantsWriting = false; // whether installations have the permission Contents: write
    this.pulls = new Map(); // "owner/name#7" -> pull
    this.checkRuns = [];
    this.reviews = [];
    this.reviewComments = [];
    this.issueComments = [];
    this.reactions = [];
    this.deliveries = [];
    this.teams = new Map(); // "org/slug" -> logins
    this.hold = []; // requests that wait until a test lets them go on
    this.permissions = new Map([["robin", "admin"], ["sam", "write"], ["kim", "read"]]);
    this.requests = []; // {method, path, kind: rest|graphql|git, operation, installation, status}, as they came
    this.answered = new Set(); // the endpoints that have answered
    this.refusedLines = []; // {repository, path, line} that GitHub takes no comments on, whatever the diff says
  }

  id() {
    return this.nextId++;
  }

  git(repository, ...args) {
    const directory = path.join(this.root, `${repository}.git`);
    return execFileSync("git", ["-C", directory, ...args], { encoding: "utf8", maxBuffer: 1 << 28 }).trim();
  }

  sha(repository, revision) {
    return this.git(repository, "rev-parse", `${revision}^{commit}`);
  }

  hasRepository(repository) {
    return fs.existsSync(path.join(this.root, `${repository}.git`));
  }

  pull(repository, number) {
    return this.pulls.get(`${repository}#${number}`);
  }

  installationOf(repository) {
    return this.installations.get(repository) ?? this.installationId;
  }

  // Installation -> its repositories, of those that have had a pull request.
  repositoriesByInstallation() {
    const found = new Map();
    if (!this.listsInstallations) return found;
    for (const repository of new Set([...this.pulls.values()].map((pull) => pull.repository))) {
      const id = this.installationOf(repository);
      found.set(id, [...(found.get(id) ?? []), repository]);
    }
    return found;
  }

  redeliver(delivery) {
    delivery.again();
  }

  hasInstallation(id) {
    return id === this.installationId || [...this.installations.values()].includes(id);
  }

  // Opens a pull request, or moves its head: refs/pull/N/head follows, as on GitHub. With the ids of both commits given,
  // the refs are the caller's.
  putPull({ repository, number, base, head, title, body = "", author = "robin", draft = false, fork, labels = [],
    state = "open", merged = false, installation, baseSha, headSha }) {
    const known = this.pull(repository, number);
    const pull = known ?? { repository, number, createdAt: new Date().toISOString() };
    // A label that stays was set once; GitHub writes whole seconds.
    const set = labels.map((label) => pull.labels?.find((old) => old.name === label.name && old.by === label.by) ??
      { ...label, event: `LE_${this.id()}`, at: `${new Date().toISOString().slice(0, 19)}Z` });
    Object.assign(pull, { base, head, title, body, author, draft, fork, labels: set, state, merged });
    if (installation) this.installations.set(repository, installation);
    pull.baseSha = baseSha ?? this.sha(repository, base);
    // GitHub keeps the objects of a fork in the network of the base repository.
    const ref = `refs/pull/${number}/head`;
    if (fork) this.git(repository, "fetch", "-q", path.join(this.root, `${fork}.git`), `+refs/heads/${head}:${ref}`);
    pull.headSha = headSha ?? this.sha(repository, fork ? ref : head);
    if (!headSha) this.git(repository, "update-ref", `refs/pull/${number}/head`, pull.headSha);
    this.pulls.set(`${repository}#${number}`, pull);
    return pull;
  }

  // {oid, committedDate, author, committer} of each commit: the login of who has the address LOGIN@acme.example, "" where nobody has it.
  commits(pull) {
    return this.remembered("commits", pull, () => {
      const account = (address) => address.match(/^(.+)@acme\.example$/)?.[1] ?? "";
      return this.git(pull.repository, "log", "--format=%H %ct %ae %ce", `${pull.baseSha}..${pull.headSha}`).split("\n").filter(Boolean)
        .map((line) => line.split(" ")).map(([oid, seconds, author, committer]) => ({ oid, author: account(author),
          committer: account(committer), committedDate: `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z` }));
    });
  }

  remembered(what, pull, make) {
    const key = `${what} ${pull.repository} ${pull.baseSha} ${pull.headSha}`;
    if (!this.byCommits.has(key)) this.byCommits.set(key, make());
    return this.byCommits.get(key);
  }

  shortstat(pull) {
    return this.remembered("shortstat", pull, () => this.readShortstat(pull));
  }

  readShortstat(pull) {
    const text = this.git(pull.repository, "diff", "--shortstat", `${pull.baseSha}...${pull.headSha}`);
    const number = (pattern) => parseInt(text.match(pattern)?.[1] ?? "0", 10);
    return { files: number(/(\d+) files?/), additions: number(/(\d+) ins/), deletions: number(/(\d+) del/) };
  }

  // Lines a review comment may stand on: path -> {LEFT: Set, RIGHT: Set}. Only lines inside hunks, as GitHub demands.
  commentable(pull) {
    return this.remembered("commentable", pull, () => this.readCommentable(pull));
  }

  readCommentable(pull) {
    const lines = new Map();
    let sides, left, right;
    for (const line of this.git(pull.repository, "-c", "core.quotePath=false", "diff", "--find-renames",
      `${pull.baseSha}...${pull.headSha}`).split("\n")) {
      let match;
      if (line.startsWith("diff --git ")) sides = undefined;
      else if (sides === undefined && (match = line.match(/^(?:---|\+\+\+) [ab]\/(.*?)\t?$/))) {
        if (line.startsWith("+++") || !lines.has(match[1])) lines.set(match[1], { LEFT: new Set(), RIGHT: new Set() });
        lines.current = lines.get(match[1]);
      } else if ((match = line.match(/^@@ -(\d+)(?:,\d+)? \+(\d+)/))) {
        sides = lines.current;
        [left, right] = [parseInt(match[1], 10), parseInt(match[2], 10)];
      } else if (sides && line.startsWith("+")) sides.RIGHT.add(right++);
      else if (sides && line.startsWith("-")) sides.LEFT.add(left++);
      else if (sides && line.startsWith(" ")) {
        sides.LEFT.add(left++);
        sides.RIGHT.add(right++);
      }
    }
    return lines;
  }

  // RS256 by the App's public key, and the claims that GitHub checks.
  jwtProblem(token) {
    const [header, claims, signature] = (token ?? "").split(".");
    if (!signature) return "A JSON web token could not be decoded";
    const verified = crypto.verify("RSA-SHA256", Buffer.from(`${header}.${claims}`), this.publicKey,
      Buffer.from(signature, "base64url"));
    if (!verified) return "A JSON web token could not be decoded";
    const { iss, iat, exp } = JSON.parse(Buffer.from(claims, "base64url"));
    const now = Date.now() / 1000;
    if (String(iss) !== String(this.appId)) return "Integration not found";
    if (!Number.isInteger(exp) || exp <= now) return "'Expiration time' claim ('exp') must be a numeric value representing the future time";
    if (exp > now + 600) return "'Expiration time' claim ('exp') is too far in the future";
    if (iat > now) return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
    return undefined;
  }

  newToken(installation, writes = false, readsQueues = false) {
    const token = `ghs_${crypto.randomBytes(18).toString("base64url").replace(/[-_]/g, "x")}`;
    this.tokens.set(token, Date.now() + 3600_000);
    this.tokenInstallations.set(token, installation);
    if (writes) this.writers.add(token);
    if (readsQueues) this.queueReaders.add(token);
    return token;
  }

  tokenValid(token) {
    return (this.tokens.get(token) ?? 0) > Date.now();
  }
}
