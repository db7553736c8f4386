#!/usr/bin/env node
// Sends signed deliveries while it kills the server with SIGKILL at random moments, then counts what the stand-in for
// GitHub shows: every delivery that was answered with 202 must end in exactly one finished check and in no comment twice.
//
//   LEADLINE_PROGRAM=build/release/leadline durability.mjs [--deliveries 5000] [--kills 50] [--every SECONDS]
//       [--database sqlite|postgres] [--replicas 3] [--outages 0] [--faults 0.3] [--workers N] [--seed N] [--keep]
//
// --replicas is of PostgreSQL; one of them is killed at a time and started again. --outages is how often PostgreSQL itself
// crashes and comes back. --faults is the share of requests that
// the stand-in answers badly; a worker waits for what it does not answer, so that more of them (--workers) are quicker then.
// Exit 1 when a count is not as it must be.
import { spawn } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import { Harness, appId, freePort, run, sleep, until, webhookSecret } from "./harness.mjs";
import { Cluster } from "./postgres.mjs";
import { webhookExample } from "./stand_in/openapi.mjs";

const file = "deploy/pgbouncer.ini";
// GitHub wants writes of one installation a second apart: many small ones are what takes the server to its limit.
const repositoriesAtLeast = 20;

// Small and fast, and the same for the same seed.
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const settings = (clients, tls, level) => `[databases]
checkout = host=db port=5432

[pgbouncer]
max_client_conn = ${clients}
default_pool_size = 20
client_tls_protocols = ${tls}
log_connections = ${level}
`;

// Repositories with pull requests that each take the pool from 200 to 20 clients, every one at a head of its own.
export function importRepository(harness, repository, count) {
  const directory = path.join(harness.file("repositories"), `${repository}.git`);
  fs.mkdirSync(directory, { recursive: true });
  run("git", ["init", "-q", "--bare", "-b", "main", directory]);
  const who = "Robin <robin@acme.example> 1767225600 +0000";
  const data = (text) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const commit = (ref, from, content, message) => `commit ${ref}\n${from ? "" : "mark :1\n"}committer ${who}\n${data(message)}` +
    `${from ? `from ${from}\n` : ""}M 100644 inline ${file}\n${data(content)}\n`;
  let stream = commit("refs/heads/main", "", settings(200, "tlsv1.2,tlsv1.3", 1), "Base");
  for (let number = 1; number <= count; ++number) {
    stream += commit(`refs/pull/${number}/head`, ":1",
      `; pull request ${number}\n${settings(20, "tlsv1.3", 0)}`, `Change ${number}`);
  }
  run("git", ["-C", directory, "fast-import", "--quiet"], { input: stream, encoding: "utf8" });
  run("git", ["-C", directory, "config", "http.receivepack", "false"]);
  return new Map(run("git", ["-C", directory, "for-each-ref", "--format=%(refname) %(objectname)"]).trim().split("\n")
    .map((line) => line.split(" ")));
}

export class DurabilityRun {
  constructor({ program, deliveries = 5000, kills = 50, every = 8, database = "sqlite", replicas = 1, outages = 0, faults = 0,
    seed = 1, drainSeconds = 3600, environment = {}, validate = true }) {
    Object.assign(this, { program, deliveries, kills, every, database, outages, drainSeconds, faults, environment });
    this.replicas = database === "sqlite" ? 1 : replicas;
    this.random = randomFrom(seed);
    this.harness = new Harness({ validate });
    this.servers = [];
    this.counts = { deliveries, accepted: 0, resent: 0, repeated: 0, kills: 0, outages: 0 };
    this.sent = [];
  }

  async prepare() {
    await this.harness.startGithub();
    // What a delivery has lost must not be found by looking through open pull requests.
    await this.harness.control("listing", { installations: false });
    const pullsPerRepository = Math.min(25, Math.ceil(this.deliveries / repositoriesAtLeast));
    const repositories = Math.ceil(this.deliveries / pullsPerRepository);
    for (let index = 0; index < repositories; ++index) {
      const repository = `acme/shop-${String(index).padStart(3, "0")}`;
      const installation = 5000 + index;
      const count = Math.min(pullsPerRepository, this.deliveries - index * pullsPerRepository);
      const refs = importRepository(this.harness, repository, count);
      const pulls = [];
      for (let number = 1; number <= count; ++number) {
        pulls.push({ repository, number, base: "main", head: `change-${number}`, title: `Change ${number}`, installation,
          baseSha: refs.get("refs/heads/main"), headSha: refs.get(`refs/pull/${number}/head`) });
      }
      await this.harness.control("pulls/many", pulls);
      this.sent.push(...pulls.map((pull) => ({ ...pull, guid: this.guid(), accepted: 0 })));
    }
    this.shuffle(this.sent);
    if (this.database === "postgres") {
      this.cluster = new Cluster(this.harness.file("postgres"));
      this.url = this.cluster.create("leadline");
    }
    for (let index = 0; index < this.replicas; ++index) {
      this.servers.push({ name: `leadline-${index}`, port: await freePort(), data: this.harness.file(`data-${index}`) });
    }
    await Promise.all(this.servers.map((server) => this.start(server)));
    if (this.faults) await this.harness.control("weather", { share: this.faults, seed: 7 });
  }

  guid() {
    const hex = crypto.createHash("sha256").update(`delivery ${this.sent.length} ${this.random()}`).digest("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }

  shuffle(rows) {
    for (let index = rows.length - 1; index > 0; --index) {
      const other = Math.floor(this.random() * (index + 1));
      [rows[index], rows[other]] = [rows[other], rows[index]];
    }
  }

  async start(server) {
    const log = fs.openSync(this.harness.file(`${server.name}.log`), "a");
    server.child = spawn(this.program, ["serve"], { stdio: ["ignore", log, log], env: { PATH: process.env.PATH,
      HOME: this.harness.directory, APP_ID: String(appId), PRIVATE_KEY_PATH: this.harness.file("app.pem"),
      WEBHOOK_SECRET: webhookSecret, HOST: "127.0.0.1", PORT: String(server.port),
      GITHUB_API_URL: `${this.harness.github}/api/v3`, LEADLINE_DATA: server.data, LOG_FORMAT: "json",
      LEADLINE_RETRY_BASE_MS: "500", ...(this.url ? { DATABASE_URL: this.url } : {}), ...this.environment } });
    fs.closeSync(log);
    const { child } = server;
    child.on("exit", (code, signal) => { child.ended = { code, signal }; });
    // A kill may come before it is ready: that is one of the random moments.
    await until(`${server.name} is ready`, async () => child.ended || (await fetch(`http://127.0.0.1:${server.port}/readyz`)).ok);
    return child;
  }

  // One try; true when it was answered with 202.
  post(server, delivery) {
    const payload = webhookExample("pull_request", "opened");
    payload.number = delivery.number;
    Object.assign(payload.pull_request, { number: delivery.number, state: "open", draft: false });
    Object.assign(payload.pull_request.head, { ref: delivery.head, sha: delivery.headSha });
    Object.assign(payload.pull_request.base, { ref: "main", sha: delivery.baseSha });
    Object.assign(payload.repository, { full_name: delivery.repository, name: delivery.repository.split("/")[1] });
    payload.repository.owner.login = "acme";
    payload.installation = { id: delivery.installation };
    const body = JSON.stringify(payload);
    const signature = `sha256=${crypto.createHmac("sha256", webhookSecret).update(body).digest("hex")}`;
    return new Promise((resolve) => {
      const request = http.request({ host: "127.0.0.1", port: server.port, method: "POST", path: "/api/github/webhooks",
        agent: this.agent, timeout: 10_000, headers: { "content-type": "application/json", "x-github-event": "pull_request",
          "x-github-delivery": delivery.guid, "x-hub-signature-256": signature, "content-length": Buffer.byteLength(body) } },
      (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode));
        response.on("error", () => resolve(0));
      });
      request.on("error", () => resolve(0));
      request.on("timeout", () => request.destroy());
      request.end(body);
    });
  }

  // As GitHub's redelivery would, the same delivery again until it is accepted; some of them once more.
  async deliver(delivery) {
    for (let attempt = 0; !delivery.accepted; ++attempt) {
      const server = this.servers[Math.floor(this.random() * this.servers.length)];
      const status = await this.post(server, delivery);
      if (status === 202) delivery.accepted += 1;
      else if (status !== 0 && status !== 503) throw new Error(`a delivery was answered with ${status}`);
      if (attempt > 0) this.counts.resent += 1;
      if (!delivery.accepted) await sleep(50 + 200 * this.random());
    }
    this.counts.accepted += 1;
    if (this.random() < 0.05) {
      const server = this.servers[Math.floor(this.random() * this.servers.length)];
      if (await this.post(server, delivery) === 202) this.counts.repeated += 1;
    }
  }

  // Deliveries arrive over the time of the kills, so that each kill finds some in every stage.
  async send() {
    const pause = (Math.max(this.kills, this.outages) * this.every * 900) / this.deliveries;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
    const began = Date.now();
    const open = new Set();
    for (const [index, delivery] of this.sent.entries()) {
      const due = began + index * pause;
      if (due > Date.now()) await sleep(due - Date.now());
      const one = this.deliver(delivery).finally(() => open.delete(one));
      open.add(one);
      if (open.size >= 16) await Promise.race(open);
    }
    await Promise.all(open);
    this.agent.destroy();
  }

  async killAtRandom() {
    while (this.counts.kills < this.kills) {
      await sleep(this.every * 1000 * (0.2 + 1.6 * this.random()));
      const server = this.servers[Math.floor(this.random() * this.servers.length)];
      server.child.kill("SIGKILL");
      await until("it is dead", () => server.child.ended, 30);
      this.counts.kills += 1;
      await this.start(server);
    }
  }

  async failDatabaseAtRandom() {
    while (this.counts.outages < this.outages) {
      await sleep(this.every * 1000 * (0.2 + 1.6 * this.random()));
      this.cluster.stop("immediate");
      await sleep(3000 * this.random());
      this.cluster.start();
      this.counts.outages += 1;
    }
  }

  metric(text, name) {
    const lines = text.split("\n").filter((line) => line.startsWith(name));
    if (lines.length === 0) throw new Error(`no ${name} in the metrics`);
    return lines.reduce((sum, line) => sum + Number(line.split(" ").pop()), 0);
  }

  async drain() {
    await until("every job has ended", async () => {
      for (const server of this.servers) if (server.child.ended) throw new Error(`${server.name} ended by itself`);
      const response = await fetch(`http://127.0.0.1:${this.servers[0].port}/metrics`);
      if (!response.ok) return false; // it has no database yet, or none that answers
      const text = await response.text();
      this.dead = this.metric(text, 'leadline_queue_jobs{state="dead"}');
      this.lost = this.metric(text, "leadline_deliveries_lost");
      const open = this.metric(text, 'leadline_queue_jobs{state="waiting"}') + this.metric(text, 'leadline_queue_jobs{state="running"}');
      if (open) await sleep(900);
      return open === 0;
    }, this.drainSeconds);
  }

  async count() {
    const tally = await this.harness.control("tally");
    const rowsOf = (rows, key) => {
      const found = new Map();
      for (const row of rows) {
        const name = key(row);
        found.set(name, [...(found.get(name) ?? []), row]);
      }
      return found;
    };
    const checks = rowsOf(tally.checkRuns, (row) => `${row[0]} ${row[1]}`);
    const reviews = rowsOf(tally.reviews, (row) => `${row[0]} ${row[1]}`);
    const inline = rowsOf(tally.reviewComments, (row) => `${row[0]} ${row[1]} ${row[4]}`);
    const inlineOf = rowsOf(tally.reviewComments, (row) => `${row[0]} ${row[1]}`);
    const sticky = rowsOf(tally.issueComments, (row) => `${row[0]} ${row[1]}`);
    Object.assign(this.counts, { oneFinishedCheck: 0, noCheck: 0, severalChecks: 0, unfinishedChecks: 0, otherConclusions: 0,
      reviewedTwice: 0, inlineTwice: 0, noInline: 0, stickyTwice: 0, noSticky: 0 });
    for (const { repository, number, headSha } of this.sent) {
      const rows = checks.get(`${repository} ${headSha}`) ?? [];
      const finished = rows.filter((row) => row[2] === "completed");
      if (rows.length === 0) this.counts.noCheck += 1;
      if (rows.length > 1) this.counts.severalChecks += 1;
      if (finished.length < rows.length) this.counts.unfinishedChecks += 1;
      if (rows.length === 1 && finished.length === 1) this.counts.oneFinishedCheck += 1;
      if (finished.some((row) => row[3] !== "failure")) this.counts.otherConclusions += 1;
      const pull = `${repository} ${number}`;
      if ((reviews.get(pull) ?? []).length > 1) this.counts.reviewedTwice += 1;
      if (!inlineOf.has(pull)) this.counts.noInline += 1;
      if ((sticky.get(pull) ?? []).length > 1) this.counts.stickyTwice += 1;
      if (!sticky.has(pull)) this.counts.noSticky += 1;
    }
    this.counts.inlineTwice = [...inline.values()].filter((rows) => rows.length > 1).length;
    this.counts.deadLetters = this.dead;
    this.counts.lost = this.lost;
    this.counts.violations = tally.violations;
    return this.counts;
  }

  async all() {
    const began = Date.now();
    await this.prepare();
    const sending = this.send();
    await Promise.all([sending, this.killAtRandom(), this.failDatabaseAtRandom()]);
    await this.drain();
    if (this.faults) this.mishaps = await this.harness.control("weather", { share: 0 });
    await this.count();
    if (this.mishaps) this.counts.mishaps = Object.values(this.mishaps).reduce((sum, count) => sum + count, 0);
    this.counts.seconds = Math.round((Date.now() - began) / 1000);
    return this.counts;
  }

  async close({ keep = false } = {}) {
    for (const { child } of this.servers) if (child && !child.ended) child.kill("SIGKILL");
    this.cluster?.stop();
    if (keep) console.error(`kept: ${this.harness.directory}`);
    await this.harness.close({ keep });
  }
}

// What must hold of the counts; the names of those that do not.
export function broken(counts) {
  const zero = ["noCheck", "severalChecks", "unfinishedChecks", "otherConclusions", "reviewedTwice", "inlineTwice",
    "noInline", "stickyTwice", "noSticky", "deadLetters", "lost", "violations"].filter((name) => counts[name] !== 0);
  return counts.oneFinishedCheck === counts.accepted && counts.accepted === counts.deliveries ? zero : [...zero, "oneFinishedCheck"];
}

export function table(title, counts) {
  const rows = Object.entries(counts).map(([name, count]) =>
    `| ${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).padEnd(20)} | ${String(count).padStart(7)} |`);
  return `${title}\n| ${"what".padEnd(20)} | ${"count".padStart(7)} |\n|${"-".repeat(22)}|${"-".repeat(8)}:|\n${rows.join("\n")}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options: { deliveries: { type: "string", default: "5000" }, kills: { type: "string", default: "50" },
    every: { type: "string", default: "8" }, database: { type: "string", default: "sqlite" }, replicas: { type: "string", default: "3" },
    outages: { type: "string", default: "0" }, faults: { type: "string", default: "0" }, workers: { type: "string" }, seed: { type: "string", default: "1" }, keep: { type: "boolean", default: false } } });
  const number = Object.fromEntries(["deliveries", "kills", "every", "replicas", "outages", "faults", "seed"].map((name) => [name, Number(values[name])]));
  const attempt = new DurabilityRun({ program: process.env.LEADLINE_PROGRAM, database: values.database, ...number,
    validate: false, // of thousands of deliveries the validating proxies would be what is slow
    environment: values.workers ? { LEADLINE_WORKERS: values.workers } : {} });
  try {
    const counts = await attempt.all();
    console.log(table(`${values.database}, ${attempt.servers.length} server(s)`, counts));
    const wrong = broken(counts);
    if (wrong.length) {
      console.error(`not as it must be: ${wrong.join(", ")}`);
      process.exitCode = 1;
    }
  } finally {
    await attempt.close({ keep: values.keep || process.exitCode === 1 });
  }
}
