#include "analyzers/settings/setting_changes.hpp"

#include "analyzers/settings/key_matches.hpp"
#include "analyzers/settings/pairing.hpp"
#include "analyzers/settings/side_lines.hpp"
#include "analyzers/settings/version_settings.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace leadline {
namespace {

// A renamed parent with more settings below than this is told by the first of them.
constexpr std::size_t k_most_moved = 200;
constexpr std::size_t k_most_looked_at = 5000;
constexpr int k_lines_searched = 1000;

class FileComparison {
public:
  FileComparison(const FileChange& file, std::size_t index) : m_file(file), m_index(index) {}

  ComparedFile run(const std::optional<FileVersion>& old_version,
                   const std::optional<FileVersion>& new_version) {
    m_old_lines = lines_of(m_file, Side::base, old_version);
    m_new_lines = lines_of(m_file, Side::head, new_version);
    if (old_version) {
      take(settings_of(m_file, Side::base, *old_version, m_old_lines), m_old);
    }
    if (new_version) {
      take(settings_of(m_file, Side::head, *new_version, m_new_lines), m_new);
    }
    m_matches = KeyMatches(m_old, m_new);
    m_whole = (!old_version || old_version->line_numbers.empty()) &&
              (!new_version || new_version->line_numbers.empty());
    std::vector<Candidate> removed = candidates(m_old, m_old_lines);
    std::vector<Candidate> added = candidates(m_new, m_new_lines);
    compare_matches(removed, added);
    compare_candidates(removed, added);
    compare_unchanged_lines();
    compare_parents();
    std::stable_sort(
        m_changes.begin(), m_changes.end(),
        [](const SettingChange& a, const SettingChange& b) { return a.diff_line < b.diff_line; });
    return {std::move(m_changes), std::move(m_unread)};
  }

private:
  void take(Extraction&& found, std::vector<Setting>& settings) {
    settings = std::move(found.settings);
    if (m_unread.empty()) {
      m_unread = std::move(found.unread);
    }
  }

  static std::vector<Candidate> candidates(const std::vector<Setting>& settings,
                                           const SideLines& lines) {
    std::vector<Candidate> found;
    for (const Setting& setting : settings) {
      if (const ChangedLine* line = lines.first_changed(setting.first_line, setting.last_line)) {
        found.push_back({&setting, line->diff_line, line->hunk, line->chunk, line->line_for_line});
      }
    }
    return found;
  }

  // What one path says to be one setting, wherever the two stand: git shows an equal line as
  // unchanged that belongs to another block now. What is compared leaves the candidates.
  void compare_matches(std::vector<Candidate>& removed, std::vector<Candidate>& added) {
    std::unordered_map<const Setting*, int> came; // diff lines
    for (const Candidate& candidate : added) {
      came.emplace(candidate.setting, candidate.diff_line);
    }
    std::unordered_set<const Setting*> done;
    std::erase_if(removed, [&](const Candidate& candidate) {
      const Setting* after = in_head(*candidate.setting);
      if (after == nullptr) {
        return false;
      }
      const auto line = came.find(after);
      compare(*candidate.setting, *after, line == came.end() ? candidate.diff_line : line->second);
      done.insert(after);
      return true;
    });
    std::erase_if(added, [&](const Candidate& candidate) {
      if (done.count(candidate.setting) > 0) {
        return true;
      }
      const Setting* before = in_base(*candidate.setting);
      if (before != nullptr) {
        compare(*before, *candidate.setting, candidate.diff_line);
      }
      return before != nullptr;
    });
  }

  // Both on unchanged lines, under other parents than before.
  void compare_unchanged_lines() {
    for (const Setting& after : m_new) {
      const Setting* before = in_base(after);
      if (before == nullptr || same_value(*before, after) || is_changed(m_new_lines, after) ||
          is_changed(m_old_lines, *before) ||
          m_new_lines.across(after.first_line) == before->first_line) {
        continue;
      }
      if (const ChangedLine* line = nearest_change(*before, after)) {
        push(ChangeKind::modified, before, &after, line->diff_line);
      }
    }
  }

  // The changed line that put `after` in its block.
  const ChangedLine* nearest_change(const Setting& before, const Setting& after) const {
    const std::vector<std::string>& path = after.key.segments;
    for (const auto& [lines, from] : {std::make_pair(&m_new_lines, after.first_line),
                                      std::make_pair(&m_old_lines, before.first_line)}) {
      for (std::size_t i = path.size(); i-- > 0;) {
        const ChangedLine* line = named_above(*lines, from, bare(path[i]));
        if (line != nullptr) {
          return line;
        }
      }
    }
    const std::vector<ChangedLine>& changed =
        m_new_lines.changed.empty() ? m_old_lines.changed : m_new_lines.changed;
    const auto below = std::find_if(changed.begin(), changed.end(), [&](const ChangedLine& line) {
      return line.line > after.first_line;
    });
    return changed.empty() ? nullptr : below == changed.begin() ? &*below : &*std::prev(below);
  }

  void compare(const Setting& before, const Setting& after, int diff_line) {
    if (!same_value(before, after)) {
      push(ChangeKind::modified, &before, &after, diff_line);
    }
  }

  static bool is_changed(const SideLines& lines, const Setting& setting) {
    return lines.first_changed(setting.first_line, setting.last_line) != nullptr;
  }

  const Setting* in_head(const Setting& before) const {
    const Setting* after = m_matches.in_head(before);
    return after != nullptr && is_in_one_hunk(before, *after) ? after : nullptr;
  }
  const Setting* in_base(const Setting& after) const {
    const Setting* before = m_matches.in_base(after);
    return before != nullptr && is_in_one_hunk(*before, after) ? before : nullptr;
  }

  // Of hunks alone the parents of a path may be out of sight: one hunk has the same ones.
  bool is_in_one_hunk(const Setting& before, const Setting& after) const {
    return m_whole || std::any_of(m_file.hunks.begin(), m_file.hunks.end(), [&](const Hunk& hunk) {
             return before.first_line >= hunk.old_start &&
                    before.first_line < hunk.old_start + hunk.old_lines &&
                    after.first_line >= hunk.new_start &&
                    after.first_line < hunk.new_start + hunk.new_lines;
           });
  }

  void compare_candidates(const std::vector<Candidate>& removed,
                          const std::vector<Candidate>& added) {
    std::vector<bool> removed_done(removed.size());
    std::vector<bool> added_done(added.size());
    for (const auto& [before, after] : pair_settings(removed, added)) {
      removed_done[before] = added_done[after] = true;
      if (!same_value(*removed[before].setting, *added[after].setting)) {
        push(ChangeKind::modified, removed[before].setting, added[after].setting,
             added[after].diff_line);
      }
    }
    for (std::size_t i = 0; i < added.size(); ++i) {
      if (!added_done[i]) {
        const Setting* before = unchanged_start(*added[i].setting, m_new_lines, m_old);
        if (before == nullptr) {
          push(ChangeKind::added, nullptr, added[i].setting, added[i].diff_line);
        } else if (!same_value(*before, *added[i].setting)) {
          push(ChangeKind::modified, before, added[i].setting, added[i].diff_line);
        }
      }
    }
    for (std::size_t i = 0; i < removed.size(); ++i) {
      if (!removed_done[i]) {
        const Setting* after = unchanged_start(*removed[i].setting, m_old_lines, m_new);
        if (after == nullptr) {
          push(ChangeKind::removed, removed[i].setting, nullptr, removed[i].diff_line);
        } else if (!same_value(*removed[i].setting, *after)) {
          push(ChangeKind::modified, removed[i].setting, after, removed[i].diff_line);
        }
      }
    }
  }

  // A value over several lines of which some changed on one side only: the setting over there that
  // shares a line.
  static const Setting* unchanged_start(const Setting& setting, const SideLines& lines,
                                        const std::vector<Setting>& others) {
    if (setting.first_line == setting.last_line && others.empty()) {
      return nullptr;
    }
    const std::string shape = setting.key.shape();
    const int last = std::min(setting.last_line, setting.first_line + k_lines_searched);
    for (int line = setting.first_line; line <= last; ++line) {
      const int there = lines.across(line);
      if (there == 0) {
        continue;
      }
      // Sorted by first line; one that starts a little above may reach here.
      auto at = std::upper_bound(
          others.begin(), others.end(), there,
          [](int number, const Setting& other) { return number < other.first_line; });
      for (int steps = 0; at != others.begin() && steps < 64; ++steps) {
        --at;
        if (at->last_line >= there && at->key.shape() == shape) {
          return &*at;
        }
      }
      return nullptr;
    }
    return nullptr;
  }

  // Settings on unchanged lines whose parent changed its name.
  void compare_parents() {
    std::unordered_map<int, std::vector<const Setting*>> by_line;
    for (const Setting& setting : m_old) {
      if (m_old_lines.first_changed(setting.first_line, setting.last_line) == nullptr) {
        by_line[setting.first_line].push_back(&setting);
      }
    }
    std::size_t moved = 0;
    m_looked_at = 0;
    std::unordered_map<int, std::size_t> taken;
    for (const Setting& setting : m_new) {
      if (moved >= k_most_moved || m_looked_at >= k_most_looked_at) {
        return;
      }
      if (m_new_lines.first_changed(setting.first_line, setting.last_line) != nullptr) {
        continue;
      }
      const int line = m_new_lines.across(setting.first_line);
      const auto there = by_line.find(line);
      if (there == by_line.end()) {
        continue;
      }
      const std::size_t at = taken[line]++;
      if (at < there->second.size()) {
        moved += compare_parent(*there->second[at], setting) ? 1 : 0;
      }
    }
  }

  bool compare_parent(const Setting& before, const Setting& after) {
    if (before.key == after.key || before.value != after.value) {
      return false;
    }
    const std::vector<std::string>& olds = before.key.segments;
    const std::vector<std::string>& news = after.key.segments;
    std::size_t at = 0;
    while (at < olds.size() && at < news.size() && same_parent(bare(olds[at]), bare(news[at]))) {
      ++at;
    }
    if (at == olds.size() || at == news.size()) {
      return false; // list places or item names only
    }
    ++m_looked_at;
    const ChangedLine* gone = named_above(m_old_lines, before.first_line, bare(olds[at]));
    const ChangedLine* come = named_above(m_new_lines, after.first_line, bare(news[at]));
    if (gone == nullptr && come == nullptr) {
      return false;
    }
    // One whose path is still there, or was there before, is compared by its path.
    if (in_head(before) == nullptr) {
      push(ChangeKind::removed, &before, nullptr,
           gone != nullptr ? gone->diff_line : come->diff_line);
    }
    if (in_base(after) == nullptr) {
      push(ChangeKind::added, nullptr, &after, come != nullptr ? come->diff_line : gone->diff_line);
    }
    return true;
  }

  static std::string_view bare(std::string_view segment) {
    return segment.substr(0, !segment.empty() && segment.back() == ']' ? segment.find('[')
                                                                       : std::string_view::npos);
  }

  // Equal, or one with a name space in front: "sysctl" and "ansible.posix.sysctl".
  static bool same_parent(std::string_view a, std::string_view b) {
    const std::string_view longer = a.size() < b.size() ? b : a;
    const std::string_view shorter = a.size() < b.size() ? a : b;
    const std::size_t more = longer.size() - shorter.size();
    return longer.substr(more) == shorter && (more == 0 || longer[more - 1] == '.');
  }

  // The nearest changed line at or above `line` that holds the name.
  static const ChangedLine* named_above(const SideLines& lines, int line, std::string_view name) {
    auto at = std::upper_bound(
        lines.changed.begin(), lines.changed.end(), line,
        [](int number, const ChangedLine& changed) { return number < changed.line; });
    for (int steps = 0; at != lines.changed.begin() && steps < 50; ++steps) {
      --at;
      if (!name.empty() && at->text.substr(0, 500).find(name) != std::string_view::npos) {
        return &*at;
      }
    }
    return nullptr;
  }

  void push(ChangeKind kind, const Setting* before, const Setting* after, int diff_line) {
    SettingChange change;
    change.change = kind;
    change.file = m_index;
    if (before != nullptr) {
      change.old_setting = *before;
    }
    if (after != nullptr) {
      change.new_setting = *after;
    }
    change.diff_line = diff_line;
    m_changes.push_back(std::move(change));
  }

  const FileChange& m_file;
  std::size_t m_index;
  SideLines m_old_lines, m_new_lines;
  std::vector<Setting> m_old, m_new;
  std::vector<SettingChange> m_changes;
  KeyMatches m_matches;
  bool m_whole = true; // both versions are known whole
  std::string m_unread;
  std::size_t m_looked_at = 0;
};

} // namespace

FileVersion FileVersion::from_hunks(const FileChange& file, Side side) {
  FileVersion version;
  for (const Hunk& hunk : file.hunks) {
    for (const DiffLine& line : hunk.lines) {
      const int number = side == Side::base ? line.old_line : line.new_line;
      if (number != 0) {
        version.text.append(line.text).push_back('\n');
        version.line_numbers.push_back(number);
      }
    }
  }
  return version;
}

ComparedFile compare_settings(const FileChange& file, std::size_t file_index,
                              const std::optional<FileVersion>& old_version,
                              const std::optional<FileVersion>& new_version) {
  if (file.binary || file.hunks.empty()) {
    return {};
  }
  std::optional<FileVersion> before = old_version;
  std::optional<FileVersion> after = new_version;
  if (!before && file.status != FileStatus::added) {
    before = FileVersion::from_hunks(file, Side::base);
  }
  if (!after && file.status != FileStatus::removed) {
    after = FileVersion::from_hunks(file, Side::head);
  }
  return FileComparison(file, file_index).run(before, after);
}

std::vector<SettingChange> setting_changes(const FileChange& file, std::size_t file_index,
                                           const std::optional<FileVersion>& old_version,
                                           const std::optional<FileVersion>& new_version) {
  return compare_settings(file, file_index, old_version, new_version).changes;
}

} // namespace leadline
