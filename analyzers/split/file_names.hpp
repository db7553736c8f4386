#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// Finds which of some files a line of another one names: `require("../lib/pool")`, `from a.b import
// c`, `#include "x.h"`, `source = "./modules/x"`, `src: pool.ini.j2`.
class FileNames {
public:
  // `number` stands for the file in the answers.
  void add(const std::string& path, std::size_t number);

  bool empty() const { return m_paths.empty(); }

  // Numbers of the files that `line` of the file `from` names, ascending. `imports`: the line is
  // one that brings in files, so that modules and folders are looked up too.
  std::vector<std::size_t> named_in(const std::string& from, std::string_view line,
                                    bool imports) const;

private:
  void look_up(const std::string& from, std::string_view name, bool imports,
               std::vector<std::size_t>& found) const;
  void look_up_relative(const std::string& path, bool imports,
                        std::vector<std::size_t>& found) const;
  void look_up_ending(const std::string& from, std::string_view ending, bool bare,
                      std::vector<std::size_t>& found) const;

  std::map<std::string, std::size_t> m_paths;                // path -> number
  std::map<std::string, std::vector<std::string>> m_names;   // last part -> paths
  std::map<std::string, std::vector<std::string>> m_bare;    // path without ending -> paths
  std::map<std::string, std::vector<std::string>> m_stems;   // last part without ending -> paths
  std::map<std::string, std::vector<std::string>> m_folders; // folder -> paths right below it
};

} // namespace leadline
