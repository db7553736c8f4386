#include "analyzers/split/file_names.hpp"

#include "analyzers/split/identifiers.hpp"

#include <algorithm>

namespace leadline {
namespace {

constexpr std::size_t k_most_of_folder = 20;
constexpr std::size_t k_most_of_name = 40; // files of one name, so that looking up stays cheap
constexpr std::size_t k_shortest = 3;      // names of fewer bytes are names of anything

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::string last_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// "a/b.test.ts" -> "a/b.test"; what stands for its folder gives the folder: "a/index.js" -> "a".
std::string bare_path(const std::string& path) {
  const std::size_t name = path.rfind('/') + 1;
  const std::size_t dot = path.rfind('.');
  std::string bare = dot == std::string::npos || dot <= name ? path : path.substr(0, dot);
  const std::string last = bare.substr(name);
  if (name > 0 && (last == "index" || last == "__init__" || last == "mod")) {
    bare.erase(name - 1);
  }
  return bare;
}

// `path` of a file or folder, seen from `folder`; "" when it leads out of the tree.
std::string joined(const std::string& folder, std::string_view path) {
  std::vector<std::string> parts;
  const std::string whole = folder + '/' + std::string(path);
  for (std::size_t begin = 0; begin <= whole.size();) {
    const std::size_t end = std::min(whole.find('/', begin), whole.size());
    const std::string part = whole.substr(begin, end - begin);
    begin = end + 1;
    if (part == "..") {
      if (parts.empty()) {
        return {};
      }
      parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
  }
  std::string text;
  for (const std::string& part : parts) {
    text += (text.empty() ? "" : "/") + part;
  }
  return text;
}

bool ends_at_part(const std::string& path, std::string_view ending) {
  return path.size() >= ending.size() &&
         path.compare(path.size() - ending.size(), ending.size(), ending) == 0 &&
         (path.size() == ending.size() || path[path.size() - ending.size() - 1] == '/');
}

std::size_t shared_head(const std::string& a, const std::string& b) {
  std::size_t at = 0;
  while (at < std::min(a.size(), b.size()) && a[at] == b[at]) {
    ++at;
  }
  return at;
}

bool is_path_byte(char c) {
  return is_identifier_byte(c) || c == '.' || c == '/' || c == '-' || c == '@' || c == '\\' ||
         c == ':';
}

} // namespace

void FileNames::add(const std::string& path, std::size_t number) {
  if (path.empty() || !m_paths.emplace(path, number).second) {
    return;
  }
  const std::string bare = bare_path(path);
  m_names[last_of(path)].push_back(path);
  m_bare[bare].push_back(path);
  m_stems[last_of(bare)].push_back(path);
  m_folders[folder_of(path)].push_back(path);
}

std::vector<std::size_t> FileNames::named_in(const std::string& from, std::string_view line,
                                             bool imports) const {
  std::vector<std::size_t> found;
  for (std::size_t at = 0; at < line.size();) {
    std::size_t end = at;
    while (end < line.size() && is_path_byte(line[end])) {
      ++end;
    }
    if (end - at >= k_shortest || (imports && end > at)) {
      look_up(from, line.substr(at, end - at), imports, found);
    }
    at = std::max(end, at + 1);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

void FileNames::look_up(const std::string& from, std::string_view name, bool imports,
                        std::vector<std::size_t>& found) const {
  while (!name.empty() && (name.back() == '.' || name.back() == ':' || name.back() == '/')) {
    name.remove_suffix(1);
  }
  if (name.starts_with("./") || name.starts_with("../")) {
    look_up_relative(joined(folder_of(from), name), imports, found);
    return;
  }
  const bool has_slash = name.find('/') != std::string_view::npos;
  if (name.size() >= k_shortest && (has_slash || name.find('.') != std::string_view::npos)) {
    look_up_ending(from, name, false, found);
  }
  if (!imports) {
    return;
  }
  if (has_slash) {
    look_up_ending(from, name, true, found);
    return;
  }
  // Modules: a.b.C, a::b, A\B; ".b" is beside the file, "..b" above.
  std::string path;
  std::size_t dots = 0;
  while (dots < name.size() && name[dots] == '.') {
    ++dots;
  }
  for (const char c : name.substr(dots)) {
    if (c == '.' || c == '\\' || c == ':') {
      path += path.empty() || path.back() == '/' ? "" : "/";
    } else {
      path += c;
    }
  }
  if (path.rfind("crate/", 0) == 0) {
    path.erase(0, std::string_view("crate/").size());
  }
  if (dots > 0) {
    std::string up = "./";
    for (std::size_t i = 1; i < dots; ++i) {
      up += "../";
    }
    look_up_relative(joined(folder_of(from), up + path), imports, found);
  } else if (path.size() >= k_shortest) {
    look_up_ending(from, path, true, found);
    // Of a name in a module, the module: a.b.C is in a/b.
    const std::size_t slash = path.rfind('/');
    if (slash != std::string::npos && slash >= k_shortest) {
      look_up_ending(from, path.substr(0, slash), true, found);
    }
  }
}

void FileNames::look_up_relative(const std::string& path, bool imports,
                                 std::vector<std::size_t>& found) const {
  if (const auto exact = m_paths.find(path); exact != m_paths.end()) {
    found.push_back(exact->second);
    return;
  }
  for (const auto* places : {&m_bare, &m_folders}) {
    const auto some = places->find(path);
    if (imports && some != places->end() && !path.empty()) {
      for (std::size_t i = 0; i < std::min(k_most_of_folder, some->second.size()); ++i) {
        found.push_back(m_paths.at(some->second[i]));
      }
      return;
    }
  }
}

// The file whose path ends so; of several the one nearest to `from`, and none when two are as near.
void FileNames::look_up_ending(const std::string& from, std::string_view ending, bool bare,
                               std::vector<std::size_t>& found) const {
  const auto& places = bare ? m_stems : m_names;
  const auto some = places.find(last_of(std::string(ending)));
  if (some == places.end() || some->second.size() > k_most_of_name) {
    return;
  }
  std::size_t nearest = 0;
  std::vector<std::string> best;
  for (const std::string& path : some->second) {
    if (path == from || !ends_at_part(bare ? bare_path(path) : path, ending)) {
      continue;
    }
    const std::size_t shared = shared_head(path, from) + 1;
    if (shared > nearest) {
      best.clear();
      nearest = shared;
    }
    if (shared == nearest) {
      best.push_back(path);
    }
  }
  if (best.size() == 1) {
    found.push_back(m_paths.at(best.front()));
  }
}

} // namespace leadline
