#include "app/review.hpp"

#include "analyzers/analyze.hpp"
#include "analyzers/risk/findings.hpp"
#include "app/git/split_proof.hpp"

namespace leadline {

Review review(const GitRepository& repository, const Range& range, const Policy& policy,
              const Catalog& catalog) {
  Review made;
  made.changes = repository.change_set(range);
  made.report = analyze(made.changes, *repository.files(range), policy, catalog);
  const auto series = repository.patches(range);
  made.patches = prove_split(*series, made.changes, made.report, policy);
  if (policy.split.required) { // no split is demanded that could not be proven
    made.report.verdict = make_verdict(made.report, policy);
  }
  return made;
}

} // namespace leadline
