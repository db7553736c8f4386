#include "app/store/postgres_address.hpp"

#include "app/github/api_urls.hpp"
#include "base/error.hpp"
#include "base/handle.hpp"
#include "base/text.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace leadline {
namespace {

using Parameters = std::map<std::string, std::string>;
using Options = Handle<PQconninfoOption, PQconninfoFree>;

constexpr std::array<std::pair<const char*, const char*>, 7> k_limits = {
    {{"connect_timeout", "3"},
     {"fallback_application_name", "leadline"},
     {"keepalives", "1"},
     {"keepalives_count", "3"},
     {"keepalives_idle", "10"},
     {"keepalives_interval", "5"},
     {"tcp_user_timeout", "10000"}}};

Error mistake(const std::string& problem) {
  return Error(ErrorKind::bad_input, "the address of PostgreSQL " + problem);
}

Parameters given(const Options& options) {
  Parameters parameters;
  for (const PQconninfoOption* option = options.get(); option && option->keyword != nullptr;
       ++option) {
    if (option->val != nullptr && *option->val != '\0') {
      parameters.emplace(option->keyword, option->val);
    }
  }
  return parameters;
}

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
  return text.empty() ||
         (failed == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535);
}

bool is_host(std::string_view text) {
  return text.starts_with('/') || text.starts_with('@') ||
         text.find_first_of("@/?#[] ") == std::string_view::npos;
}

std::string value_of(const Parameters& parameters, const char* name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? "" : found->second;
}

// An unencoded "/", "?", "#" or "@" of a password ends it early, and the rest stands for the port,
// the database or the host; libpq, or the server, would repeat it.
void require_plain_parts(const Parameters& parameters) {
  bool plain = value_of(parameters, "dbname").find_first_of("@/?") == std::string::npos;
  const std::string ports = value_of(parameters, "port");
  const std::string hosts = value_of(parameters, "host");
  for (const std::string_view port : split(ports, ',')) {
    plain = plain && is_port(port);
  }
  for (const std::string_view host : split(hosts, ',')) {
    plain = plain && is_host(host);
  }
  if (!plain) {
    throw mistake("has a host, a port or a database that is none: is every special character of "
                  "its password written as % and two digits?");
  }
}

Parameters parse(const std::string& url) {
  char* said = nullptr; // repeats the address
  const Options options(PQconninfoParse(url.c_str(), &said));
  PQfreemem(said);
  if (!options) {
    throw mistake("cannot be read: it is postgresql://USER:PASSWORD@HOST:PORT/DATABASE?NAME=VALUE, "
                  "special characters of the password written as % and two digits");
  }
  Parameters parameters = given(options);
  require_plain_parts(parameters);
  return parameters;
}

// With what the environment (PGHOST, PGSSLMODE, PGSERVICE) adds. A service that the address names
// is not read: what matters must stand in the address itself then.
Parameters with_environment(Parameters parameters) {
  if (!parameters.contains("service")) {
    parameters.merge(given(Options(PQconndefaults())));
  }
  return parameters;
}

bool stays_here(const Parameters& parameters) {
  std::string places = value_of(parameters, "hostaddr");
  if (places.empty()) {
    places = value_of(parameters, "host");
  }
  if (places.empty()) {
    return !parameters.contains("service"); // a socket
  }
  const std::vector<std::string_view> all = split(places, ',');
  return std::all_of(all.begin(), all.end(), [](std::string_view place) {
    return place.empty() || place.starts_with('/') || place.starts_with('@') ||
           is_loopback(to_lower(place));
  });
}

std::string quoted(std::string_view value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') {
      text += '\\';
    }
    text += c;
  }
  return text + "'";
}

} // namespace

void check_postgres_address(const std::string& url, bool unverified) {
  const Parameters all = with_environment(parse(url));
  if (!unverified && !stays_here(all) && value_of(all, "sslmode") != "verify-full") {
    throw mistake("leads to another machine: it needs sslmode=verify-full, and sslrootcert=FILE "
                  "where the authority is not in ~/.postgresql/root.crt");
  }
}

std::string postgres_place(const std::string& url) {
  const Parameters all = with_environment(parse(url));
  return value_of(all, "host") + ":" + value_of(all, "port") + "/" + value_of(all, "dbname");
}

std::string postgres_parameters(const std::string& url) {
  Parameters parameters = parse(url);
  for (const auto& [name, value] : k_limits) {
    parameters.emplace(name, value);
  }
  std::string text;
  for (const auto& [name, value] : parameters) {
    text += (text.empty() ? "" : " ") + name + "=" + quoted(value);
  }
  return text;
}

} // namespace leadline
