// A PostgreSQL of our own below a folder, reached by a socket there. Its server refuses to run as root.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const versions = "/usr/lib/postgresql";

function toolFolder() {
  const newest = fs.existsSync(versions) ? fs.readdirSync(versions).sort((a, b) => Number(b) - Number(a))[0] : undefined;
  return newest && path.join(versions, newest, "bin");
}

const isRequired = !["", "0", "no", "false"].includes((process.env.LEADLINE_REQUIRE_POSTGRES ?? "").toLowerCase());
// Whether tests use one. Where there is none and LEADLINE_REQUIRE_POSTGRES says that there has to be (scripts/test does), they
// do, and fail.
export const usesPostgres = isRequired || toolFolder() !== undefined;

export class Cluster {
  constructor(directory) {
    if (!toolFolder()) throw new Error(`no PostgreSQL below ${versions}: scripts/setup installs it`);
    this.directory = directory;
    fs.mkdirSync(directory, { mode: 0o777 });
    fs.chmodSync(directory, 0o777);
    fs.chmodSync(path.dirname(directory), 0o755);
    this.data = path.join(directory, "data");
    this.tool("initdb", "-D", this.data, "-U", "leadline", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
    this.start();
  }

  tool(name, ...args) {
    const program = path.join(toolFolder(), name);
    const [command, all] = process.getuid() === 0 ? ["runuser", ["-u", "postgres", "--", program, ...args]] : [program, args];
    return execFileSync(command, all, { cwd: "/", encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] });
  }

  start() {
    this.tool("pg_ctl", "-D", this.data, "-w", "-l", path.join(this.directory, "log"), "-o",
      `-k ${this.directory} -c listen_addresses= -c max_connections=100`, "start");
  }

  stop(mode = "immediate") {
    this.tool("pg_ctl", "-D", this.data, "-m", mode, "stop");
  }

  create(database) {
    this.tool("createdb", "-h", this.directory, "-U", "leadline", database);
    return `postgresql:///${database}?user=leadline&host=${this.directory}`;
  }
}
