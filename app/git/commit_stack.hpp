#pragma once

#include "analyzers/report.hpp"

#include <optional>
#include <string>
#include <vector>

namespace leadline {

// One commit of a stack of branches.
struct StackedCommit {
  std::string branch; // full name without refs/heads/
  std::string message;
  std::string patch;
};

// Who commits when it is not the person whose repository it is.
struct Committer {
  std::string name;
  std::string email;
};

// Writes the commits one on the other, starting at range.merge_base; no branch points at them.
// Author and author date are the head commit's. With `committer` the commit date is the head
// commit's too, so that the same split gives the same ids wherever it is written; else the
// committer is the one that the repository's configuration names, or the author, and the date now.
// Throws Error(bad_input) when the last tree is not the head's. Returns the commits' ids.
std::vector<std::string> write_commits(const std::string& repository, const Range& range,
                                       const std::vector<StackedCommit>& commits,
                                       const std::optional<Committer>& committer = {});

// Throws Error(bad_input) where a branch of the stack could not be made: its name is not valid, it
// exists already, or an existing branch stands in the place of its folder or below it.
void check_stack(const std::string& repository, const std::vector<StackedCommit>& commits);

// Writes the commits and points a branch at each, after check_stack: all of them or none.
std::vector<std::string> write_stack(const std::string& repository, const Range& range,
                                     const std::vector<StackedCommit>& commits);

} // namespace leadline
