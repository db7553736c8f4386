// The short form of durability.mjs: nothing is lost, nothing is said twice, whenever the server is killed.
import assert from "node:assert/strict";
import test from "node:test";
import { DurabilityRun, broken, table } from "./durability.mjs";
import { Harness, until } from "./harness.mjs";
import { Cluster, hasPostgres } from "./postgres.mjs";

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

test("SQLite: a server killed at random moments loses and repeats nothing", () =>
  holds("SQLite", { deliveries: 100, kills: 4, every: 1.5 }));

test("GitHub that fails three requests in ten: every pull request ends right", () =>
  holds("30 % faults", { deliveries: 40, kills: 0, faults: 0.3, environment: { LEADLINE_RETRY_BASE_MS: "50" } }));

test("PostgreSQL: one of three replicas killed at random moments loses and repeats nothing", { skip: !hasPostgres }, () =>
  holds("PostgreSQL, three replicas", { database: "postgres", replicas: 3, deliveries: 60, kills: 3, every: 2 }));

test("a PostgreSQL that comes up after the server is waited for", { skip: !hasPostgres }, async () => {
  const harness = new Harness({ validate: false });
  try {
    await harness.startGithub();
    const cluster = new Cluster(harness.file("postgres"));
    const url = cluster.create("leadline");
    cluster.stop();
    const started = harness.startLeadline(process.env.LEADLINE_PROGRAM, { DATABASE_URL: url });
    await until("leadline says that it waits", () => harness.log("leadline").includes("the next try is in"));
    cluster.start();
    await started;
    cluster.stop();
  } finally {
    await harness.close();
  }
});
