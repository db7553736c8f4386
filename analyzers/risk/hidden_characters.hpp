#pragma once

#include "analyzers/domains/file_facts.hpp"
#include "analyzers/risk/findings.hpp"
#include "analyzers/risk/redact.hpp"

#include <string>
#include <vector>

namespace leadline {

// What is known of a changed file when its lines are looked at.
struct ShownFile {
  FileRole role = FileRole::config;
  std::string noise;    // FileReading::noise
  bool ignored = false; // by the policy
};

// Added lines that hide something from their reader, one finding a file and rule, at the gravest
// line; gravest first:
//   hidden.reordering  high; bidirectional controls
//   hidden.invisible   high where they say something themselves (names, lines, messages), medium
//                      in names and values, low in quoted words of program source
// Prose and translations are silent but for hidden messages (medium); tests are low at most,
// examples, generated and vendored files one lower. A line that moved, and what stood in the file
// before, is silent. `files` and `lines` are of `changes.files`. Pure; linear in the diff.
std::vector<Finding> hidden_findings(const ChangeSet& changes, const std::vector<Chunk>& chunks,
                                     const std::vector<LineIndex>& lines,
                                     const std::vector<ShownFile>& files, const Policy& policy,
                                     const Redactor& redactor);

} // namespace leadline
