// Every webhook that GitHub publishes is taken without error: all examples of @octokit/webhooks-examples, those of the
// descriptions of github.com and of the newest GitHub Enterprise Server, and payloads made from the schema of each webhook there:
// with the least that has to be in it, and with everything.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Harness } from "./harness.mjs";
import { Cluster, usesPostgres } from "./postgres.mjs";
import { descriptionNames, publishedExamples, webhooksOf } from "./stand_in/openapi.mjs";
import { sampleOf } from "./stand_in/samples.mjs";

const harness = new Harness({ validate: !usesPostgres }); // with PostgreSQL nobody here asks GitHub for anything
let cluster;

before(async () => {
  await harness.startGithub();
  // Takes deliveries and works on none, where it can: what they speak of is nowhere.
  if (usesPostgres) cluster = new Cluster(harness.file("postgres"));
  const database = cluster ? { LEADLINE_ROLE: "web", DATABASE_URL: cluster.create("leadline") } : {};
  await harness.startLeadline(process.env.LEADLINE_PROGRAM, { LOG_LEVEL: "error", ...database });
});
after(async () => {
  cluster?.stop();
  await harness.close();
});

// Sends each payload; -> what was answered to each, and what was taken as "event.action". Anything but 2xx is a failure.
async function sendAll(deliveries) {
  const taken = new Map();
  const refused = [];
  for (let from = 0; from < deliveries.length; from += 16) {
    await Promise.all(deliveries.slice(from, from + 16).map(async ({ event, payload, where }) => {
      const { status, answer } = await harness.deliver({ event, payload });
      if (status < 200 || status > 299) refused.push(`${where}: ${status} ${answer}`);
      if (status === 202) {
        const name = `${event}${payload.action ? `.${payload.action}` : ""}`;
        taken.set(name, (taken.get(name) ?? 0) + 1);
      }
    }));
  }
  assert.deepEqual(refused, []);
  return taken;
}

const worked = ["installation.created", "installation_repositories.added", "merge_group.checks_requested",
  "pull_request.closed", "pull_request.labeled", "pull_request.opened", "pull_request.ready_for_review", "pull_request.reopened", "pull_request.synchronize",
  "repository.renamed", "repository.transferred"];

test("all 58 events of GitHub's published examples are taken", async () => {
  const examples = publishedExamples();
  assert.ok(new Set(examples.map(({ event }) => event)).size >= 58);
  await sendAll(examples);
});

async function takesEachWebhookOf(name) {
  const { webhooks, resolve } = webhooksOf(name);
  assert.ok(webhooks.length >= 250, `${webhooks.length} webhooks`);
  const deliveries = [];
  for (const { where, event, schema, examples } of webhooks) {
    for (const payload of examples) deliveries.push({ event, payload, where: `${where}, the example` });
    const samples = [{ least: true }, { choice: 0 }, { choice: 1 }];
    for (const sample of samples) deliveries.push({ event, payload: sampleOf(schema, resolve, sample), where: `${where} ${JSON.stringify(sample)}` });
  }
  const taken = await sendAll(deliveries);
  // None that there is was let through because it was not understood.
  const sent = new Set(deliveries.map(({ event, payload }) => `${event}.${payload.action}`));
  assert.deepEqual(worked.filter((each) => sent.has(each) && !taken.has(each)), []);
  assert.ok(worked.filter((each) => sent.has(each)).length >= worked.length - 1); // merge queues are github.com's alone
  assert.ok(deliveries.filter(({ payload }) => payload.action || payload.zen || payload.ref).length > 0.9 * deliveries.length);
  console.log(`${name}: ${webhooks.length} webhooks, ${deliveries.length} payloads`);
}

test("each webhook of the description of github.com is taken, by its example and by its schema", () => takesEachWebhookOf(descriptionNames[0]));

test("each webhook of the description of the newest Enterprise Server is taken, by its example and by its schema",
  () => takesEachWebhookOf(descriptionNames[1]));

test("what GitHub is asked for upon it keeps its descriptions", async () => {
  const { requests, violations } = usesPostgres ? await harness.state() : await harness.settled();
  assert.deepEqual(violations, []);
  assert.equal(requests.length > 0, !usesPostgres, JSON.stringify(requests));
});
