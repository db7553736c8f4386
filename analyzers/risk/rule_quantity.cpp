#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"

#include <fmt/format.h>

#include <cmath>

namespace leadline {
namespace {

using Kind = ParameterKind;

// Smaller steps than these are fine tuning.
constexpr double k_small_cut = 0.87;
constexpr double k_small_raise = 1.25;
constexpr double k_growth = 2.5; // of memory, processors, disk: ordinary below it
constexpr double k_worst_of_lifetimes = 2.4;

constexpr double k_no_outage = 2.7; // high
constexpr double k_unit_lost = 2.2; // high

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
  const bool noun = s.meaning.what.ends_with('s') || s.meaning.what == "memory";
  return s.meaning.parameter != nullptr || noun ? s.meaning.what : std::string(fallback);
}

// "83 % shorter", with what it is where the catalogue says so.
std::string duration_tail(const Subject& s) {
  const std::string length = length_of_time(*s.quantity);
  return s.meaning.parameter != nullptr ? length + ": " + s.meaning.what : length;
}

std::optional<Concern> judge_capacity(const Subject& s) {
  const double ratio = s.quantity->ratio;
  const bool down = s.quantity->direction == Direction::down;
  const std::string what = thing(s, s.meaning.kind == Kind::limit  ? "room under the limit"
                                    : s.meaning.kind == Kind::rate ? "allowed rate"
                                                                   : "capacity");
  if (down) {
    if (!hurts_down(s) || ratio > k_small_cut) {
      return std::nullopt;
    }
    Concern made = draft(s, "capacity.drop", urgency_hurting(s), amount_of(*s.quantity, what));
    if (s.new_quantity->value == 0) {
      made.reasons.push_back("zero: nothing is left, or no bound at all, depending on the program");
    }
    if (made.effect.empty()) {
      made.effect = s.meaning.kind == Kind::size
                        ? "Work that fitted before no longer fits: programs are killed or refused."
                        : "Whatever goes beyond the new value waits or is refused.";
    }
    return made;
  }
  if (s.meaning.hurts == Hurts::up) {
    if (ratio < k_small_raise) {
      return std::nullopt;
    }
    return draft(s, "capacity.jump", urgency_hurting(s), amount_of(*s.quantity, what));
  }
  if (s.meaning.hurts == Hurts::never ||
      ratio < (s.meaning.plain_growth ? k_growth : k_small_raise)) {
    return std::nullopt;
  }
  const double less_for_growth = s.meaning.plain_growth ? 0.05 : 0;
  Concern made = draft(s, "capacity.jump", urgency_other_way(s) - less_for_growth,
                       amount_of(*s.quantity, what));
  if (made.effect.empty()) {
    made.effect =
        "What stands behind it may not be sized for that: databases, nodes and quotas fill up.";
  }
  return made;
}

std::optional<Concern> judge_time(const Subject& s) {
  const double ratio = s.quantity->ratio;
  const bool down = s.quantity->direction == Direction::down;
  if (s.new_quantity->value == 0) {
    Concern made =
        draft(s, "timeout.cut", urgency_hurting(s), "zero: no waiting at all, or without end");
    made.effect = made.effect.empty() ? "Depending on the program, zero gives up at once or never."
                                      : made.effect;
    return made;
  }
  if (down) {
    if (!hurts_down(s) || ratio > 0.8) {
      return std::nullopt;
    }
    Concern made = draft(s, "timeout.cut", urgency_hurting(s), duration_tail(s));
    if (made.effect.empty()) {
      made.effect = "Requests and jobs that took longer than the new value now fail.";
    }
    return made;
  }
  if (ratio < 1.5 || s.meaning.hurts == Hurts::never) {
    return std::nullopt;
  }
  Concern made = draft(s, "timeout.raise",
                       s.meaning.hurts == Hurts::up ? urgency_hurting(s) : urgency_other_way(s),
                       duration_tail(s));
  if (s.meaning.hurts == Hurts::down) {
    made.urgency = std::min(made.urgency, 0.95);
  }
  if (made.effect.empty()) {
    made.effect =
        "A slow dependency now holds connections and workers for longer before anybody gives up.";
  }
  return made;
}

std::optional<Concern> judge_interval(const Subject& s) {
  const double ratio = s.quantity->ratio;
  if (std::isfinite(ratio) && ratio > 0.55 && ratio < 1.8) {
    return std::nullopt;
  }
  Concern made =
      draft(s, "interval.changed", urgency_hurting(s), "repeats " + how_often(*s.quantity));
  if (made.effect.empty()) {
    made.effect = ratio < 1 ? "Whatever is polled gets that many more requests."
                            : "Changes and failures are noticed that much later.";
  }
  return made;
}

// Whether somebody deletes by this age, by the words around it.
bool deletes(const Subject& s) {
  const std::string words = s.parents + s.leaf + spaced_words(s.file->path);
  for (const std::string_view word : {"clean", "cleanup", "cleaner", "prune", "pruner", "purge",
                                      "reaper", "garbage", "janitor", "housekeeping", "delete"}) {
    if (has_phrase(words, word)) {
      return true;
    }
  }
  return false;
}

bool lives_in_cache(const Subject& s) {
  return has_phrase(s.leaf, "cache") || has_phrase(s.parents, "cache") ||
         has_phrase(s.parents, "caches");
}

std::optional<Concern> judge_retention(const Subject& s) {
  const double ratio = s.quantity->ratio;
  const bool down = s.quantity->direction == Direction::down;
  const bool lives = has_phrase(s.leaf, "ttl") || has_phrase(s.leaf, "expiry") ||
                     has_phrase(s.leaf, "expires") || has_phrase(s.leaf, "expiration") ||
                     has_phrase(s.leaf, "max age") || has_phrase(s.leaf, "validity") ||
                     has_phrase(s.leaf, "expire");
  if (down) {
    if (!hurts_down(s) || ratio > k_small_cut) {
      return std::nullopt;
    }
    Concern made =
        draft(s, lives ? "ttl.cut" : "retention.cut", urgency_hurting(s), duration_tail(s));
    if (lives && s.meaning.impact != Impact::data_loss) {
      // Entries come back; what was kept and is gone does not.
      made.urgency = std::min(made.urgency, k_worst_of_lifetimes);
    }
    if (lives_in_cache(s) && ratio <= 0.25) {
      made.urgency += 0.35;
      made.reasons.push_back("what the cache saved falls on what stands behind it");
    } else if (!has_phrase(s.leaf, "ttl") && deletes(s)) {
      made.rule = "retention.cut";
      made.urgency += 0.5;
      made.reasons.push_back("the job deletes what is older");
    }
    if (has_phrase(s.leaf, "backup") || has_phrase(s.parents, "backup") ||
        has_phrase(s.parents, "backups")) {
      made.urgency += 0.4;
      made.reasons.push_back("backups");
    }
    if (made.effect.empty()) {
      made.effect = lives ? "Entries end earlier: what they saved is asked for again, all at once."
                          : "What is older than the new value is deleted and does not come back.";
    }
    return made;
  }
  if (ratio < 2 || !hurts_up(s)) {
    return std::nullopt;
  }
  Concern made = draft(s, "ttl.raise", urgency_other_way(s), duration_tail(s));
  if (made.effect.empty()) {
    made.effect = "What is stale, leaked or revoked stays in use for longer.";
  }
  return made;
}

std::optional<Concern> judge_replicas(const Subject& s) {
  const double before = s.old_quantity->value;
  const double after = s.new_quantity->value;
  if (s.quantity->direction == Direction::down) {
    if (!hurts_down(s)) {
      return std::nullopt;
    }
    const std::string rule = after <= 0   ? "replicas.zero"
                             : after <= 1 ? "replicas.single"
                                          : "replicas.reduced";
    Concern made = draft(s, rule, urgency_hurting(s) - (after <= 0 ? 0.4 : 0),
                         after <= 0   ? "nothing of it runs any more"
                         : after <= 1 ? "one copy left: every restart is an outage"
                                      : amount_of(*s.quantity, thing(s, "copies")));
    if (made.effect.empty()) {
      made.effect = after <= 0   ? "The service is gone for whoever calls it."
                    : after <= 1 ? "A single node failure or a rollout takes the service away."
                                 : "The remaining copies carry the whole load, and fewer may fail.";
    }
    return made;
  }
  if (s.meaning.hurts == Hurts::any_change || s.meaning.hurts == Hurts::up ||
      s.meaning.hurts == Hurts::both) {
    Concern made = draft(s, "replicas.multiplied", urgency_other_way(s),
                         amount_of(*s.quantity, thing(s, "copies")));
    return made;
  }
  if (before == 1 && after > 1) {
    Concern made = draft(s, "replicas.multiplied", 0.8 + 0.3 * stake(s),
                         "what ran once now runs several times");
    made.effect = "Programs that keep state in memory or on one volume, or that run jobs on a "
                  "timer, now disagree "
                  "with themselves.";
    made.check = "Can it run more than once: shared storage, leader election, sessions?";
    return made;
  }
  return std::nullopt;
}

std::optional<Concern> judge_weight(const Subject& s) {
  const double ratio = s.quantity->ratio;
  if (s.meaning.hurts == Hurts::never || (std::isfinite(ratio) && ratio > 0.9 && ratio < 1.1)) {
    return std::nullopt;
  }
  const double after = s.new_quantity->value;
  const bool percent = has_phrase(s.leaf, "rollout") || has_phrase(s.leaf, "percentage") ||
                       has_phrase(s.leaf, "percent");
  if (percent && after >= 100) {
    Concern made = draft(s, "flag.enabled", 1.5, "everybody gets it at once");
    made.effect = "A fault that a few users would have met is met by all of them.";
    return made;
  }
  if (s.meaning.confidence < 0.45) {
    return std::nullopt;
  }
  Concern made = draft(s, "traffic.shifted", 0.85 + 0.5 * stake(s) + (after == 0 ? 0.3 : 0),
                       after == 0 ? "no share of the traffic any more"
                                  : amount_of(*s.quantity, s.meaning.what));
  if (made.effect.empty()) {
    made.effect =
        after == 0 ? "The others take over its whole load." : "Load moves between the members.";
  }
  made.check = "Do the members that gain have room for it at peak?";
  return made;
}

std::optional<Concern> judge_threshold(const Subject& s) {
  const double ratio = s.quantity->ratio;
  if (std::isfinite(ratio) && ratio > 0.97 && ratio < 1.03) {
    return std::nullopt;
  }
  const std::string_view reacts =
      s.quantity->direction == Direction::down ? "reacts at less" : "reacts at more";
  Concern made =
      draft(s, "threshold.changed", 0.75 + stake(s) * (0.45 + orders_of(*s.quantity)),
            s.meaning.parameter != nullptr ? amount_of(*s.quantity, s.meaning.what)
                                           : fmt::format("{} ({})", reacts, amount(*s.quantity)));
  if (made.effect.empty()) {
    made.effect = s.quantity->direction == Direction::down
                      ? "It reacts earlier than so far: to what was no reason before."
                      : "It reacts later than so far, or not to what was a reason before.";
  }
  return made;
}

std::optional<Concern> judge_retries(const Subject& s) {
  const double after = s.new_quantity->value;
  if (after < 0 || after >= 1000) {
    Concern made = draft(s, "retries.unbounded", 1.3 + 0.5 * stake(s), "retries without bound");
    made.effect =
        "A failing dependency is hit again and again by every client, and does not come back.";
    return made;
  }
  if (s.quantity->ratio > 0.55 && s.quantity->ratio < 1.8) {
    return std::nullopt;
  }
  Concern made = draft(s, "retries.changed", urgency_other_way(s) - 0.05, amount(*s.quantity));
  if (made.effect.empty()) {
    made.effect = s.quantity->direction == Direction::up
                      ? "Each layer multiplies the load on a dependency that is already failing."
                      : "Short failures that were ridden out now reach users.";
  }
  return made;
}

std::optional<Concern> judge_by_kind(const Subject& s) {
  switch (s.meaning.kind) {
  case Kind::capacity:
  case Kind::limit:
  case Kind::size:
  case Kind::rate:
    return judge_capacity(s);
  case Kind::timeout:
    return judge_time(s);
  case Kind::interval:
    return judge_interval(s);
  case Kind::retention:
    return judge_retention(s);
  case Kind::replicas:
    return judge_replicas(s);
  case Kind::weight:
    return judge_weight(s);
  case Kind::threshold:
    return judge_threshold(s);
  case Kind::retries:
    return judge_retries(s);
  default:
    return std::nullopt;
  }
}

} // namespace

std::optional<Concern> judge_quantity(const Subject& s) {
  if (!s.modified() || !s.quantity || s.quantity->direction == Direction::same ||
      !s.meaning.known || is_bare_of_its_unit(s)) {
    return std::nullopt;
  }
  std::optional<Concern> made = judge_by_kind(s);
  if (made && reads_in_another_unit(s)) {
    made->rule = "unit.dropped";
    made->urgency = std::max(made->urgency, k_unit_lost);
    made->tail =
        fmt::format("without a unit it is read as {}: {}", s.new_quantity->unit, made->tail);
  }
  return made;
}

} // namespace leadline
