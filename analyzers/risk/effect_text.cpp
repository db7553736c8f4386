#include "analyzers/risk/effect_text.hpp"

#include "base/text.hpp"

#include <charconv>
#include <optional>
#include <vector>

namespace leadline {
namespace {

constexpr std::size_t k_short = 26; // bytes of a clause that needs the general ones beside it

std::vector<std::string_view> clauses_of(std::string_view text) {
  std::vector<std::string_view> clauses;
  while (true) {
    const std::size_t end = text.find("; ");
    clauses.push_back(trim(text.substr(0, end)));
    if (end == std::string_view::npos) {
      return clauses;
    }
    text.remove_prefix(end + 2);
  }
}

std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find_first_of(" ,"));
}

std::optional<double> number_at(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end != text.data() ? std::optional(number) : std::nullopt;
}

enum class About { any, this_value, another };

// "0 ...", "-1 ...", "* ...", "with 0 ...", "at 0 ...", "below 250 ..."
About about_number(std::string_view clause, std::string_view value) {
  const std::string_view word = first_word(clause);
  std::string_view rest = clause;
  const bool placed = word == "with" || word == "at" || word == "below" || word == "a";
  if (placed) {
    rest = trim(clause.substr(word.size()));
  }
  const std::string_view named = first_word(rest);
  if (named == "*" || named.starts_with("0.0.0.0")) {
    return value.find(named) != std::string_view::npos ? About::this_value : About::another;
  }
  const std::optional<double> number = number_at(named);
  if (!number || named.find_first_not_of("-0123456789.") != std::string_view::npos) {
    return About::any;
  }
  const std::optional<double> now = number_at(value);
  if (word == "below") {
    return now && *now < *number ? About::this_value : About::another;
  }
  return now && *now == *number ? About::this_value : About::another;
}

// Of the values that clauses begin with, the one that is meant: "create-drop" itself, else
// "allkeys" of "allkeys-random".
bool names(std::string_view word, std::string_view value) {
  const std::string a = to_lower(word);
  const std::string b = to_lower(value);
  return a == b ||
         (b.size() > a.size() && b.starts_with(a) && (b[a.size()] == '-' || b[a.size()] == '_'));
}

// "it stops all old pods" of "Recreate stops all old pods": the title names the value.
std::string without_value(std::string_view clause) {
  return "it" + std::string(clause.substr(first_word(clause).size()));
}

} // namespace

std::string effect_of_value(std::string_view text, std::string_view old_value,
                            std::string_view new_value, bool takes_words) {
  const std::vector<std::string_view> clauses = clauses_of(text);
  const std::string_view value = trim(new_value);
  if (takes_words && !value.empty()) {
    std::string_view prefix;
    for (const std::string_view clause : clauses) {
      const std::string_view word = first_word(clause);
      if (to_lower(word) == to_lower(value)) {
        return without_value(clause);
      }
      if (prefix.empty() && names(word, value)) {
        prefix = clause;
      }
    }
    if (!prefix.empty()) {
      return without_value(prefix);
    }
  }
  std::string kept;
  for (const std::string_view clause : clauses) {
    const About about = about_number(clause, value);
    if (about == About::this_value && clause.size() >= k_short) {
      return std::string(clause);
    }
    // A clause about the value that goes, of several about one each.
    const bool gone =
        takes_words && clauses.size() > 1 && names(first_word(clause), trim(old_value));
    if (about != About::another && !gone) {
      kept += (kept.empty() ? "" : "; ") + std::string(clause);
    }
  }
  return kept;
}

bool says_either_way(std::string_view text) { return text.find(", or ") != std::string_view::npos; }

} // namespace leadline
