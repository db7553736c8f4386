#include "analyzers/risk/cron_text.hpp"

#include "analyzers/risk/guards.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool says_schedule(const Subject& subject) {
  constexpr std::array<std::string_view, 6> k_words = {"cron",      "crontab", "schedule",
                                                       "schedules", "cronjob", "timetable"};
  const auto is_one = [&](std::string_view word) {
    return std::find(k_words.begin(), k_words.end(), word) != k_words.end();
  };
  const std::string_view last = last_word(subject.leaf);
  return is_one(last) ||
         ((last == "expression" || last == "spec" || last == "value" || last == "pattern" ||
           last == "expr") &&
          (is_one(last_word(subject.parents)) || subject.leaf.find(" cron ") != std::string::npos ||
           subject.leaf.find(" schedule ") != std::string::npos));
}

} // namespace

std::vector<std::string_view> cron_fields(const Subject& subject, std::string_view value) {
  std::vector<std::string_view> fields;
  for (const std::string_view piece : split(trim(value), ' ')) {
    if (!piece.empty()) {
      fields.push_back(piece);
    }
  }
  if (fields.size() != 5) {
    return {};
  }
  // A number, or the sign between two.
  const auto is_product = [&] {
    return is_number(fields[0]) && fields[1] == "*" && is_number(fields[2]) && fields[3] == "*" &&
           is_number(fields[4]);
  };
  if ((is_product() || std::all_of(fields.begin(), fields.end(), is_number)) &&
      !says_schedule(subject)) {
    return {};
  }
  return fields;
}

} // namespace leadline
