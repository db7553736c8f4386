#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <vector>

namespace leadline {
namespace {

bool any_phrase(std::string_view spaced, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return has_phrase(spaced, phrase); });
}

// A group with an unbounded quantifier inside that is itself repeated without bound: "(a+)+",
// "(?:.*;)*". Backtracking engines then need exponential time
// (https://blog.cloudflare.com/details-of-the-cloudflare-outage-on-july-2-2019/).
bool has_nested_quantifiers(std::string_view text) {
  std::vector<bool> repeats; // of each open group: holds an unbounded quantifier
  bool in_class = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      ++i;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
    } else if (c == '(') {
      repeats.push_back(false);
    } else if (c == ')') {
      const bool inner = !repeats.empty() && repeats.back();
      if (!repeats.empty()) {
        repeats.pop_back();
      }
      const bool outer = i + 1 < text.size() && (text[i + 1] == '*' || text[i + 1] == '+');
      if (inner && outer) {
        return true;
      }
      if (inner && !repeats.empty()) {
        repeats.back() = true;
      }
    } else if ((c == '*' || c == '+') && i > 0 && !repeats.empty() && text[i - 1] != '(') {
      repeats.back() = true;
    }
  }
  return false;
}

} // namespace

std::optional<Concern> judge_pattern(const Subject& s) {
  if (s.kind() == ChangeKind::removed || s.new_is_template) {
    return std::nullopt;
  }
  const bool pattern =
      (s.meaning.known && s.meaning.kind == ParameterKind::pattern) ||
      any_phrase(s.leaf, {"regex", "regexp", "pattern", "patterns", "match", "rule", "location",
                          "sec rule", "blacklist", "denylist", "blocklist"});
  if (!pattern) {
    return std::nullopt;
  }
  if (has_nested_quantifiers(s.new_value) && !has_nested_quantifiers(s.old_value)) {
    Concern made;
    made.rule = "pattern.nested_quantifiers";
    made.urgency = s.modified() ? 1.8 : 1.5;
    made.confidence = 0.7;
    made.tail = "a repetition inside a repetition";
    made.effect =
        "On an engine that backtracks, one unlucky input keeps a processor busy for minutes.";
    made.check = "Which engine runs it, and is there a time limit?";
    return made;
  }
  const std::string_view after = trim(s.new_value);
  const bool refuses = any_phrase(
      s.parents + s.leaf, {"blacklist", "denylist", "blocklist", "deny", "block", "blocked"});
  if (s.modified() && refuses &&
      (after == "/" || after == ".*" || after == "*" || after == "^" || after == "^/" ||
       after == ".")) {
    Concern made;
    made.rule = "pattern.matches_everything";
    made.urgency = 2.1;
    made.confidence = 0.8;
    made.tail = "refuses everything";
    made.effect = "A list that refuses is now longer than anybody meant: nothing gets through.";
    return made;
  }
  if (s.modified() && s.meaning.known && s.meaning.kind == ParameterKind::pattern &&
      !s.old_quantity && s.old_value != s.new_value && s.leaf != " expr " && s.leaf != " query ") {
    Concern made;
    made.rule = "pattern.changed";
    made.urgency = 0.8 + 0.4 * s.meaning.confidence;
    made.confidence = s.meaning.confidence;
    const Parameter* parameter = s.meaning.parameter;
    if (parameter != nullptr) {
      made.tail = "another value: " + s.meaning.what;
      made.effect = parameter->effect_down.empty() ? parameter->effect_up : parameter->effect_down;
      made.check = parameter->check;
    } else {
      made.tail = "admits or refuses others than before";
      made.effect = "Somebody who got in is refused, or the other way round.";
    }
    if (made.check.empty()) {
      made.check = "Who matches the new list and did not match the old one, and the reverse?";
    }
    return made;
  }
  return std::nullopt;
}

} // namespace leadline
