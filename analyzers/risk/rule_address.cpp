#include "analyzers/domains/words.hpp"
#include "analyzers/risk/environment_named.hpp"
#include "analyzers/risk/listening.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// Addresses that only people or package tools follow.
constexpr std::array<std::string_view, 22> k_harmless = {
    "logo",    "icon",   "docs",  "doc",    "documentation", "repository", "repo",  "homepage",
    "image",   "avatar", "issue", "issues", "source",        "git",        "chart", "download",
    "runbook", "schema", "link",  "badge",  "website",       "mirror"};

// Parts of a URL say whose they are in their parent: "logo_url.host".
std::string name_of_address(const Subject& s) {
  if (s.leaf != " host " && s.leaf != " port " && s.leaf != " path " && s.leaf != " database " &&
      s.leaf != " scheme ") {
    return s.leaf;
  }
  const std::vector<std::string>& segments = s.setting().key.segments;
  return segments.size() < 2 ? s.leaf : s.leaf + spaced_words(segments[segments.size() - 2]);
}

bool is_harmless(const Subject& s) {
  const std::string name = name_of_address(s);
  return std::any_of(k_harmless.begin(), k_harmless.end(),
                     [&](std::string_view word) { return has_phrase(name, word); });
}

// The host (and port) of a URL or host:port text; the whole text where it is neither.
std::string host_of(std::string_view value) {
  std::string_view text = trim(value);
  const std::size_t scheme = text.find("://");
  if (scheme != std::string_view::npos) {
    text = text.substr(scheme + 3);
    text = text.substr(0, text.find_first_of("/?#"));
    const std::size_t at = text.rfind('@');
    text = at == std::string_view::npos ? text : text.substr(at + 1);
  } else if (text.starts_with("{{") || text.starts_with("${")) {
    // A variable that holds scheme and host: what follows it is the path.
    const std::size_t end = text.find("}/");
    text = end == std::string_view::npos ? text : text.substr(0, end + 1);
  }
  return to_lower(text);
}

// "{{ name }}" or "${name}" and nothing else.
bool is_reference_to_one(std::string_view value) {
  const std::string_view text = trim(value);
  return text.size() <= 80 && text.find('%') == std::string_view::npos &&
         text.find('|') == std::string_view::npos &&
         std::count(text.begin(), text.end(), '{') <= 2 &&
         std::count(text.begin(), text.end(), ' ') <= 2;
}

// A file that somebody downloads; its name changes with every release.
bool names_archive(std::string_view value) {
  const std::string text = to_lower(trim(value));
  constexpr std::array<std::string_view, 12> k_endings = {".tgz",     ".tar.gz", ".zip", ".tar.xz",
                                                          ".tar.bz2", ".jar",    ".whl", ".deb",
                                                          ".rpm",     ".gem",    ".exe", ".dmg"};
  return std::any_of(k_endings.begin(), k_endings.end(),
                     [&](std::string_view end) { return text.ends_with(end); });
}

// Whether key and values speak of files: a certificate, a socket's folder, a path below the
// project.
bool names_file(const Subject& s) {
  constexpr std::array<std::string_view, 11> k_last = {"path", "paths",       "file",   "files",
                                                       "dir",  "directory",   "folder", "filename",
                                                       "cert", "certificate", "cafile"};
  const std::size_t last = s.leaf.size() > 2 ? s.leaf.rfind(' ', s.leaf.size() - 2) : 0;
  const std::string_view word =
      s.leaf.size() > 2 ? std::string_view(s.leaf).substr(last + 1, s.leaf.size() - last - 2) : "";
  if (std::find(k_last.begin(), k_last.end(), word) != k_last.end()) {
    return true;
  }
  const auto is_file = [](std::string_view value) {
    const std::string text = to_lower(trim(value));
    if (text.starts_with('/') || text.starts_with("./") || text.starts_with("../") ||
        text.starts_with("~/") || text.starts_with("file:")) {
      return true;
    }
    constexpr std::array<std::string_view, 16> k_endings = {
        ".pem", ".crt", ".cer", ".cert", ".key",  ".p12", ".pfx",  ".jks",
        ".csr", ".der", ".yml", ".yaml", ".json", ".xml", ".toml", ".conf"};
    return text.find("://") == std::string::npos &&
           std::any_of(k_endings.begin(), k_endings.end(),
                       [&](std::string_view end) { return text.ends_with(end); });
  };
  return is_file(s.old_value) && is_file(s.new_value);
}

// The members of "web:db:!old", of "a,b,c" and of "[a, b]".
std::vector<std::string_view> members_of(std::string_view value) {
  std::vector<std::string_view> members;
  while (!value.empty()) {
    const std::size_t end = value.find_first_of(":,&[] \t");
    const std::string_view member = value.substr(0, end);
    if (!member.empty()) {
      members.push_back(member);
    }
    value = end == std::string_view::npos ? std::string_view() : value.substr(end + 1);
  }
  return members;
}

// A pattern of groups, as Ansible's plays have it, that only names fewer of them: groups that are
// gone. https://docs.ansible.com/ansible/latest/inventory_guide/intro_patterns.html
bool only_loses_groups(const Subject& s) {
  if (s.leaf != " hosts " || s.old_value.find_first_of("./") != std::string::npos ||
      s.old_value.find_first_of(":,&") == std::string::npos) {
    return false;
  }
  const std::vector<std::string_view> before = members_of(s.old_value);
  const std::vector<std::string_view> after = members_of(s.new_value);
  return !after.empty() && after.size() < before.size() &&
         std::all_of(after.begin(), after.end(), [&](std::string_view member) {
           return std::find(before.begin(), before.end(), member) != before.end();
         });
}

// "another server", "other servers"
std::string other_of(const Meaning& meaning) {
  const std::string& what = meaning.what;
  if (meaning.parameter != nullptr) {
    return "another value: " + what;
  }
  const bool plural = what.ends_with('s') && !what.ends_with("ss") && !what.ends_with("dns");
  return plural ? "other " + what
                : (what == "uri" || what == "url" ? "another address" : "another " + what);
}

bool any_of_words(std::string_view spaced, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return has_phrase(spaced, word); });
}

bool is_local(std::string_view host) {
  return host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]") ||
         host.starts_with("0.0.0.0");
}

// "SASL_SSL://:9093,PLAINTEXT://:9092": Kafka names the protocol where the scheme stands
// (https://kafka.apache.org/documentation/#brokerconfigs_listeners).
std::optional<Concern> judge_listeners(const Subject& s) {
  if (s.leaf.find("listeners ") == std::string::npos || s.old_is_template || s.new_is_template) {
    return std::nullopt;
  }
  struct Protocols {
    bool encrypted = false;
    bool plain = false;
    bool asks = false; // who the client is
  };
  const auto protocols_of = [](std::string_view value) {
    Protocols found;
    for (const std::string_view listener : split(value, ',')) {
      const std::string name(trim(listener.substr(0, listener.find("://"))));
      found.encrypted = found.encrypted || name == "SSL" || name == "SASL_SSL";
      found.plain = found.plain || name == "PLAINTEXT" || name == "SASL_PLAINTEXT";
      found.asks = found.asks || name.starts_with("SASL_");
    }
    return found;
  };
  const Protocols before = protocols_of(s.old_value);
  const Protocols after = protocols_of(s.new_value);
  if (!before.encrypted || !after.plain || before.plain) {
    return std::nullopt;
  }
  const bool anybody = before.asks && !after.asks;
  Concern made;
  made.rule = "protection.disabled";
  made.urgency = after.encrypted ? 1.8 : 2.3;
  made.confidence = 0.9;
  made.tail = anybody ? "no TLS and no authentication any more" : "no TLS any more";
  made.effect = anybody ? "Whoever reaches the port reads and writes every topic, in plain text."
                        : "Whoever stands between can read and change what is sent.";
  made.check = "Who reaches that port, and which clients still speak the old protocol?";
  return made;
}

// The same place without TLS: https -> http, amqps -> amqp, rediss -> redis.
std::optional<Concern> judge_plain_text(const Subject& s) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> k_schemes = {
      {{"https", "http"},
       {"wss", "ws"},
       {"amqps", "amqp"},
       {"rediss", "redis"},
       {"ldaps", "ldap"},
       {"mqtts", "mqtt"},
       {"smtps", "smtp"},
       {"grpcs", "grpc"},
       {"tls", "tcp"},
       {"ssl", "tcp"}}};
  const std::string before = to_lower(trim(s.old_value));
  const std::string after = to_lower(trim(s.new_value));
  const auto lost = [&](const auto& pair) {
    return before.starts_with(std::string(pair.first) + "://") &&
           after.starts_with(std::string(pair.second) + "://");
  };
  if (std::none_of(k_schemes.begin(), k_schemes.end(), lost) || s.old_is_template ||
      s.new_is_template) {
    return std::nullopt;
  }
  const auto host = [](const std::string& text) {
    std::string_view rest = std::string_view(text).substr(text.find("://") + 3);
    rest = rest.substr(0, rest.find_first_of("/?#"));
    rest = rest.substr(rest.rfind('@') + 1); // npos + 1 is 0
    return std::string(rest.substr(0, rest.find(':')));
  };
  const std::string there = host(after);
  const bool names = any_of_words(s.leaf, {"xmlns", "schema", "namespace", "id", "ref", "iri"});
  if (there != host(before) || there.empty() || names) {
    return std::nullopt;
  }
  // Inside of a cluster or a network of one's own, what the platform does is often enough.
  constexpr std::array<std::string_view, 6> k_inside = {
      ".local", ".internal", ".svc", ".localdomain", ".lan", ".cluster.local"};
  const bool inside = is_local(there) || there.find('.') == std::string::npos ||
                      there.starts_with("10.") || there.starts_with("192.168.") ||
                      std::any_of(k_inside.begin(), k_inside.end(),
                                  [&](std::string_view end) { return there.ends_with(end); });
  Concern made;
  made.rule = "protection.disabled";
  made.urgency = inside ? 1.05 : 1.8;
  made.confidence = 0.85;
  made.tail = "no TLS on the way any more";
  made.effect = "Whoever stands between can read and change what is sent, passwords included.";
  made.check = "Why does the other side not speak TLS any more?";
  return made;
}

std::optional<Concern> judge_environment(const Subject& s) {
  const bool one_of_a_set = s.meaning.parameter != nullptr && // "Local", "test" as a mode
                            s.meaning.kind != ParameterKind::address;
  if (one_of_a_set || (s.meaning.known && (s.meaning.kind == ParameterKind::version ||
                                           s.meaning.kind == ParameterKind::identifier))) {
    return std::nullopt;
  }
  // A team, an account or an object may be called after an environment that it does not live in.
  constexpr std::array<std::string_view, 6> k_stores = {"database", "db",     "bucket",
                                                        "schema",   "server", "cluster"};
  if (s.leaf == " name " && !has_phrase(s.parents, "issuer ref") &&
      std::none_of(k_stores.begin(), k_stores.end(),
                   [&](std::string_view word) { return has_phrase(s.parents, word); })) {
    return std::nullopt;
  }
  const Environment named = environment_named(s.old_value);
  const Environment before =
      named != Environment::unknown ? named : environment_in_value(s.old_value);
  Environment after = environment_named(s.new_value);
  // One word for another inside a name: "acme-prod-data" -> "acme-staging-data".
  if (after == Environment::unknown && before != Environment::unknown &&
      split_words(s.old_value).size() == split_words(s.new_value).size()) {
    after = environment_in_value(s.new_value);
  }
  if (before == after || after == Environment::unknown) {
    return std::nullopt;
  }
  const bool into_production = after == Environment::production;
  const bool here_production = s.environment == Environment::production;
  const bool here_other =
      s.environment == Environment::staging || s.environment == Environment::development;
  double urgency = 0;
  if (!into_production && here_production) {
    urgency = 2.1;
  } else if (into_production && here_other) {
    urgency = 2.4; // before the environment lowers it: tests that reach production are an incident
  } else if (!into_production && before == Environment::production && !here_other) {
    urgency = 1.7;
  } else {
    return std::nullopt;
  }
  Concern made;
  made.rule = "environment.crossed";
  made.urgency = urgency;
  made.confidence = before == Environment::unknown ? 0.6 : 0.85;
  made.tail = fmt::format("points into {}", name_of(after));
  made.effect = into_production
                    ? "What runs here reads, writes and loads production."
                    : "Users of production are served from an environment that nobody watches.";
  made.check = "Is the other environment meant?";
  made.reasons = {fmt::format("the file belongs to {}, the value names {}",
                              s.environment == Environment::unknown ? "no named environment"
                                                                    : name_of(s.environment),
                              name_of(after))};
  return made;
}

} // namespace

std::optional<Concern> judge_address(const Subject& s) {
  if (!s.modified() || s.old_value == s.new_value || is_harmless(s)) {
    return std::nullopt;
  }
  if (auto crossed = judge_environment(s)) {
    return crossed;
  }
  if (auto plain = judge_listeners(s)) {
    return plain;
  }
  if (auto plain = judge_plain_text(s)) {
    return plain;
  }
  // Every address of the machine, in either version.
  const auto everywhere = [](std::string_view value) {
    return value == "0.0.0.0" || value == "::" || value == "[::]" || value == "*";
  };
  if (everywhere(trim(s.old_value)) && everywhere(trim(s.new_value))) {
    return std::nullopt;
  }
  if (!s.meaning.known || s.meaning.kind != ParameterKind::address ||
      s.meaning.hurts == Hurts::never || is_blank(s.old_value) || is_blank(s.new_value) ||
      s.old_switch || s.new_switch) {
    return std::nullopt;
  }
  // The path of a URL, and what an OCI or Git address calls its repository, are not whom it talks
  // to.
  if (s.leaf == " path " || s.leaf == " query " ||
      (s.leaf == " database " && s.new_value.find('/') != std::string::npos)) {
    return std::nullopt;
  }
  const std::string before = host_of(s.old_value);
  const std::string after = host_of(s.new_value);
  const bool templated = s.old_is_template || s.new_is_template;
  // One variable for another is another address; logic around them is a program, not a setting.
  if (templated && (!is_reference_to_one(s.old_value) || !is_reference_to_one(s.new_value))) {
    return std::nullopt;
  }
  if (names_file(s) || only_loses_groups(s)) {
    return std::nullopt;
  }
  const bool prose = !templated && before.find(' ') != std::string::npos;
  if (before == after || prose || before.size() > 200 || names_archive(s.new_value)) {
    return std::nullopt;
  }
  Concern made;
  made.rule = "address.changed";
  made.confidence = s.meaning.confidence;
  made.urgency = 0.85 + 0.35 * s.meaning.confidence * weight_of(s.meaning.impact);
  made.tail = other_of(s.meaning);
  made.effect = s.meaning.parameter != nullptr ? s.meaning.parameter->effect_up : "";
  const bool own = listens(s);
  if (own && s.meaning.parameter == nullptr) {
    made.tail = "listens on another address";
  }
  if (own && made.effect.empty()) {
    made.effect = "Clients of the old address are refused, and whoever reaches the new one can "
                  "connect; when the machine does not have it, the program does not start.";
  } else if (made.effect.empty()) {
    made.effect = "Whatever reads this talks to somebody else; when the new address is wrong, not "
                  "reachable or empty "
                  "of data, it is down.";
  }
  made.check = own ? "Which clients use the old address, and who reaches the new one?"
                   : "Does the new address resolve and answer from where this runs?";
  if (templated) {
    made.confidence *= 0.6;
    made.urgency = std::min(made.urgency, 1.02);
  }
  if (is_local(after) != is_local(before)) {
    made.urgency += 0.3;
    made.reasons.push_back(is_local(after) ? "points at the machine itself now"
                                           : "leaves the machine itself");
  }
  return made;
}

} // namespace leadline
