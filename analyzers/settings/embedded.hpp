#pragma once

#include "analyzers/settings/setting.hpp"

#include <vector>

namespace leadline {

// Adds the settings that stand inside values, of any format:
//   DATABASE_URL = postgres://app:pw@db-1:5432/app?pool_size=5
//     -> DATABASE_URL.scheme, .host, .port, .database, .pool_size (one for each query parameter)
//   JDBC URLs, libpq keyword strings (`host=db sslmode=require`), ADO.NET strings (`Key=Value;`)
//   JAVA_OPTS = -Xmx512m -XX:+UseG1GC -Dserver.port=80 -> JAVA_OPTS.Xmx, .UseG1GC (on),
//   .server.port command-line flags in strings, argument lists and commands: `--workers 4`, `-c
//   shared_buffers=1GB` `host:port`, image references (`repo/name:tag@sha256:...` -> .image, .tag,
//   .digest); `return 301 https://new.example` of nginx -> return.url
// An added setting has the key path of its value's setting plus the name, the same lines and
// context, and stands directly after it. The whole value's setting stays, so that a change which no
// part explains is still seen; whoever pairs versions drops the whole when a part explains it:
// is_part_of tells. A password or user name in a URL never becomes a part. Values above 64 KiB are
// left as they are.
void expand_embedded(std::vector<Setting>& settings);

// Whether `part` is one of those that expand_embedded made of `whole`.
bool is_part_of(const Setting& part, const Setting& whole);

} // namespace leadline
