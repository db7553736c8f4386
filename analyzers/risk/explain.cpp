#include "analyzers/risk/explain.hpp"

#include "analyzers/risk/effect_text.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// The key as a title names it: with its parent where the last word alone says little
// ("limits.memory").
std::string short_key(const KeyPath& key) {
  if (key.segments.empty()) {
    return "value";
  }
  const std::string leaf(key.leaf().empty() ? std::string_view(key.segments.back()) : key.leaf());
  const bool says_much =
      leaf.find_first_of("_-.:") != std::string::npos || leaf.size() > 14 ||
      std::any_of(leaf.begin() + 1, leaf.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (says_much || key.segments.size() < 2) {
    return leaf;
  }
  return key.segments[key.segments.size() - 2] + "." + leaf;
}

// Both as shown_value shows them; where that would hide the difference between long texts, from
// shortly before it.
std::pair<std::string, std::string> shown_pair(std::string_view before, std::string_view after) {
  std::pair<std::string, std::string> whole{shown_value(before), shown_value(after)};
  const auto differs =
      std::mismatch(before.begin(), before.end(), after.begin(), after.end()).first;
  auto from = static_cast<std::size_t>(differs - before.begin());
  constexpr std::size_t k_seen = 50;   // bytes at the start that shown_value surely shows
  constexpr std::size_t k_before = 24; // of what both share
  if (whole.first != whole.second && from < k_seen &&
      before.substr(0, from).find('\n') == std::string_view::npos) {
    return whole;
  }
  const std::size_t line = before.substr(0, from).rfind('\n') + 1; // 0 without one
  from = std::max(line, from > k_before ? from - k_before : 0);
  // At the start of a word.
  const std::size_t space = before.find(' ', from);
  if (from > line && space != std::string_view::npos &&
      space < static_cast<std::size_t>(differs - before.begin())) {
    from = space + 1;
  }
  const std::string_view dots = from > line ? "..." : "";
  return {std::string(dots) + shown_value(before.substr(from)),
          std::string(dots) + shown_value(after.substr(from))};
}

std::string title_of(const Concern& draft, const Subject& subject, const Redactor& redactor,
                     const KnownSecrets& secrets) {
  const KeyPath& key = subject.setting().key;
  // Before it is cut: no gate knows half a secret.
  const auto value = [&](const std::optional<Setting>& setting) {
    return secrets.hide(redactor.value(setting->key, setting->value));
  };
  const SettingChange& change = *subject.change;
  const std::string name = redactor.text(short_key(key));
  std::string head;
  switch (change.change) {
  case ChangeKind::modified: {
    const auto [before, after] = shown_pair(value(change.old_setting), value(change.new_setting));
    head = fmt::format("{} {} -> {}", name, before, after);
    break;
  }
  case ChangeKind::added:
    head = fmt::format("{} = {}", name, shown_value(value(change.new_setting)));
    break;
  case ChangeKind::removed:
    head = change.old_setting->value.empty() // a word that says it alone: HAProxy's "check"
               ? name + " removed"
               : fmt::format("{} = {} removed", name, shown_value(value(change.old_setting)));
    break;
  }
  // Part by part: a value that ends in "password" and the words after it are no secret.
  return head + ": " + redactor.text(draft.tail);
}

// What to look at where neither the rule nor the catalogue says it; by the rule's id.
struct Check {
  std::string_view rule;
  std::string_view text;
};
constexpr std::array<Check, 24> k_checks = {{
    {"alert.changed",
     "When did the old condition last fire, and would the new one have fired then?"},
    {"alert.downgraded", "Who is woken when this fires at night?"},
    {"capacity.drop", "What is the highest use at peak, and does it stay below the new value?"},
    {"capacity.jump",
     "Which limit is met next when all of it is used, and who knows that it holds?"},
    {"flag.enabled", "Where did it run before, and can it be switched off without a release?"},
    {"interval.changed", "What does it do each time, and who waits for it in between?"},
    {"limit.removed", "What bounds it from now on, and what fills up first without it?"},
    {"magnitude.slip", "Is every digit of the new number meant?"},
    {"protection.changed", "Who meets the new rule already, and who does not?"},
    {"protection.disabled", "Why now, until when, and what takes its place?"},
    {"protection.removed", "Why now, until when, and what takes its place?"},
    {"protection.weakened", "Who needs the weaker level, and until when?"},
    {"replicas.reduced", "Do those that are left carry the load at peak, with one of them down?"},
    {"replicas.single", "What do its callers get while that one restarts?"},
    {"replicas.zero", "Who calls it, and what do they get meanwhile?"},
    {"retention.cut", "Who needs what is older: restores, audits, customers?"},
    {"retries.changed", "How many layers retry the same request?"},
    {"switch.off", "Who relies on it?"},
    {"threshold.changed",
     "How often was the old threshold met lately, and how often would the new one be?"},
    {"timeout.cut", "What is the longest that it waits for today, and does that still fit?"},
    {"timeout.raise", "What is held meanwhile: workers, connections, locks?"},
    {"ttl.cut", "Does what is asked again bear the load when all entries end together?"},
    {"ttl.raise", "How is what is stale or revoked taken back before it ends by itself?"},
    {"unit.dropped", "Which unit does the program take for a bare number here?"},
}};
static_assert(std::is_sorted(k_checks.begin(), k_checks.end(),
                             [](const Check& a, const Check& b) { return a.rule < b.rule; }));

std::string check_of(std::string_view rule, ChangeKind change) {
  const auto at =
      std::lower_bound(k_checks.begin(), k_checks.end(), rule,
                       [](const Check& row, std::string_view id) { return row.rule < id; });
  return std::string(at != k_checks.end() && at->rule == rule ? at->text
                     : change == ChangeKind::removed
                         ? std::string_view("Is it meant to go, and who relied on it?")
                         : std::string_view("Is the new value meant, and who owns it?"));
}

std::string sentence(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  }
  if (!text.empty() && text.back() != '.' && text.back() != '?' && text.back() != '!') {
    text += '.';
  }
  return text;
}

// Rules that look at the value alone ask nothing of the key's words.
bool relies_on_words(std::string_view rule) {
  for (const std::string_view own :
       {"alert.", "environment.", "exposure.", "hidden.", "permission.", "protection.", "value."}) {
    if (rule.starts_with(own)) {
      return false;
    }
  }
  return true;
}

// Of what the catalogue says for several values, what this one does.
std::string what_happens(const Concern& draft, const Subject& subject) {
  const Parameter* parameter = subject.meaning.parameter;
  const bool removed = subject.kind() == ChangeKind::removed;
  const bool words = subject.meaning.kind == ParameterKind::mode ||
                     subject.meaning.kind == ParameterKind::level ||
                     subject.meaning.kind == ParameterKind::pattern;
  const std::string after =
      removed && parameter != nullptr ? parameter->default_value : subject.new_value;
  std::string effect = effect_of_value(draft.effect, subject.old_value, after, words);
  return effect.empty() ? "What relies on the old value meets another one." : effect;
}

} // namespace

void explain(Finding& finding, const Concern& draft, const Subject& subject,
             const Redactor& redactor, const KnownSecrets& secrets, const std::string& where) {
  const Parameter* parameter = subject.meaning.parameter;
  finding.title = to_valid_utf8(title_of(draft, subject, redactor, secrets));
  std::string message = sentence(what_happens(draft, subject));
  message += "\n\nEasy to miss here: " + where + ".";
  const std::string check = !draft.check.empty() ? draft.check
                            : parameter != nullptr && !parameter->check.empty()
                                ? parameter->check
                                : check_of(draft.rule, subject.kind());
  message += "\n\nBefore merging: " + sentence(check);
  finding.message = to_valid_utf8(redactor.text(message));
  for (const std::string& reason : draft.reasons) {
    finding.reasons.push_back(to_valid_utf8(redactor.text(reason)));
  }
  if (parameter != nullptr) {
    finding.reasons.push_back(fmt::format("catalogue: {} ({})", parameter->id, parameter->title));
    if (!parameter->default_value.empty()) {
      finding.reasons.push_back("default: " + parameter->default_value);
    }
    if (!parameter->source.empty()) {
      finding.references.push_back(parameter->source);
    }
  } else if (subject.meaning.known && relies_on_words(draft.rule)) {
    finding.reasons.push_back(fmt::format("read from its words: \"{}\"", subject.meaning.what));
  }
  if (draft.rule == "pattern.nested_quantifiers") {
    finding.references.push_back(
        "https://blog.cloudflare.com/details-of-the-cloudflare-outage-on-july-2-2019/");
  }
}

std::string restored_line(std::string_view new_line, const Setting& old_setting,
                          const Setting& new_setting) {
  const std::string& from = new_setting.value;
  const std::string& to = old_setting.value;
  if (new_setting.first_line != new_setting.last_line ||
      old_setting.first_line != old_setting.last_line || from.empty() || to.empty() ||
      from.find('\n') != std::string::npos || to.find('\n') != std::string::npos) {
    return {};
  }
  const std::size_t end_of_line = new_line.find('\r');
  if (end_of_line != std::string_view::npos && end_of_line + 1 < new_line.size()) {
    return {}; // several lines to whoever reads them
  }
  // Half a template in a value means that the line was not understood as a whole.
  const auto is_half = [](const std::string& text) {
    return (text.find("{{") == std::string::npos) != (text.find("}}") == std::string::npos);
  };
  if (is_half(from) || is_half(to)) {
    return {};
  }
  const std::size_t at = new_line.rfind(from);
  if (at == std::string_view::npos ||
      (at > 0 && new_line.rfind(from, at - 1) != std::string_view::npos)) {
    return {};
  }
  // Whole values only: 20 is no part of 200.
  const auto joins = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
  };
  const std::size_t end = at + from.size();
  if ((at > 0 && joins(new_line[at - 1]) && joins(from.front())) ||
      (end < new_line.size() && joins(new_line[end]) && joins(from.back()))) {
    return {};
  }
  std::string line(new_line.substr(0, at));
  line += to;
  line += new_line.substr(end);
  if (!line.empty() && line.back() == '\r') {
    line.pop_back();
  }
  return to_valid_utf8(line) == line ? line : "";
}

} // namespace leadline
