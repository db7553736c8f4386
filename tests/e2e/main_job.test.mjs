// The main job: a pull request is opened, a signed webhook arrives, and the pull request shows a failed check, a comment on
// the exact line and a split plan. Every request and answer passes GitHub's own description on the way.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test, { after, before } from "node:test";
import { Harness, run, sourceDirectory } from "./harness.mjs";

const harness = new Harness();
const repository = "acme/checkout-platform";
const number = 4271;
const file = "pulumi/templates/pgbouncer.ini.tmpl";
let bare, pull;

before(async () => {
  run(path.join(sourceDirectory, "scripts/incident-fixture"), [harness.file("work")]);
  bare = harness.addRepository(repository, harness.file("work"));
  await harness.startGithub();
  await harness.control("listing", { installations: false }); // what is done is what was delivered
  pull = await harness.control("pulls", { repository, number, base: "main", head: "release/v3.8.2", title: "Release v3.8.2" });
  // Short waits between tries, so that the tests of failures do not take minutes.
  await harness.startLeadline(process.env.LEADLINE_PROGRAM, { LEADLINE_RETRY_BASE_MS: "200", LEADLINE_MAX_ATTEMPTS: "4" });
});
after(async () => {
  if (process.env.LEADLINE_E2E_LOG) console.error(harness.log("leadline"));
  await harness.close();
});

const runsOf = (state, sha) => state.checkRuns.filter((row) => row.head_sha === sha && row.name === "leadline");

const finished = (sha, count) => harness.finished(sha, count);
const settled = () => harness.settled();
// What was asked of GitHub for the repository; the server looks for missed deliveries whenever it likes.
const asked = (state) => state.requests.filter((row) => row.installation !== 0).length;

const mine = (rows) => rows.filter((row) => row.login === "leadline[bot]" && row.number === number);

test("an opened pull request gets a failed check, a comment on line 643 and a plan", async () => {
  const delivery = await harness.deliver({ event: "pull_request", action: "opened", repository, number });
  assert.equal(delivery.status, 202);
  const check = await finished(pull.headSha);
  assert.equal(check.conclusion, "failure");
  assert.match(check.output.title, /max_client_conn/);
  const lines = run("git", ["-C", bare, "show", `${pull.headSha}:${file}`]).split("\n");
  const line = lines.indexOf("max_client_conn = 20") + 1;
  const annotation = check.annotations.find((row) => row.path === file && row.start_line === line);
  assert.ok(annotation, "an annotation on the line");
  assert.equal(annotation.annotation_level, "failure");

  const state = await settled();
  const comments = mine(state.reviewComments);
  const comment = comments.find((row) => row.path === file && row.line === line && row.side === "RIGHT");
  assert.ok(comment, "an inline comment on the line");
  for (const fact of [/max_client_conn/, /200/, /\b20\b/, /90 ?%/, /643/, /847/]) assert.match(comment.body, fact);
  const sticky = mine(state.issueComments);
  assert.equal(sticky.length, 1);
  for (const fact of [/connection pool/i, /TLS/i, /logging/i, /643/]) assert.match(sticky[0].body, fact);
  assert.equal(mine(state.reviews.map((row) => ({ ...row, login: "leadline[bot]" }))).length, 1);
  console.log(`REST calls of the first run: ${state.requests.map((row) => `${row.method} ${row.path}`).join(", ")}`);
});

test("asking again by comment adds no second comment", async () => {
  const before = await harness.state();
  const answer = await harness.deliver({ event: "issue_comment", action: "created", repository, number, body: "/leadline rerun", sender: "sam" });
  assert.equal(answer.status, 202);
  await finished(pull.headSha, runsOf(before, pull.headSha).length + 1);
  const state = await settled();
  assert.deepEqual(mine(state.reviewComments).map((row) => row.id), mine(before.reviewComments).map((row) => row.id));
  assert.equal(mine(state.issueComments).length, 1);
  assert.ok(state.reactions.some((row) => row.comment > 0), "a reaction as a receipt");
});

test("someone without write access cannot ask for a run", async () => {
  const before = (await harness.state()).checkRuns.length;
  await harness.deliver({ event: "issue_comment", action: "created", repository, number, body: "/leadline rerun", sender: "stranger" });
  const state = await settled();
  assert.equal(state.checkRuns.length, before);
});

for (const event of ["check_run", "check_suite"]) {
  test(`the button behind ${event}.rerequested works`, async () => {
    const before = await harness.state();
    const rows = runsOf(before, pull.headSha);
    await harness.deliver({ event, action: "rerequested", repository, checkRunId: rows[rows.length - 1].id, headSha: pull.headSha });
    const check = await finished(pull.headSha, rows.length + 1);
    assert.equal(check.conclusion, "failure");
    const state = await settled();
    assert.equal(mine(state.issueComments).length, 1);
    assert.deepEqual(mine(state.reviewComments).map((row) => row.id), mine(before.reviewComments).map((row) => row.id));
  });
}

test("the same delivery twice is one job", async () => {
  const guid = "11111111-2222-4333-8444-555555555555";
  assert.equal((await harness.deliver({ event: "pull_request", action: "synchronize", repository, number, guid })).status, 202);
  const before = asked(await settled());
  const again = await harness.deliver({ event: "pull_request", action: "synchronize", repository, number, guid });
  assert.ok([200, 202].includes(again.status));
  assert.equal(asked(await settled()), before);
});

test("a signed delivery that is replayed under another id adds no check and no comment", async () => {
  const before = await settled();
  for (const replayed of [{ event: "pull_request", action: "opened" }, { event: "pull_request", action: "synchronize" }]) {
    assert.equal((await harness.deliver({ ...replayed, repository, number })).status, 202);
    const state = await settled();
    assert.deepEqual(state.checkRuns.map((row) => row.id), before.checkRuns.map((row) => row.id));
    assert.deepEqual(state.reviewComments.map((row) => row.id), before.reviewComments.map((row) => row.id));
    assert.deepEqual(state.issueComments.map((row) => row.id), before.issueComments.map((row) => row.id));
  }
});

test("a forged delivery is refused and nothing happens", async () => {
  const before = asked(await settled());
  const { status } = await harness.deliver({ event: "pull_request", action: "opened", repository, number, secret: "wrong" });
  assert.equal(status, 401);
  assert.equal(asked(await settled()), before);
});

test("a fixing push turns the check green and retires the comments", async () => {
  const work = harness.file("work");
  const target = path.join(work, file);
  fs.writeFileSync(target, fs.readFileSync(target, "utf8").replace("max_client_conn = 20\n", "max_client_conn = 200\n"));
  run("git", ["-C", work, "-c", "user.name=Robin", "-c", "user.email=robin@acme.example", "commit", "-qam", "Keep 200 clients"]);
  run("git", ["-C", work, "push", "-q", bare, "HEAD:release/v3.8.2"]);
  pull = await harness.control("pulls", { repository, number, base: "main", head: "release/v3.8.2", title: "Release v3.8.2" });
  await harness.deliver({ event: "pull_request", action: "synchronize", repository, number });
  const check = await finished(pull.headSha);
  assert.equal(check.conclusion, "success");
  const state = await settled();
  const [inline] = mine(state.reviewComments);
  assert.ok(inline.resolved || inline.minimized !== null, "the inline comment is retired");
  const [sticky] = mine(state.issueComments);
  assert.doesNotMatch(sticky.body, /max_client_conn.*200.*20/);
  assert.equal(mine(state.issueComments).length, 1);
});

test("while GitHub is down the run is tried again, then ends well", async () => {
  const runs = runsOf(await harness.state(), pull.headSha).length;
  await harness.control("faults", { operation: "PullRequestsByNumber", status: 503, times: 2 });
  await harness.deliver({ event: "issue_comment", action: "created", repository, number, body: "/leadline rerun", sender: "sam" });
  assert.equal((await finished(pull.headSha, runs + 1)).conclusion, "success");
});

for (const [what, status] of [["down", 503], ["gone", 404]]) {
  test(`a repository that is ${what} ends as action required, never green`, async () => {
    // The head moves, so that its objects are not in the cache.
    const work = harness.file("work");
    run("git", ["-C", work, "-c", "user.name=Robin", "-c", "user.email=robin@acme.example", "commit", "-q", "--allow-empty", "-m", what]);
    run("git", ["-C", work, "push", "-q", bare, "HEAD:release/v3.8.2"]);
    pull = await harness.control("pulls", { repository, number, base: "main", head: "release/v3.8.2", title: "Release v3.8.2" });
    await harness.control("git", { status });
    try {
      await harness.deliver({ event: "pull_request", action: "synchronize", repository, number });
      const check = await finished(pull.headSha);
      assert.equal(check.conclusion, "action_required");
      assert.match(`${check.output.title} ${check.output.summary}`, /fetch|could not/i);
    } finally {
      await harness.control("git", {});
    }
  });
}

test("a stop while serving is graceful", async () => {
  assert.deepEqual(await harness.stop("leadline"), { code: 0, signal: null });
});
