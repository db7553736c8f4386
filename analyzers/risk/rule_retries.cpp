#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"
#include "analyzers/settings/code/retry_loop.hpp"
#include "analyzers/settings/endless_names.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace leadline {
namespace {

// Attempts from which on nobody is still waiting.
constexpr double k_many = 100;

bool is_endless(const std::string& value, const std::optional<Quantity>& quantity) {
  return names_no_end(value) || is_endless_head(value) ||
         (quantity && quantity->dimension == Dimension::count &&
          (quantity->value < 0 || quantity->value >= k_many));
}

// None where a number of attempts stood: no bound, where the client's own documentation does not
// say otherwise
// (https://docs.celeryq.dev/en/stable/reference/celery.app.task.html#celery.app.task.Task.max_retries,
// https://urllib3.readthedocs.io/en/stable/reference/urllib3.util.html#urllib3.util.Retry).
bool gives_bound_up(const Subject& s) {
  return s.modified() && s.file->role == FileRole::code && s.old_quantity && !s.new_value.empty() &&
         is_blank(s.new_value) && s.new_value.find_first_of("\"'~") == std::string::npos;
}

// retry: { forever: true } (https://github.com/tim-kos/node-retry#retryoperationoptions)
bool switches_end_off(const Subject& s) {
  return s.kind() != ChangeKind::removed && s.leaf == " forever " && s.new_switch == true &&
         s.old_switch != true &&
         (has_phrase(s.parents, "retry") || has_phrase(s.parents, "retries"));
}

Concern unbounded(const Subject& s, double urgency, std::string tail) {
  Concern made;
  made.rule = "retries.unbounded";
  made.urgency = urgency;
  made.confidence = s.meaning.parameter != nullptr ? 0.9 : 0.75;
  made.tail = std::move(tail);
  made.effect =
      "A failing dependency is hit again and again by every client, and does not come back.";
  made.check = "Is there a back-off with jitter, and a budget for the retries of all clients?";
  return made;
}

} // namespace

std::optional<Concern> judge_retries_without_bound(const Subject& s) {
  const bool attempts = s.meaning.known && s.meaning.kind == ParameterKind::retries &&
                        s.meaning.confidence >= 0.5 && !has_phrase(s.leaf, "delay");
  if (switches_end_off(s) && s.file->status != FileStatus::added) {
    return unbounded(s, s.modified() ? 2.1 : 1.6, "retries without bound");
  }
  if (attempts && gives_bound_up(s)) {
    return unbounded(s, s.meaning.parameter != nullptr ? 2.2 : 1.8, "retries without bound");
  }
  // The line that stopped them, of a client that goes on for ever without it.
  if (attempts && s.kind() == ChangeKind::removed && s.meaning.parameter != nullptr &&
      names_no_end(s.meaning.parameter->default_value) &&
      !is_endless(s.old_value, s.old_quantity)) {
    Concern made = unbounded(
        s, 1.9, "the default is " + s.meaning.parameter->default_value + ": retries without bound");
    made.restorable = false;
    return made;
  }
  if (s.kind() == ChangeKind::removed || !attempts || s.new_is_template ||
      !is_endless(s.new_value, s.new_quantity) ||
      (s.modified() && is_endless(s.old_value, s.old_quantity)) ||
      (!s.modified() && s.file->status == FileStatus::added)) {
    return std::nullopt;
  }
  if (!s.modified() && is_endless_head(s.new_value)) {
    return std::nullopt; // a new loop: it may as well wait for work
  }
  const bool many = s.new_quantity && s.new_quantity->value >= k_many;
  return unbounded(s, s.modified() ? 2.15 : 1.2,
                   many ? "as good as without bound" : "retries without bound");
}

} // namespace leadline
