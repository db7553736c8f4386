#pragma once

#include "analyzers/diff/change_set.hpp"
#include "analyzers/report.hpp"

#include <memory>
#include <string>
#include <vector>

namespace leadline {

// Applies the patches of a split plan one after the other to the base and says which trees come of
// it: the proof of a plan. Strict: no offset, no fuzz. New objects stay in memory, the repository
// is not written to. Cost follows the files that the patches touch. Belongs to one thread.
class PatchSeries {
public:
  // `repository` is its folder. Throws Error(bad_input) when it is none, not_found when a commit is
  // missing.
  static std::unique_ptr<PatchSeries> open(const std::string& repository, const Range& range);
  virtual ~PatchSeries() = default;

  // "diff --git" entry with the file's content as a "GIT binary patch" (full ids, as `git diff
  // --binary --full-index` prints it); "" when an object is missing.
  virtual std::string binary_patch(const FileChange& file) = 0;

  // Ids of the trees after each patch. Throws Error(bad_input) naming patch (1-based), file and
  // line that do not fit.
  virtual std::vector<std::string> apply(const std::vector<std::string>& patches) = 0;

  // Id of the head's tree.
  virtual std::string head_tree() = 0;
};

} // namespace leadline
