// GitHub's REST API, as far as leadline uses it and no further. Answers are GitHub's own examples with our state laid over
// them, so that the validating proxies in front can hold them against GitHub's descriptions.
import crypto from "node:crypto";
import fs from "node:fs";
import { example } from "./openapi.mjs";

const registration = JSON.parse(fs.readFileSync(new URL("../../../manifests/github-app/manifest.json", import.meta.url), "utf8"));

const [GET, POST, PATCH] = ["GET", "POST", "PATCH"];

class Refusal extends Error {
  constructor(status, message, errors) {
    super(message);
    Object.assign(this, { status, errors });
  }
}

const need = (thing) => {
  if (!thing) throw new Refusal(404, "Not Found");
  return thing;
};

// Each account and each repository has an id of its own, which GraphQL's Int can hold.
export const accountId = (login) => parseInt(crypto.createHash("sha256").update(login).digest("hex").slice(0, 7), 16);
export const repositoryId = accountId;

function user(login, type = "User") {
  return { ...example("pull-request").user, login, type, id: accountId(login) };
}
const botLogin = "leadline[bot]";

function repositoryOf(state, fullName) {
  const [owner, name] = fullName.split("/");
  const repository = example("pull-request").base.repo;
  return {
    ...repository,
    id: repositoryId(fullName),
    name,
    full_name: fullName,
    owner: { ...repository.owner, login: owner },
    clone_url: `${state.url}/${fullName}.git`,
    default_branch: "main",
  };
}

export function pullRequest(state, pull) {
  const answer = example("pull-request");
  const stat = state.shortstat(pull);
  const repo = repositoryOf(state, pull.repository);
  return {
    ...answer,
    number: pull.number,
    state: pull.state,
    title: pull.title,
    body: pull.body,
    draft: pull.draft,
    user: user(pull.author),
    merged: pull.merged,
    merged_at: pull.merged ? pull.createdAt : null,
    requested_teams: [],
    requested_reviewers: [],
    changed_files: stat.files,
    additions: stat.additions,
    deletions: stat.deletions,
    labels: pull.labels.map((label, index) => ({ ...answer.labels[0], id: index + 1, name: label.name })),
    head: { ...answer.head, ref: pull.head, sha: pull.headSha, label: `acme:${pull.head}`,
      repo: pull.fork ? repositoryOf(state, pull.fork) : repo, user: user("acme") },
    base: { ...answer.base, ref: pull.base, sha: pull.baseSha, label: `acme:${pull.base}`, repo, user: user("acme") },
  };
}

function pullSimple(state, pull) {
  const whole = pullRequest(state, pull);
  const simple = example("pull-request-simple-items")[0];
  return Object.fromEntries(Object.keys(simple).map((key) => [key, whole[key] ?? simple[key]]));
}

// What GitHub lists of the pull requests that have a check's head: those of forks are missing
// (https://docs.github.com/rest/checks/runs: "pushes to a branch in a forked repository are not detected").
export function pullsOfHead(state, repository, sha) {
  const [, name] = repository.split("/");
  const repo = { id: repositoryId(repository), url: `${state.url}/api/v3/repos/${repository}`, name };
  return [...state.pulls.values()]
    .filter((pull) => pull.repository === repository && pull.state === "open" && !pull.fork && pull.headSha === sha)
    .map((pull) => ({ url: `${repo.url}/pulls/${pull.number}`, id: accountId(`${repository}#${pull.number}`), number: pull.number,
      head: { ref: pull.head, sha: pull.headSha, repo }, base: { ref: pull.base, sha: pull.baseSha, repo } }));
}

// The branch that a check suite was made for: none of forks.
export function branchOfHead(state, repository, sha) {
  const [pull] = pullsOfHead(state, repository, sha);
  return pull?.head.ref ?? (state.git(repository, "for-each-ref", "--points-at", sha, "--format=%(refname:lstrip=2)",
    "refs/heads/gh-readonly-queue/").split("\n")[0] || null);
}

export function checkRun(state, run) {
  const answer = example("check-run");
  const url = `${state.url}/api/v3/repos/${run.repository}/check-runs/${run.id}`;
  return {
    ...answer,
    id: run.id,
    node_id: `CR_${run.id}`,
    url,
    html_url: `${state.url}/${run.repository}/runs/${run.id}`,
    details_url: run.details_url ?? `${state.url}/${run.repository}/runs/${run.id}`,
    name: run.name,
    head_sha: run.head_sha,
    status: run.status,
    conclusion: run.conclusion ?? null,
    started_at: run.started_at ?? null,
    completed_at: run.completed_at ?? null,
    external_id: run.external_id ?? "",
    output: { ...answer.output, title: run.output?.title ?? null, summary: run.output?.summary ?? null,
      text: run.output?.text ?? null, annotations_count: run.annotations.length, annotations_url: `${url}/annotations` },
    app: { ...answer.app, id: state.appId, slug: "leadline" },
    pull_requests: pullsOfHead(state, run.repository, run.head_sha),
  };
}

function mergeCheckRun(run, body) {
  const { annotations = [], ...output } = body.output ?? {};
  if (annotations.length > 50) throw new Refusal(422, "Validation Failed");
  run.annotations.push(...annotations); // GitHub appends annotations on every update
  if (annotations.length) run.batches.push(annotations.length);
  Object.assign(run, { ...body, output: body.output ? { ...run.output, ...output } : run.output });
  if (run.conclusion && run.status !== "completed") run.status = "completed";
  return run;
}

function issueComment(state, comment) {
  return { ...example("issue-comment"), id: comment.id, node_id: comment.node_id, body: comment.body,
    user: user(comment.login, comment.login.endsWith("[bot]") ? "Bot" : "User"),
    performed_via_github_app: null };
}

function reviewComment(state, comment) {
  const answer = example("pull-request-review-comment-items")[0];
  return { ...answer, id: comment.id, node_id: comment.node_id, pull_request_review_id: comment.reviewId,
    path: comment.path, line: comment.line ?? 1, original_line: comment.line ?? 1, side: comment.side ?? "RIGHT",
    start_line: comment.start_line ?? null, original_start_line: comment.start_line ?? null, body: comment.body,
    commit_id: comment.commit_id, original_commit_id: comment.commit_id, subject_type: comment.subject_type ?? "line",
    in_reply_to_id: comment.in_reply_to_id, user: user(comment.login, comment.login.endsWith("[bot]") ? "Bot" : "User") };
}

// GitHub refuses a comment on a line outside the diff's hunks, and with it the whole review.
function anchorProblem(state, pull, comment) {
  const isHere = (row) => row.repository === pull.repository && row.path === comment.path && row.line === comment.line;
  if (state.refusedLines.some(isHere)) return "Line could not be resolved";
  const sides = state.commentable(pull).get(comment.path);
  if (!sides) return `Path could not be resolved: ${comment.path}`;
  if (comment.subject_type === "file") return undefined;
  const lines = sides[comment.side ?? "RIGHT"];
  if (!lines.has(comment.line)) return "Line could not be resolved";
  if (comment.start_line !== undefined && !(comment.start_line < comment.line && lines.has(comment.start_line))) {
    return "start_line must precede the end line and be part of the same hunk.";
  }
  return undefined;
}

function tooLong(body) {
  if ([...(body ?? "")].length > 65536) {
    throw new Refusal(422, "Validation Failed", [{ resource: "IssueComment", field: "body", code: "custom",
      message: "body is too long (maximum is 65536 characters)" }]);
  }
  return body;
}

function addReviewComment(state, pull, comment, reviewId, login) {
  const added = { ...comment, id: state.id(), reviewId, login, repository: pull.repository, number: pull.number,
    commit_id: pull.headSha, threadId: `PRRT_${state.nextId}`, resolved: false, minimized: null };
  added.node_id = `PRRC_${added.id}`;
  state.reviewComments.push(added);
  return added;
}

function page(rows, query) {
  const size = Math.min(parseInt(query.get("per_page") ?? "30", 10), 100);
  const number = parseInt(query.get("page") ?? "1", 10);
  return rows.slice((number - 1) * size, number * size);
}

// The description of the list asks for an account that is a user and an enterprise at once (allOf), where the one of a
// single installation has either (anyOf).
function userAndEnterprise(login) {
  return { ...user(login, "Organization"), name: login, slug: login, created_at: "2020-01-01T00:00:00Z", updated_at: "2020-01-01T00:00:00Z" };
}

// [method, path pattern, who may call, handler({state, match, body, query, login}) -> [status, answer]]
const routes = [
  [POST, /^\/app\/installations\/(\d+)\/access_tokens$/, "app", ({ state, match, body }) => {
    need(state.hasInstallation(Number(match[1])));
    const writes = body.permissions?.contents === "write";
    if (writes && !state.grantsWriting) {
      throw new Refusal(422, "The permissions requested are not granted to this installation.");
    }
    const answer = example("installation-token");
    return [201, { ...answer, token: state.newToken(Number(match[1]), writes, body.permissions?.merge_queues === "read"), expires_at: new Date(Date.now() + 3600_000).toISOString() }];
  }],
  [GET, /^\/app$/, "app", ({ state }) => [200, { ...example("integration"), id: state.appId, slug: "leadline",
    permissions: registration.default_permissions, events: registration.default_events }]],
  [GET, /^\/repos\/([^/]+\/[^/]+)\/installation$/, "app", ({ state, match }) =>
    [200, { ...example("installation"), id: state.installationOf(match[1]), app_id: state.appId }]],
  [GET, /^\/repos\/([^/]+\/[^/]+)\/pulls$/, "installation", ({ state, match, query }) => {
    const head = query.get("head")?.split(":")[1];
    return [200, page([...state.pulls.values()].filter((pull) => pull.repository === match[1] &&
      ["all", pull.state].includes(query.get("state") ?? "open") && (!head || pull.head === head)), query).map((pull) => pullSimple(state, pull))];
  }],
  [POST, /^\/repos\/([^/]+\/[^/]+)\/pulls$/, "installation", ({ state, match, body, login }) => {
    const repository = match[1];
    const open = [...state.pulls.values()].find((pull) => pull.repository === repository && pull.state === "open" &&
      pull.head === body.head && pull.base === body.base);
    if (open) throw new Refusal(422, "Validation Failed", [{ resource: "PullRequest", code: "custom",
      message: `A pull request already exists for ${repository.split("/")[0]}:${body.head}.` }]);
    if (body.draft && state.withoutDrafts) {
      throw new Refusal(422, "Draft pull requests are not supported in this repository.");
    }
    const number = Math.max(...[...state.pulls.values()].map((pull) => pull.number)) + 1;
    return [201, pullRequest(state, state.putPull({ ...body, repository, number, author: login }))];
  }],
  [PATCH, /^\/repos\/([^/]+\/[^/]+)\/pulls\/(\d+)$/, "installation", ({ state, match, body }) => {
    const pull = need(state.pull(match[1], match[2]));
    return [200, pullRequest(state, state.putPull({ ...pull, ...body }))];
  }],
  [GET, /^\/repos\/([^/]+\/[^/]+)\/git\/matching-refs\/(.+)$/, "installation", ({ state, match }) => {
    const refs = state.git(match[1], "for-each-ref", "--format=%(refname) %(objectname)").split("\n")
      .map((line) => line.split(" ")).filter(([name]) => name.startsWith(`refs/${decodeURIComponent(match[2])}`));
    return [200, refs.map(([ref, sha]) => {
      const answer = example("git-ref-items")[0];
      return { ...answer, ref, object: { ...answer.object, sha } };
    })];
  }],
  [GET, /^\/repos\/([^/]+\/[^/]+)\/git\/ref\/(.+)$/, "installation", ({ state, match }) => {
    const ref = `refs/${decodeURIComponent(match[2])}`;
    const sha = need(state.git(match[1], "for-each-ref", "--format=%(objectname)", ref).split("\n")[0]);
    const answer = example("git-ref-items")[0];
    return [200, { ...answer, ref, object: { ...answer.object, sha } }];
  }],
  [GET, /^\/repos\/([^/]+\/[^/]+)\/git\/commits\/([0-9a-f]{40})$/, "installation", ({ state, match }) => {
    const answer = example("git-commit");
    const [name, email] = state.git(match[1], "show", "-s", "--format=%cn%n%ce", match[2]).split("\n");
    return [200, { ...answer, sha: match[2], committer: { ...answer.committer, name, email },
      message: state.git(match[1], "show", "-s", "--format=%B", match[2]) + "\n" }];
  }],
  [GET, /^\/repos\/([^/]+\/[^/]+)\/pulls\/(\d+)$/, "installation", ({ state, match }) =>
    [200, pullRequest(state, need(state.pull(match[1], match[2])))]],
  [POST, /^\/repos\/([^/]+\/[^/]+)\/check-runs$/, "installation", ({ state, match, body }) => {
    const run = { id: state.id(), repository: match[1], status: "queued", annotations: [], batches: [], output: {} };
    state.checkRuns.push(mergeCheckRun(run, body));
    return [201, checkRun(state, run)];
  }],
  [PATCH, /^\/repos\/([^/]+\/[^/]+)\/check-runs\/(\d+)$/, "installation", ({ state, match, body }) =>
    [200, checkRun(state, mergeCheckRun(need(state.checkRuns.find((run) => run.id === Number(match[2]))), body))]],
  [GET, /^\/repos\/([^/]+\/[^/]+)\/commits\/(.+)\/check-runs$/, "installation", ({ state, match, query }) => {
    const name = query.get("check_name");
    const rows = state.checkRuns.filter((run) => run.repository === match[1] && run.head_sha === match[2] &&
      (!name || run.name === name)).reverse();
    return [200, { total_count: rows.length, check_runs: page(rows, query).map((run) => checkRun(state, run)) }];
  }],
  [POST, /^\/repos\/([^/]+\/[^/]+)\/pulls\/(\d+)\/reviews$/, "installation", ({ state, match, body, login }) => {
    const pull = need(state.pull(match[1], match[2]));
    const problems = (body.comments ?? []).map((comment) => anchorProblem(state, pull, comment)).filter(Boolean);
    if (problems.length) throw new Refusal(422, "Unprocessable Entity", problems);
    const review = { id: state.id(), repository: match[1], number: pull.number, body: tooLong(body.body ?? ""),
      commit_id: body.commit_id ?? pull.headSha, event: body.event };
    state.reviews.push(review);
    for (const comment of body.comments ?? []) {
      tooLong(comment.body);
      addReviewComment(state, pull, comment, review.id, login);
    }
    return [200, { ...example("pull-request-review"), id: review.id, body: review.body, user: user(login, "Bot"),
      commit_id: review.commit_id, state: "COMMENTED" }];
  }],
  [POST, /^\/repos\/([^/]+\/[^/]+)\/pulls\/(\d+)\/comments$/, "installation", ({ state, match, body, login }) => {
    const pull = need(state.pull(match[1], match[2]));
    const problem = anchorProblem(state, pull, body);
    if (problem) throw new Refusal(422, "Validation Failed", [{ resource: "PullRequestReviewComment", code: "custom",
      field: "pull_request_review_thread.line", message: problem }]);
    tooLong(body.body);
    return [201, reviewComment(state, addReviewComment(state, pull, body, state.id(), login))];
  }],
  [POST, /^\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)\/comments$/, "installation", ({ state, match, body, login }) => {
    need(state.pull(match[1], match[2]));
    const comment = { id: state.id(), repository: match[1], number: Number(match[2]), body: tooLong(body.body), login,
      edits: 0, minimized: null };
    comment.node_id = `IC_${comment.id}`;
    state.issueComments.push(comment);
    return [201, issueComment(state, comment)];
  }],
  [PATCH, /^\/repos\/([^/]+\/[^/]+)\/issues\/comments\/(\d+)$/, "installation", ({ state, match, body }) => {
    const comment = need(state.issueComments.find((row) => row.id === Number(match[2])));
    comment.body = tooLong(body.body);
    comment.edits += 1;
    return [200, issueComment(state, comment)];
  }],
  [POST, /^\/repos\/([^/]+\/[^/]+)\/(issues|pulls)\/comments\/(\d+)\/reactions$/, "installation", ({ state, match, body, login }) => {
    state.reactions.push({ comment: Number(match[3]), content: body.content, login });
    return [201, { ...example("reaction"), content: body.content }];
  }],
  [GET, /^\/repos\/([^/]+\/[^/]+)\/collaborators\/([^/]+)\/permission$/, "installation", ({ state, match }) => {
    const permission = state.permissions.get(match[2]) ?? "none";
    const answer = example("repository-collaborator-permission-response-if-user-has-admin-permissions");
    return [200, { ...answer, permission, role_name: permission, user: { ...answer.user, login: match[2], id: accountId(match[2]), role_name: permission } }];
  }],
  [GET, /^\/orgs\/([^/]+)\/teams\/([^/]+)\/memberships\/([^/]+)$/, "installation", ({ state, match }) => {
    need((state.teams.get(`${match[1]}/${match[2]}`) ?? []).includes(match[3]));
    return [200, { ...example("team-membership-response-if-user-is-a-team-maintainer"), role: "member", state: "active" }];
  }],
  [GET, /^\/app\/hook\/deliveries$/, "app", ({ state, query }) => {
    const size = Math.min(parseInt(query.get("per_page") ?? "30", 10), 100);
    const from = parseInt(query.get("cursor")?.slice(1) ?? "0", 10);
    const rows = state.deliveries.slice().reverse();
    const more = rows.length > from + size;
    return [200, rows.slice(from, from + size).map((delivery) => ({ ...example("hook-delivery-items")[0],
      id: delivery.number, guid: delivery.guid, event: delivery.event, action: delivery.action ?? null,
      status: delivery.ok ? "OK" : "Invalid HTTP Response", status_code: delivery.status ?? 0,
      delivered_at: delivery.at, redelivery: delivery.redelivery, installation_id: state.installationId,
      repository_id: null })),
    more ? { link: `<${state.url}/api/v3/app/hook/deliveries?per_page=${size}&cursor=v${from + size}>; rel="next"` } : {}];
  }],
  [POST, /^\/app\/hook\/deliveries\/(\d+)\/attempts$/, "app", ({ state, match }) => {
    state.redeliver(need(state.deliveries.find((row) => row.number === Number(match[1]))));
    return [202, {}];
  }],
  [GET, /^\/app\/hook\/config$/, "app", ({ state }) =>
    [200, { ...example("webhook-config"), url: state.hookUrl, insecure_ssl: state.hookInsecure ? "1" : "0" }]],
  [GET, /^\/app\/installations$/, "app", ({ state, query }) =>
    [200, page([...state.repositoriesByInstallation().keys()], query).map((id) =>
      ({ ...example("base-installation-items")[0], id, app_id: state.appId, account: userAndEnterprise("acme"), suspended_at: null, suspended_by: null,
        permissions: { ...registration.default_permissions, ...state.accepted }, events: registration.default_events }))]],
  [GET, /^\/installation\/repositories$/, "installation", ({ state, query, token }) => {
    const rows = state.repositoriesByInstallation().get(state.tokenInstallations.get(token)) ?? [];
    return [200, { total_count: rows.length, repositories: page(rows, query).map((name) =>
      ({ ...example("repository-paginated-2").repositories[0], full_name: name, name: name.split("/")[1], archived: false, disabled: false })) }];
  }],
  [GET, /^\/meta$/, "anyone", () => {
    const meta = example("api-overview"); // its fingerprints are numbers, and are to be text
    meta.ssh_key_fingerprints = Object.fromEntries(Object.entries(meta.ssh_key_fingerprints).map(([key, value]) => [key, String(value)]));
    return [200, meta];
  }],
];

// The endpoints that have not answered anybody yet.
export const unanswered = (state) => routes.filter((route) => !state.answered.has(route)).map(([method, pattern]) => `${method} ${pattern.source}`);

// -> {status, headers, body}
export function answer(state, { method, path, query, body, authorization }) {
  const token = authorization?.replace(/^(Bearer|token) /i, "");
  try {
    for (const route of routes) {
      const [routeMethod, pattern, caller, handler] = route;
      const match = path.match(pattern);
      if (routeMethod !== method || !match) continue;
      const problem = caller === "app" ? state.jwtProblem(token)
        : caller === "anyone" || state.tokenValid(token) ? undefined : "Bad credentials";
      if (problem) throw new Refusal(401, problem);
      const [, repository] = path.match(/^\/repos\/([^/]+\/[^/]+)\//) ?? [];
      if (repository) need(state.hasRepository(repository));
      const [status, result, headers] = handler({ state, match, body, query, token, login: botLogin });
      state.answered.add(route);
      return { status, headers: { "x-ratelimit-limit": "5000", "x-ratelimit-remaining": "4999", ...headers }, body: result };
    }
    throw new Refusal(404, "Not Found");
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return { status: refusal.status, headers: {}, body: { message: refusal.message, errors: refusal.errors,
      documentation_url: "https://docs.github.com/rest", status: String(refusal.status) } };
  }
}
