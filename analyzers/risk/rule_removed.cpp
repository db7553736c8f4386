#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// Nobody typed the new value, so that it is a little likelier to be meant than a typed one.
constexpr double k_removed = 0.1;
constexpr double k_most = 1.9; // of what is neither about access nor about data

// Words of the catalogue for "nothing holds": a documented "off", or what the documentation says
// happens without the line.
bool is_nothing(std::string_view value) {
  constexpr std::array<std::string_view, 4> k_nothing = {"none", "off", "no", "disabled"};
  const std::string text = to_lower(trim(value));
  return std::find(k_nothing.begin(), k_nothing.end(), text) != k_nothing.end();
}

// Values that mean "no limit" where a higher one hurts.
bool is_without_limit(std::string_view value) {
  constexpr std::array<std::string_view, 9> k_endless = {
      "0", "-1", "0s", "0ms", "infinity", "unlimited", "none", "off", "disabled"};
  const std::string text = to_lower(trim(value));
  return std::find(k_endless.begin(), k_endless.end(), text) != k_endless.end();
}

bool caps(ParameterKind kind) {
  return kind == ParameterKind::timeout || kind == ParameterKind::limit ||
         kind == ParameterKind::rate || kind == ParameterKind::capacity ||
         kind == ParameterKind::size;
}

bool is_grave(Impact impact) { return impact == Impact::security || impact == Impact::data_loss; }

Concern gone(const Subject& s, std::string rule, double urgency, std::string tail,
             std::string effect) {
  Concern made;
  made.rule = std::move(rule);
  made.urgency = is_grave(s.meaning.impact) ? urgency : std::min(urgency, k_most);
  made.confidence = 0.9;
  made.tail = std::move(tail);
  made.effect = std::move(effect);
  made.check = s.meaning.parameter->check;
  made.reasons = {"without the line the program's own default holds"};
  made.restorable = false;
  return made;
}

// The subject as the program sees it: from the old value to the default.
std::optional<Concern> against_default(const Subject& s) {
  const Parameter& parameter = *s.meaning.parameter;
  SettingChange seen = *s.change;
  seen.change = ChangeKind::modified;
  seen.new_setting = seen.old_setting;
  seen.new_setting->value = parameter.default_value;
  const Subject subject = make_subject(seen, *s.file, s.meaning);
  // One mode is as good as another, but not where a service or its data stand on it.
  const bool stands = parameter.impact == Impact::outage || is_grave(parameter.impact);
  if (parameter.kind == ParameterKind::mode && stands) {
    const std::optional<Concern> mode = judge_mode(subject);
    if (mode && mode->rule == "mode.changed") {
      return gone(
          s, mode->rule, mode->urgency - k_removed,
          fmt::format("the default {} holds again: {}", parameter.default_value, mode->tail),
          mode->effect);
    }
  }
  if (auto alert = judge_alert(subject); alert && alert->rule == "alert.downgraded") {
    return gone(s, alert->rule, alert->urgency - k_removed,
                fmt::format("the default is {}: {}", parameter.default_value, alert->tail),
                alert->effect);
  }
  const std::optional<Concern> made = judge_protection(subject);
  if (!made || made->rule != "protection.weakened") {
    return std::nullopt;
  }
  return gone(s, "protection.removed", made->urgency - k_removed,
              fmt::format("the default is {}: {}", parameter.default_value, made->tail),
              made->effect);
}

// A limit goes and nothing limits any more.
std::optional<Concern> limit_lost(const Subject& s) {
  const Parameter& parameter = *s.meaning.parameter;
  // For room that a program has ("both": too much hurts as well) and for what holds it back.
  const bool room =
      parameter.kind == ParameterKind::capacity || parameter.kind == ParameterKind::size;
  const bool hurts = parameter.hurts == Hurts::both || (parameter.hurts == Hurts::up && !room);
  const bool unlimited = s.old_quantity && s.old_quantity->value <= 0;
  if (!caps(parameter.kind) || !hurts || unlimited || is_blank(s.old_value) ||
      is_without_limit(s.old_value) || !is_without_limit(parameter.default_value)) {
    return std::nullopt;
  }
  return gone(s, "limit.removed", 0.7 + 0.6 * weight_of(parameter.impact),
              fmt::format("the default is {}: no limit holds any more", parameter.default_value),
              parameter.effect_up);
}

// One key in two libraries: requests waits for ever without it, httpx 5 seconds
// (https://requests.readthedocs.io/en/latest/user/advanced/#timeouts,
// https://www.python-httpx.org/advanced/timeouts/).
std::optional<Concern> wait_without_end(const Subject& s) {
  const std::string called = spaced_words(s.setting().context);
  if (s.meaning.parameter->id != "python_http.timeout" || is_blank(s.old_value) ||
      (!has_phrase(called, "requests") && !has_phrase(called, "session"))) {
    return std::nullopt;
  }
  return gone(s, "limit.removed", 0.7 + 0.6 * weight_of(s.meaning.impact),
              "without it a request waits for ever",
              "One server that no longer answers holds every worker that asks it.");
}

// Backups, HSTS: kept for no time at all.
std::optional<Concern> nothing_kept(const Subject& s) {
  const Parameter& parameter = *s.meaning.parameter;
  const std::optional<Quantity> usual = parse_quantity(parameter.default_value, s.unit);
  if (parameter.kind != ParameterKind::retention || parameter.hurts != Hurts::down ||
      !is_grave(parameter.impact) || !usual || usual->value != 0 || !s.old_quantity ||
      s.old_quantity->value <= 0) {
    return std::nullopt;
  }
  return gone(s, "retention.cut", 1.05 + weight_of(parameter.impact) - k_removed,
              fmt::format("the default is {}: nothing is kept", parameter.default_value),
              parameter.effect_down);
}

// What stood there is there no longer: a header, a password, a health check.
std::optional<Concern> nothing_left(const Subject& s) {
  const Parameter& parameter = *s.meaning.parameter;
  const bool stated =
      parameter.kind == ParameterKind::mode || parameter.kind == ParameterKind::pattern ||
      parameter.kind == ParameterKind::identifier || parameter.kind == ParameterKind::address;
  if (!stated || parameter.hurts != Hurts::down || !is_nothing(parameter.default_value) ||
      is_nothing(s.old_value) || is_blank(s.old_value)) {
    return std::nullopt;
  }
  return gone(s, "protection.removed", 1.05 + weight_of(parameter.impact) - k_removed,
              fmt::format("the default is {} ({})", parameter.default_value, parameter.title),
              parameter.effect_down);
}

// A level that was asked for, of a program whose default depends on its version or build.
std::optional<Concern> level_unknown(const Subject& s) {
  const Parameter& parameter = *s.meaning.parameter;
  // "tls.VersionTLS13" names a constant of a package.
  const std::string text = to_lower(trim(s.old_value));
  const std::size_t dot = text.find('.');
  const bool constant =
      dot != std::string::npos && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == dot;
  const std::string before = constant ? text.substr(dot + 1) : text;
  const auto at = std::find(parameter.order.begin(), parameter.order.end(), before);
  const auto place = static_cast<std::size_t>(at - parameter.order.begin());
  if (parameter.kind != ParameterKind::level || parameter.hurts != Hurts::down ||
      !parameter.default_value.empty() || !is_grave(parameter.impact) ||
      at == parameter.order.end() || 2 * place < parameter.order.size()) {
    return std::nullopt;
  }
  return gone(s, "protection.removed", 1.2,
              "the program's own default holds, which depends on its version",
              parameter.effect_down);
}

} // namespace

std::optional<Concern> judge_removed(const Subject& s) {
  if (s.kind() != ChangeKind::removed || s.meaning.parameter == nullptr) {
    return std::nullopt;
  }
  const bool known = !s.meaning.parameter->default_value.empty();
  if (s.old_is_template) {
    // Whatever "${REDIS_PASSWORD}" stood for: there was a password, and there is none.
    return known && s.meaning.kind == ParameterKind::identifier ? nothing_left(s) : std::nullopt;
  }
  if (auto made = wait_without_end(s)) {
    return made;
  }
  if (auto made = known ? against_default(s) : level_unknown(s)) {
    return made;
  }
  if (!known) {
    return std::nullopt;
  }
  if (auto made = limit_lost(s)) {
    return made;
  }
  if (auto made = nothing_kept(s)) {
    return made;
  }
  return nothing_left(s);
}

} // namespace leadline
