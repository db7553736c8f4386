#include "analyzers/risk/quantity_draft.hpp"

#include "analyzers/risk/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace leadline {
namespace {

constexpr double k_no_outage = 2.7; // high

} // namespace

double stake(const Subject& s) { return weight_of(s.meaning.impact) * s.meaning.confidence; }

// A change in the direction that hurts; grows with the stake and the powers of ten.
double urgency_hurting(const Subject& s) {
  const double urgency = 0.7 + stake(s) * (0.35 + 1.25 * orders_of(*s.quantity));
  // What makes things slow or dark is never as grave as what takes them down.
  return weight_of(s.meaning.impact) < 1 ? std::min(urgency, k_no_outage) : urgency;
}

// A change in the other direction: it can still overload what stands behind, at a lower weight.
double urgency_other_way(const Subject& s) {
  return 0.8 + stake(s) * (0.25 + 0.6 * orders_of(*s.quantity));
}

bool hurts_down(const Subject& s) {
  return s.meaning.hurts != Hurts::up && s.meaning.hurts != Hurts::never;
}
bool hurts_up(const Subject& s) {
  return s.meaning.hurts != Hurts::down && s.meaning.hurts != Hurts::never;
}

Concern draft(const Subject& s, std::string rule, double urgency, std::string tail) {
  Concern made;
  made.rule = std::move(rule);
  made.urgency = urgency;
  made.confidence = s.meaning.confidence;
  made.tail = std::move(tail);
  const Parameter* parameter = s.meaning.parameter;
  const bool down = s.quantity->direction == Direction::down;
  if (parameter != nullptr) {
    made.effect = down ? parameter->effect_down : parameter->effect_up;
    made.check = parameter->check;
  }
  if (s.quantity->unit_dropped && parameter != nullptr && !s.new_quantity->unit.empty()) {
    made.reasons.push_back("a bare number counts in " + s.new_quantity->unit + " here");
    made.reasons.push_back(fmt::format("the old value said \"{}\"", s.old_quantity->unit));
  }
  if (std::isfinite(s.quantity->orders) && std::fabs(s.quantity->orders) >= 1 &&
      std::fabs(s.quantity->orders - std::round(s.quantity->orders)) < 1e-9 &&
      !s.quantity->sign_changed) {
    made.reasons.push_back("exactly a power of ten: a lost or added zero?");
    made.urgency += 0.15;
  }
  return made;
}

// What there is more or less of: the catalogue's title, a noun of the key ("connections"), or a
// general one.
std::string thing(const Subject& s, std::string_view fallback) {
  if (s.meaning.parameter != nullptr) {
    return s.meaning.what;
  }
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> k_nouns = {
      {{"attempts", "attempts"},
       {"clients", "clients"},
       {"conn", "connections"},
       {"connections", "connections"},
       {"conns", "connections"},
       {"cores", "processors"},
       {"cpus", "processors"},
       {"max connections", "connections"},
       {"memory", "memory"},
       {"processes", "processes"},
       {"procs", "processes"},
       {"retries", "retries"}}};
  constexpr std::array<std::string_view, 5> k_more = {"buffers", "partitions", "shards", "threads",
                                                      "workers"};
  const auto row = std::find_if(k_nouns.begin(), k_nouns.end(),
                                [&](const auto& entry) { return entry.first == s.meaning.what; });
  if (row != k_nouns.end()) {
    return std::string(row->second);
  }
  return std::find(k_more.begin(), k_more.end(), s.meaning.what) != k_more.end()
             ? s.meaning.what
             : std::string(fallback);
}

// "83 % shorter", with what it is where the catalogue says so.
std::string duration_tail(const Subject& s) {
  return s.meaning.parameter != nullptr ? length_of(*s.quantity, s.meaning.what)
                                        : length_of_time(*s.quantity);
}

} // namespace leadline
