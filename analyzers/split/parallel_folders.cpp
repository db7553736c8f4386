#include "analyzers/split/parallel_folders.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <map>

namespace leadline {
namespace {

constexpr std::size_t k_fewest = 8;
constexpr std::size_t k_sample = 24;
constexpr std::size_t k_most_asked = 32;
constexpr std::size_t k_most_at_once = 16; // who changes more does it in one go

std::vector<std::string> entries_of(const FileSource& files, const std::string& folder) {
  try {
    return files.entries(Side::base, folder);
  } catch (const Error&) {
    return {}; // a folder whose object is missing says nothing
  }
}

} // namespace

bool holds_parallel_folders(const FileSource& files, const std::string& folder) {
  std::vector<std::string> folders;
  for (std::string& name : entries_of(files, folder)) {
    if (name.back() == '/' && name.front() != '.') {
      name.pop_back();
      folders.push_back(std::move(name));
    }
  }
  if (folders.size() < k_fewest) {
    return false;
  }
  const std::size_t sample = std::min(k_sample, folders.size());
  std::map<std::string, std::size_t> folders_with; // by name of an entry
  for (std::size_t i = 0; i < sample; ++i) {
    const std::string& name = folders[i * folders.size() / sample];
    for (const std::string& entry :
         entries_of(files, folder.empty() ? name : folder + '/' + name)) {
      ++folders_with[entry];
    }
  }
  std::size_t all = 0;
  std::size_t usual = 0;
  std::size_t most = 0;
  for (const auto& [name, count] : folders_with) {
    all += count;
    usual += 2 * count >= sample ? count : 0;
    most = std::max(most, count);
  }
  return 5 * most >= 4 * sample && 2 * usual >= all;
}

ParallelFolders::ParallelFolders(const ChangeSet& changes, const std::vector<SplitUnit>& units,
                                 const FileSource& files)
    : m_places(changes.files.size()) {
  // Folder -> the folders right below it -> files of the diff.
  std::map<std::string, std::map<std::string, std::vector<std::size_t>>> below;
  std::vector<bool> seen(changes.files.size(), false);
  for (const SplitUnit& unit : units) {
    if (seen[unit.file]) {
      continue;
    }
    seen[unit.file] = true;
    const std::string& path = changes.files[unit.file].path();
    for (std::size_t begin = 0, slash = path.find('/'); slash != std::string::npos;
         begin = slash + 1, slash = path.find('/', begin)) {
      below[path.substr(0, begin == 0 ? 0 : begin - 1)][path.substr(begin, slash - begin)]
          .push_back(unit.file);
    }
  }
  std::size_t asked = 0;
  std::size_t number = 0;
  for (const auto& [folder, parts] : below) {
    if (parts.size() < 2 || parts.size() > k_most_at_once || asked == k_most_asked) {
      continue;
    }
    ++asked;
    if (!holds_parallel_folders(files, folder)) {
      continue;
    }
    const std::size_t parent = number++;
    for (const auto& [name, members] : parts) {
      for (const std::size_t file : members) {
        m_places[file].emplace_back(parent, number);
      }
      ++number;
    }
  }
}

bool ParallelFolders::apart(std::size_t a, std::size_t b) const {
  // Ascending by parent: they were numbered in that order.
  for (auto i = m_places[a].begin(), j = m_places[b].begin();
       i != m_places[a].end() && j != m_places[b].end();) {
    if (i->first == j->first) {
      if (i->second != j->second) {
        return true;
      }
      ++i;
      ++j;
    } else if (i->first < j->first) {
      ++i;
    } else {
      ++j;
    }
  }
  return false;
}

} // namespace leadline
