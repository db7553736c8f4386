#include "analyzers/split/lock_files.hpp"

#include "analyzers/split/chunk_lines.hpp"
#include "analyzers/split/language.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <unordered_set>

namespace leadline {
namespace {

struct Pair {
  std::string_view lock; // names in lower case
  std::string_view manifest;
};

constexpr std::array<Pair, 22> k_pairs = {{
    {"package-lock.json", "package.json"},
    {"npm-shrinkwrap.json", "package.json"},
    {"yarn.lock", "package.json"},
    {"pnpm-lock.yaml", "package.json"},
    {"bun.lock", "package.json"},
    {"bun.lockb", "package.json"},
    {"deno.lock", "deno.json"},
    {"cargo.lock", "cargo.toml"},
    {"flake.lock", "flake.nix"},
    {"poetry.lock", "pyproject.toml"},
    {"uv.lock", "pyproject.toml"},
    {"pdm.lock", "pyproject.toml"},
    {"pipfile.lock", "pipfile"},
    {"gemfile.lock", "gemfile"},
    {"go.sum", "go.mod"},
    {"composer.lock", "composer.json"},
    {"chart.lock", "chart.yaml"},
    {"requirements.lock", "requirements.yaml"},
    {"mix.lock", "mix.exs"},
    {"pubspec.lock", "pubspec.yaml"},
    {"podfile.lock", "podfile"},
    {".terraform.lock.hcl", "*.tf"},
}};

constexpr std::string_view k_any_word =
    " version versions name source sources type file files path main module license engines node "
    "dependencies devDependencies peerDependencies optionalDependencies checksum constraints "
    "provider hashes package packages scripts build test true false https http github gitlab com "
    "org url registry latest workspace python description author required resolved integrity ";
constexpr std::size_t k_telling_word = 3;
constexpr std::size_t k_telling_part = 4; // of a word: "aws" of "hashicorp/aws" is too common

// Names and versions of a line, whole and by the parts of their paths.
template <typename Take>
void each_word(std::string_view line, Take take) {
  constexpr std::string_view k_between = " \t\"'`,;:()[]{}=<>^~@!|";
  const auto offer = [&](std::string_view word, std::size_t least) {
    if (word.size() >= least && !is_among(k_any_word, word)) {
      take(word);
    }
  };
  for (std::size_t at = line.find_first_not_of(k_between); at != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(k_between, at), line.size());
    const std::string_view word = line.substr(at, end - at);
    offer(word, k_telling_word);
    for (std::size_t part = 0; part < word.size();) {
      const std::size_t slash = std::min(word.find_first_of("/.", part), word.size());
      if (slash - part < word.size()) {
        offer(word.substr(part, slash - part), k_telling_part);
      }
      part = slash + 1;
    }
    at = line.find_first_not_of(k_between, end);
  }
}

class Locks {
public:
  Locks(const ChangeSet& changes, const std::vector<Chunk>& chunks)
      : m_changes(changes), m_chunks(chunks) {
    for (std::size_t i = 0; i < changes.files.size(); ++i) {
      const std::string path = to_lower(changes.files[i].path());
      const std::size_t name = path.rfind('/') + 1;
      m_files[path.substr(0, name)].emplace(path.substr(name), i);
    }
  }

  std::vector<std::vector<std::size_t>> rows() {
    std::vector<std::vector<std::size_t>> found;
    for (const auto& [folder, files] : m_files) {
      for (const Pair& pair : k_pairs) {
        const auto lock = files.find(pair.lock);
        if (lock == files.end()) {
          continue;
        }
        const std::vector<std::size_t> manifests = manifests_of(files, pair.manifest);
        if (!manifests.empty()) {
          found.push_back(row(lock->second, manifests, pair.manifest.front() != '*'));
        }
      }
    }
    return found;
  }

private:
  using Files = std::multimap<std::string, std::size_t, std::less<>>; // name -> file

  static std::vector<std::size_t> manifests_of(const Files& files, std::string_view manifest) {
    std::vector<std::size_t> found;
    for (const auto& [name, file] : files) {
      const bool is_one =
          manifest.front() == '*' ? name.ends_with(manifest.substr(1)) : name == manifest;
      if (is_one) {
        found.push_back(file);
      }
    }
    return found;
  }

  std::vector<std::size_t> row(std::size_t lock, const std::vector<std::size_t>& manifests,
                               bool all) {
    std::vector<std::size_t> found = chunks_of(lock);
    const std::unordered_set<std::string> locked = words_of(lock);
    for (const std::size_t manifest : manifests) {
      const std::vector<std::size_t> candidates = chunks_of(manifest);
      std::vector<std::size_t> telling;
      std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(telling),
                   [&](std::size_t chunk) { return speaks_of(chunk, locked); });
      const std::vector<std::size_t>& taken = telling.empty() && all ? candidates : telling;
      found.insert(found.end(), taken.begin(), taken.end());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  const std::vector<std::size_t>& chunks_of(std::size_t file) {
    if (m_of_file.empty()) {
      m_of_file.resize(m_changes.files.size());
      for (std::size_t i = 0; i < m_chunks.size(); ++i) {
        m_of_file.at(m_chunks[i].file).push_back(i);
      }
      m_lines = lines_of_chunks(m_changes, m_chunks);
    }
    return m_of_file[file];
  }

  std::unordered_set<std::string> words_of(std::size_t file) const {
    std::unordered_set<std::string> words;
    for (const Hunk& hunk : m_changes.files[file].hunks) {
      for (const DiffLine& line : hunk.lines) {
        each_word(line.text, [&](std::string_view word) { words.emplace(word); });
      }
    }
    return words;
  }

  bool speaks_of(std::size_t chunk, const std::unordered_set<std::string>& locked) const {
    bool found = false;
    for (const auto* lines : {&m_lines[chunk].removed, &m_lines[chunk].added}) {
      for (const DiffLine* line : *lines) {
        each_word(line->text, [&](std::string_view word) {
          found = found || locked.count(std::string(word)) != 0;
        });
      }
    }
    return found;
  }

  const ChangeSet& m_changes;
  const std::vector<Chunk>& m_chunks;
  std::map<std::string, Files> m_files; // by folder, in lower case
  std::vector<std::vector<std::size_t>> m_of_file;
  std::vector<ChunkLines> m_lines;
};

} // namespace

std::vector<std::vector<std::size_t>> locked_chunks(const ChangeSet& changes,
                                                    const std::vector<Chunk>& chunks) {
  return Locks(changes, chunks).rows();
}

} // namespace leadline
