#pragma once

#include "analyzers/file_source.hpp"
#include "analyzers/split/units.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace leadline {

// Folders that stand side by side and are made after one pattern: charts, modules, one for each
// environment. Who changes several of them mostly does it one after the other, however alike the
// changes are; more than sixteen are changed in one go.
class ParallelFolders {
public:
  // Looks at the base's folders below which the files of `units` part, at no more than 32 of them
  // and in each at no more than 24 folders, so that the cost stays bounded whatever the repository.
  ParallelFolders(const ChangeSet& changes, const std::vector<SplitUnit>& units,
                  const FileSource& files);

  // Whether the two files (indices in ChangeSet::files) are below two of such folders.
  bool apart(std::size_t a, std::size_t b) const;

private:
  // By file: (a folder of such folders, the one below it that holds the file), both numbered.
  std::vector<std::vector<std::pair<std::size_t, std::size_t>>> m_places;
};

// Whether `folder` ("" the top, else "a/b") of the base has at least eight folders, hidden ones not
// counted, that are alike: four of five hold an entry of one name, and half of all that they hold
// is of names that every second one holds. False where that cannot be known.
bool holds_parallel_folders(const FileSource& files, const std::string& folder);

} // namespace leadline
