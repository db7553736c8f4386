#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

enum class Pin { none, branch, tag, commit };

// "owner/action@REF" of a workflow's step.
struct Use {
  std::string_view action;
  std::string_view ref;
};

Use use_of(std::string_view value) {
  const std::string_view text = trim(value);
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || text.find('/') == std::string_view::npos ||
      text.starts_with("./") || text.starts_with("docker:")) {
    return {};
  }
  const std::string_view ref = text.substr(at + 1);
  return {text.substr(0, at), ref.substr(0, ref.find_first_of(" \t#"))};
}

bool is_hash(std::string_view text) {
  return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// A tag of a release holds a number; main, master and names of features do not.
Pin pin_of(std::string_view ref) {
  if (ref.empty()) {
    return Pin::none;
  }
  if (is_hash(ref)) {
    return Pin::commit;
  }
  const bool released = ref.find_first_of("0123456789") != std::string_view::npos &&
                        ref.find('/') == std::string_view::npos;
  return released ? Pin::tag : Pin::branch;
}

} // namespace

// Whoever can move a tag or a branch of the other repository decides what runs with this one's
// token and secrets
// (https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions).
std::optional<Concern> judge_pin(const Subject& s) {
  if (!s.modified() || s.leaf != " uses " || s.new_is_template) {
    return std::nullopt;
  }
  const Use before = use_of(s.old_value);
  const Use after = use_of(s.new_value);
  const Pin was = pin_of(before.ref);
  const Pin is = pin_of(after.ref);
  if (before.action != after.action || was == Pin::none || is == Pin::none || is >= was) {
    return std::nullopt;
  }
  Concern made;
  made.rule = "protection.weakened";
  // A tag by its maker's hand is what most repositories take.
  made.urgency = is == Pin::branch ? (was == Pin::commit ? 1.9 : 1.45) : 1.1;
  made.confidence = 0.85;
  made.tail = is == Pin::branch ? "whatever stands on that branch at the next run"
                                : "a tag can be moved to another commit";
  made.effect = "Whoever can push there runs code in this workflow, with its token and secrets.";
  made.check = "Which commit was reviewed? Name it.";
  return made;
}

} // namespace leadline
