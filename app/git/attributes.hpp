#pragma once

#include "analyzers/file_source.hpp"
#include "app/git/libgit2.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace leadline::git {

// The .gitattributes files (gitattributes(5), all levels) of one commit's tree, and nothing else:
// no work tree, no index, no info/attributes, nobody's configuration. So a bare repository and a
// checkout give equal answers, and with the merge base's tree an author cannot hide a file in the
// pull request that changes it.
class Attributes {
public:
  // `commit`: hexadecimal id, or k_empty_tree (no attributes). `repository` must outlive this.
  Attributes(git_repository* repository, const std::string& commit);

  // linguist-generated and linguist-vendored: "name", "name=true" and "-name", "name=false".
  PathMarks marks(const std::string& path) const;

  // The attribute `diff`: true forces text, false ("-diff", "binary") hides the content; nullopt
  // leaves it to the content.
  std::optional<bool> diff_as_text(const std::string& path) const;

private:
  std::optional<bool> flag(const std::string& path, const char* name) const;
  bool has_rules(const std::string& path) const;

  Repository m_repository; // over the same objects, without files of its own
  std::string m_commit;    // empty: no attributes
  Tree m_tree;
  mutable std::map<std::string, bool, std::less<>> m_folders; // whether they have a .gitattributes
};

} // namespace leadline::git
