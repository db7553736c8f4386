#pragma once

#include "analyzers/settings/code/command_line.hpp"

#include <string_view>
#include <vector>

namespace leadline {

// What stands inside the address of a service, by name: URLs (scheme, host, port, database or path,
// each query parameter), JDBC URLs with their `;key=value` too, libpq keyword strings (`host=db
// sslmode=require`), ADO.NET strings
// (`Server=db;Max Pool Size=20`), lists `a=1,b=2`, `host:port`. Empty for anything else. Who
// connects is left out: user names, passwords, tokens never appear.
std::vector<Flag> connection_parts(std::string_view value);

// image, tag and digest of `registry:5000/repo/name:tag@sha256:...`; empty when the value is no
// such reference or says neither tag nor digest (https://github.com/distribution/reference).
std::vector<Flag> image_parts(std::string_view value);

} // namespace leadline
