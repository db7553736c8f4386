// Starts the processes of an end-to-end run on loopback and stops them again: the stand-in for GitHub, the validating
// proxy with GitHub's OpenAPI file between it and leadline, and `leadline serve`.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { exchange } from "./stand_in/exchange.mjs";
import { descriptionNames, writeDescription } from "./stand_in/openapi.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
export const sourceDirectory = path.join(here, "..", "..");
export const appId = 31337;
export const webhookSecret = "a secret for the tests only";

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Polls `probe` until it gives something truthy; fails with `what` after `seconds`.
export async function until(what, probe, seconds = 180) {
  const end = Date.now() + seconds * 1000;
  let last;
  while (Date.now() < end) {
    try {
      const found = await probe();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    await sleep(100);
  }
  throw new Error(`after ${seconds} s: ${what}${last ? `: ${last}` : ""}`);
}

const listen = (port) => new Promise((resolve) => {
  const server = net.createServer();
  server.on("error", () => resolve(undefined));
  server.listen(port, "127.0.0.1", () => resolve(server));
});

// The ports of a run are of a block of its own, whose first port the run listens on until it ends: a port that a run has found
// free is then taken by no other run before a program listens on it, nor while that program is started again. Below the ports
// that outgoing connections get.
const blockSize = 500;
let block, nextPort;
async function takeBlock() {
  for (let first = 20000; first < 32000; first += blockSize) {
    const server = await listen(first);
    if (!server) continue;
    server.unref();
    [block, nextPort] = [first, first + 1];
    return;
  }
  throw new Error("no block of ports is free from 20000 to 32000");
}

// A port that nobody listens on, another one each time.
export async function freePort() {
  if (block === undefined) await takeBlock();
  for (;;) {
    const port = nextPort++;
    if (port >= block + blockSize) throw new Error(`no port is free from ${block} to ${block + blockSize - 1}`);
    const server = await listen(port);
    if (!server) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

export function run(command, args, options = {}) {
  return execFileSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28, ...options });
}

export class Harness {
  constructor({ validate = true, verbose = false } = {}) {
    this.validate = validate;
    this.verbose = verbose;
    this.directory = fs.mkdtempSync(path.join(os.tmpdir(), "leadline-e2e-"));
    this.children = new Map();
  }

  file(name) {
    return path.join(this.directory, name);
  }

  start(name, command, args, options = {}) {
    const log = fs.openSync(this.file(`${name}.log`), "a");
    const child = spawn(command, args, { stdio: ["ignore", "pipe", log], ...options });
    child.stdout.on("data", (chunk) => {
      fs.writeSync(log, chunk);
      if (this.verbose) process.stderr.write(chunk);
    });
    child.on("exit", (code, signal) => {
      child.ended = { code, signal };
    });
    this.children.set(name, child);
    return child;
  }

  log(name) {
    return fs.readFileSync(this.file(`${name}.log`), "utf8");
  }

  // A bare repository OWNER/NAME.git of the work tree `from`, served by the stand-in.
  addRepository(repository, from) {
    const directory = path.join(this.file("repositories"), `${repository}.git`);
    fs.mkdirSync(path.dirname(directory), { recursive: true });
    run("git", ["clone", "-q", "--bare", from, directory]);
    run("git", ["-C", directory, "config", "http.receivepack", "false"]);
    return directory;
  }

  // The stand-in, and one validating proxy for each description. The proxies are a program of others that does not always come
  // up: then its log is shown, and all is tried again on other ports.
  async startGithub() {
    const { publicKey, privateKey } = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
    fs.writeFileSync(this.file("app.pem"), privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
    fs.writeFileSync(this.file("app.pub"), publicKey.export({ type: "spki", format: "pem" }));
    fs.mkdirSync(this.file("repositories"), { recursive: true });
    const names = this.validate ? descriptionNames : [];
    for (const name of names) writeDescription(name, this.file(`${name}.json`));
    for (let attempt = 1; ; ++attempt) {
      try {
        return await this.tryGithub(names);
      } catch (error) {
        if (attempt === 3) throw error;
        console.error(`# attempt ${attempt} to start the stand-in: ${error.message}`);
        for (const name of ["github", ...names]) await this.stop(name, "SIGKILL");
      }
    }
  }

  async tryGithub(names) {
    const port = await freePort();
    const proxies = [];
    for (const name of names) proxies.push({ name, url: `http://127.0.0.1:${await freePort()}`, port: await freePort() });
    this.start("github", process.execPath, [path.join(here, "stand_in", "server.mjs"), "--root", this.file("repositories"),
      "--app-id", String(appId), "--public-key", this.file("app.pub"), "--webhook-secret", webhookSecret, "--port", String(port),
      "--through", JSON.stringify(proxies)]);
    this.github = `http://127.0.0.1:${port}`;
    for (const { name, url, port: upstream } of proxies) {
      this.start(name, process.execPath, [path.join(here, "..", "node_modules", ".bin", "prism"), "proxy", this.file(`${name}.json`),
        `http://127.0.0.1:${upstream}`, "--errors", "--port", new URL(url).port, "--host", "127.0.0.1"]);
    }
    for (const { name, url } of proxies) await this.up(name, () => this.log(name).includes(`Prism is listening on ${url}`));
    await this.up("github", () => this.state());
  }

  // Waits until the child `name` is up; an end, or no sign for two minutes, is an error that shows the end of its log.
  async up(name, probe) {
    const child = this.children.get(name);
    try {
      await until(`${name} is up`, () => Boolean(child.ended) || probe(), 120);
    } catch (error) {
      throw new Error(`${error.message}; its log ends: ${this.log(name).slice(-2000)}`);
    }
    if (child.ended) throw new Error(`${name} ended (${JSON.stringify(child.ended)}); its log ends: ${this.log(name).slice(-2000)}`);
  }

  async control(what, body) {
    const { status, text } = await exchange(`${this.github}/_/${what}`, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
    const answer = JSON.parse(text);
    if (status !== 200) throw new Error(`${what}: ${answer.message}`);
    return answer;
  }

  state() {
    return this.control("state");
  }

  environment(port = this.leadlinePort) {
    return { PATH: process.env.PATH, HOME: this.directory,
      APP_ID: String(appId), PRIVATE_KEY_PATH: this.file("app.pem"), WEBHOOK_SECRET: webhookSecret,
      HOST: "127.0.0.1", PORT: String(port), GITHUB_API_URL: `${this.github}/api/v3`, LEADLINE_DATA: this.file("data"),
      LOG_LEVEL: "debug", LOG_FORMAT: "json" };
  }

  async startLeadline(program, environment = {}) {
    const port = this.leadlinePort ?? (this.leadlinePort = await freePort());
    this.leadline = `http://127.0.0.1:${port}`;
    const child = this.start("leadline", program, ["serve"], { env: { ...this.environment(port), ...environment } });
    await until("leadline is ready", async () => {
      if (child.ended) throw new Error(`leadline ended: ${this.log("leadline").slice(-2000)}`);
      return (await exchange(`${this.leadline}/readyz`)).status === 200;
    });
    await this.control("hook", { url: `${this.leadline}/api/github/webhooks` });
  }

  deliver(delivery) {
    return this.control("deliver", delivery);
  }

  // The sum of the samples of metrics, of those with that label where one is given: 'leadline_queue_jobs{state="dead"}'. All of
  // one moment: a job that goes from one state to another between two questions would be in neither.
  async metric(...names) {
    const { text } = await exchange(`${this.leadline}/metrics`);
    return text.split("\n").filter((line) => names.some((name) => line.startsWith(`${name} `) || line.startsWith(`${name}{`)))
      .reduce((sum, line) => sum + Number(line.split(" ").pop()), 0);
  }

  // What a delivery asks for is in the queue before it is answered, and what a job has found to do before it ends: once the
  // queue is empty nothing more will happen, however slow the machine is.
  async idle() {
    await until("the queue is empty", async () =>
      (await this.metric('leadline_queue_jobs{state="waiting"}', 'leadline_queue_jobs{state="running"}')) === 0);
  }

  // What GitHub shows once all is done; none of it broke a description of GitHub's.
  async settled() {
    await this.idle();
    const state = await this.state();
    assert.deepEqual(state.violations, []);
    return state;
  }

  // The newest check run of `sha` once all is done; there are `count` of them at least.
  async finished(sha, count = 1) {
    const rows = (await this.settled()).checkRuns.filter((row) => row.head_sha === sha);
    assert.ok(rows.length >= count, `${rows.length} check runs of ${sha}, not ${count}`);
    assert.deepEqual(rows.map((row) => row.status), rows.map(() => "completed"));
    return rows.at(-1);
  }

  async stop(name, signal = "SIGTERM") {
    const child = this.children.get(name);
    this.children.delete(name);
    if (!child || child.ended) return child?.ended;
    child.kill(signal);
    await until(`${name} stops`, () => child.ended);
    return child.ended;
  }

  async close({ keep = false } = {}) {
    for (const name of [...this.children.keys()].reverse()) await this.stop(name, name === "leadline" ? "SIGTERM" : "SIGKILL");
    // Hundreds of repositories take a slow disk a minute; nobody waits for that.
    if (!keep) spawn("rm", ["-rf", this.directory], { detached: true, stdio: "ignore" }).unref();
  }
}
