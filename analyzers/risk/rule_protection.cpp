#include "analyzers/domains/words.hpp"
#include "analyzers/risk/close_levels.hpp"
#include "analyzers/risk/effect_text.hpp"
#include "analyzers/risk/rules.hpp"
#include "analyzers/risk/tls_versions.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace leadline {
namespace {

// Ladders that many programs share, weakest first. Sources:
// https://www.postgresql.org/docs/current/libpq-ssl.html (sslmode),
// https://nginx.org/en/docs/http/ngx_http_ssl_module.html (ssl_verify_client),
// https://developer.mozilla.org/docs/Web/HTTP/Headers/Set-Cookie (SameSite).
constexpr std::array<std::string_view, 6> k_sslmode = {"disable", "allow",     "prefer",
                                                       "require", "verify-ca", "verify-full"};
constexpr std::array<std::string_view, 4> k_verify = {"none", "optional", "require", "required"};
constexpr std::array<std::string_view, 3> k_enforce = {"disabled", "permissive", "enforcing"};
constexpr std::array<std::string_view, 3> k_same_site = {"none", "lax", "strict"};
constexpr std::array<std::string_view, 3> k_failure_policy = {"ignore", "warn", "fail"};

int place_in(std::span<const std::string_view> ladder, std::string_view value) {
  auto at = std::find(ladder.begin(), ladder.end(), value);
  if (at == ladder.end()) { // "kafka.RequireAll": a constant of a package
    const std::size_t part = value.find_last_of(".:");
    at = std::find(ladder.begin(), ladder.end(),
                   part == std::string_view::npos ? value : value.substr(part + 1));
  }
  return at == ladder.end() ? -1 : static_cast<int>(at - ladder.begin());
}

// -1 weaker, 1 stronger, 0 the same or not comparable
int compare_on(std::span<const std::string_view> ladder, std::string_view old_value,
               std::string_view new_value) {
  const int before = place_in(ladder, old_value);
  const int after = place_in(ladder, new_value);
  if (before < 0 || after < 0 || before == after) {
    return 0;
  }
  return after < before ? -1 : 1;
}

BareNumbers bare_numbers(const Subject& s) {
  for (const std::string_view word : {"tls", "ssl", "mtls", "https"}) {
    if (has_phrase(s.leaf, word) || has_phrase(s.parents, word)) {
      return BareNumbers::yes;
    }
  }
  const bool named = tls_versions(s.old_value, BareNumbers::no).oldest() >= 0 ||
                     tls_versions(s.new_value, BareNumbers::no).oldest() >= 0;
  return named ? BareNumbers::yes : BareNumbers::no;
}

Concern weakened(const Subject& s, std::string tail, std::string effect) {
  Concern made;
  made.rule = "protection.weakened";
  made.urgency = 1.1 + (s.meaning.parameter != nullptr ? weight_of(s.meaning.impact) : 1.0);
  made.confidence = s.meaning.parameter != nullptr ? 1 : 0.85;
  made.tail = std::move(tail);
  made.effect = s.meaning.parameter != nullptr && !s.meaning.parameter->effect_down.empty() &&
                        !says_either_way(s.meaning.parameter->effect_down)
                    ? s.meaning.parameter->effect_down
                    : std::move(effect);
  made.check = s.meaning.parameter != nullptr ? s.meaning.parameter->check : "";
  made.reasons = {"a weaker level than before"};
  return made;
}

Concern tightened(std::string tail) {
  Concern made;
  made.rule = "protection.changed";
  made.urgency = 1.1;
  made.confidence = 0.6;
  made.tail = std::move(tail);
  made.effect = "Clients that cannot do better are cut off from now on.";
  made.check = "Which clients still use what is refused now?";
  made.reasons = {"a stricter level than before"};
  made.restorable = false;
  return made;
}

std::optional<Concern> judge_ladder(const Subject& s) {
  const std::string before = to_lower(trim(s.old_value));
  const std::string after = to_lower(trim(s.new_value));
  int step = 0;
  if (has_phrase(s.leaf, "severity")) {
    return std::nullopt; // how loud an alert is: judge_alert
  }
  if (s.meaning.parameter != nullptr && s.meaning.parameter->kind == ParameterKind::level) {
    const std::vector<std::string> order = s.meaning.parameter->order;
    const std::vector<std::string_view> ladder(order.begin(), order.end());
    step = compare_on(ladder, before, after);
  }
  const auto by_words = [&](std::string_view words, std::span<const std::string_view> ladder) {
    if (step == 0 && has_phrase(s.leaf, words)) {
      step = compare_on(ladder, before, after);
    }
  };
  by_words("sslmode", k_sslmode);
  by_words("ssl mode", k_sslmode);
  by_words("tls", k_sslmode);
  by_words("verify", k_verify);
  by_words("verify client", k_verify);
  by_words("client auth", k_verify);
  by_words("selinux", k_enforce);
  by_words("selinux state", k_enforce);
  by_words("same site", k_same_site);
  by_words("samesite", k_same_site);
  by_words("failure policy", k_failure_policy);
  if (!difference_of_close_levels(s).empty()) {
    return std::nullopt; // judge_mode says what differs
  }
  if (step < 0) {
    // "acks", "Restart": levels of something else than of who gets in.
    const bool guards = s.meaning.parameter == nullptr || s.meaning.impact == Impact::security;
    return weakened(s,
                    guards ? "a weaker level of protection"
                           : fmt::format("a weaker level: {}", s.meaning.parameter->title),
                    "Connections and users that were refused or checked are let through.");
  }
  if (step > 0) {
    return tightened("a stricter level: whoever does not meet it is refused");
  }
  return std::nullopt;
}

// A new line that goes below the default of a program that was set up already.
std::optional<Concern> judge_new_level(const Subject& s) {
  const Parameter* parameter = s.meaning.parameter;
  if (parameter == nullptr || parameter->kind != ParameterKind::level ||
      parameter->default_value.empty() || parameter->impact != Impact::security ||
      s.new_is_template || s.file->status == FileStatus::added) {
    return std::nullopt;
  }
  SettingChange seen = *s.change;
  seen.change = ChangeKind::modified;
  seen.old_setting = seen.new_setting;
  seen.old_setting->value = parameter->default_value;
  std::optional<Concern> made = judge_ladder(make_subject(seen, *s.file, s.meaning));
  if (!made || made->rule != "protection.weakened") {
    return std::nullopt;
  }
  const bool runs = s.file->role == FileRole::config || s.file->role == FileRole::code ||
                    s.file->role == FileRole::ci;
  made->urgency -= runs ? 0 : 0.5; // new lines are read more closely
  made->tail = fmt::format("the default is {}: {}", parameter->default_value, made->tail);
  made->restorable = false;
  return made;
}

// What keeps the data when the resource goes
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html,
// https://kubernetes.io/docs/concepts/storage/volume-snapshot-classes/#deletionpolicy,
// https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.RemovalPolicy.html).
std::optional<Concern> judge_deletion_policy(const Subject& s) {
  const auto word = [](std::string_view value) { // of cdk.RemovalPolicy.RETAIN the last part
    const std::string text = to_lower(trim(value));
    return text.substr(text.find_last_of(".:") + 1); // npos + 1 is 0
  };
  const auto keeps = [&](std::string_view value) {
    const std::string text = word(value);
    return text == "retain" || text == "snapshot" || text == "orphan" ||
           text == "retainexceptoncreate" || text == "retain_on_update_or_delete";
  };
  const bool removed = s.kind() == ChangeKind::removed;
  const bool about_data = s.leaf == " deletion policy " || s.leaf == " update replace policy " ||
                          s.leaf == " removal policy " || s.leaf == " apply removal policy ";
  const bool deletes = word(s.new_value) == "delete" || word(s.new_value) == "destroy";
  if (!about_data || !keeps(s.old_value) || (!removed && !deletes)) {
    return std::nullopt;
  }
  Concern made = weakened(s, "the data go with the resource",
                          "When the stack or the resource is deleted or replaced, its data are "
                          "deleted with it.");
  made.rule = removed ? "protection.removed" : "protection.disabled";
  made.urgency = removed ? 1.7 : 2.1; // without it the default differs between resources
  made.check = "Is there a backup elsewhere, and who may delete the resource?";
  return made;
}

} // namespace

std::optional<Concern> judge_protection(const Subject& s) {
  if (s.kind() != ChangeKind::added) {
    if (auto made = judge_deletion_policy(s)) {
      return made;
    }
  }
  if (s.kind() == ChangeKind::removed) {
    // A line that asked for more than the usual.
    const std::string before = to_lower(trim(s.old_value));
    // PGSSLMODE too; MySQL's words have an underscore
    // (https://dev.mysql.com/doc/refman/8.0/en/connection-options.html#option_general_ssl-mode).
    const bool sslmode =
        s.leaf.find("sslmode") != std::string::npos || has_phrase(s.leaf, "ssl mode");
    constexpr std::array<std::string_view, 6> k_asking = {
        "verify-full", "verify-ca", "require", "verify_identity", "verify_ca", "required"};
    if (sslmode && std::find(k_asking.begin(), k_asking.end(), before) != k_asking.end()) {
      Concern made =
          weakened(s, "without it the client falls back to its default, which does not verify",
                   "The client connects to whoever answers, without checking the server.");
      made.rule = "protection.removed";
      return made;
    }
    return std::nullopt;
  }
  if (s.kind() == ChangeKind::added) {
    return judge_new_level(s);
  }
  if (!s.modified() || s.old_is_template || s.new_is_template) {
    return std::nullopt;
  }
  const BareNumbers bare = bare_numbers(s);
  const TlsVersions old_versions = tls_versions(s.old_value, bare);
  const TlsVersions new_versions = tls_versions(s.new_value, bare);
  const int before = old_versions.oldest();
  const int after = new_versions.oldest();
  if (before >= 0 && old_versions == new_versions) {
    return std::nullopt; // "tls12" and "TLSv1_2"
  }
  if (before >= 0 && after >= 0 && before != after) {
    return after < before
               ? weakened(
                     s, "older TLS versions are accepted again",
                     "Connections can be forced down to a version whose weaknesses are public.")
               : tightened("older TLS versions are refused");
  }
  if (auto made = judge_ladder(s)) {
    return made;
  }
  const bool ciphers = has_phrase(s.leaf, "ciphers") || has_phrase(s.leaf, "cipher suite") ||
                       has_phrase(s.leaf, "cipher suites") || has_phrase(s.leaf, "ciphersuites");
  if (ciphers && !is_blank(s.new_value)) {
    Concern made;
    made.rule = "protection.changed";
    made.urgency = 1.15;
    made.confidence = 0.6;
    made.tail = "another set of ciphers";
    made.effect =
        "Clients and servers that share no cipher with the new list can no longer connect.";
    made.check = "Do the oldest clients and the peers share a cipher with the new list?";
    return made;
  }
  return std::nullopt;
}

} // namespace leadline
