#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace leadline {

// A name as git or `diff -u` wrote it: C-quoted ("a/\303\244", git-config(1) core.quotePath) or
// plain, where a tab ends it (git's tab after a name with spaces, diff's before the time). nullopt
// when a quote is not closed or an escape is unknown.
std::optional<std::string> read_name(std::string_view text);

// The two names after "diff --git ".
struct GitNames {
  std::string old_path; // without the prefix, if there was one
  std::string new_path;
  bool prefixed = true; // names on the "---" and "+++" lines carry a prefix ("a/", "i/", ...) too

  bool operator==(const GitNames&) const = default;
};

// Unquoted names may hold spaces: then the split is the one that gives both sides the same name, as
// in git-apply(1); nullopt when none does. Accepts diff.noprefix, diff.mnemonicPrefix and prefixes
// of one folder.
std::optional<GitNames> read_git_names(std::string_view text);

// `path` without its first folder; unchanged when it has none.
std::string_view without_first_folder(std::string_view path);

// The names of "X and Y" in "Binary files X and Y differ"; plain names, prefixes included.
std::optional<std::pair<std::string, std::string>> read_binary_names(std::string_view text);

} // namespace leadline
