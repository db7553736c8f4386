#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace leadline {
namespace {

constexpr double k_near = 0.87;
constexpr double k_far = 0.7;        // powers of ten: five times
constexpr double k_nothing_left = 4; // of a time: critical
constexpr double k_no_machine = 50;  // times as many processors

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

std::string_view number_in(std::string_view text) {
  text = trim(text);
  return text.substr(0, text.find_first_not_of("0123456789."));
}

bool is_dropped(const Subject& s) {
  const bool bare = s.modified() && s.old_quantity && s.new_quantity && numeric_kind(s.meaning) &&
                    s.old_quantity->unit_written && !s.new_quantity->unit_written &&
                    s.new_quantity->value > 0; // 0 and -1 are the same in any unit
  // Things and processors are as often counted as measured: "500m" -> 1 and "1k" -> 900 are one
  // more way to say it, "500m" -> 500 is not.
  const bool counted = bare && (s.old_quantity->dimension == Dimension::cores ||
                                s.old_quantity->dimension == Dimension::count);
  return bare && (!counted || number_in(s.old_value) == number_in(s.new_value) ||
                  (s.quantity && s.quantity->ratio >= k_no_machine));
}

// "1h" -> 3600, "500m" -> 1, "25%" -> 2: what was written in another unit now counts in the one
// that such a key usually has, or counts things.
bool is_converted(const Subject& s) {
  const bool same_number = number_in(s.old_value) == number_in(s.new_value);
  if (s.quantity) {
    return !same_number && s.old_quantity->unit != s.new_quantity->unit &&
           s.quantity->ratio > 0.2 && s.quantity->ratio < 5;
  }
  switch (s.old_quantity->dimension) {
  case Dimension::percent:
    return !same_number && s.new_quantity->value * 4 < s.old_quantity->value;
  case Dimension::time:
  case Dimension::bytes:
    return !same_number && s.old_quantity->value == s.new_quantity->value; // in seconds, in bytes
  default:
    return false;
  }
}

// Whether the catalogue or the key itself says in which unit a bare number is read.
bool reads_in(const Subject& s) { return s.quantity && s.unit_known; }

std::optional<Concern> judge_dropped(const Subject& s) {
  Concern made;
  made.rule = "unit.dropped";
  made.effect = "A bare number is read in the program's default unit, which may be a thousand "
                "times smaller or larger.";
  made.check = "Which unit does the program take for a bare number here?";
  made.reasons = {fmt::format("the old value said \"{}\"", s.old_quantity->unit)};
  if (reads_in_another_unit(s) && s.new_quantity->unit == "ns") {
    made.urgency = k_nothing_left;
    made.confidence = 0.95;
    made.tail = fmt::format("without a unit it is read as ns: {}", amount(*s.quantity));
    made.effect = "A bare number counts nanoseconds here: the time is over before anything can "
                  "happen in it, so what it bounds ends at once, each time.";
    made.check = "Which unit was meant? Write it: a bare number never is seconds here.";
    return made;
  }
  if (reads_in_another_unit(s)) {
    if (judge_quantity(s)) {
      return std::nullopt; // which says the same, and what it does to users
    }
    made.urgency = 2.2;
    made.confidence = 0.9;
    made.tail = fmt::format("without a unit it is read as {}: {}", s.new_quantity->unit,
                            amount(*s.quantity));
    return made;
  }
  if (!is_bare_of_its_unit(s)) {
    return std::nullopt;
  }
  made.urgency = 1.4;
  made.confidence = 0.5;
  made.tail = fmt::format("the unit \"{}\" is gone", s.old_quantity->unit);
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

bool reads_in_another_unit(const Subject& s) {
  return is_dropped(s) && reads_in(s) && !s.new_quantity->unit.empty() &&
         s.new_quantity->unit != s.old_quantity->unit && s.quantity->direction != Direction::same &&
         orders_of(*s.quantity) >= k_far;
}

bool is_bare_of_its_unit(const Subject& s) {
  return is_dropped(s) && !reads_in(s) && !is_converted(s);
}

std::optional<Concern> judge_unit(const Subject& s) {
  if (!s.modified() || !s.old_quantity || !s.new_quantity || !numeric_kind(s.meaning)) {
    return std::nullopt;
  }
  if (is_dropped(s)) {
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
