#include "app/git/renames.hpp"

#include "app/git/objects.hpp"
#include "app/git/similarity.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

namespace leadline::git {
namespace {

constexpr int k_min_score = k_max_score / 2;
constexpr int k_min_score_same_name = k_min_score + (k_max_score - k_min_score) / 2;
constexpr std::size_t k_rename_limit = 1000;
constexpr int k_candidates = 4;    // best sources that are kept for each target
constexpr int k_equal_tries = 100; // sources of equal content that are looked at

bool is_regular(std::uint32_t mode) { return (mode & 0170000U) == 0100000U; }

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

struct Source {
  std::size_t change = 0; // index into the changes
  bool used = false;
};

struct Target {
  std::size_t change = 0;
  int source = -1; // index of its source once it has one
  int score = 0;
};

struct Candidate {
  int target = -1; // -1: none
  int source = -1;
  int score = 0;
  int same_name = 0;
};

// Best first, empty ones last.
bool better(const Candidate& left, const Candidate& right) {
  if (left.target < 0 || right.target < 0) {
    return left.target >= 0 && right.target < 0;
  }
  return left.score != right.score ? left.score > right.score : left.same_name > right.same_name;
}

class Finder {
public:
  Finder(git_repository* repository, std::vector<TreeChange>& changes, const Attributes& attributes,
         std::size_t max_bytes)
      : m_repository(repository), m_changes(changes), m_attributes(attributes),
        m_max_bytes(max_bytes) {
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (changes[i].status == FileStatus::removed) {
        m_sources.push_back({i});
      } else if (changes[i].status == FileStatus::added) {
        m_targets.push_back({i});
      }
    }
  }

  void find() {
    if (m_sources.empty() || m_targets.empty()) {
      return;
    }
    match_equal_content();
    match_unique_names();
    const auto sources_left =
        std::count_if(m_sources.begin(), m_sources.end(), [](const Source& s) { return !s.used; });
    const auto targets_left = std::count_if(m_targets.begin(), m_targets.end(),
                                            [](const Target& t) { return t.source < 0; });
    if (static_cast<std::size_t>(sources_left) * static_cast<std::size_t>(targets_left) <=
        k_rename_limit * k_rename_limit) {
      match_best();
    }
    apply();
  }

private:
  const TreeChange& source(int index) const {
    return m_changes[m_sources[static_cast<std::size_t>(index)].change];
  }
  const TreeChange& target(int index) const {
    return m_changes[m_targets[static_cast<std::size_t>(index)].change];
  }

  void join(int source, int target, int score) {
    m_sources[static_cast<std::size_t>(source)].used = true;
    m_targets[static_cast<std::size_t>(target)].source = source;
    m_targets[static_cast<std::size_t>(target)].score = score;
  }

  void match_equal_content() {
    std::unordered_map<std::string, std::vector<int>> by_id;
    for (std::size_t i = 0; i < m_sources.size(); ++i) {
      by_id[source(static_cast<int>(i)).old_id].push_back(static_cast<int>(i));
    }
    for (std::size_t i = 0; i < m_targets.size(); ++i) {
      const TreeChange& to = target(static_cast<int>(i));
      const auto same = by_id.find(to.new_id);
      if (same == by_id.end()) {
        continue;
      }
      int best = -1;
      int tries = 0;
      for (const int candidate : same->second) {
        const TreeChange& from = source(candidate);
        const bool modes_fit =
            (is_regular(from.old_mode) && is_regular(to.new_mode)) || from.old_mode == to.new_mode;
        if (!modes_fit || m_sources[static_cast<std::size_t>(candidate)].used) {
          continue;
        }
        if (name_of(from.old_path) == name_of(to.new_path)) {
          best = candidate;
          break;
        }
        if (best < 0) {
          best = candidate;
        }
        if (++tries > k_equal_tries) {
          break;
        }
      }
      if (best >= 0) {
        join(best, static_cast<int>(i), k_max_score);
      }
    }
  }

  // A name that one source and one target have, and no other that is left.
  void match_unique_names() {
    constexpr int k_several = -1;
    std::map<std::string_view, int> sources;
    std::map<std::string_view, int> targets;
    const auto note = [](std::map<std::string_view, int>& names, std::string_view path, int index) {
      const auto [at, inserted] = names.emplace(name_of(path), index);
      if (!inserted) {
        at->second = k_several;
      }
    };
    for (std::size_t i = 0; i < m_sources.size(); ++i) {
      if (!m_sources[i].used) {
        note(sources, source(static_cast<int>(i)).old_path, static_cast<int>(i));
      }
    }
    for (std::size_t i = 0; i < m_targets.size(); ++i) {
      if (m_targets[i].source < 0) {
        note(targets, target(static_cast<int>(i)).new_path, static_cast<int>(i));
      }
    }
    for (const auto& [name, from] : sources) {
      const auto to = targets.find(name);
      if (from == k_several || to == targets.end() || to->second == k_several) {
        continue;
      }
      const int score = score_of(from, to->second, k_min_score_same_name);
      if (score >= k_min_score_same_name) {
        join(from, to->second, score);
      }
    }
  }

  void match_best() {
    std::vector<Candidate> all;
    for (std::size_t to = 0; to < m_targets.size(); ++to) {
      if (m_targets[to].source >= 0) {
        continue;
      }
      std::array<Candidate, k_candidates> best;
      for (std::size_t from = 0; from < m_sources.size(); ++from) {
        if (m_sources[from].used) {
          continue;
        }
        Candidate candidate;
        candidate.target = static_cast<int>(to);
        candidate.source = static_cast<int>(from);
        candidate.score = score_of(candidate.source, candidate.target, k_min_score);
        candidate.same_name =
            name_of(source(candidate.source).old_path) == name_of(target(candidate.target).new_path)
                ? 1
                : 0;
        std::size_t worst = 0;
        for (std::size_t i = 1; i < best.size(); ++i) {
          worst = better(best[worst], best[i]) ? i : worst;
        }
        if (better(candidate, best[worst])) {
          best[worst] = candidate;
        }
      }
      all.insert(all.end(), best.begin(), best.end());
    }
    std::stable_sort(all.begin(), all.end(), better);
    for (const Candidate& candidate : all) {
      if (candidate.target < 0 || candidate.score < k_min_score) {
        break;
      }
      if (m_targets[static_cast<std::size_t>(candidate.target)].source < 0 &&
          !m_sources[static_cast<std::size_t>(candidate.source)].used) {
        join(candidate.source, candidate.target, candidate.score);
      }
    }
  }

  int score_of(int from, int to, int min_score) {
    const TreeChange& old_file = source(from);
    const TreeChange& new_file = target(to);
    if (!is_regular(old_file.old_mode) || !is_regular(new_file.new_mode)) {
      return 0;
    }
    if (!sizes_allow(size_of(old_file.old_id), size_of(new_file.new_id), min_score)) {
      return 0;
    }
    return similarity(spans(old_file.old_id, old_file.old_path),
                      spans(new_file.new_id, new_file.new_path), min_score);
  }

  // 0 for an object that cannot be read: then nothing is alike.
  std::size_t size_of(const std::string& id) {
    const auto [at, inserted] = m_sizes.try_emplace(id, 0);
    if (inserted) {
      at->second = blob_size(m_repository, id).value_or(0);
    }
    return at->second;
  }

  const Spans& spans(const std::string& id, const std::string& path) {
    const auto [at, inserted] = m_spans.try_emplace(id);
    if (inserted) {
      const Content content = load_content(m_repository, id, false, m_max_bytes);
      if (content.problem == Content::Problem::none) {
        const std::optional<bool> text = m_attributes.diff_as_text(path);
        at->second =
            spans_of(content.bytes(), text.value_or(!content.binary()) ? Text::yes : Text::no);
      }
    }
    return at->second;
  }

  void apply() {
    std::vector<bool> gone(m_changes.size(), false);
    for (const Target& target : m_targets) {
      if (target.source < 0) {
        continue;
      }
      const std::size_t from = m_sources[static_cast<std::size_t>(target.source)].change;
      TreeChange& to = m_changes[target.change];
      to.old_path = m_changes[from].old_path;
      to.old_mode = m_changes[from].old_mode;
      to.old_id = m_changes[from].old_id;
      to.status = FileStatus::renamed;
      to.score = target.score;
      gone[from] = true;
    }
    std::vector<TreeChange> left;
    for (std::size_t i = 0; i < m_changes.size(); ++i) {
      if (!gone[i]) {
        left.push_back(std::move(m_changes[i]));
      }
    }
    m_changes = std::move(left);
  }

  git_repository* m_repository;
  std::vector<TreeChange>& m_changes;
  const Attributes& m_attributes;
  std::size_t m_max_bytes;
  std::vector<Source> m_sources;
  std::vector<Target> m_targets;
  std::unordered_map<std::string, std::size_t> m_sizes; // by object id
  std::unordered_map<std::string, Spans> m_spans;
};

} // namespace

std::vector<TreeChange> find_renames(git_repository* repository, std::vector<TreeChange> changes,
                                     const Attributes& attributes, std::size_t max_bytes) {
  Finder(repository, changes, attributes, max_bytes).find();
  return changes;
}

} // namespace leadline::git
