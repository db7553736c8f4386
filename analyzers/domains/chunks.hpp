#pragma once

#include "analyzers/catalog/catalog.hpp"
#include "analyzers/domains/domain_table.hpp"
#include "analyzers/domains/file_facts.hpp"
#include "analyzers/report.hpp"

#include <string>
#include <vector>

namespace leadline {

// A setting that changed, as far as the classification needs it.
struct SettingLine {
  int old_line = 0; // first line on that side, 0 where absent
  int old_last = 0; // last line
  int new_line = 0;
  int new_last = 0;
  const Setting* setting = nullptr;
  const Parameter* parameter = nullptr; // nullptr: the catalogue does not know it
};

// One file, ready to be cut into chunks.
struct FileToChunk {
  const FileChange* file = nullptr;
  std::size_t index = 0; // in ChangeSet::files
  FileRole role = FileRole::config;
  std::string noise;                 // from noise_of_file, "" for a file that people read
  const System* system = nullptr;    // that the path speaks for
  std::vector<SettingLine> settings; // by line
};

// Cuts a file's hunks into chunks and gives each its domain, with the evidence. Ids are left empty.
// A run of changed lines is cut where its lines speak for different domains; a line without
// evidence of its own goes with its neighbours. Files that came or went as a whole are one chunk a
// hunk. Time is linear in the lines times the number of domains.
std::vector<Chunk> chunk_file(const FileToChunk& input, DomainTable& domains);

// Marks chunks whose lines moved: every line of it (three or more, and some text) stands on the
// other side of the same change set. Chunks are those of `changes`.
void mark_moved(const ChangeSet& changes, std::vector<Chunk>& chunks);

// Numbers the chunks ("c1"...) and lists the hunks ("h1"...) with the chunks of each.
std::vector<ReportHunk> number_chunks(const ChangeSet& changes, std::vector<Chunk>& chunks);

} // namespace leadline
