#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// Words whose loss somebody would stop a merge for.
constexpr std::array<std::string_view, 33> k_vital = {"tls",
                                                      "ssl",
                                                      "https",
                                                      "mtls",
                                                      "verify",
                                                      "verification",
                                                      "validate certs",
                                                      "auth",
                                                      "oauth",
                                                      "authentication",
                                                      "authorization",
                                                      "rbac",
                                                      "csrf",
                                                      "encryption",
                                                      "encrypted",
                                                      "encrypt",
                                                      "deletion protection",
                                                      "backup",
                                                      "backups",
                                                      "fsync",
                                                      "persistence",
                                                      "firewall",
                                                      "insecure",
                                                      "no verify",
                                                      "privileged",
                                                      "anonymous",
                                                      "publicly",
                                                      "unauthenticated",
                                                      "force destroy",
                                                      "allow privilege escalation",
                                                      "trust all",
                                                      "auto delete",
                                                      "point in time recovery"};

template <typename List>
bool any_phrase(const List& list, std::string_view spaced) {
  return std::any_of(list.begin(), list.end(),
                     [&](std::string_view phrase) { return has_phrase(spaced, phrase); });
}

// What the key is about, its last parent included where the leaf is only "enabled".
std::string subject_words(const Subject& s) {
  std::string words = s.leaf;
  if (s.leaf == " enabled " || s.leaf == " enable " || s.leaf == " disabled " ||
      s.leaf == " value " || s.leaf == " active ") {
    const std::size_t last =
        s.parents.size() > 2 ? s.parents.rfind(' ', s.parents.size() - 2) : std::string::npos;
    if (last != std::string::npos) {
      words += s.parents.substr(last + 1);
    }
  }
  return words;
}

// Whether the state is the one that guards; nullopt where neither is known to.
std::optional<bool> is_guarded(const Subject& s, bool state) {
  const Parameter* parameter = s.meaning.parameter;
  if (parameter != nullptr && parameter->kind == ParameterKind::on_off) {
    if (parameter->hurts == Hurts::down) {
      return state;
    }
    if (parameter->hurts == Hurts::up) {
      return !state;
    }
    return std::nullopt;
  }
  switch (s.meaning.guard) {
  case Guard::protects:
    return state;
  case Guard::exposes:
    return !state;
  case Guard::none:
    break;
  }
  return std::nullopt;
}

// Whether an added line is dangerous by itself. "feature_tls_enable: false" in a new block only
// states a default; "verify: false" and "insecure: true" never do.
bool says_it_all(const Subject& s) {
  if (s.meaning.guard == Guard::exposes || s.meaning.parameter != nullptr) {
    return true;
  }
  constexpr std::array<std::string_view, 8> k_plain = {
      "verify", "verification",        "validate",       "validation",
      "fsync",  "deletion protection", "check hostname", "verify ssl"};
  return any_phrase(k_plain, s.leaf);
}

bool leaves_safe_default(const Subject& s) {
  const Parameter* parameter = s.meaning.parameter;
  const bool runs = s.file->role == FileRole::config || s.file->role == FileRole::code ||
                    s.file->role == FileRole::ci;
  if (parameter == nullptr || !runs || s.file->status == FileStatus::added ||
      (parameter->impact != Impact::security && parameter->impact != Impact::data_loss)) {
    return false;
  }
  const std::optional<bool> usual = parse_switch(parameter->default_value);
  return usual && is_guarded(s, *usual) == true;
}

// Whether it asks who the other side is, or who made what is read: "verify_signature",
// "ssl.verify", "verify" of a call whose name speaks of tokens or HTTP.
bool asks_who_it_is(const Subject& s) {
  constexpr std::array<std::string_view, 4> k_checks = {"verify", "verification", "validate certs",
                                                        "check hostname"};
  constexpr std::array<std::string_view, 15> k_of_whom = {
      "ssl",       "tls",   "https", "cert", "certs", "certificate", "peer",    "host",
      "signature", "token", "jwt",   "jws",  "http",  "session",     "hostname"};
  // ValidateIssuer, RequireHttpsMetadata
  // (https://learn.microsoft.com/dotnet/api/microsoft.identitymodel.tokens.tokenvalidationparameters).
  constexpr std::array<std::string_view, 9> k_of_token = {
      "validate issuer",    "validate audience",       "validate lifetime",
      "validate token",     "require https",           "require signed tokens",
      "validate signature", "require expiration time", "validate certificate"};
  if (any_phrase(k_of_token, s.leaf)) {
    return true;
  }
  return any_phrase(k_checks, s.leaf) &&
         any_phrase(k_of_whom, s.leaf + s.parents + spaced_words(s.setting().context));
}

double stake_of_guard(const Subject& s) {
  if (s.meaning.parameter != nullptr) {
    return 1.05 + weight_of(s.meaning.impact);
  }
  if (asks_who_it_is(s)) {
    return 2.15;
  }
  return any_phrase(k_vital, subject_words(s)) ? 2.05 : 1.45;
}

Concern guard_lost(const Subject& s, std::string rule, std::string tail) {
  Concern made;
  made.rule = std::move(rule);
  made.urgency = stake_of_guard(s);
  made.confidence = s.meaning.parameter != nullptr ? 1 : 0.75;
  made.tail = std::move(tail);
  if (s.meaning.parameter != nullptr) {
    const bool exposes = s.meaning.parameter->hurts == Hurts::up;
    made.effect = exposes ? s.meaning.parameter->effect_up : s.meaning.parameter->effect_down;
    made.check = s.meaning.parameter->check;
  }
  if (made.effect.empty()) {
    made.effect =
        "What it guarded against can now happen, and nothing else in this change makes up for it.";
  }
  made.reasons.push_back(s.meaning.parameter != nullptr ? "guards: " + s.meaning.what
                                                        : "its name says that it guards something");
  return made;
}

std::optional<Concern> judge_toggle(const Subject& s) {
  if (*s.old_switch == *s.new_switch) {
    return std::nullopt;
  }
  const std::optional<bool> was = is_guarded(s, *s.old_switch);
  if (was && *was) {
    const std::string state = *s.new_switch ? "switched on" : "switched off";
    const std::string tail = s.meaning.parameter != nullptr
                                 ? fmt::format("{} ({})", state, s.meaning.what)
                             : *s.new_switch ? "switched on, and opens what was closed"
                                             : "a protection is switched off";
    return guard_lost(s, "protection.disabled", tail);
  }
  Concern made;
  made.confidence = s.meaning.parameter != nullptr ? 0.8 : 0.5;
  if (was) { // the guard comes on: right in general, and it can lock somebody out
    made.rule = "protection.changed";
    made.urgency = 1.02;
    made.tail = s.meaning.parameter != nullptr
                    ? fmt::format("switched {} ({})", *s.new_switch ? "on" : "off", s.meaning.what)
                    : "a protection is switched on";
    made.effect = "Clients that relied on its absence are refused from now on.";
    made.check = "Do all clients meet it already?";
    made.restorable = false;
    return made;
  }
  const Parameter* parameter = s.meaning.parameter;
  if (parameter != nullptr && parameter->hurts == Hurts::never) {
    return std::nullopt;
  }
  made.rule = *s.new_switch ? "flag.enabled" : "switch.off";
  made.urgency = *s.new_switch ? 1.03 : 1.12;
  if (parameter != nullptr) {
    made.urgency += 0.2 * weight_of(parameter->impact);
    made.effect = *s.new_switch ? parameter->effect_up : parameter->effect_down;
    made.check = parameter->check;
  }
  made.tail = *s.new_switch ? "switched on" : "switched off";
  if (made.effect.empty()) {
    made.effect = *s.new_switch ? "A behaviour that was off so far starts for everybody at once."
                                : "Whoever relies on it loses it with this merge.";
  }
  return made;
}

} // namespace

std::optional<Concern> judge_switch(const Subject& s) {
  if (s.modified() && s.old_switch && s.new_switch) {
    return judge_toggle(s);
  }
  // "transit_encryption_mode: SERVER_AUTHENTICATION" that becomes "DISABLED": no switch, and off.
  const auto is_off = [](std::string_view value) {
    const std::string text = to_lower(trim(value));
    return text == "disabled" || text == "disable" || text == "none" || text == "off";
  };
  const bool level = s.meaning.parameter != nullptr; // the catalogue says what each value means
  if (s.modified() && !level && !s.old_switch && !s.old_is_template && !is_blank(s.old_value) &&
      !is_off(s.old_value) && is_off(s.new_value) && s.meaning.guard == Guard::protects &&
      s.old_value.find_first_of(" \n") == std::string::npos) {
    return guard_lost(s, "protection.disabled", "a protection is switched off");
  }
  // A rollout that was a share and is now a plain "on".
  if (s.modified() && s.old_quantity && s.old_quantity->dimension == Dimension::percent &&
      s.new_switch == true) {
    Concern made;
    made.rule = "flag.enabled";
    made.urgency = 1.5;
    made.confidence = 0.6;
    made.tail = "everybody gets it at once";
    made.effect = "A fault that a few users would have met is met by all of them.";
    return made;
  }
  // A word without a value switches on ("server a 10.0.0.1:80 check").
  const bool bare_word = s.kind() == ChangeKind::removed && s.old_value.empty() &&
                         s.setting().syntax == ValueSyntax::plain &&
                         s.meaning.parameter != nullptr &&
                         s.meaning.parameter->kind == ParameterKind::on_off;
  const std::optional<bool> was = bare_word ? true : s.old_switch;
  if (s.kind() == ChangeKind::removed && was && is_guarded(s, *was) == true) {
    const Parameter* parameter = s.meaning.parameter;
    const std::optional<bool> fallback =
        parameter != nullptr ? parse_switch(parameter->default_value) : std::optional<bool>();
    if (fallback && is_guarded(s, *fallback) == true) {
      return std::nullopt; // its default guards as well
    }
    Concern made = guard_lost(s, "protection.removed", "the line that switched it on is gone");
    made.urgency -= fallback ? 0.05 : 0.8; // without a known default, absence may still mean on
    return made;
  }
  if (s.kind() == ChangeKind::added && s.new_switch && is_guarded(s, *s.new_switch) == false &&
      says_it_all(s)) {
    Concern made =
        guard_lost(s, "protection.disabled",
                   *s.new_switch ? "a protection is given up" : "a protection is switched off");
    // New lines are read more closely than edited ones; but one that leaves a safe default is the
    // same as the default switched off.
    const bool by_words = s.meaning.parameter == nullptr && asks_who_it_is(s) &&
                          s.file->role == FileRole::code && s.file->status != FileStatus::added;
    made.urgency -= leaves_safe_default(s) || by_words ? 0 : 0.5;
    made.restorable = false;
    return made;
  }
  return std::nullopt;
}

} // namespace leadline
