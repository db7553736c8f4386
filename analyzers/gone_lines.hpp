#pragma once

#include "analyzers/file_reading.hpp"
#include "analyzers/risk/findings.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace leadline {

// What is known of lines that went, beyond their own text.

// Whether a removed setting of a program is still given a value, by a line that came in its place:
// `pool_size=50` -> `pool_size=limits.pool`.
bool is_still_named(const FileReading& file, const LineIndex& lines, const SettingChange& change);

// Whether a removed decorator went together with the function or class that it stood on, which no
// added line names: then nothing is left that it guarded.
bool went_with_its_owner(const LineIndex& lines, const SettingChange& change);

// Whether a line comes or goes with so many others that it is read as part of them.
bool is_block(const SettingChange& change, const IndexedLine& line);

// Whether a line that went with many others is told all the same: what the catalogue knows to guard
// access or data, of a file that is still there.
bool stays_apart(const FileReading& file, const Subject& subject, const IndexedLine& line);

// A YAML merge that went without its mapping; nullopt when setting `index` of the file is none.
std::optional<Concern> lost_merge(const FileReading& file, std::size_t index);

// Parameters whose line goes in one layer and whose value stands in another: -c max_connections=300
// in a command where postgresql.conf said it. Costs one pass over all settings, when first asked.
class StatedElsewhere {
public:
  // `files` outlive it.
  explicit StatedElsewhere(std::span<const FileReading> files) : m_files(files) {}

  // Lowers the concern about removed setting `index` of the file where its value still stands, and
  // says where.
  void heed(Concern& draft, const FileReading& file, std::size_t index);

private:
  void collect();

  std::span<const FileReading> m_files;
  // by parameter, what the new versions say of it: a file and the place among its settings
  std::unordered_map<const Parameter*, std::vector<std::pair<const FileReading*, std::size_t>>>
      m_stated;
  bool m_collected = false;
};

} // namespace leadline
