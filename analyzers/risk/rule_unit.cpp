#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"

#include <fmt/format.h>

#include <cmath>

namespace leadline {
namespace {

constexpr double k_near = 0.87;

bool numeric_kind(const Meaning& meaning) {
  switch (meaning.kind) {
  case ParameterKind::address:
  case ParameterKind::version:
  case ParameterKind::identifier:
  case ParameterKind::mode:
  case ParameterKind::schedule:
  case ParameterKind::pattern:
    return !meaning.known;
  default:
    return true;
  }
}

std::optional<Concern> judge_dropped(const Subject& s) {
  const bool comparable = s.quantity.has_value();
  if (comparable && s.quantity->direction == Direction::same) {
    return std::nullopt; // "512MB" -> 512 of a parameter that counts in MB
  }
  if (!comparable && (s.new_quantity->unit_written || s.new_quantity->value == 0)) {
    return std::nullopt;
  }
  if (comparable && s.meaning.parameter == nullptr && s.quantity->ratio > 0.2 &&
      s.quantity->ratio < 5) {
    return std::nullopt; // the guessed unit explains it
  }
  Concern made;
  made.rule = "unit.dropped";
  const bool far = comparable && s.meaning.parameter != nullptr && orders_of(*s.quantity) >= 0.7;
  made.urgency = far ? 2.2 : 1.4;
  made.confidence = far ? 0.9 : 0.5;
  made.tail = far ? fmt::format("without a unit it is read as {}: {}", s.new_quantity->unit,
                                amount(*s.quantity))
                  : fmt::format("the unit \"{}\" is gone", s.old_quantity->unit);
  made.effect = "A bare number is read in the program's default unit, which may be a thousand "
                "times smaller or larger.";
  made.check = "Which unit does the program take for a bare number here?";
  made.reasons = {fmt::format("the old value said \"{}\"", s.old_quantity->unit)};
  return made;
}

std::optional<Concern> judge_slip(const Subject& s) {
  if (!s.quantity || s.quantity->sign_changed || !std::isfinite(s.quantity->orders) ||
      (s.meaning.known && s.meaning.hurts != Hurts::never) || s.quantity->orders < 0.99 ||
      std::fabs(s.quantity->orders - std::round(s.quantity->orders)) > 1e-9) {
    return std::nullopt;
  }
  Concern made;
  made.rule = "magnitude.slip";
  made.urgency = 1.05;
  made.confidence = 0.4;
  made.tail = s.quantity->direction == Direction::down ? "a lost zero?" : "an added zero?";
  made.effect =
      "The value is off by exactly a power of ten, as when a zero is lost or doubled while typing.";
  made.check = "Is the new number meant?";
  made.reasons = {amount(*s.quantity)};
  return made;
}

} // namespace

std::optional<Concern> judge_unit(const Subject& s) {
  if (!s.modified() || !s.old_quantity || !s.new_quantity || !numeric_kind(s.meaning)) {
    return std::nullopt;
  }
  if (s.old_quantity->unit_written && !s.new_quantity->unit_written) {
    if (auto made = judge_dropped(s)) {
      return made;
    }
  }
  // "16Gi" -> "16G": the digits stayed, so the unit is what somebody meant to leave alone, or the
  // point.
  // "512M" and "512Mi" differ by a twentieth: nobody is hurt by that.
  const bool near = s.quantity && s.quantity->ratio > k_near && s.quantity->ratio < 1 / k_near;
  if (s.quantity && s.quantity->unit_changed && s.quantity->direction != Direction::same && !near) {
    const auto digits = [](const std::string& text) {
      return text.substr(0, text.find_first_not_of("0123456789."));
    };
    if (!digits(s.old_value).empty() && digits(s.old_value) == digits(s.new_value)) {
      Concern made;
      made.rule = "unit.changed";
      made.urgency = 1.1 + 0.7 * orders_of(*s.quantity);
      made.confidence = 0.7;
      made.tail = fmt::format("same number, another unit: {}", amount(*s.quantity));
      made.effect = "The number looks familiar, the value is another one.";
      made.check = "Is the other unit meant?";
      made.reasons = {fmt::format("{} -> {}", s.old_quantity->unit, s.new_quantity->unit)};
      return made;
    }
  }
  return judge_slip(s);
}

} // namespace leadline
