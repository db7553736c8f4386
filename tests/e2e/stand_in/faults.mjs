// What goes wrong on the way to GitHub and back, as a test orders it: one request out of many, before it has an effect or
// behind it, when only its answer is lost.

// A fault is {method, path, operation, installation, skip, times} - which requests, `path` being a regular expression and
// `skip` how many of them pass first - and one of
//   drop: "before" | "after"      the connection is lost
//   hang: "before" | "after"      no answer ever comes
//   lands: seconds                no answer ever comes, and what was asked takes effect only then, whatever has become of who
//                                 asked; with drop: true the connection is lost at once. landed counts those that have.
//   status, headers, body         answered like that, without an effect; a body that is text is sent as it is; with resetIn the
//                                 quota is used up for so many seconds
//   cut: true                     the answer of what was done ends in its middle
export class Faults {
  constructor() {
    this.rows = [];
  }

  add(fault) {
    this.rows.push({ times: 1, skip: 0, hits: [], landed: 0, ...fault });
  }

  // The fault that the next request meets, if any; -> undefined or the fault.
  next(request) {
    const matches = (row) => row.times > 0 && (!row.method || row.method === request.method) &&
      (!row.path || new RegExp(row.path).test(request.path)) && (!row.operation || row.operation === request.operation) &&
      (!row.installation || row.installation === request.installation);
    for (const row of this.rows.filter(matches)) {
      if (row.skip > 0) {
        row.skip -= 1;
        continue;
      }
      row.times -= 1;
      row.hits.push(`${request.method} ${request.path}`);
      return row;
    }
    return undefined;
  }
}

// A share of all requests goes wrong, in every way in turn.
export class Weather {
  static ways = [
    { status: 500 }, { status: 502 }, { status: 503 }, { drop: "before" }, { drop: "after" }, { drop: "after" }, { late: true },
    { status: 429, headers: { "retry-after": "1" } },
    { status: 403, headers: { "retry-after": "1" }, body: { message: "You have exceeded a secondary rate limit." } },
  ];

  constructor() {
    Object.assign(this, { share: 0, state: 1, count: 0, seen: {} });
  }

  set(share, seed) {
    Object.assign(this, { share, state: seed });
    return this.seen;
  }

  // The fault of the next request, if any.
  async next(request) {
    if (!this.share) return undefined;
    this.state = (Math.imul(this.state, 1103515245) + 12345) >>> 0;
    if (this.state / 4294967296 >= this.share) return undefined;
    const way = Weather.ways[(this.count += 1) % Weather.ways.length];
    const name = way.status ?? way.drop ?? "late";
    this.seen[name] = (this.seen[name] ?? 0) + 1;
    if (way.status === 403 && request.kind === "git") return { ...way, status: 429 }; // git has one way to say it
    if (!way.late) return way;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return { drop: "before" };
  }
}

function lose(response, then) {
  response.writeHead = () => response;
  response.write = () => true;
  response.end = () => {
    then();
    return response;
  };
}

// True when the request is over; else it is to be done, now or later, and its answer may be lost.
export async function strike(fault, request, response) {
  if (fault.status) {
    const limits = fault.resetIn === undefined ? {} : { "x-ratelimit-limit": "5000", "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + fault.resetIn) };
    const text = typeof fault.body === "string";
    response.writeHead(fault.status, { "content-type": text ? "text/html" : "application/json; charset=utf-8", ...limits, ...fault.headers });
    response.end(text ? fault.body : JSON.stringify(fault.body ?? { message: "Server Error" }));
    return true;
  }
  if (fault.drop === "before") {
    request.socket.destroy();
    return true;
  }
  if (fault.hang === "before") return true;
  if (fault.lands) {
    if (fault.drop) request.socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, fault.lands * 1000));
    lose(response, () => { fault.landed += 1; });
    return false;
  }
  if (fault.drop === "after") lose(response, () => request.socket.destroy());
  else if (fault.hang === "after") lose(response, () => {});
  else if (fault.cut) {
    lose(response, () => request.socket.end("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n{\"id\": 1, "));
  }
  return false;
}
