// The founding incident on the command line: what `leadline analyze` says of it, and of variants it was not written for.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { after, before } from "node:test";
import { run, sourceDirectory } from "./harness.mjs";

const program = process.env.LEADLINE_PROGRAM;
const directory = fs.mkdtempSync(path.join(os.tmpdir(), "leadline-incident-"));
const fixture = path.join(directory, "incident");

before(() => run(path.join(sourceDirectory, "scripts/incident-fixture"), [fixture]));
after(() => fs.rmSync(directory, { recursive: true, force: true }));

function analyze(repository, ...args) {
  const { status, stdout, stderr } = spawnSync(program, ["analyze", "-C", repository, "base...head", ...args],
    { encoding: "utf8", maxBuffer: 1 << 28 });
  return { status, stdout, stderr };
}

test("the fixture is 847 lines of diff and the new limit stands on line 643", () => {
  const diff = run("git", ["-C", fixture, "diff", "base...head"]).split("\n");
  assert.equal(diff.length - 1, 847);
  assert.equal(diff[642], "+max_client_conn = 20");
  assert.equal(diff[641], "-max_client_conn = 200");
});

test("the report names the line first, blocks, and is the same bytes twice", () => {
  const { status, stdout } = analyze(fixture, "--format", "json");
  assert.equal(status, 1);
  const report = JSON.parse(stdout);
  assert.equal(report.verdict.conclusion, "failure");
  const [finding] = report.findings;
  assert.equal(finding.diff_line, 643);
  assert.equal(finding.path, "pulumi/templates/pgbouncer.ini.tmpl");
  assert.deepEqual([finding.setting.old, finding.setting.new], ["200", "20"]);
  assert.equal(finding.domain, "connection-pool");
  assert.ok(["critical", "high"].includes(finding.severity), finding.severity);
  assert.equal(report.stats.diff_lines, 847);
  const domains = report.split.groups.map((group) => group.domain);
  for (const domain of ["connection-pool", "tls", "logging"]) assert.ok(domains.includes(domain), `${domain} in ${domains}`);
  assert.equal(domains[0], "connection-pool");
  assert.equal(report.split.recommended, true);
  assert.equal(analyze(fixture, "--format", "json").stdout, stdout);
});

test("nothing else in the incident's pull request is called high", () => {
  const report = JSON.parse(analyze(fixture, "--format", "json").stdout);
  const loud = report.findings.filter((finding) => ["critical", "high"].includes(finding.severity));
  assert.deepEqual(loud.map((finding) => finding.setting?.key.split(".").pop()), ["max_client_conn"]);
});

test("a diff on standard input gives the same finding as the repository", () => {
  const diff = run("git", ["-C", fixture, "diff", "--find-renames", "base...head"]);
  const { status, stdout } = spawnSync(program, ["analyze", "--diff", "-", "--format", "json"], { input: diff, encoding: "utf8" });
  assert.equal(status, 1);
  const [finding] = JSON.parse(stdout).findings;
  assert.deepEqual([finding.diff_line, finding.setting.old, finding.setting.new], [643, "200", "20"]);
});

// Other keys, formats and places, buried in the same pull request.
const variants = [
  { what: "a Hikari pool in YAML", file: "services/orders/config/application-prod.yaml",
    base: "spring:\n  datasource:\n    hikari:\n      maximum-pool-size: 40\n      connection-timeout: 30000\n",
    from: "maximum-pool-size: 40", to: "maximum-pool-size: 4" },
  { what: "PostgreSQL's max_connections", file: "ansible/roles/postgres/templates/postgresql.conf.j2",
    base: "listen_addresses = '*'\nmax_connections = 500\nshared_buffers = 8GB\n",
    from: "max_connections = 500", to: "max_connections = 50" },
  { what: "verification of a server's certificate", file: "deploy/prod/values.yaml",
    base: "database:\n  host: db.internal\n  sslmode: verify-full\n  port: 5432\n",
    from: "sslmode: verify-full", to: "sslmode: disable" },
  { what: "a memory limit", file: "deploy/prod/checkout.yaml",
    base: "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: checkout\nspec:\n  replicas: 6\n  template:\n    spec:\n      containers:\n        - name: web\n          image: acme/checkout:1.4.2\n          resources:\n            limits:\n              memory: 2Gi\n",
    from: "memory: 2Gi", to: "memory: 200Mi" },
  { what: "a pool in TypeScript", file: "services/orders/src/database.ts",
    base: "import { Pool } from \"pg\";\n\nexport const pool = new Pool({\n  host: process.env.PGHOST,\n  max: 50,\n  idleTimeoutMillis: 30000,\n});\n",
    from: "max: 50", to: "max: 5" },
  { what: "fsync in TOML", file: "zz/config/postgres.toml",
    base: "[postgresql]\nfsync = true\nsynchronous_commit = \"on\"\n", from: "fsync = true", to: "fsync = false" },
];

for (const { what, file, base, from, to } of variants) {
  test(`buried elsewhere: ${what}`, () => {
    const repository = path.join(directory, what.replace(/\W+/g, "-"));
    const git = (...args) => run("git", ["-C", repository, "-c", "user.name=t", "-c", "user.email=t@example.invalid", ...args]);
    run("git", ["init", "-q", "-b", "main", repository]);
    for (const [tree, text] of [["base", base], ["head", base.replace(from, to)]]) {
      fs.cpSync(path.join(sourceDirectory, "tests/data/incident", tree), repository, { recursive: true });
      // The incident's own line stays out of the way.
      const pool = path.join(repository, "pulumi/templates/pgbouncer.ini.tmpl");
      fs.writeFileSync(pool, fs.readFileSync(pool, "utf8").replace("max_client_conn = 20\n", "max_client_conn = 200\n"));
      fs.mkdirSync(path.dirname(path.join(repository, file)), { recursive: true });
      fs.writeFileSync(path.join(repository, file), text);
      git("add", "-A");
      git("commit", "-qm", tree);
      git("tag", tree);
    }
    const diff = git("diff", "--find-renames", "base...head").split("\n");
    const place = diff.findIndex((line) => line.startsWith("+") && line.slice(1).trim().replace(/,$/, "") === to.replace(/,$/, "")) + 1;
    assert.ok(place > 0);
    const { status, stdout } = analyze(repository, "--format", "json");
    const [finding] = JSON.parse(stdout).findings;
    assert.ok(finding, "no finding");
    assert.deepEqual([finding.path, finding.diff_line], [file, place]);
    assert.ok(["critical", "high"].includes(finding.severity), `${finding.severity}: ${finding.title}`);
    assert.equal(status, 1);
  });
}
