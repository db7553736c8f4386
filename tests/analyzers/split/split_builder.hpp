#pragma once

#include "analyzers/report.hpp"

#include <string>
#include <vector>

namespace leadline::test {

// A change set of text files and a report whose chunks are its runs of changed lines, for the tests
// of split plans.
class SplitBuilder {
public:
  // A modified file, one hunk for each row: `lines` start with ' ', '-' or '+'. `domain` is of all
  // its chunks.
  SplitBuilder& file(const std::string& path, const std::string& domain,
                     const std::vector<std::vector<std::string>>& hunks);
  // A file that was added, with `lines`.
  SplitBuilder& added(const std::string& path, const std::string& domain,
                      const std::vector<std::string>& lines);
  // A finding of severity high on the chunk made last.
  SplitBuilder& at_stake(double burial = 0.9);
  // Gives the chunk made last another domain.
  SplitBuilder& about(const std::string& domain);

  ChangeSet changes;
  Report report;

private:
  void add(FileChange file, const std::string& domain,
           const std::vector<std::vector<std::string>>& hunks);
  void add_chunks(std::size_t file, int hunk, const std::string& domain);
  int m_line = 1;
};

// Ids of the groups in order, each "domain: path path".
std::vector<std::string> outline(const SplitBuilder& builder, const SplitPlan& plan);

} // namespace leadline::test
