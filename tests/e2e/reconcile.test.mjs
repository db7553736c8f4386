// What no delivery ever told is found at the start.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test, { after, before } from "node:test";
import { Harness, run, sourceDirectory, until } from "./harness.mjs";

const harness = new Harness({ validate: false });
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
