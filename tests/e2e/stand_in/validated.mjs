// Requests go through validating proxies one after the other, each with another of GitHub's descriptions, to the API itself;
// what breaks one of the descriptions is noted, with its name.
import http from "node:http";
import { exchange } from "./exchange.mjs";

export async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const kept = ["content-type", "link", "retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-limit", "etag"];

// `proxies`: [{name, url, port}], where `port` is the upstream of the proxy. `api({method, path, headers, bytes}, response)`
// answers in the end. -> the same function with the proxies in between.
export function throughProxies(proxies, api, violations) {
  const step = (at) => (at === proxies.length ? api : async ({ method, path, headers, bytes }, response) => {
    const { name, url } = proxies[at];
    const { host, connection, "content-length": length, "transfer-encoding": encoding, ...passed } = headers;
    try {
      const reply = await exchange(url + path, { method, headers: passed, body: bytes.length ? bytes : undefined });
      // Warnings are undocumented status codes (401 stands nowhere in the description); errors are broken contracts.
      const found = JSON.parse(reply.headers["sl-violations"] ?? "[]").filter((row) => row.severity === "Error");
      if (found.length || reply.headers["content-type"]?.includes("problem+json")) {
        violations.push({ description: name, method, path, status: reply.status, detail: reply.text.slice(0, 4000), violations: found });
      }
      response.writeHead(reply.status, Object.fromEntries(kept.filter((header) => header in reply.headers)
        .map((header) => [header, reply.headers[header]])));
      response.end(reply.text);
    } catch {
      response.socket?.destroy(); // a broken connection behind is a broken connection in front
    }
  });
  proxies.forEach(({ port }, at) => http.createServer(async (request, response) => {
    try {
      await step(at + 1)({ method: request.method, path: request.url, headers: request.headers, bytes: await readBody(request) }, response);
    } catch (error) {
      console.error(error);
      request.socket.destroy();
    }
  }).listen(port, "127.0.0.1"));
  return step(0);
}
