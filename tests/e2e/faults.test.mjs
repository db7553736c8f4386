// Whatever goes wrong once, a run ends as if nothing had: the calls of what leadline does - a pull request is opened, its head
// moves, a finding is acknowledged, a merge queue asks, each button is pressed, a sweep finds a head without a check - are
// recorded, then each of them fails in each way, each in a repository of its own, and what GitHub shows in the end is held
// against what it shows where nothing failed.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test, { after, before } from "node:test";
import { Harness, run } from "./harness.mjs";
import { webhookExample } from "./stand_in/openapi.mjs";

// No description has answers like these; and the other files make the same calls through the proxies, a few times each.
const harness = new Harness({ validate: false });
const file = "deploy/prod/pgbouncer.ini";
const number = 7;
const installationOf = (at) => 6000 + at;
const repositoryOf = (at) => `org-${at}/shop`; // owners differ, since the defaults of one are read once a minute
const heads = {};

const json = (message) => ({ message, documentation_url: "https://docs.github.com/rest" });
const html = "<html><body>502 Bad Gateway</body></html>";
// Every way in which GitHub, or what is on the way to it, fails; `of` says which calls can fail so.
const ways = [
  { what: "the connection is lost before it", drop: "before" },
  { what: "its answer is lost", drop: "after" },
  { what: "the connection is lost, and it is done seconds later", drop: true, lands: 3,
    of: (call) => call.kind === "rest" && call.method !== "GET" },
  { what: "no answer comes", hang: "before" },
  { what: "it is done and no answer comes", hang: "after" },
  { what: "its answer ends in the middle", cut: true },
  { what: "500", status: 500 },
  { what: "502 as a page", status: 502, body: html },
  { what: "503", status: 503 },
  { what: "200 as a page", status: 200, body: html, of: (call) => call.kind !== "git" },
  { what: "the token was revoked", status: 401, body: json("Bad credentials"), of: (call) => !call.path.includes("access_tokens") },
  { what: "429 with a time", status: 429, headers: { "retry-after": "1" }, body: json("Too many requests") },
  { what: "the secondary limit", status: 403, headers: { "retry-after": "1" }, of: (call) => call.kind !== "git",
    body: json("You have exceeded a secondary rate limit. Please wait a few minutes before you try again.") },
  { what: "the quota is used up", status: 403, resetIn: 1, of: (call) => call.kind !== "git",
    body: json("API rate limit exceeded for installation ID 6000.") },
  { what: "422 for abuse", status: 422, headers: { "retry-after": "1" }, of: (call) => call.kind === "rest" && call.method !== "GET",
    body: { ...json("Validation Failed"), errors: [{ resource: "Issue", code: "abuse", field: "base" }] } },
  { what: "an error inside of 200", status: 200, of: (call) => call.kind === "graphql",
    body: { data: null, errors: [{ message: "Something went wrong while executing your query on 2026-11-22." }] } },
  { what: "the quota inside of 200", status: 200, resetIn: 1, of: (call) => call.kind === "graphql",
    body: { data: null, errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded for installation ID 6000." }] } },
];

const pool = (clients) => `[pgbouncer]\nlisten_port = 6432\nmax_client_conn = ${clients}\n`;

// One repository with a base and two heads; every case has a copy of it.
function makeTemplate() {
  const directory = harness.file("template.git");
  run("git", ["init", "-q", "--bare", "-b", "main", directory]);
  const who = "Robin <robin@acme.example> 1767225600 +0000";
  const commit = (ref, mark, from, clients) => `commit ${ref}\nmark :${mark}\ncommitter ${who}\ndata 1\n.\n${from}` +
    `M 100644 inline ${file}\ndata ${pool(clients).length}\n${pool(clients)}\n`;
  run("git", ["-C", directory, "fast-import", "--quiet"], { input: commit("refs/heads/main", 1, "", 200) +
    commit("refs/heads/first", 2, "from :1\n", 20) + commit("refs/heads/second", 3, "from :1\n", 10) +
    commit("refs/heads/third", 4, "from :1\n", 5) + commit("refs/heads/queue", 5, "from :1\n", 8) });
  for (const name of ["main", "first", "second", "third", "queue"]) heads[name] = run("git", ["-C", directory, "rev-parse", name]).trim();
  fs.rmSync(path.join(directory, "hooks"), { recursive: true });
}

async function moveTo(head, at) {
  const repository = repositoryOf(at);
  const directory = path.join(harness.file("repositories"), `${repository}.git`);
  if (!fs.existsSync(directory)) fs.cpSync(harness.file("template.git"), directory, { recursive: true });
  fs.mkdirSync(path.join(directory, "refs/pull", String(number)), { recursive: true });
  fs.writeFileSync(path.join(directory, "refs/pull", String(number), "head"), `${heads[head]}\n`);
  await harness.control("pulls", { repository, number, base: "main", head, title: head, installation: installationOf(at),
    baseSha: heads.main, headSha: heads[head] });
}

const deliver = (at, delivery) => harness.deliver({ repository: repositoryOf(at), number, ...delivery });
let findingId;
const phases = [
  { what: "opened", begin: async (at) => {
    await moveTo("first", at);
    await deliver(at, { event: "pull_request", action: "opened" });
  } },
  { what: "pushed", begin: async (at) => {
    await moveTo("second", at);
    await deliver(at, { event: "pull_request", action: "synchronize" });
  } },
  { what: "acknowledged", begin: async (at) => {
    await deliver(at, { event: "issue_comment", action: "created", body: `/leadline ack ${findingId} the fleet shrinks`, sender: "sam" });
  } },
  { what: "merge group", late: true, own: true, begin: async (at) => {
    await deliver(at, { event: "merge_group", base: "main", head: "queue" });
  } },
  { what: "button Re-run", late: true, begin: (at, state) => press(at, state, "second", "rerun") },
  { what: "button Split", late: true, begin: (at, state) => press(at, state, "second", "split") },
  { what: "sweep", late: true, begin: async (at) => {
    await moveTo("third", at); // and nobody is told
    const payload = webhookExample("installation", "created");
    const [owner, name] = repositoryOf(at).split("/");
    payload.installation = { ...payload.installation, id: installationOf(at), account: { ...payload.installation.account, login: owner } };
    payload.repositories = [{ ...payload.repositories[0], name, full_name: repositoryOf(at) }];
    await deliver(at, { event: "installation", action: "created", payload });
  } },
  { what: "button Acknowledge", late: true, begin: (at, state) => press(at, state, "third", "acknowledge") },
];

// A button of the last check of a head; as for a fork, the event names no pull request.
async function press(at, state, head, identifier) {
  const checkRunId = state.byRepository.get(repositoryOf(at)).checkRuns.findLast((row) => row.head_sha === heads[head]).id;
  await deliver(at, { event: "check_run", action: "requested_action", checkRunId, identifier, sender: "sam", named: false });
}

const nameOf = (call) => `${call.method} ${call.path} ${call.operation}`;

before(async () => {
  makeTemplate();
  await harness.startGithub();
  await harness.control("listing", { installations: false });
  await harness.startLeadline(process.env.LEADLINE_PROGRAM, { LEADLINE_RETRY_BASE_MS: "100", LEADLINE_WORKERS: "24",
    LEADLINE_GITHUB_TIMEOUT_SECONDS: "6", LOG_LEVEL: "info" });
});
after(async () => {
  if (process.env.LEADLINE_E2E_LOG) console.error(harness.log("leadline"));
  await harness.close();
});

// What people see of a case, without what is another one's in every case.
function shown(state, at) {
  const here = state.byRepository.get(repositoryOf(at)) ?? {};
  const rows = (name) => here[name] ?? [];
  const text = (body) => (body ?? "").replaceAll(`org-${at}/`, "org/").replace(/<!-- leadline:answer \w+ -->/, "<!-- answer -->")
    .replace(/<br>on [^|<]+/g, "<br>on its time");
  return {
    checks: rows("checkRuns").map((row) => ({ head: row.head_sha, name: row.name, status: row.status, conclusion: row.conclusion,
      title: row.output.title, summary: text(row.output.summary), annotations: row.annotations.map((each) => [each.path, each.start_line]) })),
    reviews: rows("reviews").map((row) => [row.commit_id, text(row.body)]),
    comments: [...rows("reviewComments"), ...rows("issueComments")].map((row) =>
      ({ path: row.path, line: row.line, by: row.login, body: text(row.body), hidden: row.minimized })),
    receipts: [...new Set(rows("reactions").map((row) => `${row.login} ${row.content}`))],
  };
}

async function stateByRepository() {
  const state = await harness.state();
  const byRepository = new Map();
  const commented = new Map([...state.issueComments, ...state.reviewComments].map((row) => [row.id, row.repository]));
  for (const row of state.reactions) row.repository = commented.get(row.comment);
  for (const name of ["checkRuns", "reviews", "reviewComments", "issueComments", "reactions"]) {
    for (const row of state[name]) {
      const here = byRepository.get(row.repository) ?? {};
      byRepository.set(row.repository, { ...here, [name]: [...(here[name] ?? []), row] });
    }
  }
  return { ...state, byRepository };
}

// The calls of the case 0 since the last time, each as what a fault has to match.
async function recordedCalls() {
  const rows = (await harness.state()).requests.filter((row) => row.installation === installationOf(0));
  await harness.control("forget", {});
  const before = new Map();
  return rows.map(({ kind, method, path: where, operation }) => {
    const pattern = `^${where.replace(/[.+]/g, "\\$&").replace(/[0-9a-f]{40}/g, "[0-9a-f]{40}").replace(/org-0/g, "org-\\d+")
      .replace(/\/\d+(?=\/|$)/g, "/\\d+")}$`;
    const name = `${method} ${pattern} ${operation}`;
    before.set(name, (before.get(name) ?? 0) + 1);
    return { kind, method, path: pattern, operation, skip: before.get(name) - 1 };
  });
}

test("whichever call fails once, in whatever way, a run ends as if none had", async () => {
  for (const phase of phases) {
    await phase.begin(0, await stateByRepository());
    await harness.idle();
    phase.calls = await recordedCalls();
    phase.expected = shown(await stateByRepository(), 0);
    if (phase.what === "pushed") [findingId] = phase.expected.checks.at(-1).summary.match(/LL-[0-9a-f]{12}/);
  }
  const [opened, pushed, acknowledged, grouped, rerun, split, swept, pressed] = phases.map((phase) => phase.expected);
  // What the others are held against is what it should be.
  assert.deepEqual(opened.checks.map((row) => [row.conclusion, row.annotations]), [["failure", [[file, 3]]]]);
  assert.equal(opened.reviews.length, 1);
  assert.deepEqual(opened.comments.map((row) => [row.path, row.hidden]), [[file, null], [undefined, null]]);
  assert.deepEqual(pushed.checks.map((row) => row.conclusion), ["failure", "failure"]);
  assert.deepEqual(pushed.comments.map((row) => [row.path, row.hidden]), [[file, "resolved"], [file, null], [undefined, null]]);
  assert.deepEqual(acknowledged.checks.map((row) => row.conclusion), ["failure", "failure", "success"]);
  assert.deepEqual(acknowledged.comments.map((row) => [row.path, row.by, row.hidden]), [[file, "leadline[bot]", "resolved"],
    [file, "leadline[bot]", "resolved"], [undefined, "leadline[bot]", null], [undefined, "sam", null], [undefined, "leadline[bot]", null]]);

  const conclusions = (phase) => phase.checks.map((row) => row.conclusion).slice(3);
  assert.deepEqual(conclusions(grouped), ["failure"]);
  assert.deepEqual(conclusions(rerun), ["failure", "success"]);
  assert.deepEqual(conclusions(split), conclusions(rerun));
  assert.match(split.comments.at(-1).body, /Split plan of/); // it may not push here
  assert.deepEqual(conclusions(swept), ["failure", "success", "failure"]);
  assert.deepEqual(conclusions(pressed), ["failure", "success", "failure", "success"]);

  const known = new Set();
  for (const [order, phase] of phases.entries()) {
    // What is read once a minute is not always read again. A button or a sweep ends in a run as above, whose calls have
    // failed there.
    const calls = phase.calls.filter((call) => (order === 0 || call.operation !== "FileOfDefaultBranch") &&
      (!phase.late || phase.own || !known.has(nameOf(call))));
    phase.faults = calls.flatMap((call) => ways.filter((way) => !way.of || way.of(call)).map((way) => ({ ...call, ...way })));
    phase.calls.forEach((call) => known.add(nameOf(call)));
    assert.ok(phase.calls.length >= 3, `${phase.what}: ${phase.calls.length} calls`);
  }
  const most = (of) => Math.max(...of.map((phase) => phase.faults.length));
  const cases = most(phases);
  const lateCases = most(phases.filter((phase) => phase.late));
  const wrong = [];
  for (const phase of phases) {
    const began = Date.now();
    await harness.control("faults", phase.faults.map((fault, at) => ({ ...fault, installation: installationOf(at + 1) })));
    const casesHere = phase.late ? lateCases : cases;
    const before = await stateByRepository();
    for (let at = 1; at <= casesHere; ++at) await phase.begin(at, before);
    await harness.idle();
    const state = await stateByRepository();
    const faults = (await harness.control("faults")).slice(-phase.faults.length);
    for (let at = 1; at <= casesHere; ++at) {
      const fault = faults[at - 1];
      const where = fault ? `${phase.what}: ${fault.method} ${fault.path} ${fault.operation ?? ""} [${fault.skip}]: ${fault.what}` : `${phase.what}, no fault`;
      if (fault && fault.hits.length !== 1) wrong.push(`${where}: it was never asked`);
      try {
        assert.deepEqual(shown(state, at), phase.expected);
      } catch (error) {
        wrong.push(`${where} (case ${at}): ${error.message}`);
      }
    }
    console.log(`${phase.what}: ${phase.calls.length} calls, ${phase.faults.length} faults, ${Math.round((Date.now() - began) / 1000)} s`);
  }
  assert.equal(await harness.metric('leadline_queue_jobs{state="dead"}'), 0);
  assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} wrong`);
});

test("a line that GitHub refuses costs no other comment", async () => {
  const repository = "org-lines/shop";
  const directory = path.join(harness.file("repositories"), `${repository}.git`);
  fs.cpSync(harness.file("template.git"), directory, { recursive: true });
  const other = "deploy/prod/pgbouncer-reports.ini";
  const stream = ["first", "second"].map((name) => `commit refs/heads/both-${name}\ncommitter Robin <robin@acme.example> 1767225600 +0000\ndata 1\n.\n` +
    `${name === "first" ? `from ${heads.main}\n` : `from refs/heads/both-first\n`}` + [file, other].map((each) => {
    const text = pool(name === "first" ? 200 : each === file ? 20 : 15); // two edits: one that is made twice is told once
    return `M 100644 inline ${each}\ndata ${text.length}\n${text}\n`;
  }).join("")).join("");
  run("git", ["-C", directory, "fast-import", "--quiet"], { input: stream });
  await harness.control("pulls", { repository, number, base: "both-first", head: "both-second", title: "Both", installation: 5999 });
  await harness.control("refuse", { repository, path: file, line: 3 });
  const sha = run("git", ["-C", directory, "rev-parse", "both-second"]).trim();
  const comments = async () => (await harness.state()).reviewComments.filter((row) => row.repository === repository)
    .map((row) => [row.path, row.line ?? row.subject_type]);

  await harness.deliver({ event: "pull_request", action: "opened", repository, number });
  const check = await harness.finished(sha);
  assert.equal(check.conclusion, "failure");
  assert.deepEqual(check.annotations.map((row) => row.path).sort(), [other, file].sort());
  const once = await comments();
  assert.deepEqual(once.toSorted(), [[other, 3], [file, "file"]].toSorted());
  // Nor does the next run say any of it again.
  await harness.deliver({ event: "issue_comment", action: "created", repository, number, body: "/leadline rerun", sender: "sam" });
  await harness.finished(sha, 2);
  assert.deepEqual(await comments(), once);
  assert.equal((await harness.state()).issueComments.filter((row) => row.repository === repository && row.login === "leadline[bot]").length, 1);
});
