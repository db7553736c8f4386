// A citizen of GitHub: acknowledgements, buttons, merge queue, forks, drafts, force-pushes and configuration, through
// GitHub's own description, with the number of calls that each run takes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import test, { after, before } from "node:test";
import { freePort, Harness, run, until } from "./harness.mjs";
import { exchange } from "./stand_in/exchange.mjs";

const harness = new Harness();
const repository = "acme/shop";
const file = "deploy/prod/pgbouncer.ini";
const program = process.env.LEADLINE_PROGRAM;
const apiToken = "a token of the tests only";
let bare, checkName;

const git = (...args) => run("git", ["-C", harness.file("work"), "-c", "user.name=Robin", "-c", "user.email=robin@acme.example", ...args]);

function write(name, text) {
  const target = path.join(harness.file("work"), name);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, text);
}

const pool = (clients, more = "") => `[pgbouncer]\nlisten_port = 6432\nmax_client_conn = ${clients}\n${more}`;

// Commits `files` on `branch`, which starts anew at `from`, and pushes it.
function commit(branch, from, files, target = bare) {
  git("checkout", "-q", "-B", branch, from);
  for (const [name, text] of Object.entries(files)) write(name, text);
  git("add", "-A");
  git("commit", "-q", "--allow-empty", "-m", branch);
  git("push", "-q", "--force", target, `HEAD:refs/heads/${branch}`);
  return git("rev-parse", "HEAD").trim();
}

before(async () => {
  fs.mkdirSync(harness.file("work"));
  run("git", ["init", "-q", "-b", "main", harness.file("work")]);
  write(file, pool(200));
  write(".github/leadline.yml", "publish:\n  check_name: risk\nacknowledge:\n  owners:\n    connection-pool: ['@acme/dba']\n  override_label: accepted\n");
  git("add", "-A");
  git("commit", "-qm", "Start");
  bare = harness.addRepository(repository, harness.file("work"));
  harness.addRepository("contributor/shop", harness.file("work"));
  // The organisation's defaults: what is found from medium on fails.
  run("git", ["init", "-q", "-b", "main", harness.file("defaults")]);
  fs.mkdirSync(path.join(harness.file("defaults"), ".github"));
  fs.writeFileSync(path.join(harness.file("defaults"), ".github/leadline.yml"), "fail_on: medium\n");
  run("git", ["-C", harness.file("defaults"), "add", "-A"]);
  run("git", ["-C", harness.file("defaults"), "-c", "user.name=R", "-c", "user.email=r@acme.example", "commit", "-qm", "Defaults"]);
  harness.addRepository("acme/.github", harness.file("defaults"));
  await harness.startGithub();
  await harness.control("listing", { installations: false }); // no sweep counts among the calls
  await harness.control("teams", { team: "acme/dba", logins: ["sam"] });
  await harness.control("permissions", { login: "pat", permission: "write" });
  harness.leadlinePort = await freePort();
  await harness.startLeadline(program, { LEADLINE_RETRY_BASE_MS: "200", LEADLINE_MAX_ATTEMPTS: "4", LEADLINE_API_TOKEN: apiToken,
    LEADLINE_PUBLIC_URL: `http://127.0.0.1:${harness.leadlinePort}/` });
  checkName = "risk";
});
after(async () => {
  if (process.env.LEADLINE_E2E_LOG) console.error(harness.log("leadline"));
  await harness.close();
});

const runsOf = (state, sha) => state.checkRuns.filter((row) => row.head_sha === sha);
const finished = (sha, count) => harness.finished(sha, count);

async function settled() {
  const state = await harness.settled();
  assert.deepEqual([...new Set(state.checkRuns.map((row) => row.name))], state.checkRuns.length ? [checkName] : []);
  return state;
}

// All but what the App asks in its own name, whatever runs there are: for a token once an hour, for failed deliveries.
const restCalls = (state) => state.requests.filter((row) => row.kind === "rest" && !row.path.startsWith("/app/"));

const shown = (calls) => calls.map((row) => `${row.method} ${row.path.replace(`/repos/${repository}`, "")}`).join(", ");

// The calls of what `act` starts, printed, and at most `most` REST calls for a run.
async function counted(what, most, act) {
  await settled();
  await harness.control("forget", {});
  const result = await act();
  const state = await settled();
  const calls = restCalls(state);
  console.log(`REST calls of ${what}: ${calls.length} (${shown(calls)})`);
  assert.ok(calls.length <= most, `${calls.length} REST calls`);
  return result;
}

const open = (number, head, more = {}) => harness.control("pulls", { repository, number, base: "main", head, title: head, ...more });
const say = (number, body, sender) => harness.deliver({ event: "issue_comment", action: "created", repository, number, body, sender });
const answers = (state, number) => state.issueComments.filter((row) => row.number === number && row.login === "leadline[bot]" &&
  row.body.startsWith("<!-- leadline:answer"));

async function findingOf(sha) {
  const check = await finished(sha);
  return check.output.summary.match(/LL-[0-9a-f]{12}/)[0];
}

test("a run with a finding takes four REST calls, a clean one two", async () => {
  const sha = commit("lower", "main", { [file]: pool(20) });
  await open(1, "lower");
  const check = await counted("a run with a finding", 4, async () => {
    await harness.deliver({ event: "pull_request", action: "opened", repository, number: 1 });
    return finished(sha);
  });
  assert.equal(check.conclusion, "failure");
  assert.deepEqual(check.actions.map((row) => row.identifier).slice(0, 2), ["rerun", "acknowledge"]);
  assert.match(check.output.summary, /1 of 1 hunk/);
  const clean = commit("clean", "main", { "README.md": "hello\n" });
  await open(2, "clean");
  await counted("a clean run", 2, async () => {
    await harness.deliver({ event: "pull_request", action: "opened", repository, number: 2 });
    return finished(clean);
  });
});

test("an acknowledgement by the author is refused, by a reviewer it turns the check green, another value turns it red", async () => {
  const sha = git("rev-parse", "lower").trim();
  const id = await findingOf(sha);
  await say(1, `/leadline ack ${id} trust me`, "robin");
  let state = await settled();
  assert.match(answers(state, 1).at(-1).body, /Not acknowledged/);
  assert.equal(runsOf(state, sha).at(-1).conclusion, "failure");

  await say(1, `/leadline ack ${id} I can write, but do not own it`, "pat");
  state = await settled();
  assert.match(answers(state, 1).at(-1).body, /may acknowledge a change of/);

  await say(1, `/leadline ack ${id} --for 30d the fleet shrinks to four pods`, "sam");
  const green = await finished(sha, 2);
  assert.equal(green.conclusion, "success");
  assert.match(green.output.summary, /sam/);
  assert.match(green.output.summary, /the fleet shrinks to four pods/);
  state = await settled();
  assert.ok(state.reviewComments.filter((row) => row.number === 1).every((row) => row.minimized !== null));

  // Survives a rebase ...
  const rebased = commit("lower", "main", { [file]: pool(20, "; moved\n") });
  await open(1, "lower");
  await harness.deliver({ event: "pull_request", action: "synchronize", repository, number: 1 });
  assert.equal((await finished(rebased)).conclusion, "success");
  // ... and dies with the value.
  const lower = commit("lower", "main", { [file]: pool(10) });
  await open(1, "lower");
  await harness.deliver({ event: "pull_request", action: "synchronize", repository, number: 1 });
  assert.equal((await finished(lower)).conclusion, "failure");
  await settled();
});

test("an edited comment runs only what was added, and nothing twice", async () => {
  const before = answers(await settled(), 1).length;
  const { commentId } = await say(1, "/leadline config", "sam");
  assert.equal(answers(await settled(), 1).length, before + 1);
  const edit = (from, body) => harness.deliver({ event: "issue_comment", action: "edited", repository, number: 1, commentId, from, body, sender: "sam" });
  await edit("/leadline config", "/leadline config\nthanks");
  await edit("/leadline config\nthanks", "nothing");
  await edit("nothing", "/leadline config");
  assert.equal(answers(await settled(), 1).length, before + 1);
  await edit("/leadline config", "/leadline config\n/leadline explain LL-000000000000");
  assert.equal(answers(await settled(), 1).length, before + 2);
});

test("each button of the check works", async () => {
  const sha = git("rev-parse", "lower").trim();
  const press = async (identifier, sender = "sam") => harness.deliver({ event: "check_run", action: "requested_action", repository,
    checkRunId: runsOf(await harness.state(), sha).at(-1).id, identifier, sender });
  const runs = runsOf(await settled(), sha).length;
  await press("rerun");
  assert.equal((await finished(sha, runs + 1)).conclusion, "failure");
  const asked = answers(await settled(), 1).length;
  await open(13, "lower"); // has the same head; the button is that of the check of 1
  await press("split");
  assert.equal(answers(await settled(), 1).length, asked + 1);
  assert.deepEqual(answers(await settled(), 13), []);
  await open(13, "lower", { state: "closed" });
  await press("acknowledge", "robin"); // the author
  assert.match(answers(await settled(), 1).at(-1).body, /Not acknowledged/);
  await press("acknowledge");
  assert.equal((await finished(sha, runs + 2)).conclusion, "success");
  await settled();
});

test("a merge queue's group is judged by its combined diff on its own head", async () => {
  const good = commit("gh-readonly-queue/main/pr-1", "main", { [file]: pool(10) }); // acknowledged above
  await counted("a merge group", 5, async () => {
    await harness.deliver({ event: "merge_group", repository, base: "main", head: "gh-readonly-queue/main/pr-1" });
    return finished(good);
  });
  assert.equal((await finished(good)).conclusion, "success");
  const bad = commit("gh-readonly-queue/main/pr-2", "main", { [file]: pool(5) });
  await harness.deliver({ event: "merge_group", repository, base: "main", head: "gh-readonly-queue/main/pr-2" });
  assert.equal((await finished(bad)).conclusion, "failure");
});

test("the check of a merge queue's group is run again by its button", async () => {
  const sha = commit("gh-readonly-queue/main/pr-3-cafe", "main", { [file]: pool(7) });
  await harness.deliver({ event: "merge_group", repository, base: "main", head: "gh-readonly-queue/main/pr-3-cafe" });
  const first = await finished(sha);
  assert.equal(first.conclusion, "failure");
  assert.deepEqual(first.actions.map((row) => row.identifier), ["rerun"]);
  await settled();
  // Its event names its branch and no pull request, or neither.
  for (const [named, runs] of [[true, 2], [false, 3]]) {
    await harness.deliver({ event: "check_run", action: "requested_action", repository, identifier: "rerun", sender: "sam", named,
      checkRunId: runsOf(await harness.state(), sha).at(-1).id });
    assert.equal((await finished(sha, runs)).conclusion, "failure");
  }
  await settled();
});

// The group of a merge queue that adds a pull request to what stands before it.
function group(number, from, files) {
  const head = `gh-readonly-queue/main/pr-${number}-${git("rev-parse", from).trim()}`;
  return { head, from, sha: commit(head, from, files) };
}
const requested = ({ head, from }) => harness.deliver({ event: "merge_group", repository, base: "main", head, from });

test("a merge queue with an ejection, a rebuilt group and several groups ends with a verdict for each", async () => {
  const destroyed = ({ head, from, sha }, reason) =>
    harness.deliver({ event: "merge_group", action: "destroyed", reason, repository, base: "main", head, from, headSha: sha });
  // Three pull requests in the queue, each group upon the one before it; the second is the risky one.
  const first = group(31, "main", { "docs/one.md": "one\n" });
  const second = group(32, first.head, { [file]: pool(3) });
  const third = group(33, second.head, { "docs/three.md": "three\n" });
  for (const each of [first, second, third]) await requested(each);
  assert.equal((await finished(first.sha)).conclusion, "success");
  assert.equal((await finished(second.sha)).conclusion, "failure");
  const behind = await finished(third.sha);
  assert.equal(behind.conclusion, "success"); // the queue merges none that fails
  assert.match(behind.output.summary, /Judged with what stands before it in the merge queue \(pull requests 31 and 32\)/);
  // The queue ejects the second, and builds the third anew upon the first.
  await destroyed(second, "dequeued");
  await destroyed(third, "invalidated");
  const rebuilt = group(33, first.head, { "docs/three.md": "three\n" });
  await requested(rebuilt);
  assert.equal((await finished(rebuilt.sha)).conclusion, "success");
  await destroyed(first, "merged");
  await destroyed(rebuilt, "merged");
  let state = await settled();
  for (const { sha } of [first, second, third, rebuilt]) assert.equal(runsOf(state, sha).length, 1);
  assert.equal(runsOf(state, second.sha)[0].conclusion, "failure"); // a verdict is left as it is
  // One that is taken apart while it cannot be judged does not stay open, and is not judged afterwards.
  const doomed = group(34, "main", { [file]: pool(2) });
  await harness.control("git", { status: 503 });
  try {
    await requested(doomed);
    await destroyed(doomed, "dequeued");
    const { conclusion } = (await finished(doomed.sha, 0)) ?? {};
    assert.ok([undefined, "cancelled", "action_required"].includes(conclusion), conclusion);
  } finally {
    await harness.control("git", {});
  }
  state = await settled();
  assert.ok(runsOf(state, doomed.sha).length <= 1);
});

test("what a merge queue would merge with a group is judged with it, by its strategy", async () => {
  // "Require all queue entries to pass required checks" is off: the second goes in with the third.
  const risky = { [file]: pool(3) };
  const docs = { "docs/three.md": "three\n" };
  const gone = [];
  const verdicts = async (strategy, ...files) => {
    await harness.control("queue", { strategy });
    const groups = [];
    for (const each of files) groups.push(group(50 + gone.length + groups.length, groups.at(-1)?.head ?? "main", each));
    for (const each of groups) await requested(each);
    const checks = await Promise.all(groups.map(({ sha }) => finished(sha)));
    gone.push(...groups);
    return checks;
  };
  const conclusions = (checks) => checks.map((check) => check.conclusion);
  let checks = await verdicts("HEADGREEN", risky, docs);
  assert.deepEqual(conclusions(checks), ["failure", "failure"]);
  assert.match(checks[1].output.summary, /merges entries that fail together with one that passes/);
  assert.match(checks[1].output.summary, /max_client_conn/);
  checks = await verdicts(null, risky, docs);
  assert.deepEqual(conclusions(checks), ["failure", "failure"]);
  assert.match(checks[1].output.summary, /GitHub does not tell leadline/);
  assert.deepEqual(conclusions(await verdicts("ALLGREEN", risky, docs)), ["failure", "success"]);
  // Each may be merged alone, and both together may not.
  for (const strategy of ["ALLGREEN", "HEADGREEN"]) {
    checks = await verdicts(strategy, { [file]: pool(180) }, { [file]: pool(160) });
    assert.deepEqual(conclusions(checks), ["success", "failure"], strategy);
  }
  await settled();
  await harness.control("queue", { strategy: "ALLGREEN" });
});

test("of two whose pushes wait together neither acknowledges them", async () => {
  for (const login of ["bob", "carol"]) await harness.control("permissions", { login, permission: "write" });
  await harness.control("teams", { team: "acme/dba", logins: ["sam", "bob", "carol"] });
  commit("shared", "main", { "README.md": "shared\n" });
  await open(35, "shared");
  await harness.control("hold", { operation: "PullRequestConversation" });
  await harness.deliver({ event: "pull_request", action: "opened", repository, number: 35 });
  await until("the run is about to publish", async () => (await harness.control("held")).held);
  // Both push while the job of the first head runs; then somebody else changes the base and back.
  commit("shared", "shared", { [file]: pool(8) });
  await open(35, "shared");
  await harness.deliver({ event: "pull_request", action: "synchronize", repository, number: 35, sender: "bob" });
  const sha = commit("shared", "shared", { "README.md": "shared by two\n" });
  await open(35, "shared");
  await harness.deliver({ event: "pull_request", action: "synchronize", repository, number: 35, sender: "carol" });
  await harness.deliver({ event: "pull_request", action: "edited", repository, number: 35, sender: "sam",
    changes: { base: { ref: { from: "next" }, sha: { from: sha } } } });
  await harness.control("release", {});
  const id = await findingOf(sha);
  for (const login of ["bob", "carol"]) {
    await say(35, `/leadline ack ${id} we have written it`, login);
    assert.match(answers(await settled(), 35).at(-1).body, /Not acknowledged/);
  }
  await say(35, `/leadline ack ${id} I have not`, "sam");
  assert.match(answers(await settled(), 35).at(-1).body, /Acknowledged by/);
  assert.equal(runsOf(await settled(), sha).at(-1).conclusion, "success");
  await harness.control("teams", { team: "acme/dba", logins: ["sam"] });
});

test("a re-run by comment shows its check as queued, and leaves it finished", async () => {
  const sha = git("rev-parse", "lower").trim();
  const runs = runsOf(await settled(), sha).length;
  await harness.control("forget", {});
  await say(1, "/leadline rerun", "sam");
  const check = await finished(sha, runs + 1);
  assert.notEqual(check.conclusion, "action_required");
  const state = await settled();
  const made = state.requests.filter((row) => row.method === "POST" && row.path.endsWith("/check-runs"));
  assert.equal(made.length, 1);
  // The command ends with its reaction, but for the check run that it shows as queued, which is the run's. The head passes by
  // a word: one call of the run asks what its giver may do, by a conditional request.
  const calls = restCalls(state);
  const last = calls.findIndex((row) => row.path.endsWith("/reactions"));
  const parts = { command: calls.slice(0, last + 1), run: calls.slice(last + 1) };
  for (const [what, rows] of Object.entries(parts)) {
    console.log(`REST calls of a re-run by comment, the ${what}: ${rows.length} (${shown(rows)})`);
  }
  assert.ok(last >= 0 && parts.command.length <= 2, `${parts.command.length} REST calls of the command`);
  assert.ok(parts.run.length <= 5, `${parts.run.length} REST calls of the run`);
});

test("a command in a review's thread is answered, with a reaction to the comment there", async () => {
  const sha = commit("in-a-thread", "main", { [file]: pool(28) });
  await open(37, "in-a-thread");
  await harness.deliver({ event: "pull_request", action: "opened", repository, number: 37 });
  const id = await findingOf(sha);
  const [thread] = (await settled()).reviewComments.filter((row) => row.number === 37);
  const { commentId } = await harness.deliver({ event: "pull_request_review_comment", action: "created", repository, number: 37,
    to: thread.id, body: `/leadline explain ${id}`, sender: "sam" });
  const state = await settled();
  assert.match(answers(state, 37).at(-1).body, /max_client_conn/);
  assert.deepEqual(state.requests.filter((row) => row.path === `/repos/${repository}/pulls/comments/${commentId}/reactions`)
    .map((row) => [row.method, row.status]), [["POST", 201]]);
  assert.deepEqual(state.reactions.filter((row) => row.comment === commentId).map((row) => row.content), ["eyes"]);
});

test("130 findings are 130 annotations in batches of fifty, one review, and a list that says where the rest is", async () => {
  const pools = (clients) => Object.fromEntries(Array.from({ length: 130 }, (_, at) =>
    [`deploy/pool-${at}/pgbouncer.ini`, pool(clients(at))]));
  git("push", "-q", "--force", bare, `${commit("pools", "main", pools((at) => 1000 + at))}:refs/heads/pools`);
  const sha = commit("many", "pools", pools((at) => 10 + at));
  await open(38, "many", { base: "pools" });
  await harness.deliver({ event: "pull_request", action: "opened", repository, number: 38 });
  const check = await finished(sha);
  assert.equal(check.conclusion, "failure");
  assert.deepEqual(check.batches, [50, 50, 30]);
  assert.equal(new Set(check.annotations.map((row) => row.path)).size, 130);
  const { reviews, reviewComments, issueComments } = await settled();
  assert.equal(reviews.filter((row) => row.number === 38).length, 1);
  assert.equal(reviewComments.filter((row) => row.number === 38).length, 25);
  const [sticky, ...others] = issueComments.filter((row) => row.number === 38);
  assert.deepEqual(others, []);
  for (const text of [check.output.summary, sticky.body]) assert.ok(text.includes(`_and 90 more: [The whole report](${check.details_url})_`));
});

test("a fork's pull request of the same head stops one of the repository", async () => {
  const sha = commit("both", "main", { [file]: pool(31) });
  git("push", "-q", "--force", path.join(harness.file("repositories"), "contributor/shop.git"), `${sha}:refs/heads/both`);
  git("push", "-q", "--force", bare, `${sha}:refs/heads/has-it-already`);
  await open(41, "both", { fork: "contributor/shop", author: "contributor" }); // its own delivery has not come yet
  await open(40, "both", { base: "has-it-already" });
  const check = await counted("a run whose head another pull request has", 4, async () => {
    await harness.deliver({ event: "pull_request", action: "opened", repository, number: 40 });
    return finished(sha);
  });
  assert.equal(check.conclusion, "failure");
  assert.match(check.output.title, /^Pull request 41 with the same head/);
  assert.match((await exchange(check.details_url)).text, /max_client_conn/);
  // It is closed: what it had to say blocks nobody any more.
  await open(41, "both", { fork: "contributor/shop", author: "contributor", state: "closed" });
  await harness.deliver({ event: "pull_request", action: "closed", repository, number: 41 });
  assert.equal((await finished(sha, 2)).conclusion, "success");
});

test("a branch of one's own does not judge less strictly than the default branch", async () => {
  commit("mine", "main", { ".github/leadline.yml": "fail_on: never\npublish:\n  check_name: risk\n" });
  const sha = commit("through-mine", "mine", { [file]: pool(19) });
  await open(60, "through-mine", { base: "mine" });
  await harness.deliver({ event: "pull_request", action: "opened", repository, number: 60 });
  const check = await finished(sha);
  assert.equal(check.conclusion, "failure");
  assert.match(check.output.summary, /passes by the configuration of `mine`/);
  assert.match(check.output.summary, /max_client_conn/);
  // One that is stacked upon another has its own diff judged, and not what is below it.
  commit("below", "main", { [file]: pool(19) });
  const stacked = commit("above", "below", { "README.md": "above\n" });
  await open(61, "above", { base: "below" });
  await harness.deliver({ event: "pull_request", action: "opened", repository, number: 61 });
  assert.equal((await finished(stacked)).conclusion, "success");
  await settled();
});

test("a fork's pull request is judged, and found by its head when it is run again", async () => {
  const sha = commit("from-fork", "main", { [file]: pool(30) }, path.join(harness.file("repositories"), "contributor/shop.git"));
  await open(3, "from-fork", { fork: "contributor/shop", author: "contributor" });
  await harness.deliver({ event: "pull_request", action: "opened", repository, number: 3, sender: "contributor" });
  assert.equal((await finished(sha)).conclusion, "failure");
  await settled();
  await harness.deliver({ event: "check_suite", action: "rerequested", repository, headSha: sha });
  assert.equal((await finished(sha, 2)).conclusion, "failure");
  await settled();
});

test("a force-push between analysis and publication leaves no comment about the old head", async () => {
  const first = commit("moving", "main", { [file]: pool(40) });
  await open(4, "moving");
  await harness.control("hold", { operation: "PullRequestConversation" });
  await harness.deliver({ event: "pull_request", action: "opened", repository, number: 4 });
  await until("the run is about to publish", async () => (await harness.control("held")).held);
  const second = commit("moving", "main", { "README.md": "another change\n" });
  await open(4, "moving");
  await harness.deliver({ event: "pull_request", action: "synchronize", repository, number: 4 });
  await harness.control("release", {});
  assert.equal((await finished(first)).conclusion, "failure"); // the verdict of that head is true
  assert.equal((await finished(second)).conclusion, "success");
  const state = await settled();
  assert.deepEqual(state.reviewComments.filter((row) => row.number === 4), []);
  assert.deepEqual(state.issueComments.filter((row) => row.number === 4), []);
});

test("a draft gets its check and no comments until it is ready", async () => {
  const sha = commit("draft", "main", { [file]: pool(50) });
  await open(5, "draft", { draft: true });
  await harness.deliver({ event: "pull_request", action: "opened", repository, number: 5 });
  assert.equal((await finished(sha)).conclusion, "failure");
  let state = await settled();
  assert.equal(state.issueComments.filter((row) => row.number === 5).length, 0);
  assert.equal(state.reviewComments.filter((row) => row.number === 5).length, 0);
  await open(5, "draft");
  await harness.deliver({ event: "pull_request", action: "ready_for_review", repository, number: 5 });
  state = await settled();
  assert.equal(state.reviewComments.filter((row) => row.number === 5).length, 1);
  assert.equal(state.issueComments.filter((row) => row.number === 5).length, 1);
});

test("another base is another diff", async () => {
  const sha = git("rev-parse", "draft").trim();
  const runs = runsOf(await harness.state(), sha).length;
  git("push", "-q", bare, `${sha}:refs/heads/next`); // a base that has the change already
  await open(5, "draft", { base: "next" });
  await harness.deliver({ event: "pull_request", action: "edited", repository, number: 5, changes: { base: { ref: { from: "main" }, sha: { from: sha } } } });
  assert.equal((await finished(sha, runs + 1)).conclusion, "success");
  await settled();
});

test("a label acknowledges for who may, until it is taken away", async () => {
  const sha = commit("labelled", "main", { [file]: pool(60) });
  await open(6, "labelled");
  await harness.deliver({ event: "pull_request", action: "opened", repository, number: 6 });
  assert.equal((await finished(sha)).conclusion, "failure");
  await settled();
  await open(6, "labelled", { labels: [{ name: "accepted", by: "sam" }] });
  await harness.deliver({ event: "pull_request", action: "labeled", repository, number: 6, label: "accepted", sender: "sam" });
  assert.equal((await finished(sha, 2)).conclusion, "success");
  await settled();
  // What is pushed later is covered once it is set again.
  const labelled = { labels: [{ name: "accepted", by: "sam" }] };
  const worse = commit("labelled", "main", { [file]: pool(6) });
  await open(6, "labelled", labelled);
  await harness.deliver({ event: "pull_request", action: "synchronize", repository, number: 6 });
  const red = await finished(worse);
  assert.equal(red.conclusion, "failure");
  assert.match(red.output.summary, /remove it and set it again/);
  await open(6, "labelled");
  await harness.deliver({ event: "pull_request", action: "unlabeled", repository, number: 6, label: "accepted", sender: "robin" });
  await settled();
  await open(6, "labelled", labelled);
  await harness.deliver({ event: "pull_request", action: "labeled", repository, number: 6, label: "accepted", sender: "sam" });
  assert.equal((await finished(worse, 3)).conclusion, "success");
  await settled();
  await open(6, "labelled");
  await harness.deliver({ event: "pull_request", action: "unlabeled", repository, number: 6, label: "accepted", sender: "robin" });
  assert.equal((await finished(worse, 4)).conclusion, "failure");
  await settled();
});

test("who wrote a commit before somebody else opened its pull request does not acknowledge it", async () => {
  git("checkout", "-q", "-B", "handed-over", "main");
  write(file, pool(77));
  git("-c", "user.email=sam@acme.example", "commit", "-qam", "Lower it");
  write("README.md", "handed over\n");
  git("add", "-A");
  git("commit", "-qm", "Say so"); // by robin
  git("push", "-q", "--force", bare, "HEAD:refs/heads/handed-over");
  const sha = git("rev-parse", "HEAD").trim();
  await harness.control("permissions", { login: "vera", permission: "write" });
  await harness.control("teams", { team: "acme/dba", logins: ["sam", "vera"] });
  await open(36, "handed-over", { author: "robin" });
  await harness.deliver({ event: "pull_request", action: "opened", repository, number: 36, sender: "robin" });
  const id = await findingOf(sha);
  await say(36, `/leadline ack ${id} I know what I do`, "sam");
  assert.match(answers(await settled(), 36).at(-1).body, /Not acknowledged/);
  await say(36, `/leadline ack ${id} I have looked at it`, "vera");
  assert.equal((await finished(sha, 2)).conclusion, "success");
  await settled();
  await harness.control("teams", { team: "acme/dba", logins: ["sam"] });
});

test("a pull request that judges less strictly is shown and stopped", async () => {
  const sha = commit("lenient", "main", { ".github/leadline.yml": "fail_on: never\npublish:\n  check_name: risk\n" });
  await open(7, "lenient");
  await harness.deliver({ event: "pull_request", action: "opened", repository, number: 7 });
  const check = await finished(sha);
  assert.equal(check.conclusion, "failure");
  assert.match(check.output.summary, /This changes how pull requests are judged/);
  assert.match(check.output.summary, /fail_on/);
  assert.match(check.output.summary, /acknowledge\.owners/);
  assert.ok(check.annotations.some((row) => row.path === ".github/leadline.yml" && row.start_line === 1));
  await settled();
});

test("who owns a domain no more has acknowledged nothing", async () => {
  const sha = commit("owned", "main", { [file]: pool(70) });
  await open(8, "owned");
  await harness.deliver({ event: "pull_request", action: "opened", repository, number: 8 });
  await say(8, `/leadline ack ${await findingOf(sha)} the fleet shrinks`, "sam");
  assert.equal((await finished(sha, 2)).conclusion, "success");
  await harness.control("teams", { team: "acme/dba", logins: ["kim"] });
  await say(8, "/leadline rerun", "pat");
  assert.equal((await finished(sha, 3)).conclusion, "failure");
  await harness.control("teams", { team: "acme/dba", logins: ["sam", "kim"] });
});

test("what was acknowledged stays so when the repository gets another name", async () => {
  const sha = commit("moved", "main", { [file]: pool(70) }); // acknowledged above
  harness.addRepository("acme/store", bare);
  await harness.control("pulls", { repository: "acme/store", number: 8, base: "main", head: "moved", title: "moved" });
  await harness.deliver({ event: "repository", action: "renamed", repository: "acme/store", changes: { repository: { name: { from: "shop" } } } });
  await harness.deliver({ event: "pull_request", action: "synchronize", repository: "acme/store", number: 8 });
  assert.equal((await finished(sha)).conclusion, "success");
  // Whoever takes the old name has none of it.
  await open(9, "moved");
  await harness.deliver({ event: "pull_request", action: "opened", repository, number: 9 });
  assert.equal((await finished(sha, 2)).conclusion, "failure");
});

test("a check leads to its whole report by a link that nobody else can make", async () => {
  const sha = commit("linked", "main", { [file]: pool(60) });
  await open(11, "linked");
  await harness.deliver({ event: "pull_request", action: "opened", repository, number: 11 });
  const { details_url: link } = await finished(sha);
  const page = await exchange(link);
  assert.equal(page.status, 200);
  assert.match(page.text, /max_client_conn/);
  assert.doesNotMatch(page.text, /<script/);
  assert.equal(JSON.parse((await exchange(`${link}&format=json`)).text).range.head, sha);
  assert.equal((await exchange(link.replace("pull=11", "pull=1"))).status, 403);
});

test("an Enterprise Server is asked by GraphQL beside its REST API, and minimises what is settled", async () => {
  commit("settled", "main", { [file]: pool(18) });
  await open(12, "settled");
  await harness.deliver({ event: "pull_request", action: "opened", repository, number: 12 });
  await settled();
  await harness.control("forget", {});
  commit("settled", "main", { "README.md": "something else\n" });
  await open(12, "settled");
  await harness.deliver({ event: "pull_request", action: "synchronize", repository, number: 12 });
  const state = await settled();
  const comments = [...state.reviewComments, ...state.issueComments].filter((row) => row.number === 12);
  assert.deepEqual(comments.map((row) => row.minimized), ["resolved", null]);
  assert.match(comments[1].body, /nothing left to say/);
  // The stand-in has it at /api/graphql alone, as such a server does; below /api/v3 no description knows it.
  assert.deepEqual(state.requests.filter((row) => row.path.endsWith("graphql")).map((row) => [row.kind, row.status, row.operation])
    .filter(([, , operation]) => operation !== "FileOfDefaultBranch"),
  ["PullRequestsByNumber", "PullRequestConversation", "Retire"].map((operation) => ["graphql", 200, operation]));
});

test("the audit has every acknowledgement, withdrawn ones too", async () => {
  const { status, stdout, stderr } = spawnSync(program, ["audit", "--repository", repository], { encoding: "utf8",
    env: { PATH: process.env.PATH, LEADLINE_DATA: harness.file("data") } });
  assert.equal(status, 0, stderr);
  const rows = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.ok(rows.some((row) => row.by === "sam" && row.reason === "the fleet shrinks to four pods" && row.new === "20" && row.until));
  assert.ok(rows.some((row) => /label/.test(row.reason) && row.withdrawn_by));
  assert.ok(rows.every((row) => row.by !== "robin" && row.by !== "pat"));
  // And so it is by the API, page by page.
  const ask = (query, headers) => exchange(`${harness.leadline}/api/audit${query}`, { headers });
  assert.equal((await ask("", {})).status, 401);
  let all = "";
  for (let next = `?repository=${encodeURIComponent(repository)}&limit=2`; next;) {
    const { status, text, headers } = await ask(next, { authorization: `Bearer ${apiToken}` });
    assert.equal(status, 200);
    all += text;
    next = headers.link?.match(/^<\/api\/audit(\?.*)>; rel="next"$/)?.[1];
  }
  assert.equal(all, stdout);
});
