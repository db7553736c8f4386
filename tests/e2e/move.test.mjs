// From SQLite to PostgreSQL while the server runs, to servers of one role each: nothing is lost and nothing is said twice.
import assert from "node:assert/strict";
import test from "node:test";
import { importRepository } from "./durability.mjs";
import { freePort, Harness, run, until } from "./harness.mjs";
import { Cluster, usesPostgres } from "./postgres.mjs";
import { exchange } from "./stand_in/exchange.mjs";

const program = process.env.LEADLINE_PROGRAM;
const repository = "acme/shop";
const path = "/api/github/webhooks";

async function startRole(harness, role, port, url) {
  const child = harness.start(role, program, ["serve", "--role", role],
    { env: { ...harness.environment(port), DATABASE_URL: url, LEADLINE_DATA: harness.file(`data-${role}`) } });
  await until(`the ${role} server is ready`, async () => {
    if (child.ended) throw new Error(`it ended: ${harness.log(role).slice(-2000)}`);
    return (await exchange(`http://127.0.0.1:${port}/readyz`)).status === 200;
  });
}

test("a server moves to PostgreSQL, to a web and a worker server, and each pull request has one check",
  { skip: !usesPostgres }, async () => {
    const harness = new Harness();
    const cluster = new Cluster(harness.file("postgres"));
    try {
      await harness.startGithub();
      await harness.control("listing", { installations: false }); // nothing is found by a sweep
      const refs = importRepository(harness, repository, 4);
      const heads = [1, 2, 3, 4].map((number) => refs.get(`refs/pull/${number}/head`));
      await harness.control("pulls/many", heads.map((headSha, at) => ({ repository, number: at + 1, base: "main", head: `change-${at + 1}`,
        title: `Change ${at + 1}`, baseSha: refs.get("refs/heads/main"), headSha })));
      const opened = (number) => harness.deliver({ event: "pull_request", action: "opened", repository, number });

      // The first is done, the second waits for another try, when the database is copied.
      await harness.startLeadline(program, { LEADLINE_RETRY_BASE_MS: "8000" });
      await opened(1);
      await harness.finished(heads[0]);
      await harness.control("git", { status: 503 });
      assert.equal((await opened(2)).status, 202);
      await until("its first try has failed", async () => (await harness.state()).requests.some((row) => row.status === 503) &&
        await harness.metric('leadline_queue_jobs{state="waiting"}') === 1);
      const url = cluster.create("leadline");
      assert.match(run(program, ["store", "copy", `sqlite:${harness.file("data/leadline.sqlite")}`, url],
        { env: { PATH: process.env.PATH } }), /^moved;/m);
      await harness.control("git", {});

      const refused = await opened(3);
      assert.equal(refused.status, 503);
      const { status, text } = await exchange(`${harness.leadline}/readyz`);
      assert.deepEqual([status, text.trim()], [503, "the database was moved: this server is to be stopped"]);
      assert.deepEqual(await harness.stop("leadline"), { code: 0, signal: null });

      // The one takes deliveries and works on none, the other one works and takes none.
      const workerPort = await freePort();
      await Promise.all([startRole(harness, "web", harness.leadlinePort, url), startRole(harness, "worker", workerPort, url)]);
      assert.equal((await exchange(`http://127.0.0.1:${workerPort}${path}`, { method: "POST", body: "{}" })).status, 404);
      assert.equal((await opened(4)).status, 202);
      await until("what was refused is asked for again", async () =>
        (await harness.state()).deliveries.some((row) => row.guid === refused.guid && row.redelivery && row.status === 202));

      const state = await harness.settled();
      const numbers = (rows) => rows.map((row) => row.number).sort();
      assert.deepEqual(state.checkRuns.map((row) => row.head_sha).sort(), [...heads].sort());
      assert.deepEqual(state.checkRuns.map((row) => [row.status, row.conclusion]), heads.map(() => ["completed", "failure"]));
      for (const rows of [state.reviews, state.reviewComments, state.issueComments]) assert.deepEqual(numbers(rows), [1, 2, 3, 4]);
      assert.equal(harness.log("worker").match(/ conclusion=failure/g).length, 3);
      assert.doesNotMatch(harness.log("web"), /conclusion=/);
    } finally {
      if (process.env.LEADLINE_E2E_LOG) for (const name of ["leadline", "web", "worker"]) console.error(harness.log(name));
      cluster.stop();
      await harness.close();
    }
  });
