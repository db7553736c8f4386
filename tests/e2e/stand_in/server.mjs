#!/usr/bin/env node
// A small stand-in for GitHub on one address, laid out like GitHub Enterprise Server: the API under /api/v3, GraphQL at
// /api/graphql, git at /OWNER/NAME.git. With --through URL the API goes by a validating proxy first.
//
//   server.mjs --root DIR --app-id N --public-key FILE --webhook-secret TEXT [--port N] [--backend-port N]
//              [--through URL] [--hook URL]
//
// What only a test asks for is under /_: POST /_/pulls, /_/deliver, /_/faults, GET /_/state.
import http from "node:http";
import fs from "node:fs";
import { parseArgs } from "node:util";
import { answer } from "./api.mjs";
import { deliver } from "./deliveries.mjs";
import { serveGit } from "./git_http.mjs";
import { answerGraphql } from "./graphql.mjs";
import { State } from "./state.mjs";

const { values: options } = parseArgs({ options: {
  root: { type: "string" }, "app-id": { type: "string" }, "public-key": { type: "string" },
  "webhook-secret": { type: "string" }, port: { type: "string", default: "0" },
  "backend-port": { type: "string", default: "0" }, through: { type: "string" }, hook: { type: "string" } } });

const state = new State({ root: options.root, appId: Number(options["app-id"]),
  publicKey: fs.readFileSync(options["public-key"]), webhookSecret: options["webhook-secret"], url: "" });
let hook = options.hook;

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function send(response, status, body, headers = {}) {
  response.writeHead(status, { ...(body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }), ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

// The API itself; the validating proxy, when there is one, calls it.
const backend = http.createServer(async (request, response) => {
  const url = new URL(request.url, "http://stand-in");
  const bytes = await readBody(request);
  const fault = state.faults.find((row) => row.times > 0 && row.method === request.method && new RegExp(row.path).test(url.pathname));
  let result;
  if (fault) {
    fault.times -= 1;
    if (fault.status === 0) return request.socket.destroy();
    result = { status: fault.status, headers: fault.headers ?? {}, body: fault.body ?? { message: "Server Error" } };
  } else {
    result = answer(state, { method: request.method, path: url.pathname, query: url.searchParams,
      body: bytes.length ? JSON.parse(bytes) : {}, authorization: request.headers.authorization });
  }
  state.requests.push({ method: request.method, path: url.pathname, status: result.status });
  send(response, result.status, result.status === 204 ? undefined : result.body, result.headers);
});

const controls = {
  "POST /_/pulls": (body) => state.putPull(body),
  "POST /_/pulls/many": (body) => { body.forEach((pull) => state.putPull(pull)); return {}; },
  "POST /_/deliver": (body) => deliver(state, body.target ?? hook, body),
  "POST /_/faults": (body) => { state.faults.push({ times: 1, ...body }); return {}; },
  "POST /_/forget": () => { state.requests.length = 0; return {}; },
  "POST /_/git": ({ status }) => { state.gitStatus = status; return {}; }, // what git answers while it is broken
  "POST /_/hook": (body) => { hook = body.url; state.hookUrl = body.url; return {}; },
  "POST /_/weather": ({ share, seed = 1 }) => { weather = { share, state: seed }; return mishapsSeen; },
  "POST /_/listing": ({ installations }) => { state.listsInstallations = installations; return {}; },
  "POST /_/grant": ({ writing, withoutDrafts = false }) => { Object.assign(state, { grantsWriting: writing, withoutDrafts }); return {}; },
  "POST /_/reply": ({ commentId, login, body }) => {
    const parent = state.reviewComments.find((row) => row.id === commentId);
    const reply = { ...parent, id: state.id(), in_reply_to_id: parent.id, login, body };
    reply.node_id = `PRRC_${reply.id}`;
    state.reviewComments.push(reply);
    return reply;
  },
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
    issueComments: state.issueComments.map((row) => [row.repository, row.number, row.body.slice(0, 60)]) }),
  "GET /_/state": () => ({ checkRuns: state.checkRuns, reviews: state.reviews, reviewComments: state.reviewComments,
    issueComments: state.issueComments, reactions: state.reactions, deliveries: state.deliveries,
    requests: state.requests, violations, pulls: [...state.pulls.values()] }),
};

// The share of requests that go wrong, and how: before they have an effect, or behind it, when only the answer is lost.
let weather = { share: 0 };
const mishaps = [
  { status: 500 }, { status: 502 }, { status: 503 }, { drop: "before" }, { drop: "after" }, { drop: "after" }, { drop: "late" },
  { status: 429, headers: { "retry-after": "1" } },
  { status: 403, headers: { "retry-after": "1" }, message: "You have exceeded a secondary rate limit." },
];

function mishap() {
  if (!weather.share) return undefined;
  weather.state = (Math.imul(weather.state, 1103515245) + 12345) >>> 0;
  if (weather.state / 4294967296 >= weather.share) return undefined;
  return mishaps[(weather.count = (weather.count ?? 0) + 1) % mishaps.length];
}

// True when the request is over; else its answer may still be lost.
async function goesWrong(request, response) {
  const wrong = mishap();
  if (!wrong) return false;
  mishapsSeen[wrong.status ?? wrong.drop] = (mishapsSeen[wrong.status ?? wrong.drop] ?? 0) + 1;
  if (wrong.status) {
    await readBody(request);
    const status = wrong.status === 403 && request.url.includes(".git/") ? 429 : wrong.status; // git has one way to say it
    send(response, status, { message: wrong.message ?? "Server Error" }, wrong.headers);
    return true;
  }
  if (wrong.drop === "after") {
    response.writeHead = () => response;
    response.write = () => true;
    response.end = () => { request.socket.destroy(); return response; };
    return false;
  }
  if (wrong.drop === "late") await new Promise((resolve) => setTimeout(resolve, 1500));
  request.socket.destroy();
  return true;
}
const mishapsSeen = {};

// Answers of the validating proxy that say that a request or a response broke GitHub's description.
const violations = [];

async function throughProxy(request, response, path) {
  const bytes = await readBody(request);
  const target = options.through ?? `http://127.0.0.1:${backend.address().port}`;
  const { host, connection, "content-length": length, ...headers } = request.headers;
  try {
    const reply = await fetch(target + path, { method: request.method, headers, redirect: "manual",
      body: bytes.length ? bytes : undefined });
    const text = await reply.text();
    // Warnings are undocumented status codes (401 stands nowhere in the description); errors are broken contracts.
    const found = JSON.parse(reply.headers.get("sl-violations") ?? "[]").filter((row) => row.severity === "Error");
    if (found.length || reply.headers.get("content-type")?.includes("problem+json")) {
      violations.push({ method: request.method, path, status: reply.status,
        detail: text.slice(0, 4000), violations: found });
    }
    const kept = ["content-type", "link", "retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-limit", "etag"];
    response.writeHead(reply.status, Object.fromEntries(kept.filter((name) => reply.headers.has(name))
      .map((name) => [name, reply.headers.get(name)])));
    response.end(text);
  } catch (error) {
    request.socket.destroy(); // a broken connection behind is a broken connection in front
  }
}

const front = http.createServer(async (request, response) => {
  try {
    const control = controls[`${request.method} ${request.url}`];
    if (control) {
      const bytes = await readBody(request);
      return send(response, 200, await control(bytes.length ? JSON.parse(bytes) : {}));
    }
    if (await goesWrong(request, response)) return undefined;
    if (request.url.startsWith("/api/v3/")) return await throughProxy(request, response, request.url.slice("/api/v3".length));
    if (request.url === "/api/graphql") {
      const body = JSON.parse(await readBody(request));
      const token = request.headers.authorization?.replace(/^(Bearer|token) /i, "");
      if (!state.tokenValid(token)) return send(response, 401, { message: "Bad credentials" });
      const hold = state.hold.find((row) => !row.waiting && row.operation === body.operationName);
      if (hold) await new Promise((resolve) => { hold.waiting = resolve; });
      const result = await answerGraphql(state, body);
      state.requests.push({ method: "POST", path: "/graphql", status: 200 });
      if (result.errors) violations.push({ method: "POST", path: "/graphql", detail: JSON.stringify(result.errors) });
      if (!result.errors && result.data?.repository === null) {
        result.errors = [{ type: "NOT_FOUND", path: ["repository"], message: "Could not resolve to a Repository." }];
      }
      return send(response, 200, result);
    }
    if (state.gitStatus && request.url.includes(".git/")) return send(response, state.gitStatus, { message: "git is broken" });
    const pushes = request.url.includes("git-receive-pack");
    const allowed = (user, password) => user === "x-access-token" && state.tokenValid(password) &&
      (!pushes || state.writers.has(password));
    if (!serveGit(request, response, options.root, allowed)) send(response, 404, { message: "Not Found" });
  } catch (error) {
    console.error(error);
    if (!response.headersSent) send(response, 500, { message: String(error) });
  }
});

backend.listen(Number(options["backend-port"]), "127.0.0.1", () =>
  front.listen(Number(options.port), "127.0.0.1", () => {
    state.url = `http://127.0.0.1:${front.address().port}`;
    console.log(JSON.stringify({ url: state.url, backend: `http://127.0.0.1:${backend.address().port}` }));
  }));
