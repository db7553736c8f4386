// What no delivery ever told, and what a server that is gone had begun, is found at the start.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test, { after, before } from "node:test";
import { Harness, run, sourceDirectory, until } from "./harness.mjs";

const harness = new Harness();
const repository = "acme/checkout-platform";

before(async () => {
  run(path.join(sourceDirectory, "scripts/incident-fixture"), [harness.file("work")]);
  harness.addRepository(repository, harness.file("work"));
  await harness.startGithub();
});
after(() => harness.close());

const metric = (name) => harness.metric(name);
const finished = (sha) => until("a finished check", async () =>
  (await harness.state()).checkRuns.some((row) => row.head_sha === sha && row.status === "completed"));

test("an open pull request that no delivery told of is found at the next start", async () => {
  fs.appendFileSync(harness.file("work/README.md"), "\nOne line more.\n");
  run("git", ["-C", harness.file("work"), "-c", "user.name=Robin", "-c", "user.email=robin@acme.example", "commit", "-qam", "More"]);
  run("git", ["-C", harness.file("work"), "push", "-q", path.join(harness.file("repositories"), `${repository}.git`), "HEAD:more"]);
  const pull = await harness.control("pulls", { repository, number: 2, base: "main", head: "more", title: "More" });
  await harness.startLeadline(process.env.LEADLINE_PROGRAM);
  await finished(pull.headSha);
  const { violations, checkRuns } = await harness.state();
  assert.deepEqual(violations, []);
  assert.equal(checkRuns.filter((row) => row.head_sha === pull.headSha).length, 1);
  await until("the pull request is counted", async () => (await metric("leadline_pulls_reconciled_total")) === 1);
  assert.equal(await metric("leadline_repositories_swept_total"), 1);
});

test("a check whose server is gone for good is ended, and its pull request run again", async () => {
  run("git", ["-C", harness.file("work"), "-c", "user.name=Robin", "-c", "user.email=robin@acme.example", "commit", "-q", "--allow-empty", "-m", "Again"]);
  run("git", ["-C", harness.file("work"), "push", "-q", path.join(harness.file("repositories"), `${repository}.git`), "HEAD:more"]);
  const pull = await harness.control("pulls", { repository, number: 2, base: "main", head: "more", title: "More" });
  const checks = async () => (await harness.state()).checkRuns.filter((row) => row.head_sha === pull.headSha);
  await harness.control("hold", { operation: "PullRequestConversation" });
  await harness.deliver({ event: "pull_request", action: "synchronize", repository, number: 2 });
  await until("the run is under way", async () => (await harness.control("held")).held);
  await harness.stop("leadline", "SIGKILL"); // and the disk with it
  fs.rmSync(harness.file("data"), { recursive: true });
  await harness.control("release", {});
  assert.deepEqual((await checks()).map((row) => row.status), ["in_progress"]);

  await harness.control("age", { hours: 2 });
  await harness.startLeadline(process.env.LEADLINE_PROGRAM);
  await until("the check is found", async () => (await checks())[0].status === "completed");
  const { violations } = await harness.settled();
  assert.deepEqual(violations, []);
  const [lost, again] = await checks();
  assert.equal(lost.conclusion, "action_required");
  assert.match(lost.output.title, /could not be finished/);
  assert.equal(again.conclusion, "failure"); // the verdict
  assert.equal((await checks()).length, 2);
});

test("a restored copy of the database makes up for what came since, with one check and one answer", async () => {
  const files = ["", "-wal", "-shm"].map((end) => harness.file(`data/leadline.sqlite${end}`));
  const copies = files.map((file) => `${file}.copy`);
  const move = (from, to) => from.forEach((file, at) => {
    fs.rmSync(to[at], { force: true });
    if (fs.existsSync(file)) fs.copyFileSync(file, to[at]);
  });
  run("git", ["-C", harness.file("work"), "-c", "user.name=Robin", "-c", "user.email=robin@acme.example", "commit", "-q", "--allow-empty", "-m", "Once more"]);
  run("git", ["-C", harness.file("work"), "push", "-q", path.join(harness.file("repositories"), `${repository}.git`), "HEAD:more"]);
  const pull = await harness.control("pulls", { repository, number: 2, base: "main", head: "more", title: "More" });
  const checks = async () => (await harness.state()).checkRuns.filter((row) => row.head_sha === pull.headSha);
  const answers = async () => (await harness.state()).issueComments.filter((row) => /leadline:answer/.test(row.body)).length;
  await harness.control("hold", { operation: "PullRequestsByNumber" });
  await harness.deliver({ event: "pull_request", action: "synchronize", repository, number: 2 });
  await until("the run has begun", async () => (await harness.control("held")).held);
  await harness.stop("leadline", "SIGKILL"); // nobody writes: now it can be copied
  move(files, copies);
  await harness.control("release", {});

  await harness.control("hold", { operation: "PullRequestConversation" });
  await harness.startLeadline(process.env.LEADLINE_PROGRAM);
  await until("its check is in progress", async () => (await harness.control("held")).held);
  assert.deepEqual((await checks()).map((row) => row.status), ["in_progress"]);
  await harness.stop("leadline", "SIGKILL");
  await harness.control("release", {});
  await harness.startLeadline(process.env.LEADLINE_PROGRAM);
  const { guid, status } = await harness.deliver({ event: "issue_comment", repository, number: 2, body: "/leadline config", sender: "robin" });
  assert.equal(status, 202);
  await finished(pull.headSha);
  await harness.settled();
  assert.equal(await answers(), 1);

  await harness.stop("leadline");
  move(copies, files);
  await harness.startLeadline(process.env.LEADLINE_PROGRAM);
  await until("what came since the copy is asked for again", async () =>
    (await harness.state()).deliveries.some((row) => row.guid === guid && row.redelivery && row.status === 202));
  await harness.settled();
  assert.deepEqual((await checks()).map((row) => row.status), ["completed"]);
  assert.equal(await answers(), 1);
});
