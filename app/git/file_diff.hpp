#pragma once

#include "app/git/attributes.hpp"
#include "app/git/repository.hpp"
#include "app/git/tree_changes.hpp"

namespace leadline::git {

// Turns tree changes into the entries of the diff text, one after the other, and counts its lines.
class FileDiffer {
public:
  FileDiffer(git_repository* repository, const Attributes& attributes, const DiffLimits& limits,
             ChangeSet& changes);

  // Appends what git prints for `change`: one entry, two when the type changes (file to link), or
  // names it in ChangeSet::skipped when it cannot be read or exceeds a limit.
  void append(const TreeChange& change);

private:
  void append_entry(const TreeChange& change);

  git_repository* m_repository;
  const Attributes& m_attributes;
  DiffLimits m_limits;
  ChangeSet& m_changes;
};

} // namespace leadline::git
