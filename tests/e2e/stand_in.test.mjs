// The stand-in is proven against GitHub's own description: each of its answers passes the validating proxy.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import test, { after, before } from "node:test";
import { appId, Harness, run, sourceDirectory } from "./harness.mjs";
import { descriptionNames } from "./stand_in/openapi.mjs";

const harness = new Harness();
const repository = "acme/checkout-platform";
let jwt, token, pull;

before(async () => {
  run(path.join(sourceDirectory, "scripts/incident-fixture"), [harness.file("work")]);
  harness.addRepository(repository, harness.file("work"));
  await harness.startGithub();
  pull = await harness.control("pulls", { repository, number: 4271, base: "main", head: "release/v3.8.2", title: "Release v3.8.2" });
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const text = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iss: appId, iat: now - 60, exp: now + 300 })}`;
  jwt = `${text}.${crypto.sign("RSA-SHA256", Buffer.from(text), fs.readFileSync(harness.file("app.pem"))).toString("base64url")}`;
});
after(() => harness.close());

async function call(method, where, body, authorization = `Bearer ${token}`) {
  const response = await fetch(`${harness.github}/api/v3${where}`, { method, body: body && JSON.stringify(body),
    headers: { authorization, accept: "application/vnd.github+json", ...(body && { "content-type": "application/json" }) } });
  const answer = response.status === 204 ? undefined : await response.json();
  const { violations } = await harness.state();
  assert.deepEqual(violations, [], `${method} ${where}`);
  return { status: response.status, answer };
}

test("every answer that leadline reads keeps GitHub's description", async () => {
  const byApp = (method, where, body) => call(method, where, body, `Bearer ${jwt}`);
  const made = await byApp("POST", "/app/installations/4242/access_tokens", { permissions: { checks: "write" } });
  assert.equal(made.status, 201);
  token = made.answer.token;
  assert.equal((await byApp("GET", "/app")).answer.id, appId);
  assert.equal((await byApp("GET", `/repos/${repository}/installation`)).answer.id, 4242);
  assert.equal((await byApp("GET", "/app/installations?per_page=100")).answer[0].id, 4242);
  assert.equal((await call("GET", "/installation/repositories?per_page=100")).answer.repositories[0].full_name, repository);
  assert.ok((await call("GET", "/meta")).answer.verifiable_password_authentication !== undefined);
  await harness.control("hook", { url: "http://127.0.0.1:9/api/github/webhooks" }); // where nobody listens
  assert.equal((await byApp("GET", "/app/hook/config")).answer.url, "http://127.0.0.1:9/api/github/webhooks");
  await harness.deliver({ event: "pull_request", action: "opened", repository, number: 4271 });
  const [failed] = (await byApp("GET", "/app/hook/deliveries?per_page=100")).answer;
  assert.equal((await byApp("POST", `/app/hook/deliveries/${failed.id}/attempts`)).status, 202);
  assert.equal((await call("GET", `/repos/${repository}/pulls?state=open&per_page=100`)).answer[0].number, 4271);
  assert.equal((await call("GET", `/repos/${repository}/pulls/4271`)).answer.head.sha, pull.headSha);
  const run1 = await call("POST", `/repos/${repository}/check-runs`, { name: "leadline", head_sha: pull.headSha, status: "queued" });
  assert.equal(run1.status, 201);
  const done = await call("PATCH", `/repos/${repository}/check-runs/${run1.answer.id}`, { status: "completed", conclusion: "failure",
    output: { title: "t", summary: "s", annotations: [{ path: "a", start_line: 1, end_line: 1, annotation_level: "failure", message: "m" }] } });
  assert.equal(done.answer.conclusion, "failure");
  assert.equal((await call("GET", `/repos/${repository}/commits/${pull.headSha}/check-runs?check_name=leadline`)).answer.total_count, 1);
  const file = "pulumi/templates/pgbouncer.ini.tmpl";
  const line = run("git", ["-C", harness.file("work"), "show", `head:${file}`]).split("\n").indexOf("max_client_conn = 20") + 1;
  assert.equal((await call("POST", `/repos/${repository}/pulls/4271/reviews`, { event: "COMMENT", body: "b",
    comments: [{ path: file, line, side: "RIGHT", body: "c" }] })).status, 200);
  const onFile = await call("POST", `/repos/${repository}/pulls/4271/comments`, { path: file, commit_id: pull.headSha, subject_type: "file", body: "f" });
  assert.equal(onFile.status, 201);
  assert.equal((await call("POST", `/repos/${repository}/pulls/comments/${onFile.answer.id}/reactions`, { content: "eyes" })).status, 201);
  const issue = await call("POST", `/repos/${repository}/issues/4271/comments`, { body: "sticky" });
  assert.equal((await call("PATCH", `/repos/${repository}/issues/comments/${issue.answer.id}`, { body: "two" })).answer.body, "two");
  assert.equal((await call("POST", `/repos/${repository}/issues/comments/${issue.answer.id}/reactions`, { content: "+1" })).status, 201);
  assert.equal((await call("GET", `/repos/${repository}/collaborators/sam/permission`)).answer.permission, "write");
  await harness.control("teams", { team: "acme/dba", logins: ["sam"] });
  assert.equal((await call("GET", "/orgs/acme/teams/dba/memberships/sam")).answer.state, "active");
  const ref = encodeURIComponent("heads/main");
  const { sha } = (await call("GET", `/repos/${repository}/git/ref/${ref}`)).answer.object;
  assert.equal((await call("GET", `/repos/${repository}/git/matching-refs/${ref}`)).answer[0].object.sha, sha);
  assert.equal((await call("GET", `/repos/${repository}/git/commits/${sha}`)).answer.sha, sha);
  const part = await call("POST", `/repos/${repository}/pulls`, { title: "part", head: "main", base: "release/v3.8.2", body: "b", draft: true });
  assert.equal(part.status, 201);
  assert.equal((await call("PATCH", `/repos/${repository}/pulls/${part.answer.number}`, { title: "the part" })).answer.title, "the part");
  assert.deepEqual(await harness.control("unanswered"), []); // the stand-in has no endpoint but these
});

test("one comment outside the hunks rejects the whole review, as on GitHub", async () => {
  const before = (await harness.state()).reviewComments.length;
  const { status } = await call("POST", `/repos/${repository}/pulls/4271/reviews`, { event: "COMMENT", comments: [
    { path: "pulumi/templates/pgbouncer.ini.tmpl", line: 1, side: "RIGHT", body: "outside" }] });
  assert.equal(status, 422);
  assert.equal((await harness.state()).reviewComments.length, before);
});

test("a bad token and a missing object are refused as GitHub refuses them", async () => {
  assert.equal((await call("GET", `/repos/${repository}/pulls/4271`, undefined, "Bearer ghs_wrong")).status, 401);
  assert.equal((await call("GET", `/repos/${repository}/pulls/1`)).status, 404);
  assert.throws(() => run("git", ["ls-remote", `${harness.github}/${repository}.git`], { env: { ...process.env, GIT_TERMINAL_PROMPT: "0" }, stdio: "pipe" }));
  const refs = run("git", ["ls-remote", `${harness.github.replace("http://", `http://x-access-token:${token}@`)}/${repository}.git`]);
  assert.match(refs, new RegExp(`${pull.headSha}\\trefs/pull/4271/head`));
});

test("a request that breaks GitHub's description is noticed", async () => {
  const response = await fetch(`${harness.github}/api/v3/repos/${repository}/check-runs`, { method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "leadline", head_sha: pull.headSha, status: "complete" }) });
  assert.equal(response.status, 422);
  const { violations } = await harness.state();
  assert.deepEqual(violations.map((row) => row.description), ["api.github.com"]);
});

test("an operation that only github.com has is noticed by the description of the Enterprise Server", async () => {
  const [, enterprise] = descriptionNames;
  assert.match(enterprise, /^ghes-3\.\d+$/);
  const [cloud, server] = descriptionNames.map((name) => JSON.parse(fs.readFileSync(harness.file(`${name}.json`), "utf8")).paths);
  const where = Object.keys(cloud).find((each) => cloud[each].get && !server[each] && /^\/repos\/[^{}]*\{owner\}\/\{repo\}\/[a-z-]+$/.test(each));
  await harness.control("forget", {});
  await fetch(`${harness.github}/api/v3${where.replace("{owner}/{repo}", repository)}`, { headers: { authorization: `Bearer ${token}` } });
  const { violations } = await harness.state();
  assert.ok(violations.some((row) => row.description === enterprise), JSON.stringify(violations));
});

test("only the tests of faults leave GitHub's descriptions out", () => {
  const folder = path.join(sourceDirectory, "tests/e2e");
  const without = fs.readdirSync(folder).filter((name) => name.endsWith(".test.mjs") && name !== "stand_in.test.mjs" &&
    fs.readFileSync(path.join(folder, name), "utf8").includes("validate: false"));
  assert.deepEqual(without, ["faults.test.mjs"]);
});
