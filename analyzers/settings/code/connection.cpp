#include "analyzers/settings/code/connection.hpp"

#include "analyzers/settings/code/literal_text.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

constexpr std::size_t k_most_parts = 256;
constexpr std::size_t k_longest = 8192;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Credentials: their values never become settings of their own.
bool is_secret(std::string_view name) {
  static constexpr auto words = std::to_array<std::string_view>(
      {"accesskey", "accountkey", "apikey", "auth", "credential", "password", "passwd",
       "passphrase", "pwd", "pass", "secret", "sharedaccesskey", "token", "uid", "user", "username",
       "userid", "sig", "signature"});
  std::string plain;
  for (const char c : to_lower(name)) {
    if (is_letter(c) || is_digit(c)) {
      plain += c;
    }
  }
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return plain == word || (word.size() > 5 && plain.find(word) != std::string::npos);
  });
}

void add(std::vector<Flag>& parts, std::string_view name, std::string_view value) {
  name = trim(name);
  value = trim(value);
  if (parts.size() < k_most_parts && !name.empty() && !value.empty() && !is_secret(name)) {
    parts.push_back({std::string(name), std::string(value), 0});
  }
}

// The first of `marks` outside `${...}` and `{{...}}`.
std::size_t find_outside(std::string_view text, std::string_view marks, std::size_t from = 0) {
  int depth = 0;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '{') {
      ++depth;
    } else if (text[i] == '}') {
      depth = std::max(0, depth - 1);
    } else if (depth == 0 && marks.find(text[i]) != std::string_view::npos) {
      return i;
    }
  }
  return text.size();
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit) &&
         std::stoul(std::string(text)) <= 65535;
}

// "db:5432", "[::1]:80", "db", "a:1,b:2": host and port of one, the list as host of several.
void add_authority(std::vector<Flag>& parts, std::string_view text) {
  if (text.find(',') != std::string_view::npos) {
    add(parts, "host", text);
    return;
  }
  std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos &&
      (find_outside(text, ":") == text.size() || text.find(']', colon) != std::string_view::npos)) {
    colon = std::string_view::npos;
  }
  add(parts, "host", text.substr(0, colon));
  if (colon != std::string_view::npos) {
    add(parts, "port", text.substr(colon + 1));
  }
}

void add_pairs(std::vector<Flag>& parts, std::string_view text, char separator) {
  for (const std::string_view pair : split(text, separator)) {
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos) {
      add(parts, pair.substr(0, equals), pair.substr(equals + 1));
    }
  }
}

bool is_scheme(std::string_view text) {
  return !text.empty() && text.size() <= 40 && is_letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.' || c == ':';
         });
}

bool is_database_scheme(std::string_view scheme) {
  return scheme.substr(0, 5) != "http:" && scheme != "http" && scheme != "https" &&
         scheme != "ws" && scheme != "wss" && scheme != "file" && scheme != "git" &&
         scheme != "ssh" && scheme != "s3" && scheme != "gs";
}

std::vector<Flag> url_parts(std::string_view text) {
  std::vector<Flag> parts;
  const std::size_t mark = text.find("://");
  if (mark == std::string_view::npos || !is_scheme(text.substr(0, mark)) ||
      text.find_first_of(" \t\n") != std::string_view::npos) {
    return parts;
  }
  const std::string scheme = to_lower(text.substr(0, mark));
  add(parts, "scheme", scheme);
  std::string_view rest = text.substr(mark + 3);
  const std::size_t authority_end = find_outside(rest, "/?#;");
  std::string_view authority = rest.substr(0, authority_end);
  rest = rest.substr(authority_end);
  // The last '@': a password may hold one. One written without %2F may hold a '/' as well: then
  // what follows is no address, and nothing of it is shown.
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    authority = authority.substr(at + 1);
  } else if (rest.substr(0, rest.find('?')).find('@') != std::string_view::npos &&
             is_database_scheme(scheme)) {
    return parts;
  }
  add_authority(parts, authority);
  const std::size_t path_end = find_outside(rest, "?#;");
  const std::string_view path = rest.substr(0, path_end);
  if (path.size() > 1) {
    add(parts, is_database_scheme(scheme) ? "database" : "path",
        is_database_scheme(scheme) ? path.substr(1) : path);
  }
  if (path_end < rest.size() && rest[path_end] == '?') {
    const std::string_view query = rest.substr(path_end + 1);
    add_pairs(parts, query.substr(0, find_outside(query, "#")), '&');
  } else if (path_end < rest.size() && rest[path_end] == ';') {
    add_pairs(parts, rest.substr(path_end + 1), ';');
  }
  return parts;
}

// Words that all are key=value, separated by `separator`; keys of ADO.NET have spaces.
std::vector<Flag> keyword_parts(std::string_view text, char separator) {
  std::vector<Flag> parts;
  std::size_t pairs = 0;
  std::size_t others = 0;
  for (const std::string_view raw : split(text, separator)) {
    const std::string_view word = trim(raw);
    if (word.empty()) {
      continue;
    }
    const std::size_t equals = word.find('=');
    const std::string_view key =
        equals == std::string_view::npos ? std::string_view() : trim(word.substr(0, equals));
    std::string joined(key);
    joined.erase(std::remove(joined.begin(), joined.end(), ' '), joined.end());
    if (key.empty() || key.size() > 60 ||
        !is_key_like(separator == ';' ? std::string_view(joined) : key)) {
      ++others;
      continue;
    }
    ++pairs;
    std::string_view value = trim(word.substr(equals + 1));
    if (value.size() >= 2 && (value[0] == '\'' || value[0] == '"') && value.back() == value[0]) {
      value = value.substr(1, value.size() - 2);
    }
    add(parts, key, value);
  }
  // Options among other words (nginx: `server db:80 weight=5 max_fails=3`) count when they prevail.
  const bool may_mix = separator == ' ';
  return pairs >= 2 && (others == 0 || (may_mix && pairs >= others)) ? parts : std::vector<Flag>{};
}

std::vector<Flag> host_and_port(std::string_view text) {
  std::vector<Flag> parts;
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || !is_port(text.substr(colon + 1))) {
    return parts;
  }
  const std::string_view host = text.substr(0, colon);
  const bool is_v6 = host.size() > 2 && host[0] == '[' && host.back() == ']';
  const bool is_name = std::all_of(host.begin(), host.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_' || c == '*';
  });
  // "redis:7" may be an image, "a:1" anything: a port is long or the host has dots.
  const bool is_sure =
      host.find('.') != std::string_view::npos || host == "localhost" || text.size() - colon > 3;
  const bool is_number = std::all_of(host.begin(), host.end(),
                                     is_digit); // 5432:5432 publishes a port, 12:30 is a time
  if (is_v6 || (is_name && is_sure && !is_number)) {
    add(parts, "host", host);
    add(parts, "port", text.substr(colon + 1));
  }
  return parts;
}

} // namespace

std::vector<Flag> connection_parts(std::string_view value) {
  value = trim(value);
  if (value.size() < 3 || value.size() > k_longest || value.find('\n') != std::string_view::npos) {
    return {};
  }
  if (value.substr(0, 5) == "jdbc:") {
    value.remove_prefix(5);
  }
  if (value.find("://") != std::string_view::npos) {
    if (std::vector<Flag> parts = url_parts(value); !parts.empty()) {
      return parts;
    }
  }
  for (const char separator : {';', ' ', ','}) {
    if (value.find(separator) != std::string_view::npos) {
      if (std::vector<Flag> parts = keyword_parts(value, separator); !parts.empty()) {
        return parts;
      }
    }
  }
  return host_and_port(value);
}

std::vector<Flag> image_parts(std::string_view value) {
  value = trim(value);
  std::vector<Flag> parts;
  const bool is_reference =
      !value.empty() && value.size() <= 512 && std::all_of(value.begin(), value.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_' || c == '/' ||
               c == ':' || c == '@';
      });
  if (!is_reference || value.find("://") != std::string_view::npos) {
    return parts;
  }
  const std::size_t at = value.find('@');
  const std::string_view named = value.substr(0, at);
  const std::size_t slash = named.rfind('/');
  const std::size_t colon = named.find(
      ':', slash == std::string_view::npos ? 0 : slash); // a registry's port stands before
  if (named.empty() || (at == std::string_view::npos && colon == std::string_view::npos)) {
    return parts;
  }
  add(parts, "image", named.substr(0, colon));
  if (colon != std::string_view::npos) {
    add(parts, "tag", named.substr(colon + 1));
  }
  if (at != std::string_view::npos) {
    add(parts, "digest", value.substr(at + 1));
  }
  return parts;
}

} // namespace leadline
