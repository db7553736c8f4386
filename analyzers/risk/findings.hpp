#pragma once

#include "analyzers/report.hpp"
#include "analyzers/risk/burial.hpp"
#include "analyzers/risk/explain.hpp"
#include "analyzers/risk/judge.hpp"
#include "analyzers/risk/redact_report.hpp"

#include <vector>

namespace leadline {

// A changed line of one file, with its neighbours and its chunk.
struct IndexedLine {
  const DiffLine* line = nullptr;
  std::size_t chunk = 0; // index in Report::chunks
  int run = 0;           // how many lines of its kind stand together
};

// The changed lines of one file by diff line.
class LineIndex {
public:
  LineIndex(const FileChange& file, const std::vector<Chunk>& chunks, std::size_t first_chunk);

  // nullptr when that diff line is no changed line of the file.
  const IndexedLine* find(int diff_line) const;
  std::span<const IndexedLine> lines() const { return m_lines; }

private:
  std::vector<IndexedLine> m_lines; // by diff line
};

// A draft that became worth showing, on its way to a finding.
struct Suspect {
  Concern draft;
  const Subject* subject = nullptr; // not owned
  const IndexedLine* line = nullptr;
  std::size_t file = 0;
  bool sweep = false; // the same edit stands in three places or more
  int edit = 0;       // the same for all places of one edit (fold_sweeps); 0: it has one place
  bool leads = false; // of the places of an edit
  double alone = 0;   // of a place that is led: its urgency without the leader
};

// Findings in order of urgency, with severity, burial, explanation, suggestion and id.
std::vector<Finding> make_findings(const ChangeSet& changes, const std::vector<Chunk>& chunks,
                                   std::vector<Suspect> suspects, const Redactor& redactor,
                                   const KnownSecrets& secrets);

// Whether a finding keeps `policy` from passing the change: at or above its bound; and any about
// the policy itself (rules "policy.*"), since no policy may let itself be weakened unseen.
bool is_blocking(const Finding& finding, const Policy& policy);

// success only when everything was analysed and nothing was found that blocks.
Verdict make_verdict(const Report& report, const Policy& policy);

} // namespace leadline
