#pragma once

#include "app/github/messages.hpp"
#include "app/jobs/acknowledging.hpp"
#include "app/jobs/analysis.hpp"
#include "app/render/github.hpp"

#include <string>
#include <vector>

namespace leadline {

inline constexpr const char* k_never_fails = "never"; // in the place of a severity

// An analysis, and what of its findings people have acknowledged (no longer among them).
struct Judged {
  Analysis analysis;
  std::vector<Acknowledged> acknowledged;
  std::vector<VoidWord> void_words;
  std::string notes;    // Markdown: what else the check is to say
  std::string defaults; // digest of the organisation's defaults (LoadedConfig)
  // From which severity on it blocks, or k_never_fails, where that is not for its own branch to
  // say; "" where it is.
  std::string fail_on = {};
  std::string group_base = {}; // of a merge queue's group: GroupRange::told_base
  // When the first of the words ends by which it passes the default branch's configuration too; 0:
  // none of them does.
  Acknowledgement::Time default_branch_end = {};
};

// `run` with what is to be shown beside the report's findings.
RunContext with_judgement(RunContext run, const Judged& judged);

// What the finished check says: conclusion, texts, annotations, and buttons for what a person can
// do about it.
CheckRunFields outcome_of(const Judged& judged, const RunContext& run);

// When the first of the words ends that it counts; 0: none of them does.
Acknowledgement::Time first_end(const Judged& judged);

// The report as it is stored (stored_report.hpp): with the acknowledged findings, so that commands
// know them.
std::string stored_report_json(const Judged& judged);

// The check of a head that leadline has no verdict about. `words` say why, `reference` under which
// id the operators find more.
CheckRunFields unfinished_outcome(const std::string& words, const std::string& reference);

// What is to be said when GitHub counts other files than we do; "" when it does not. A rename that
// one side sees and the other does not, or a change of type, is one or two.
std::string count_mismatch(const PullRequest& pull, const ChangeSet& changes);

} // namespace leadline
