// Smart HTTP for the repositories below a folder: git's own `git http-backend` behind HTTP Basic, as GitHub serves it.
import { spawn } from "node:child_process";
import path from "node:path";

// `allowed(user, password, repository)` decides; refusals look like GitHub's: 401 without and 404 with a bad token.
export function serveGit(request, bytes, response, root, allowed) {
  const url = new URL(request.url, "http://stand-in");
  const match = url.pathname.match(/^\/([\w.-]+\/[\w.-]+?)\.git(\/.*)$/);
  if (!match) return false;
  const header = request.headers.authorization ?? "";
  const [user, password] = header.startsWith("Basic ")
    ? Buffer.from(header.slice(6), "base64").toString("utf8").split(/:(.*)/s)
    : [];
  if (!allowed(user, password, match[1])) {
    response.writeHead(401, { "www-authenticate": 'Basic realm="GitHub"' }).end("Repository not found.\n");
    return true;
  }
  const backend = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env.PATH,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_COUNT: "2", // GitHub serves any object of a repository by its id
      GIT_CONFIG_KEY_0: "uploadpack.allowAnySHA1InWant",
      GIT_CONFIG_VALUE_0: "true",
      GIT_CONFIG_KEY_1: "safe.directory",
      GIT_CONFIG_VALUE_1: "*",
      GIT_PROJECT_ROOT: path.resolve(root),
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_PROTOCOL: request.headers["git-protocol"] ?? "",
      PATH_INFO: `/${match[1]}.git${match[2]}`,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      REMOTE_USER: user,
      REMOTE_ADDR: "127.0.0.1",
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  backend.stdin.on("error", () => {}); // the backend may stop reading early
  backend.stdin.end(bytes);
  let head = Buffer.alloc(0);
  let inBody = false;
  backend.stdout.on("data", (chunk) => {
    if (inBody) return response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    let status = 200;
    for (const line of head.subarray(0, end).toString("latin1").split("\r\n")) {
      const [, name, value] = line.match(/^([^:]+):\s*(.*)$/) ?? [];
      if (name?.toLowerCase() === "status") status = parseInt(value, 10);
      else if (name) response.setHeader(name, value);
    }
    response.writeHead(status);
    response.write(head.subarray(end + 4));
    inBody = true;
  });
  backend.stdout.on("end", () => response.end());
  return true;
}
