#!/usr/bin/env node
// A small stand-in for GitHub on one address, laid out like GitHub Enterprise Server: the API under /api/v3, GraphQL at
// /api/graphql, git at /OWNER/NAME.git. With --through the API goes by validating proxies first (validated.mjs).
//
//   server.mjs --root DIR --app-id N --public-key FILE --webhook-secret TEXT [--port N]
//              [--through '[{"name": ..., "url": ..., "port": ...}]'] [--hook URL]
//
// What only a test asks for is under /_: POST /_/pulls, /_/deliver, /_/faults, GET /_/state.
import http from "node:http";
import fs from "node:fs";
import { parseArgs } from "node:util";
import { answer, unanswered } from "./api.mjs";
import { deliver } from "./deliveries.mjs";
import { Faults, Weather, strike } from "./faults.mjs";
import { serveGit } from "./git_http.mjs";
import { answerGraphql } from "./graphql.mjs";
import { State } from "./state.mjs";
import { readBody, throughProxies } from "./validated.mjs";

const { values: options } = parseArgs({ options: {
  root: { type: "string" }, "app-id": { type: "string" }, "public-key": { type: "string" },
  "webhook-secret": { type: "string" }, port: { type: "string", default: "0" },
  through: { type: "string", default: "[]" }, hook: { type: "string" } } });

const state = new State({ root: options.root, appId: Number(options["app-id"]),
  publicKey: fs.readFileSync(options["public-key"]), webhookSecret: options["webhook-secret"], url: "" });
let hook = options.hook;
const faults = new Faults();
const weather = new Weather();
// Answers of the validating proxies that say that a request or a response broke one of GitHub's descriptions.
const violations = [];

function send(response, status, body, headers = {}) {
  response.writeHead(status, { ...(body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }), ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

// The API itself, behind the validating proxies when there are some.
const api = throughProxies(JSON.parse(options.through), ({ method, path, headers, bytes }, response) => {
  const url = new URL(path, "http://stand-in");
  const result = answer(state, { method, path: url.pathname, query: url.searchParams,
    body: bytes.length ? JSON.parse(bytes) : {}, authorization: headers.authorization });
  send(response, result.status, result.status === 204 ? undefined : result.body, result.headers);
}, violations);

const controls = {
  "POST /_/pulls": (body) => state.putPull(body),
  "POST /_/pulls/many": (body) => { body.forEach((pull) => state.putPull(pull)); return {}; },
  "POST /_/deliver": (body) => deliver(state, body.target ?? hook, body),
  "POST /_/faults": (body) => { [body].flat().forEach((fault) => faults.add(fault)); return {}; },
  "GET /_/faults": () => faults.rows,
  "POST /_/refuse": (body) => { state.refusedLines.push(body); return {}; }, // a line that takes no comments
  "POST /_/forget": () => { state.requests.length = 0; return {}; },
  "POST /_/git": ({ status }) => { state.gitStatus = status; return {}; }, // what git answers while it is broken
  "POST /_/hook": (body) => { hook = body.url; state.hookUrl = body.url; state.hookInsecure = body.insecure ?? false; return {}; },
  "POST /_/withhold": ({ permissions }) => { // what the owners of the installations have not accepted
    state.accepted = Object.fromEntries(permissions.map((name) => [name, undefined]));
    return {};
  },
  "POST /_/weather": ({ share, seed = 1 }) => weather.set(share, seed), // -> what went wrong so far
  "POST /_/listing": ({ installations }) => { state.listsInstallations = installations; return {}; },
  "POST /_/grant": ({ writing, withoutDrafts = false }) => { Object.assign(state, { grantsWriting: writing, withoutDrafts }); return {}; },
  "POST /_/reply": ({ commentId, login, body }) => {
    const parent = state.reviewComments.find((row) => row.id === commentId);
    const reply = { ...parent, id: state.id(), in_reply_to_id: parent.id, login, body };
    reply.node_id = `PRRC_${reply.id}`;
    state.reviewComments.push(reply);
    return reply;
  },
  "POST /_/age": ({ hours }) => { // check runs began that much earlier
    for (const run of state.checkRuns) run.started_at &&= new Date(Date.parse(run.started_at) - hours * 3600_000).toISOString();
    return {};
  },
  "POST /_/queue": ({ strategy }) => { state.mergingStrategy = strategy; return {}; },
  "POST /_/teams": ({ team, logins }) => { state.teams.set(team, logins); return {}; },
  "POST /_/permissions": ({ login, permission }) => { state.permissions.set(login, permission); return {}; },
  // The next GraphQL operation of that name waits until /_/release: a test acts in between.
  "POST /_/hold": ({ operation }) => { state.hold.push({ operation, waiting: null }); return {}; },
  "GET /_/held": () => ({ held: state.hold.filter((row) => row.waiting).length }),
  "POST /_/release": () => { for (const row of state.hold) row.waiting?.(); state.hold.length = 0; return {}; },
  "GET /_/tally": () => ({ // what thousands of pull requests show, in short
    checkRuns: state.checkRuns.map((row) => [row.repository, row.head_sha, row.status, row.conclusion ?? null]),
    reviews: state.reviews.map((row) => [row.repository, row.number]),
    reviewComments: state.reviewComments.map((row) => [row.repository, row.number, row.path, row.line, row.body.match(/<!-- leadline:[^>]*-->/)?.[0] ?? row.body]),
    issueComments: state.issueComments.map((row) => [row.repository, row.number, row.body.slice(0, 60)]),
    violations: violations.length }),
  "GET /_/unanswered": () => unanswered(state),
  "GET /_/state": () => ({ checkRuns: state.checkRuns, reviews: state.reviews, reviewComments: state.reviewComments,
    issueComments: state.issueComments, reactions: state.reactions, deliveries: state.deliveries,
    requests: state.requests, violations, pulls: [...state.pulls.values()] }),
};

// Who asks, and for what: the installation is that of the token.
function described(request, bytes) {
  const { pathname, search } = new URL(request.url, "http://stand-in");
  const [, scheme, secret] = (request.headers.authorization ?? "").match(/^(\w+) (.*)$/) ?? [];
  const token = scheme === "Basic" ? Buffer.from(secret, "base64").toString("utf8").replace(/^.*?:/s, "") : secret;
  const row = { method: request.method, path: pathname.replace(/^\/api(\/v3)?(?=\/)/, ""), status: null,
    kind: pathname.startsWith("/api/v3/") ? "rest" : pathname === "/api/graphql" ? "graphql" : "git",
    installation: state.tokenInstallations.get(token) ?? Number(pathname.match(/\/app\/installations\/(\d+)\//)?.[1] ?? 0) };
  if (row.kind === "graphql") row.operation = JSON.parse(bytes).operationName;
  return { row, search };
}

async function graphqlAnswer(request, response, bytes) {
  const body = JSON.parse(bytes);
  const token = request.headers.authorization?.replace(/^(Bearer|token) /i, "");
  if (!state.tokenValid(token)) return send(response, 401, { message: "Bad credentials" });
  const hold = state.hold.find((row) => !row.waiting && row.operation === body.operationName);
  if (hold) await new Promise((resolve) => { hold.waiting = resolve; });
  const result = await answerGraphql(state, body, token);
  if (result.errors) violations.push({ description: "GraphQL", method: "POST", path: "/graphql", detail: JSON.stringify(result.errors) });
  if (!result.errors && result.data?.repository === null) {
    result.errors = [{ type: "NOT_FOUND", path: ["repository"], message: "Could not resolve to a Repository." }];
  }
  for (const [field, value] of Object.entries(result.data?.repository ?? {})) {
    if (value !== null || !/^(pullRequest|p\d+)$/.test(field)) continue;
    (result.errors ??= []).push({ type: "NOT_FOUND", path: ["repository", field], message: "Could not resolve to a PullRequest." });
  }
  return send(response, 200, result);
}

async function serve(request, response) {
  const control = controls[`${request.method} ${request.url}`];
  const bytes = await readBody(request);
  if (control) return send(response, 200, await control(bytes.length ? JSON.parse(bytes) : {}));
  const { row, search } = described(request, bytes);
  state.requests.push(row);
  response.on("close", () => { row.status = response.statusCode; });
  const fault = (await weather.next(row)) ?? faults.next(row);
  if (fault && await strike(fault, request, response)) return undefined;
  if (row.kind === "rest") return api({ method: row.method, path: row.path + search, headers: request.headers, bytes }, response);
  if (row.kind === "graphql") return graphqlAnswer(request, response, bytes);
  if (state.gitStatus && row.path.includes(".git/")) return send(response, state.gitStatus, { message: "git is broken" });
  const pushes = request.url.includes("git-receive-pack");
  const allowed = (user, password) => user === "x-access-token" && state.tokenValid(password) &&
    (!pushes || state.writers.has(password));
  if (!serveGit(request, bytes, response, options.root, allowed)) send(response, 404, { message: "Not Found" });
  return undefined;
}

const front = http.createServer(async (request, response) => {
  try {
    await serve(request, response);
  } catch (error) {
    console.error(error);
    if (!response.headersSent) send(response, 500, { message: String(error) });
  }
});

front.keepAliveTimeout = 0; // a connection that leadline keeps is not closed just when it is used again
front.listen(Number(options.port), "127.0.0.1", () => {
  state.url = `http://127.0.0.1:${front.address().port}`;
  console.log(JSON.stringify({ url: state.url }));
});
