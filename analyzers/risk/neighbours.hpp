#pragma once

#include "analyzers/catalog/catalog.hpp"
#include "analyzers/risk/relations.hpp"

#include <map>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

namespace leadline {

// What stands around a changed file: the other changed files of its folders, and the unchanged
// configuration files right beside it or in a folder beside that holds another layer of the same
// service ("db" beside "app", "infra" beside "src"). Reading the latter is bounded in files and
// bytes, for a folder and for all of them, so that a check costs what the diff costs and not what
// the repository holds; beyond the bound a relation is not looked for.
class Neighbours {
public:
  // Keeps references to all three.
  Neighbours(std::span<const RelationFile> files, const FileSource& source, const Catalog& catalog);

  struct File {
    std::string path;
    std::vector<Setting> settings;
  };

  // Changed files other than `of` whose folder is that of `of`, one above, one below, or another
  // layer beside. None when there are very many: which of them belong together is not said then.
  std::vector<const RelationFile*> changed(const RelationFile& of) const;
  // Unchanged files in the folder of `path`, by name, those whose name tells a system first; read
  // at the head, once.
  const std::vector<File>& unchanged(const std::string& path);
  // These, and those of the folders beside that are another layer and whose name tells a system.
  std::vector<const File*> around(const std::string& path);

private:
  std::vector<std::string> candidates(const std::string& folder) const;
  const std::vector<File>& in_folder(const std::string& folder);

  std::span<const RelationFile> m_files;
  const FileSource& m_source;
  const Catalog& m_catalog;
  std::unordered_set<std::string> m_changed; // paths
  std::map<std::string, std::vector<File>, std::less<>> m_folders;
  std::size_t m_read = 0;  // files
  std::size_t m_bytes = 0; // of them
};

} // namespace leadline
