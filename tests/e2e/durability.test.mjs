// The short form of durability.mjs: nothing is lost, nothing is said twice, whenever the server is killed.
import assert from "node:assert/strict";
import test from "node:test";
import { DurabilityRun, broken, table } from "./durability.mjs";
import { Harness, until } from "./harness.mjs";
import { Cluster, usesPostgres } from "./postgres.mjs";

async function holds(title, options) {
  const attempt = new DurabilityRun({ program: process.env.LEADLINE_PROGRAM, seed: 3, drainSeconds: 240, ...options });
  let keep = true;
  try {
    const counts = await attempt.all();
    console.log(table(title, counts));
    assert.deepEqual(broken(counts), []);
    keep = false;
  } finally {
    await attempt.close({ keep: keep && Boolean(process.env.LEADLINE_E2E_KEEP) });
  }
}

test("a run that lost, repeated or left out anything is told from one that did not", () => {
  const good = { deliveries: 5, accepted: 5, resent: 1, repeated: 1, kills: 1, outages: 1, oneFinishedCheck: 5, noCheck: 0, severalChecks: 0,
    unfinishedChecks: 0, otherConclusions: 0, reviewedTwice: 0, inlineTwice: 0, noInline: 0, stickyTwice: 0, noSticky: 0,
    deadLetters: 0, lost: 0, violations: 0 };
  assert.deepEqual(broken(good), []);
  const zero = Object.keys(good).filter((name) => good[name] === 0);
  for (const name of zero) assert.deepEqual(broken({ ...good, [name]: 1 }), [name]);
  assert.deepEqual(broken({ ...good, oneFinishedCheck: 4 }), ["oneFinishedCheck"]);
  assert.deepEqual(broken({ ...good, accepted: 4 }), ["oneFinishedCheck"]);
});

test("SQLite: a server killed at random moments loses and repeats nothing", () =>
  holds("SQLite", { deliveries: 100, kills: 4, every: 1.5 }));

test("what a killed server had just sent takes effect later, and is not written again", async () => {
  const attempt = new DurabilityRun({ program: process.env.LEADLINE_PROGRAM, deliveries: 3, kills: 0, drainSeconds: 240 });
  try {
    await attempt.prepare();
    const paths = ["/check-runs$", "/pulls/\\d+/reviews$", "/issues/\\d+/comments$"];
    const rows = attempt.sent.map(({ installation }, at) => ({ method: "POST", path: paths[at], installation, lands: 10 }));
    await attempt.harness.control("faults", rows);
    const faults = () => attempt.harness.control("faults");
    await attempt.send();
    await until("all of it is on its way", async () => (await faults()).every((row) => row.hits.length === 1));
    const [server] = attempt.servers;
    server.child.kill("SIGKILL");
    await until("it is dead", () => server.child.ended);
    await attempt.start(server);
    await until("all of it is there", async () => (await faults()).every((row) => row.landed === 1));
    await attempt.drain();
    const counts = await attempt.count();
    assert.deepEqual(broken(counts), [], JSON.stringify(counts));
  } finally {
    await attempt.close();
  }
});

test("GitHub that fails three requests in ten: every pull request ends right", () =>
  holds("30 % faults", { deliveries: 40, kills: 0, faults: 0.3, environment: { LEADLINE_RETRY_BASE_MS: "50", LEADLINE_WORKERS: "16",
    LEADLINE_GITHUB_TIMEOUT_SECONDS: "5" } })); // which is also for how long it waits for what was not answered

test("PostgreSQL: one of three replicas killed at random moments loses and repeats nothing", { skip: !usesPostgres }, () =>
  holds("PostgreSQL, three replicas", { database: "postgres", replicas: 3, deliveries: 60, kills: 3, every: 2 }));

test("a PostgreSQL that crashes and comes back loses and repeats nothing", { skip: !usesPostgres }, () =>
  holds("PostgreSQL that crashes, two replicas", { database: "postgres", replicas: 2, deliveries: 60, kills: 0, outages: 3, every: 4 }));

test("a PostgreSQL that comes up after the server is waited for", { skip: !usesPostgres }, async () => {
  const harness = new Harness();
  try {
    await harness.startGithub();
    const cluster = new Cluster(harness.file("postgres"));
    const url = cluster.create("leadline");
    cluster.stop();
    const started = harness.startLeadline(process.env.LEADLINE_PROGRAM, { DATABASE_URL: url });
    await until("leadline says that it waits", () => harness.log("leadline").includes("the next try is in"));
    cluster.start();
    await started;
    assert.deepEqual((await harness.state()).violations, []);
    cluster.stop();
  } finally {
    await harness.close();
  }
});
