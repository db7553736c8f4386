// What GitHub could not deliver is asked for again; what a delivery does not say is asked for.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";
import test, { after, before } from "node:test";
import { Harness, freePort, run, sourceDirectory, until } from "./harness.mjs";
import { webhookExample } from "./stand_in/openapi.mjs";

const harness = new Harness();
const repository = "acme/checkout-platform";

before(async () => {
  run(path.join(sourceDirectory, "scripts/incident-fixture"), [harness.file("work")]);
  harness.addRepository(repository, harness.file("work"));
  await harness.startGithub();
  await harness.control("listing", { installations: false });
});
after(async () => {
  if (process.env.LEADLINE_E2E_LOG) console.error(harness.log("leadline"));
  await harness.close();
});

const open = (number) =>
  harness.control("pulls", { repository, number, base: "main", head: "release/v3.8.2", title: `Release ${number}` });
const metric = (name) => harness.metric(name);
const finished = (sha) => until("a finished check", async () =>
  (await harness.state()).checkRuns.some((row) => row.head_sha === sha && row.status === "completed"));

test("a delivery that failed while the server was away is asked for at its start", async () => {
  const pull = await open(1);
  harness.leadlinePort = await freePort(); // nobody listens there yet
  await harness.control("hook", { url: `http://127.0.0.1:${harness.leadlinePort}/api/github/webhooks` });
  const delivery = await harness.deliver({ event: "pull_request", action: "opened", repository, number: 1 });
  assert.equal(delivery.status, 0);
  assert.equal((await harness.state()).checkRuns.length, 0);

  await harness.startLeadline(process.env.LEADLINE_PROGRAM);
  await finished(pull.headSha);
  const { deliveries, violations } = await harness.state();
  assert.deepEqual(violations, []);
  assert.deepEqual(deliveries.map((row) => [row.guid, row.redelivery, row.ok]),
    [[delivery.guid, false, false], [delivery.guid, true, true]]);
  assert.equal(await metric("leadline_deliveries_asked_again_total"), 1);
});

test("the doctor finds nothing wrong, and what is wrong", async () => {
  const doctor = (options = [], more = {}) => new Promise((resolve) => {
    const child = spawn(process.env.LEADLINE_PROGRAM, ["doctor", ...options], { env: { ...harness.environment(), ...more } });
    const run = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) child[stream].on("data", (chunk) => { run[stream] += chunk; });
    child.on("close", (status) => resolve({ ...run, status }));
  });
  const well = await doctor(["--round-trip"]);
  assert.equal(well.status, 0, well.stdout + well.stderr);
  for (const what of ["configuration", "database", "GitHub", "registration", "webhook", "installations", "deliveries", "round trip"]) {
    assert.match(well.stdout, new RegExp(`^ok +${what} `, "m"));
  }
  const ill = await doctor([], { WEBHOOK_PATH: "/elsewhere", DATABASE_URL: "sqlite:/proc/none/s.sqlite" });
  assert.equal(ill.status, 1);
  assert.match(ill.stdout, /^WRONG +database .*\/proc\/none/m);
  assert.match(ill.stdout, /^WRONG +webhook .*the server listens at \/elsewhere/m);
  assert.equal((await doctor([], { APP_ID: "" })).status, 2);

  await harness.control("listing", { installations: true });
  assert.match((await doctor()).stdout, /^ok +installations +1, with the permissions/m);
  await harness.control("withhold", { permissions: ["merge_queues"] });
  const hook = `http://127.0.0.1:${harness.leadlinePort}/api/github/webhooks`;
  await harness.control("hook", { url: hook, insecure: true });
  const unaccepted = await doctor();
  assert.equal(unaccepted.status, 1);
  assert.match(unaccepted.stdout, /^WRONG +installations +1 of 1 .*acme \(installation 4242\) .*merge_queues is none, needed is read/m);
  assert.match(unaccepted.stdout, /^WRONG +webhook .*insecure_ssl/m);
  await harness.control("hook", { url: "http://leadline.example/api/github/webhooks" });
  assert.match((await doctor()).stdout, /^WRONG +webhook .*http:\/\/leadline\.example.*no https address/m);
  await harness.control("hook", { url: hook });
  assert.deepEqual((await harness.state()).violations, []);
});

test("a delivery that names no installation is worked on, and a line that GitHub refuses is told on its file", async () => {
  const git = (...args) => run("git", ["-C", harness.file("work"), "-c", "user.name=Robin", "-c", "user.email=robin@acme.example", ...args]);
  git("commit", "-q", "--allow-empty", "-m", "Again");
  git("push", "-q", path.join(harness.file("repositories"), `${repository}.git`), "HEAD:again");
  const pull = await harness.control("pulls", { repository, number: 2, base: "main", head: "again", title: "Again" });
  const file = "pulumi/templates/pgbouncer.ini.tmpl";
  const line = git("show", `HEAD:${file}`).split("\n").indexOf("max_client_conn = 20") + 1;
  await harness.control("refuse", { repository, path: file, line });

  const { installation, ...payload } = webhookExample("pull_request", "opened");
  payload.number = 2;
  Object.assign(payload.pull_request, { number: 2, state: "open", draft: false });
  Object.assign(payload.pull_request.head, { ref: pull.head, sha: pull.headSha });
  Object.assign(payload.pull_request.base, { ref: pull.base, sha: pull.baseSha });
  Object.assign(payload.repository, { full_name: repository });
  assert.equal((await harness.deliver({ event: "pull_request", action: "opened", payload })).status, 202);
  assert.equal((await harness.finished(pull.headSha)).conclusion, "failure");
  const { requests, reviewComments } = await harness.settled();
  assert.ok(requests.some((row) => row.path === `/repos/${repository}/installation`));
  assert.ok(reviewComments.some((row) => row.number === 2 && row.path === file && row.subject_type === "file"));
});
