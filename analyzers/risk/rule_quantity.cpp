#include "analyzers/domains/words.hpp"
#include "analyzers/risk/no_limit.hpp"
#include "analyzers/risk/quantity_draft.hpp"
#include "analyzers/risk/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace leadline {
namespace {

using Kind = ParameterKind;

// Smaller steps than these are fine tuning.
constexpr double k_small_cut = 0.87;
constexpr double k_small_raise = 1.25;
constexpr double k_growth = 2.5; // of memory, processors, disk: ordinary below it
constexpr double k_worst_of_lifetimes = 2.4;
constexpr double k_worst_of_windows = 1.9; // medium

constexpr double k_unit_lost = 2.2; // high

constexpr std::array<std::string_view, 9> k_grown = {
    "replicas",   "copies", "thread",
    "threads",    "worker", "workers",
    "open files", "files",  "partitions of new topics"};

constexpr double k_more_of_the_same = 2; // times as many: everyday growth
constexpr double k_remark = 0.95;        // low, in production as well

// Copies, threads, workers and open files: somebody adds some of them each week. What they may
// exhaust elsewhere is told by the relations.
bool is_grown_daily(const Subject& s) {
  if (s.meaning.kind == Kind::replicas) {
    return true;
  }
  const std::string words = s.leaf + spaced_words(s.meaning.what) +
                            (s.leaf == " max " || s.leaf == " min " ? s.parents : std::string());
  return s.leaf.find("nofile ") != std::string::npos ||
         std::any_of(k_grown.begin(), k_grown.end(),
                     [&](std::string_view word) { return has_phrase(words, word); });
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
  if (ratio <= k_more_of_the_same && is_grown_daily(s)) {
    made.urgency = std::min(made.urgency, k_remark);
  }
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
        draft(s, "timeout.cut", urgency_hurting(s),
              s.meaning.parameter != nullptr ? "down to zero: " + s.meaning.what
                                             : "zero: no waiting at all, or without end");
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
  if (s.meaning.hurts == Hurts::down || ratio < k_more_of_the_same) {
    made.urgency = std::min(made.urgency, k_remark);
  }
  if (made.effect.empty()) {
    made.effect =
        "A slow dependency now holds connections and workers for longer before anybody gives up.";
  }
  return made;
}

// Whether it says how often; else how long, as the wait before the first time does.
bool is_repetition(const Subject& s) {
  const std::string& what = s.meaning.what;
  return s.meaning.parameter == nullptr || what.starts_with("pause between") ||
         what.starts_with("how often") || what.starts_with("interval") ||
         what.find(" between ") != std::string::npos || what.ends_with(" is repeated");
}

std::string repeats(const QuantityChange& change) {
  if (change.ratio == 0) {
    return "repeats without a pause";
  }
  return std::isfinite(change.ratio) && !change.sign_changed
             ? "repeats " + how_often(change)
             : fmt::format("another pause before it repeats ({})", amount(change));
}

std::optional<Concern> judge_interval(const Subject& s) {
  const double ratio = s.quantity->ratio;
  if (std::isfinite(ratio) && ratio > 0.55 && ratio < 1.8) {
    return std::nullopt;
  }
  Concern made = draft(s, "interval.changed", urgency_hurting(s),
                       is_repetition(s) ? repeats(*s.quantity) : duration_tail(s));
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

// For how long, or how many: "50 % fewer failed runs kept".
std::string kept_tail(const Subject& s) {
  constexpr std::array<std::string_view, 6> k_times = {
      "how ", "age ", "idle time ", "longest time ", "shortest time ", "lifetime "};
  const bool time = std::any_of(k_times.begin(), k_times.end(), [&](std::string_view start) {
    return s.meaning.what.starts_with(start);
  });
  return time || s.meaning.parameter == nullptr ? duration_tail(s)
                                                : amount_of(*s.quantity, s.meaning.what);
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
    Concern made = draft(s, lives ? "ttl.cut" : "retention.cut", urgency_hurting(s), kept_tail(s));
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
  Concern made = draft(s, "ttl.raise", urgency_other_way(s), kept_tail(s));
  if (made.effect.empty()) {
    made.effect = "What is stale, leaked or revoked stays in use for longer.";
  }
  return made;
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
  // Of what a weight is a share of nothing but the catalogue may say ("how readily memory is
  // swapped out").
  const bool traffic = s.meaning.parameter == nullptr || s.meaning.what.starts_with("share of ");
  Concern made = draft(s, "traffic.shifted", 0.85 + 0.5 * stake(s) + (after == 0 ? 0.3 : 0),
                       traffic && after == 0 ? "no share of it any more"
                                             : amount_of(*s.quantity, s.meaning.what));
  if (traffic) {
    if (made.effect.empty()) {
      made.effect =
          after == 0 ? "The others take over its whole load." : "Load moves between the members.";
    }
    made.check = "Do the members that gain have room for it at peak?";
  }
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
  Concern made = draft(s, "retries.changed", urgency_other_way(s) - 0.05,
                       amount_of(*s.quantity, thing(s, "retries")));
  if (made.effect.empty()) {
    made.effect = s.quantity->direction == Direction::up
                      ? "Each layer multiplies the load on a dependency that is already failing."
                      : "Short failures that were ridden out now reach users.";
  }
  return made;
}

// rateLimit({ windowMs: 900000, max: 100 }): for how long requests are counted.
bool is_window_of_limit(const Subject& s) {
  constexpr std::array<std::string_view, 8> k_limiters = {
      "rate limit", "rate limits", "ratelimit", "rate limiter",
      "limiter",    "throttle",    "throttler", "rate limiting"};
  const std::string words = s.parents + s.leaf + spaced_words(s.setting().context);
  return has_phrase(s.leaf, "window") &&
         std::any_of(k_limiters.begin(), k_limiters.end(),
                     [&](std::string_view word) { return has_phrase(words, word); });
}

std::optional<Concern> judge_window(const Subject& s) {
  const double ratio = s.quantity->ratio;
  if (std::isfinite(ratio) && ratio > 0.55 && ratio < 1.8) {
    return std::nullopt;
  }
  const bool down = s.quantity->direction == Direction::down;
  Concern made = draft(s, down ? "capacity.jump" : "capacity.drop",
                       std::min(0.9 + 0.45 * orders_of(*s.quantity), k_worst_of_windows),
                       fmt::format("counts for a window {}: {} gets through",
                                   length_of_time(*s.quantity), down ? "more" : "less"));
  made.effect = down ? "The same number of requests is let in that much more often: the limit "
                       "protects what stands behind it less."
                     : "Clients that stayed below the limit are refused for longer.";
  made.check = "How many requests in a second does that let in, together with the number?";
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
      !s.meaning.known) {
    return std::nullopt;
  }
  if (crosses_no_limit(s)) {
    return judge_no_limit(s);
  }
  if (is_bare_of_its_unit(s)) {
    return std::nullopt;
  }
  std::optional<Concern> made = is_window_of_limit(s) ? judge_window(s) : judge_by_kind(s);
  if (made && reads_in_another_unit(s)) {
    made->rule = "unit.dropped";
    made->urgency = std::max(made->urgency, k_unit_lost);
    made->tail =
        fmt::format("without a unit it is read as {}: {}", s.new_quantity->unit, made->tail);
  }
  return made;
}

} // namespace leadline
