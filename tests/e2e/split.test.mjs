// The incident's pull request is split: its plan is posted, its branches are pushed over git's own HTTP server, and their
// pull requests are opened, all through GitHub's own description.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test, { after, before } from "node:test";
import { Harness, run, sourceDirectory } from "./harness.mjs";

const harness = new Harness();
const repository = "acme/checkout-platform";
const number = 4271;
const program = process.env.LEADLINE_PROGRAM;
let bare, pull;

const git = (...args) => run("git", ["-C", bare, ...args]).trim();
const work = (...args) => run("git", ["-C", harness.file("work"), "-c", "user.name=Robin", "-c", "user.email=robin@acme.example", ...args]).trim();
const answers = (state) => state.issueComments.filter((row) => row.body.startsWith("<!-- leadline:answer"));
const say = (body) => harness.deliver({ event: "issue_comment", action: "created", repository, number, body, sender: "sam" });

// What leadline answers to a comment.
async function answerTo(body) {
  const before = answers(await harness.state()).length;
  assert.equal((await say(body)).status, 202);
  const rows = answers(await harness.settled());
  assert.equal(rows.length, before + 1);
  return rows.at(-1).body;
}

const branches = () => git("for-each-ref", "--format=%(refname:short)", "refs/heads/leadline/").split("\n").filter(Boolean);
const parts = (state) => state.pulls.filter((row) => row.head.startsWith("leadline/") && row.state === "open")
  .sort((a, b) => a.number - b.number);

before(async () => {
  run(path.join(sourceDirectory, "scripts/incident-fixture"), [harness.file("work")]);
  bare = harness.addRepository(repository, harness.file("work"));
  git("config", "http.receivepack", "true");
  await harness.startGithub();
  await harness.startLeadline(program, { LEADLINE_RETRY_BASE_MS: "200" });
  pull = await harness.control("pulls", { repository, number, base: "main", head: "release/v3.8.2", title: "Release v3.8.2" });
});
after(async () => {
  if (process.env.LEADLINE_E2E_LOG) console.error(harness.log("leadline"));
  await harness.close();
});

test("the plan and its commands are posted again on request", async () => {
  const body = await answerTo("/leadline split");
  assert.match(body, /\| 1 \| Connection pool \| 1 \| \+1 −1 \|/);
  assert.match(body, /\| 2 \| TLS/);
  assert.match(body, /\| 3 \| Logging/);
  assert.match(body, /Proven: .* bit for bit/);
  assert.match(body, /git fetch origin pull\/4271\/head/);
  assert.match(body, new RegExp(`leadline split [0-9a-f]{40}\\.\\.${pull.headSha} --branches split-4271-${pull.headSha.slice(0, 12)}\\n`));
  assert.doesNotMatch(body, /--push/); // not allowed here
});

test("nothing is pushed where the configuration does not allow it", async () => {
  assert.match(await answerTo("/leadline split --push"), /push_split_branches: true/);
  assert.deepEqual(branches(), []);
});

test("nothing is pushed without the App's permission, and the answer says so", async () => {
  // The configuration is read from the merge base: the base moves, and the head with it.
  work("checkout", "-q", "main");
  fs.mkdirSync(harness.file("work/.github"), { recursive: true });
  fs.writeFileSync(harness.file("work/.github/leadline.yml"), "publish:\n  push_split_branches: true\n");
  work("add", "-A");
  work("commit", "-qm", "Allow split branches");
  work("checkout", "-q", "release/v3.8.2");
  work("rebase", "-q", "main");
  work("push", "-q", "-f", bare, "main", "release/v3.8.2");
  pull = await harness.control("pulls", { repository, number, base: "main", head: "release/v3.8.2", title: "Release v3.8.2" });
  assert.match(await answerTo("/leadline split"), /`\/leadline split --push`/);
  assert.match(await answerTo("/leadline split --push"), /Contents: read and write/);
  assert.deepEqual(branches(), []);
});

test("branches are pushed, stacked, and build the head's tree; drafts link back", async () => {
  await harness.control("grant", { writing: true });
  const body = await answerTo("/leadline split --push");
  const state = await harness.state();
  assert.deepEqual(state.violations, []);
  const opened = parts(state);
  assert.ok(opened.length >= 4, `${opened.length} parts`);
  assert.equal(branches().length, opened.length);
  assert.ok(opened[0].head.endsWith("/connection-pool"));
  let base = "main";
  for (const [index, part] of opened.entries()) {
    assert.equal(part.base, base);
    assert.equal(part.draft, true);
    assert.match(part.title, new RegExp(`part ${index + 1} of ${opened.length} of #${number}`));
    assert.match(part.body, new RegExp(`of #${number}`));
    if (index > 0) {
      assert.equal(git("rev-parse", `${part.head}^`), git("rev-parse", base));
      assert.match(part.body, new RegExp(`Merge #${opened[index - 1].number} first`));
    }
    assert.match(body, new RegExp(`#${part.number}\\b`));
    base = part.head;
  }
  assert.equal(git("diff", pull.headSha, base), "");
  assert.equal(git("diff", "--shortstat", "main", opened[0].head), "1 file changed, 1 insertion(+), 1 deletion(-)");
  assert.equal(git("log", "-1", "--format=%an %ae", base), git("log", "-1", "--format=%an %ae", pull.headSha));
  const log = harness.log("leadline");
  assert.doesNotMatch(log, /ghs_/);
});

test("who asked for the parts acknowledges none of them", async () => {
  const [part] = parts(await harness.state());
  await harness.deliver({ event: "pull_request", action: "opened", repository, number: part.number });
  const { conclusion } = await harness.finished(part.headSha ?? git("rev-parse", part.head));
  assert.equal(conclusion, "failure");
  const count = answers(await harness.state()).length;
  await harness.deliver({ event: "issue_comment", action: "created", repository, number: part.number, body: "/leadline ack all fine", sender: "sam" });
  const rows = answers(await harness.settled());
  assert.equal(rows.length, count + 1);
  assert.match(rows.at(-1).body, /Not acknowledged/);
});

test("asked again, what stands is found and nothing is doubled", async () => {
  const before = await harness.state();
  const tips = git("for-each-ref", "refs/heads/leadline/");
  await answerTo("/leadline split --push");
  const state = await harness.state();
  assert.deepEqual(parts(state).map((row) => row.number), parts(before).map((row) => row.number));
  assert.equal(git("for-each-ref", "refs/heads/leadline/"), tips);
});

test("what a person wrote over a part's title and text is kept", async () => {
  const [first, second] = parts(await harness.state());
  await harness.control("pulls", { ...first, title: "Raise the pool", body: `${first.body}Discussed with the DBAs.\n` });
  await harness.control("pulls", { ...second, base: "main" });
  await answerTo("/leadline split --push");
  const after = parts(await harness.state());
  assert.equal(after[0].title, "Raise the pool");
  assert.match(after[0].body, /Discussed with the DBAs/);
  assert.equal(after[1].base, first.head); // what was ours is brought back
  await harness.control("pulls", first);
});

test("a part that was merged is not opened again", async () => {
  const before = parts(await harness.state());
  const [first] = before;
  await harness.control("pulls", { ...first, state: "closed", merged: true });
  const tip = git("rev-parse", first.head);
  git("update-ref", "-d", `refs/heads/${first.head}`);
  const body = await answerTo("/leadline split --push");
  assert.match(body, new RegExp(`#${first.number} \\| merged`));
  const after = parts(await harness.state());
  assert.deepEqual(after.map((row) => row.number), before.slice(1).map((row) => row.number));
  assert.equal(after[0].base, "main");
  assert.ok(!branches().includes(first.head));
  git("update-ref", `refs/heads/${first.head}`, tip);
  await harness.control("pulls", first);
  await answerTo("/leadline split --push");
});

test("a crash between pushing and opening leaves no second pull request", async () => {
  const before = parts(await harness.state());
  // The last part's pull request was never opened, as far as GitHub knows, and asking fails once.
  const last = before[before.length - 1];
  await harness.control("pulls", { ...last, state: "closed" });
  await harness.control("faults", { method: "POST", path: "/pulls$", status: 503, times: 1 });
  await answerTo("/leadline split --push");
  const heads = parts(await harness.state()).map((row) => row.head);
  assert.equal(new Set(heads).size, heads.length);
});

test("a push that adds to one group moves the branches and keeps their pull requests", async () => {
  const before = parts(await harness.state());
  fs.appendFileSync(harness.file("work/ansible/playbooks/checkout.yml"), "# rollout note\n");
  work("commit", "-qam", "Note");
  work("push", "-q", bare, "release/v3.8.2");
  pull = await harness.control("pulls", { repository, number, base: "main", head: "release/v3.8.2", title: "Release v3.8.2" });
  const body = await answerTo("/leadline split --push");
  const after = parts(await harness.state());
  assert.equal(after[0].number, before[0].number);
  assert.deepEqual(after.slice(0, 3).map((row) => row.head), before.slice(0, 3).map((row) => row.head));
  // The last row is the top of the stack; a branch of the earlier plan is named below the table.
  const rows = [...body.matchAll(/^\| \d+ \|.*`(leadline\/[^`]+)`/gm)].map((row) => row[1]);
  assert.equal(git("diff", pull.headSha, rows[rows.length - 1]), "");
  for (const { head } of after) assert.ok(rows.includes(head) || body.includes(`\`${head}\` belongs to an earlier plan`), head);
});

test("somebody's commit on a branch is never overwritten", async () => {
  const [first] = parts(await harness.state());
  work("fetch", "-q", bare, `refs/heads/${first.head}`);
  work("checkout", "-q", "--detach", "FETCH_HEAD");
  fs.appendFileSync(harness.file("work/README.md"), "Mine.\n");
  work("add", "-A");
  work("commit", "-qm", "Mine");
  work("push", "-q", bare, `HEAD:refs/heads/${first.head}`);
  const tip = git("rev-parse", first.head);
  work("checkout", "-q", "release/v3.8.2");
  fs.appendFileSync(harness.file("work/ansible/playbooks/checkout.yml"), "# another note\n");
  work("commit", "-qam", "Another note");
  work("push", "-q", bare, "release/v3.8.2");
  await harness.control("pulls", { repository, number, base: "main", head: "release/v3.8.2", title: "Release v3.8.2" });
  assert.match(await answerTo("/leadline split --push"), /not leadline's/);
  assert.equal(git("rev-parse", first.head), tip);
});

test("a fork's pull request is not pushed, and the answer says why", async () => {
  harness.addRepository("contributor/shop", harness.file("work"));
  await harness.control("pulls", { repository, number: 99, base: "main", head: "release/v3.8.2", title: "Fork", fork: "contributor/shop" });
  const before = branches();
  await harness.deliver({ event: "issue_comment", action: "created", repository, number: 99, body: "/leadline split --push", sender: "sam" });
  const [{ body }] = answers(await harness.settled()).filter((row) => row.number === 99);
  assert.match(body, /in a fork/);
  assert.deepEqual(branches(), before);
});
