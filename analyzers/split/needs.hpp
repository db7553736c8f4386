#pragma once

#include "analyzers/split/units.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace leadline {

// Which of the two units of a need holds the import that brings in its name.
enum class ImportEnd { none, owner, user };

// One unit has to merge before another, as far as their changed lines tell.
struct UnitNeed {
  std::size_t user = 0;
  std::size_t owner = 0; // comes before `user`
  std::string name;      // what binds them: a name, or the path of a file
  bool strong = false;   // the tree does not work in between; else the name may mean other things
  bool across = false;   // between languages: a template and its values, code and its migration
  bool of_file = false;  // `name` is the path of a file that comes or goes
  ImportEnd import = ImportEnd::none; // of one file: the import and what uses it
};

// Added lines need the unit that adds what they use: the definition of a name in the same language,
// a new file that they name, an import of their file, and over the languages the added key or
// column of that name (when it is made of parts of as many as six units, else the only one). A unit
// that takes a definition or a file away needs those that take its uses away. Ordered by user and
// owner, at most one for each two. Linear in the diff.
std::vector<UnitNeed> unit_needs(const ChangeSet& changes, const Report& report,
                                 const std::vector<SplitUnit>& units);

} // namespace leadline
