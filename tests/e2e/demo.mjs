// scripts/quickstart: the founding incident as a pull request on the stand-in for GitHub, reviewed by `leadline serve`.
//
//   demo.mjs PROGRAM [--once]
import path from "node:path";
import { Harness, run, sourceDirectory, until } from "./harness.mjs";

const [program, mode] = process.argv.slice(2);
const harness = new Harness({ validate: false });
const repository = "acme/checkout-platform";
const number = 4271;
const rule = "-".repeat(100);
const section = (title) => console.log(`\n${rule}\n${title}\n${rule}`);
// Comments carry hidden markers for the machine; a person does not see them.
const visible = (markdown) => markdown.replace(/<!--.*?-->\n?/gs, "").trim();

const stopped = new Promise((resolve) => ["SIGINT", "SIGTERM"].forEach((signal) => process.on(signal, resolve)));

async function main() {
  run(path.join(sourceDirectory, "scripts/incident-fixture"), [harness.file("work")]);
  harness.addRepository(repository, harness.file("work"));
  await harness.startGithub();
  await harness.startLeadline(program);
  const pull = await harness.control("pulls", { repository, number, base: "main", head: "release/v3.8.2",
    title: "Release v3.8.2: rotate TLS certificates, JSON logs" });
  console.log(`A stand-in for GitHub serves ${repository} at ${harness.github}; leadline serve listens at ${harness.leadline}.`);
  const delivery = await harness.deliver({ event: "pull_request", action: "opened", repository, number });
  console.log(`Pull request #${number} was opened; its webhook was signed, delivered and answered with ${delivery.status}.`);

  const check = await until("leadline finishes the check", async () =>
    (await harness.state()).checkRuns.find((row) => row.head_sha === pull.headSha && row.status === "completed"));
  const state = await until("leadline comments", async () => {
    const now = await harness.state();
    return now.issueComments.length > 0 && now.reviewComments.length > 0 && now;
  });

  section(`CHECK "${check.name}": ${check.conclusion}\n${check.output.title}`);
  console.log(visible(check.output.summary));
  for (const comment of state.reviewComments) {
    section(`COMMENT on ${comment.path}:${comment.line}`);
    console.log(visible(comment.body));
  }
  for (const comment of state.issueComments) {
    section(`COMMENT on pull request #${number}`);
    console.log(visible(comment.body));
  }
  // The demo is a check too: what it shows must be the incident.
  const shown = state.reviewComments.find((row) => row.body.includes("max_client_conn"));
  const groups = state.issueComments[0].body.split("\n").filter((line) => /^\| \d+ \|/.test(line));
  if (check.conclusion !== "failure" || !shown?.body.includes("line 643 of 847") || groups.length < 3) {
    throw new Error(`the incident was not found: ${check.conclusion}, ${groups.length} groups`);
  }
  if (mode === "--once") return;

  section("WHERE TO LOOK");
  console.log(`The same analysis on the command line:
  scripts/incident-fixture /tmp/incident && ${path.relative(process.cwd(), program)} analyze -C /tmp/incident base...head
The diff line it names:
  git -C /tmp/incident diff base...head | sed -n 643p
Everything the stand-in holds (checks, comments, requests), as JSON:
  curl ${harness.github}/_/state
Ask for another run, as a comment would:
  curl ${harness.github}/_/deliver -d '{"event":"issue_comment","repository":"${repository}","number":${number},"body":"/leadline rerun","sender":"sam"}'
leadline's metrics and health:
  curl ${harness.leadline}/metrics; curl ${harness.leadline}/readyz`);
  console.log("\nServing until Ctrl-C.");
  await stopped;
}

try {
  await Promise.race([main(), stopped]);
} catch (error) {
  if (harness.children.has("leadline")) console.error(harness.log("leadline").slice(-4000));
  console.error(`quickstart: ${error.message}`);
  process.exitCode = 1;
} finally {
  await harness.close();
}
