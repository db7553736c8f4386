#pragma once

#include "analyzers/catalog/catalog.hpp"
#include "analyzers/file_source.hpp"
#include "analyzers/risk/relations.hpp"

#include <string>
#include <vector>

namespace leadline {

// A removed "<<: *defaults".
struct MergeLoss {
  std::size_t merge = 0; // index in FileReading::settings; what it brought follows at the end there
  std::size_t lost = 0;  // how many settings
  std::string first;     // the name of one of them
};

// FileReading::format_unread of a binary file.
inline constexpr const char* k_binary = "binary";

// What the analysis knows of one changed file before its settings are judged.
struct FileReading {
  FileContext context;
  std::vector<SettingChange> settings;
  std::vector<Meaning> meanings; // of each setting
  std::vector<MergeLoss> merges; // YAML merges that were removed, with what they had brought
  std::vector<Setting> head;     // all of the new version, where settings were removed; empty
                                 // where it is not known whole
  RelationFile relations;        // empty where no change can break one
  std::size_t first_chunk = 0;   // index in Report::chunks
  std::string noise;             // why nobody reads it line by line; "" when somebody should
  // Why its settings were not looked for, or by the look of its lines only: an unknown format, a
  // binary file; "" for all others, also for prose, which has none.
  std::string format_unread;
  bool ignored = false; // by the policy
  int moved_lines = 0;  // of a renamed file: lines of a side on which nothing changes
};

// Reads both versions of the file with that index into `reading`, whose context and `ignored` are
// set. Throws Error when its settings cannot be read: the file then lowers the coverage.
void read_settings(const ChangeSet& changes, std::size_t index, const FileSource& files,
                   const Catalog& catalog, FileReading& reading);

} // namespace leadline
