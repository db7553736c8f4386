#include "analyzers/risk/judge.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace leadline {
namespace {

std::string normal_segment(std::string_view segment) {
  const std::size_t bracket = segment.ends_with(']') ? segment.rfind('[') : std::string_view::npos;
  return normalize_key(segment.substr(0, bracket));
}

bool ends_with_segments(const KeyPath& key, const std::vector<std::string>& wanted) {
  if (wanted.empty()) {
    return false;
  }
  // A segment may hold dots itself, so both are compared as their dotted parts.
  std::vector<std::string> parts;
  for (const std::string& segment : key.segments) {
    for (const std::string_view part : split(segment, '.')) {
      parts.push_back(normal_segment(part));
    }
  }
  return parts.size() >= wanted.size() &&
         std::equal(wanted.rbegin(), wanted.rend(), parts.rbegin());
}

std::string violation(const Baseline& baseline, const Subject& s) {
  const auto bound = [&](const std::optional<std::string>& text, bool low) -> std::string {
    if (!text) {
      return {};
    }
    std::optional<Quantity> limit = parse_quantity(*text, s.unit);
    std::optional<Quantity> value = s.new_quantity;
    if (limit && value && limit->dimension != value->dimension) {
      // "0.1k" of a key without a known unit: a number, where the bound is one.
      limit = parse_quantity(*text, "connections");
      value = parse_quantity(s.new_value, "connections");
    }
    if (!limit || !value || limit->dimension != value->dimension) {
      return fmt::format("cannot be held against the {} {}", low ? "minimum" : "maximum", *text);
    }
    const bool out = low ? value->value < limit->value : value->value > limit->value;
    return out ? fmt::format("{} the known-good {} {}", low ? "below" : "above",
                             low ? "minimum" : "maximum", *text)
               : "";
  };
  for (const std::string& fault : {bound(baseline.min, true), bound(baseline.max, false)}) {
    if (!fault.empty()) {
      return fault;
    }
  }
  const auto same = [&](const std::string& value) {
    if (to_lower(trim(value)) == to_lower(trim(s.new_value))) {
      return true;
    }
    const std::optional<Quantity> other = parse_quantity(value, s.unit);
    return other && s.new_quantity && other->dimension == s.new_quantity->dimension &&
           other->value == s.new_quantity->value;
  };
  if (!baseline.allowed.empty() &&
      std::none_of(baseline.allowed.begin(), baseline.allowed.end(), same)) {
    return "not among the allowed values";
  }
  if (std::any_of(baseline.forbidden.begin(), baseline.forbidden.end(), same)) {
    return "among the forbidden values";
  }
  if (baseline.max_change && s.quantity) {
    const double ratio = s.quantity->ratio;
    const double change = ratio > 0 && std::isfinite(ratio) ? std::max(ratio, 1 / ratio)
                          : ratio == 1                      ? 1
                                       : std::numeric_limits<double>::infinity();
    if (change > *baseline.max_change) {
      return fmt::format("changes by more than a factor of {:g}", *baseline.max_change);
    }
  }
  return {};
}

} // namespace

BaselineRules::BaselineRules(const Policy& policy) {
  for (const Baseline& baseline : policy.baselines) {
    Entry entry;
    entry.baseline = baseline;
    if (!baseline.paths.empty()) {
      entry.paths = GlobSet(baseline.paths, GlobCase::insensitive);
    }
    for (const std::string_view segment : split(baseline.key, '.')) {
      entry.segments.push_back(normal_segment(segment));
    }
    m_entries.push_back(std::move(entry));
  }
}

std::optional<Concern> BaselineRules::judge(const Subject& s) const {
  if (s.kind() != ChangeKind::removed) {
    return judge_value(s);
  }
  // Without the line its default holds.
  const Parameter* parameter = s.meaning.parameter;
  if (parameter == nullptr || parameter->default_value.empty()) {
    return std::nullopt;
  }
  SettingChange seen = *s.change;
  seen.change = ChangeKind::modified;
  seen.new_setting = seen.old_setting;
  seen.new_setting->value = parameter->default_value;
  std::optional<Concern> made = judge_value(make_subject(seen, *s.file, s.meaning));
  if (made) {
    made->tail =
        fmt::format("the default {} holds again, {}", parameter->default_value, made->tail);
  }
  return made;
}

std::optional<Concern> BaselineRules::judge_value(const Subject& s) const {
  std::optional<Concern> worst;
  for (const Entry& entry : m_entries) {
    const bool by_id =
        s.meaning.parameter != nullptr && s.meaning.parameter->id == entry.baseline.key;
    if ((!by_id && !ends_with_segments(s.setting().key, entry.segments)) ||
        (entry.paths && !entry.paths->any(s.file->path))) {
      continue;
    }
    const std::string fault = violation(entry.baseline, s);
    if (fault.empty()) {
      continue;
    }
    Concern made;
    made.rule = "baseline.violated";
    made.urgency = urgency_of(entry.baseline.severity);
    made.confidence = 1;
    made.tail = fault;
    made.effect = entry.baseline.why.empty() ? "The repository's own baseline forbids it."
                                             : entry.baseline.why;
    made.check =
        "If the new value is right, change the baseline first, in a pull request of its own.";
    made.reasons = {"baseline of " + entry.baseline.key};
    if (!worst || worst->urgency < made.urgency) {
      worst = std::move(made);
    }
  }
  return worst;
}

} // namespace leadline
