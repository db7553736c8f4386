#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace leadline {
namespace {

// Attempts from which on nobody is still waiting.
constexpr double k_many = 100;

bool is_endless_word(std::string_view value) {
  const std::string text = to_lower(trim(value));
  constexpr std::array<std::string_view, 7> k_words = {
      "forever", "indefinitely", "inf", "infinite", "infinity", "unbounded", "unlimited"};
  return std::find(k_words.begin(), k_words.end(), text) != k_words.end();
}

bool is_endless(const std::string& value, const std::optional<Quantity>& quantity) {
  return is_endless_word(value) || (quantity && quantity->dimension == Dimension::count &&
                                    (quantity->value < 0 || quantity->value >= k_many));
}

} // namespace

std::optional<Concern> judge_retries_without_bound(const Subject& s) {
  const bool attempts = s.meaning.known && s.meaning.kind == ParameterKind::retries &&
                        s.meaning.confidence >= 0.5 && !has_phrase(s.leaf, "delay");
  if (s.kind() == ChangeKind::removed || !attempts || s.new_is_template ||
      !is_endless(s.new_value, s.new_quantity) ||
      (s.modified() && is_endless(s.old_value, s.old_quantity)) ||
      (!s.modified() && s.file->status == FileStatus::added)) {
    return std::nullopt;
  }
  Concern made;
  made.rule = "retries.unbounded";
  made.urgency = s.modified() ? 2.1 : 1.2;
  made.confidence = s.meaning.parameter != nullptr ? 0.9 : 0.75;
  made.tail = s.new_quantity && s.new_quantity->value >= k_many ? "as good as without bound"
                                                                : "retries without bound";
  made.effect =
      "A failing dependency is hit again and again by every client, and does not come back.";
  made.check = "Is there a back-off with jitter, and a budget for the retries of all clients?";
  return made;
}

} // namespace leadline
