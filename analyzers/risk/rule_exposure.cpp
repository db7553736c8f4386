#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace leadline {
namespace {

bool any_phrase(std::string_view spaced, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return has_phrase(spaced, phrase); });
}

bool is_open(std::string_view value) {
  const std::string_view text = trim(value);
  return text.find("0.0.0.0/0") != std::string_view::npos ||
         text.find("::/0") != std::string_view::npos;
}

// The one item of a list, without its marks: "[\"*\"]" is "*".
std::string_view sole_item(std::string_view value) {
  std::string_view text = trim(value);
  while (text.size() >= 2 && ((text.front() == '[' && text.back() == ']') ||
                              (text.front() == '"' && text.back() == '"') ||
                              (text.front() == '\'' && text.back() == '\''))) {
    text = trim(text.substr(1, text.size() - 2));
  }
  return text;
}

bool is_star(std::string_view value) {
  const std::string_view text = sole_item(value);
  return text == "*" || text == ".*" || text == "^.*$" || text == "%";
}

Concern open_to_all(const Subject& s, std::string tail) {
  Concern made;
  made.rule = "exposure.wildcard";
  made.urgency = s.modified() ? 2.2 : s.file->status == FileStatus::added ? 1.0 : 1.4;
  made.confidence = 0.85;
  made.tail = std::move(tail);
  made.effect = "Everybody who can reach the network can reach it.";
  made.check = "Who has to reach it, and from where?";
  made.restorable = s.modified();
  return made;
}

std::optional<Concern> judge_wildcard(const Subject& s) {
  const std::string words = s.parents + s.leaf;
  const bool outgoing =
      any_phrase(words, {"egress", "outbound", "route", "routes", "destination", "no proxy"});
  if (is_open(s.new_value) && !is_open(s.old_value) && !outgoing) {
    return open_to_all(s, "open to every address");
  }
  const bool who =
      any_phrase(s.leaf,
                 {"origin", "origins", "allow origin", "allowed hosts", "principal", "principals",
                  "allow", "allowed", "allowed origins", "whitelist", "allowlist", "source ranges",
                  "trusted proxies", "trusted hosts", "access control allow origin"}) ||
      any_phrase(s.parents, {"principal", "principals"});
  if (is_star(s.new_value) && !is_star(s.old_value) && who) {
    return open_to_all(s, "open to everybody");
  }
  const bool listens =
      any_phrase(s.leaf, {"bind", "listen", "bind address", "listen address", "listen addresses"});
  const auto local = [](std::string_view value) {
    return value.find("127.0.0.1") != std::string_view::npos ||
           value.find("localhost") != std::string_view::npos;
  };
  const std::string_view after = trim(s.new_value);
  if (s.modified() && listens && local(s.old_value) &&
      (after.starts_with("0.0.0.0") || is_star(after) || after.starts_with("*:") ||
       after.starts_with("[::]"))) {
    return open_to_all(s, "listens on every interface");
  }
  return std::nullopt;
}

// The permission bits of an octal text; -1 for anything else.
int octal_of(std::string_view text) {
  text = trim(text);
  if (text.starts_with("0o")) {
    text.remove_prefix(2);
  }
  if (text.size() < 3 || text.size() > 5 ||
      !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '7'; })) {
    return -1;
  }
  int mode = 0;
  for (const char c : text) {
    mode = mode * 8 + (c - '0');
  }
  return mode & 07777;
}

std::optional<Concern> judge_mode_bits(const Subject& s) {
  const bool file_mode =
      any_phrase(s.leaf, {"mode", "file mode", "default mode", "permissions", "perms", "chmod",
                          "directory mode", "dir mode", "defaultmode"});
  const int before = octal_of(s.old_value);
  const int after = octal_of(s.new_value);
  if (!s.modified() || !file_mode || before < 0 || after < 0) {
    return std::nullopt;
  }
  const int gained = after & ~before;
  if (gained == 0) {
    return std::nullopt;
  }
  Concern made;
  made.rule = "permission.widened";
  made.urgency = (gained & 0002) != 0 ? 2.1 : 1.2;
  made.confidence = 0.8;
  made.tail = (gained & 0002) != 0 ? "everybody on the machine may write"
                                   : "more users of the machine get in";
  made.effect = "Programs that refuse keys and secrets which others can read (ssh, PostgreSQL) "
                "stop; others hand them out.";
  made.check = "Who needs the wider permission?";
  return made;
}

Concern widened(const Subject& s, std::string tail) {
  Concern made;
  made.rule = "permission.widened";
  made.urgency = s.modified() ? 2.1 : 1.3;
  made.confidence = 0.75;
  made.tail = std::move(tail);
  made.effect = "Whoever takes over this identity takes over everything that it may touch.";
  made.check = "Which actions are needed?";
  return made;
}

std::optional<Concern> judge_grant(const Subject& s) {
  // SQL: "GRANT SELECT ON *.* TO app" (https://dev.mysql.com/doc/refman/8.0/en/grant.html,
  // https://clickhouse.com/docs/sql-reference/statements/grant).
  const auto grants_all = [](std::string_view value) {
    const std::string text = to_lower(value);
    return text.find("grant ") != std::string::npos && text.find(" on *.*") != std::string::npos;
  };
  if (grants_all(s.new_value) && !grants_all(s.old_value)) {
    return widened(s, "every table of every database");
  }
  const bool grants = any_phrase(s.leaf, {"action", "actions", "permission", "permissions", "role",
                                          "roles", "verbs", "grant", "privileges", "scopes",
                                          "scope", "resources", "acl", "policy"});
  if (!grants) {
    return std::nullopt;
  }
  // A role that is called "admin" says little by itself; a wildcard does.
  const auto everything = [](const std::string& text) {
    return text == "*" || text == "*:*" || text == "write-all" || text == "cluster-admin" ||
           text == "administratoraccess" || text == "all privileges" || text == "public-read-write";
  };
  const auto wide = [&](std::string_view value) {
    const std::string text = to_lower(sole_item(value));
    return everything(text) ||
           (s.modified() && (text == "admin" || text == "superuser" || text == "root" ||
                             text == "owner" || text == "all" || text == "public-read"));
  };
  if (!wide(s.new_value) || wide(s.old_value) ||
      (!s.modified() && s.file->status == FileStatus::added)) {
    return std::nullopt;
  }
  return widened(s, "may do everything");
}

// A line of an access policy: "role:admin or rule:owner", as OpenStack, Keycloak and others write
// them.
std::optional<Concern> judge_access_rule(const Subject& s) {
  const auto is_rule = [](std::string_view value) {
    const std::string text = to_lower(value);
    return text.find("role:") != std::string::npos || text.find("rule:") != std::string::npos ||
           text.find("group:") != std::string::npos || text.find("is_admin:") != std::string::npos;
  };
  if (!s.modified() || s.old_value == s.new_value ||
      (!is_rule(s.old_value) && !is_rule(s.new_value))) {
    return std::nullopt;
  }
  Concern made;
  made.rule = "permission.changed";
  made.urgency = 1.2;
  made.confidence = 0.6;
  made.tail = is_blank(s.old_value) ? "a rule where everybody was admitted"
                                    : "another rule of who may do it";
  made.effect = "Users and services that were admitted are refused, or the other way round.";
  made.check = "Who calls it today, and does each of them pass the new rule?";
  return made;
}

// A group with an unbounded quantifier inside that is itself repeated without bound: "(a+)+",
// "(?:.*;)*". Backtracking engines then need exponential time
// (https://blog.cloudflare.com/details-of-the-cloudflare-outage-on-july-2-2019/).
bool has_nested_quantifiers(std::string_view text) {
  std::vector<bool> repeats; // of each open group: holds an unbounded quantifier
  bool in_class = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      ++i;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
    } else if (c == '(') {
      repeats.push_back(false);
    } else if (c == ')') {
      const bool inner = !repeats.empty() && repeats.back();
      if (!repeats.empty()) {
        repeats.pop_back();
      }
      const bool outer = i + 1 < text.size() && (text[i + 1] == '*' || text[i + 1] == '+');
      if (inner && outer) {
        return true;
      }
      if (inner && !repeats.empty()) {
        repeats.back() = true;
      }
    } else if ((c == '*' || c == '+') && i > 0 && !repeats.empty() && text[i - 1] != '(') {
      repeats.back() = true;
    }
  }
  return false;
}

std::optional<Concern> judge_pattern(const Subject& s) {
  const bool pattern =
      (s.meaning.known && s.meaning.kind == ParameterKind::pattern) ||
      any_phrase(s.leaf, {"regex", "regexp", "pattern", "patterns", "match", "rule", "location",
                          "sec rule", "blacklist", "denylist", "blocklist"});
  if (!pattern) {
    return std::nullopt;
  }
  if (has_nested_quantifiers(s.new_value) && !has_nested_quantifiers(s.old_value)) {
    Concern made;
    made.rule = "pattern.nested_quantifiers";
    made.urgency = s.modified() ? 1.8 : 1.5;
    made.confidence = 0.7;
    made.tail = "a repetition inside a repetition";
    made.effect =
        "On an engine that backtracks, one unlucky input keeps a processor busy for minutes.";
    made.check = "Which engine runs it, and is there a time limit?";
    return made;
  }
  const std::string_view after = trim(s.new_value);
  const bool refuses = any_phrase(
      s.parents + s.leaf, {"blacklist", "denylist", "blocklist", "deny", "block", "blocked"});
  if (s.modified() && refuses &&
      (after == "/" || after == ".*" || after == "*" || after == "^" || after == "^/" ||
       after == ".")) {
    Concern made;
    made.rule = "pattern.matches_everything";
    made.urgency = 2.1;
    made.confidence = 0.8;
    made.tail = "refuses everything";
    made.effect = "A list that refuses is now longer than anybody meant: nothing gets through.";
    return made;
  }
  if (s.modified() && s.meaning.known && s.meaning.kind == ParameterKind::pattern &&
      !s.old_quantity && s.old_value != s.new_value && s.leaf != " expr " && s.leaf != " query ") {
    Concern made;
    made.rule = "pattern.changed";
    made.urgency = 0.8 + 0.4 * s.meaning.confidence;
    made.confidence = s.meaning.confidence;
    const Parameter* parameter = s.meaning.parameter;
    if (parameter != nullptr) {
      made.tail = "another value: " + s.meaning.what;
      made.effect = parameter->effect_down.empty() ? parameter->effect_up : parameter->effect_down;
      made.check = parameter->check;
    } else {
      made.tail = "admits or refuses others than before";
      made.effect = "Somebody who got in is refused, or the other way round.";
    }
    if (made.check.empty()) {
      made.check = "Who matches the new list and did not match the old one, and the reverse?";
    }
    return made;
  }
  return std::nullopt;
}

} // namespace

std::optional<Concern> judge_exposure(const Subject& s) {
  if (s.kind() == ChangeKind::removed || s.new_is_template) {
    return std::nullopt;
  }
  if (auto made = judge_wildcard(s)) {
    return made;
  }
  if (auto made = judge_mode_bits(s)) {
    return made;
  }
  if (auto made = judge_grant(s)) {
    return made;
  }
  if (auto made = judge_access_rule(s)) {
    return made;
  }
  return judge_pattern(s);
}

} // namespace leadline
