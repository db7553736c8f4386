#include "analyzers/risk/graver_concern.hpp"

#include "analyzers/risk/judge.hpp"

#include <algorithm>
#include <utility>

namespace leadline {

void keep_worse(std::optional<Concern>& kept, std::optional<Concern> other) {
  if (!other) {
    return;
  }
  if (kept && kept->urgency > other->urgency) {
    std::swap(*kept, *other);
  }
  if (kept) {
    other->reasons.push_back("also " + kept->rule + ": " + kept->tail);
    other->rests_on.insert(other->rests_on.end(), kept->rests_on.begin(), kept->rests_on.end());
  }
  kept = std::move(other);
}

void keep_relation(std::optional<Concern>& kept, std::optional<Concern> relation) {
  if (kept && relation &&
      severity_of_urgency(kept->urgency) == severity_of_urgency(relation->urgency)) {
    relation->urgency = std::max(relation->urgency, kept->urgency);
  }
  keep_worse(kept, std::move(relation));
}

} // namespace leadline
