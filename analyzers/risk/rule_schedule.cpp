#include "analyzers/domains/words.hpp"
#include "analyzers/risk/cron_text.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace leadline {
namespace {

constexpr std::array<std::string_view, 16> k_rhythms = {
    "minutely", "hourly",  "daily", "weekly", "monthly", "yearly", "annually", "quarterly",
    "midnight", "nightly", "hour",  "day",    "week",    "month",  "never",    "always"};

// How many values of a cron field in [low, high] fire; 0 for what cannot be read.
int count_field(std::string_view field, int low, int high) {
  int total = 0;
  for (const std::string_view part : split(field, ',')) {
    const std::size_t slash = part.find('/');
    const std::string_view base = part.substr(0, slash);
    int step = 1;
    if (slash != std::string_view::npos) {
      const std::string_view text = part.substr(slash + 1);
      if (std::from_chars(text.data(), text.data() + text.size(), step).ec != std::errc() ||
          step < 1) {
        return 0;
      }
    }
    int first = low;
    int last = high;
    if (base != "*" && base != "?") {
      const std::size_t dash = base.find('-');
      const std::string_view a = base.substr(0, dash);
      if (std::from_chars(a.data(), a.data() + a.size(), first).ec != std::errc()) {
        return 0;
      }
      last = slash == std::string_view::npos ? first : high;
      if (dash != std::string_view::npos) {
        const std::string_view b = base.substr(dash + 1);
        if (std::from_chars(b.data(), b.data() + b.size(), last).ec != std::errc()) {
          return 0;
        }
      }
    }
    if (first < low || last > high || last < first) {
      return 0;
    }
    total += (last - first) / step + 1;
  }
  return total;
}

// Runs in a month of five cron fields (crontab(5)); 0 when it is none that we can read.
double runs_of(const Subject& s, std::string_view text) {
  const std::vector<std::string_view> fields = cron_fields(s, text);
  if (fields.empty()) {
    const std::string name = to_lower(trim(text));
    return name == "@hourly"                         ? 720
           : name == "@daily" || name == "@midnight" ? 30
           : name == "@weekly"                       ? 4.3
           : name == "@monthly"                      ? 1
                                                     : 0;
  }
  const double minutes = count_field(fields[0], 0, 59);
  const double hours = count_field(fields[1], 0, 23);
  const double days = fields[2] == "*" || fields[2] == "?" ? 30 : count_field(fields[2], 1, 31);
  const double weekdays =
      fields[4] == "*" || fields[4] == "?" ? 1 : count_field(fields[4], 0, 7) / 7.0;
  const double months = count_field(fields[3], 1, 12) / 12.0;
  return minutes * hours * days * weekdays * months;
}

// crontab(5)'s names as their fields; anything else as it is.
std::string_view in_fields(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> k_names = {
      {{"@annually", "0 0 1 1 *"},
       {"@daily", "0 0 * * *"},
       {"@hourly", "0 * * * *"},
       {"@midnight", "0 0 * * *"},
       {"@monthly", "0 0 1 * *"},
       {"@weekly", "0 0 * * 0"},
       {"@yearly", "0 0 1 1 *"}}};
  const auto at = std::find_if(k_names.begin(), k_names.end(),
                               [&](const auto& row) { return row.first == trim(text); });
  return at == k_names.end() ? trim(text) : at->second;
}

bool speaks_of(const Subject& s, std::initializer_list<std::string_view> words) {
  const std::string all = s.parents + s.leaf + spaced_words(s.file->path);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return has_phrase(all, word); });
}

// "daily", "03:00-04:00", "on the 1st": not the name of a group or a file.
bool tells_time(std::string_view value) {
  const std::string words = spaced_words(value);
  return std::any_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; }) ||
         std::any_of(k_rhythms.begin(), k_rhythms.end(),
                     [&](std::string_view word) { return has_phrase(words, word); });
}

} // namespace

std::optional<Concern> judge_schedule(const Subject& s) {
  if (!s.modified() || s.old_value == s.new_value || s.quantity || s.new_is_template ||
      s.old_is_template || is_blank(s.new_value) ||
      in_fields(s.old_value) == in_fields(s.new_value)) {
    return std::nullopt;
  }
  const double before = runs_of(s, s.old_value);
  const double after = runs_of(s, s.new_value);
  const bool cron = before > 0 && after > 0;
  const bool scheduled = s.meaning.known && (s.meaning.kind == ParameterKind::schedule ||
                                             s.meaning.kind == ParameterKind::interval);
  if (!cron && (!scheduled || !tells_time(s.old_value) || !tells_time(s.new_value))) {
    return std::nullopt;
  }
  Concern made;
  made.rule = "schedule.changed";
  made.urgency = scheduled ? 1.05 : 0.95;
  made.confidence = 0.6;
  made.tail = "runs at other times";
  made.effect =
      "What waits for the job, and what the job must not meet, was arranged around the old times.";
  made.check = "What else runs at the new time, and who needs the result by when?";
  if (cron) {
    const double ratio = after / before;
    if (ratio < 0.7) {
      made.tail = fmt::format("runs {:.0f} times less often", 1 / ratio);
      made.urgency += 0.1;
    } else if (ratio > 1.4) {
      made.tail = fmt::format("runs {:.0f} times as often", ratio);
      made.urgency += 0.1;
    }
    if (ratio < 0.7 && speaks_of(s, {"backup", "backups", "snapshot", "snapshots"})) {
      made.urgency += 0.4;
      made.reasons.push_back("backups");
      made.effect =
          "After a loss, everything since the last backup is gone, and that is now longer ago.";
    }
  }
  if (speaks_of(s, {"clean", "cleanup", "cleaner", "prune", "purge", "delete", "expire", "gc",
                    "drop", "reap", "truncate"})) {
    made.rule = "schedule.destructive";
    made.urgency += 0.25;
    made.effect = "A job that removes things now meets other data than the one it was tried on.";
    made.reasons.push_back("the job removes things");
  }
  return made;
}

} // namespace leadline
