#pragma once

#include "analyzers/file_source.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace leadline::test {

// A base of which only folders are known.
class FolderDouble final : public FileSource {
public:
  // Puts a folder of that name, with `entries`, into `parent` ("" the top).
  void add(const std::string& parent, const std::string& name,
           const std::vector<std::string>& entries) {
    std::vector<std::string>& row = m_folders[parent];
    row.push_back(name + "/");
    std::sort(row.begin(), row.end());
    m_folders[parent.empty() ? name : parent + "/" + name] = entries;
  }

  std::optional<std::string> read(Side, const std::string&) const override { return std::nullopt; }
  PathMarks marks(const std::string&) const override { return {}; }
  std::vector<std::string> siblings(Side, const std::string&) const override { return {}; }
  std::vector<std::string> entries(Side side, const std::string& folder) const override {
    const auto found = m_folders.find(folder);
    return side == Side::head || found == m_folders.end() ? std::vector<std::string>()
                                                          : found->second;
  }

private:
  std::map<std::string, std::vector<std::string>> m_folders;
};

} // namespace leadline::test
