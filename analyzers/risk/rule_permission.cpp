#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace leadline {
namespace {

bool any_phrase(std::string_view spaced, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return has_phrase(spaced, phrase); });
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

// A new line for every action, in a file that granted some: medium, high in production.
constexpr double k_new_wildcard = 1.7;

// The items of a list on one line, or the one value; lower case, without quotes.
std::vector<std::string> items_of(std::string_view value) {
  std::string_view text = trim(value);
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
  }
  std::vector<std::string> items;
  for (std::string_view item : split(text, ',')) {
    item = trim(item);
    while (item.size() >= 2 && (item.front() == '"' || item.front() == '\'') &&
           item.back() == item.front()) {
      item = item.substr(1, item.size() - 2);
    }
    items.push_back(to_lower(item));
  }
  return items;
}

bool in(const std::vector<std::string>& items, std::string_view wanted) {
  return std::find(items.begin(), items.end(), wanted) != items.end();
}

bool is_everything(std::string_view item) {
  constexpr std::array<std::string_view, 9> k_all = {"*",
                                                     "*:*",
                                                     "write-all",
                                                     "cluster-admin",
                                                     "administratoraccess",
                                                     "roles/owner",
                                                     "all privileges",
                                                     "public-read-write",
                                                     "roles/editor"};
  return std::find(k_all.begin(), k_all.end(), item) != k_all.end() ||
         item.ends_with("/administratoraccess"); // of an ARN
}

// "s3:*": every action of one service
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html).
std::string_view whole_service(std::string_view item) {
  const std::size_t colon = item.find(':');
  const bool whole =
      colon != std::string_view::npos && colon > 0 && item.substr(colon) == ":*" &&
      std::all_of(item.begin(), item.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      });
  return whole ? item.substr(0, colon) : std::string_view();
}

// SQL: "GRANT SELECT ON *.* TO app" (https://dev.mysql.com/doc/refman/8.0/en/grant.html,
// https://clickhouse.com/docs/sql-reference/statements/grant).
bool grants_all(std::string_view value) {
  const std::string text = to_lower(value);
  return text.find("grant ") != std::string::npos && text.find(" on *.*") != std::string::npos;
}

std::optional<Concern> judge_grant(const Subject& s) {
  if (grants_all(s.new_value) && !grants_all(s.old_value)) {
    return widened(s, "every table of every database");
  }
  // "roleRef: {name: cluster-admin}"
  // (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles): new or not.
  const bool bound = (s.leaf == " name " && s.parents.ends_with(" role ref ")) ||
                     s.leaf == " clusterrole " || s.leaf == " cluster role ";
  if (bound && to_lower(trim(s.new_value)) == "cluster-admin" &&
      to_lower(trim(s.old_value)) != "cluster-admin") {
    Concern made = widened(s, "may do everything in the cluster");
    made.urgency = s.modified() ? 2.2 : s.file->status == FileStatus::added ? 1.3 : 1.8;
    return made;
  }
  const bool what = any_phrase(s.leaf, {"resources"}) || (s.modified() && s.leaf == " resource ");
  const bool grants =
      what || any_phrase(s.leaf, {"action", "actions", "permission", "permissions", "role", "roles",
                                  "verbs", "grant", "privileges", "scopes", "scope", "acl",
                                  "policy", "policy arn"});
  // What is refused, or all but what is named, is narrower with a wildcard.
  if (!grants || any_phrase(s.parents + s.leaf, {"deny", "denied", "not", "refuse", "exclude"}) ||
      (!s.modified() && s.file->status == FileStatus::added)) {
    return std::nullopt;
  }
  const std::vector<std::string> before = items_of(s.old_value);
  const std::vector<std::string> after = items_of(s.new_value);
  // A role that is called "admin" says little by itself; a wildcard does.
  const auto wide = [&](const std::vector<std::string>& items) {
    return std::any_of(items.begin(), items.end(), [&](const std::string& item) {
      return is_everything(item) || (s.modified() && items.size() == 1 &&
                                     (item == "admin" || item == "superuser" || item == "root" ||
                                      item == "owner" || item == "all" || item == "public-read"));
    });
  };
  if (wide(before)) {
    return std::nullopt;
  }
  if (wide(after)) {
    Concern made = widened(s, what ? "on every resource" : "may do everything");
    made.urgency = std::max(made.urgency, what ? 0 : k_new_wildcard);
    return made;
  }
  for (const std::string& item : after) {
    const std::string_view service = whole_service(item);
    if (!service.empty() && !in(before, item)) {
      Concern made = widened(s, fmt::format("every action of {}", service));
      made.urgency = std::max(made.urgency, k_new_wildcard);
      return made;
    }
  }
  return std::nullopt;
}

// What lets a program of the cluster become more than it is
// (https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks).
std::optional<Concern> judge_cluster_role(const Subject& s) {
  constexpr std::array<std::string_view, 8> k_resources = {
      "secrets",     "pods/exec",    "pods/attach",         "serviceaccounts/token",
      "nodes/proxy", "rolebindings", "clusterrolebindings", "certificatesigningrequests/approval"};
  constexpr std::array<std::string_view, 3> k_verbs = {"escalate", "bind", "impersonate"};
  const std::string& kind = s.setting().context;
  const bool resources = s.leaf == " resources ";
  const bool verbs = s.leaf == " verbs ";
  if ((!resources && !verbs) || (kind != "Role" && kind != "ClusterRole") ||
      s.file->status == FileStatus::added) {
    return std::nullopt;
  }
  const std::vector<std::string> before = items_of(s.old_value);
  for (const std::string& item : items_of(s.new_value)) {
    const bool grave =
        resources ? std::find(k_resources.begin(), k_resources.end(), item) != k_resources.end()
                  : std::find(k_verbs.begin(), k_verbs.end(), item) != k_verbs.end();
    if (grave && !in(before, item) && !in(before, "*")) {
      Concern made = widened(s, resources && item == "secrets" ? "may read or write secrets"
                                                               : fmt::format("may {}", item));
      made.urgency = s.modified() ? 1.75 : 1.4;
      if (resources && item != "secrets") {
        made.tail = fmt::format("may act on {}", item);
      }
      made.check = "Which single object does it need? A role can name it.";
      return made;
    }
  }
  return std::nullopt;
}

// "deploy ALL=(ALL) NOPASSWD: ALL" (https://www.sudo.ws/docs/man/sudoers.man/): in sudoers, and in
// what writes a line of it.
std::optional<Concern> judge_sudo(const Subject& s) {
  const auto asks_nobody = [](std::string_view value) {
    return value.find("NOPASSWD") != std::string_view::npos;
  };
  // "(ALL) ALL", "(ALL:ALL) NOPASSWD:SETENV: ALL"
  const auto every_command = [](std::string_view value) {
    std::string_view rest = value.substr(std::min(value.find(')'), value.size()));
    rest = trim(rest.substr(std::min<std::size_t>(1, rest.size())));
    for (std::size_t colon = rest.find(':');
         colon != std::string_view::npos && rest.substr(0, colon).find(' ') == std::string::npos;
         colon = rest.find(':')) {
      rest = trim(rest.substr(colon + 1));
    }
    const auto in_word = [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '/';
    };
    return rest.starts_with("ALL") && (rest.size() == 3 || !in_word(rest[3]));
  };
  const bool record = has_phrase(spaced_words(s.file->path), "sudoers");
  if (!asks_nobody(s.new_value) && !(record && every_command(s.new_value))) {
    return std::nullopt;
  }
  if (asks_nobody(s.old_value) == asks_nobody(s.new_value) &&
      every_command(s.old_value) == every_command(s.new_value)) {
    return std::nullopt;
  }
  const bool all = every_command(s.new_value);
  if (!all && every_command(s.old_value)) {
    return std::nullopt; // fewer commands than before
  }
  Concern made = widened(s, all ? asks_nobody(s.new_value) ? "root without a password"
                                                           : "every command as root"
                                : "some commands as root without a password");
  made.urgency = !all ? 1.1 : s.file->status == FileStatus::added ? 1.4 : 2.1;
  made.effect = "Whoever takes over this account is root on each machine that has the line.";
  made.check = "Which commands are needed?";
  return made;
}

// --authorization-mode=AlwaysAllow
// (https://kubernetes.io/docs/reference/access-authn-authz/authorization/#authorization-modules)
std::optional<Concern> judge_always_allow(const Subject& s) {
  const auto allows = [](std::string_view value) {
    return value.find("AlwaysAllow") != std::string_view::npos;
  };
  if (!has_phrase(s.leaf, "authorization mode") &&
      !(s.leaf == " mode " && has_phrase(s.parents, "authorization"))) {
    return std::nullopt;
  }
  if (!allows(s.new_value) || allows(s.old_value)) {
    return std::nullopt;
  }
  Concern made = widened(s, "nobody is asked what he may do");
  made.urgency = s.file->status == FileStatus::added ? 1.5 : 2.2;
  made.effect = "Everybody who reaches the port may do everything.";
  made.check = "Who reaches the port?";
  return made;
}

// permissions of a workflow's token
// (https://docs.github.com/en/actions/writing-workflows/workflow-syntax-for-github-actions#permissions).
std::optional<Concern> judge_token(const Subject& s) {
  const bool workflow = s.file->path.find(".github/workflows/") != std::string::npos;
  if (!workflow || !s.modified()) {
    return std::nullopt;
  }
  const std::string after = to_lower(trim(s.new_value));
  const std::string before = to_lower(trim(s.old_value));
  if (s.leaf == " permissions " && after == "write-all" && before != after) {
    Concern made = widened(s, "the workflow's token may write everything");
    made.urgency = 2.4;
    made.effect = "Every action and script that the workflow runs may push code, publish releases "
                  "and change settings.";
    return made;
  }
  if (!s.parents.ends_with(" permissions ") || after != "write" || before == "write") {
    return std::nullopt;
  }
  Concern made = widened(s, fmt::format("the workflow's token may write {}", trim(s.leaf)));
  made.urgency = 1.6;
  made.effect = "Every action and script that the workflow runs may do it, also one that is taken "
                "over.";
  made.check = "Which job needs it? Grant it to that job alone.";
  return made;
}

// A container that ran as a user of its own
// (https://kubernetes.io/docs/tasks/configure-pod-container/security-context/,
// https://docs.docker.com/reference/dockerfile/#user).
std::optional<Concern> judge_root(const Subject& s) {
  const auto is_root = [](std::string_view value) {
    const std::string_view text = trim(value);
    const std::string_view user = text.substr(0, text.find(':'));
    return user == "0" || user == "root";
  };
  const std::string name = to_lower(s.file->path.substr(s.file->path.rfind('/') + 1));
  const bool image = s.leaf == " user " && s.setting().key.segments.size() == 1 &&
                     (name.starts_with("dockerfile") || name.ends_with(".dockerfile") ||
                      name.starts_with("containerfile"));
  if (!s.modified() || s.old_is_template || (s.leaf != " run as user " && !image) ||
      trim(s.old_value).empty() || is_root(s.old_value) || !is_root(s.new_value)) {
    return std::nullopt;
  }
  Concern made = widened(s, "runs as root");
  made.urgency = image ? 1.6 : 2.05;
  made.effect = "Whoever takes over the program is root in the container, one fault of the kernel "
                "or a mount away from the machine.";
  made.check = "What needs root, and can it be done while the image is built?";
  return made;
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

} // namespace

std::optional<Concern> judge_permission(const Subject& s) {
  if (s.kind() == ChangeKind::removed || s.new_is_template) {
    return std::nullopt;
  }
  for (const auto rule : {judge_token, judge_root, judge_sudo, judge_always_allow, judge_mode_bits,
                          judge_grant, judge_cluster_role, judge_access_rule}) {
    if (auto made = rule(s)) {
      return made;
    }
  }
  return std::nullopt;
}

} // namespace leadline
