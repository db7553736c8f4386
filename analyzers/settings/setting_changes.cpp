#include "analyzers/settings/setting_changes.hpp"

#include "analyzers/settings/pairing.hpp"
#include "analyzers/settings/side_lines.hpp"
#include "analyzers/settings/text_lines.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace leadline {
namespace {

// A renamed parent with more settings below than this is told by the first of them.
constexpr std::size_t k_most_moved = 200;
constexpr std::size_t k_most_looked_at = 5000;
constexpr int k_lines_searched = 1000;

// The settings of one run of neighbouring lines.
void extract_run(const FileKind& kind, std::string_view path, std::string_view section,
                 const std::vector<std::string_view>& lines, const std::vector<int>& numbers,
                 std::size_t first, std::size_t last, Extraction& found) {
  std::string text;
  const bool with_section = !section.empty() && (section.back() == ':' || section.front() == '[');
  if (with_section) {
    text.append(section).push_back('\n');
  }
  const int before = with_section ? 1 : 0;
  for (std::size_t i = first; i < last; ++i) {
    text.append(lines[i]).push_back('\n');
  }
  const auto number = [&](int line) {
    const std::size_t at = first + static_cast<std::size_t>(std::max(line - 1 - before, 0));
    return numbers[std::min(at, last - 1)];
  };
  Extraction run = extract(kind, path, text, {});
  if (found.unread.empty()) {
    found.unread = std::move(run.unread);
  }
  for (Setting& setting : run.settings) {
    if (setting.first_line > before) {
      setting.first_line = number(setting.first_line);
      setting.last_line = number(setting.last_line);
      found.settings.push_back(std::move(setting));
    }
  }
}

Extraction settings_of(const FileChange& file, Side side, const FileVersion& version,
                       const SideLines& side_lines) {
  const std::string& path = side == Side::base ? file.old_path : file.new_path;
  const FileKind kind = detect_kind(path, version.text);
  if (kind.format == Format::prose) {
    return {};
  }
  if (version.line_numbers.empty()) {
    return extract(kind, path, version.text, side_lines.of_interest);
  }
  // Each hunk by itself: what stands between them is not known.
  Extraction found;
  const std::vector<std::string_view> lines = split_lines(version.text);
  const std::size_t count = std::min(lines.size(), version.line_numbers.size());
  for (std::size_t first = 0; first < count;) {
    std::size_t last = first + 1;
    while (last < count && version.line_numbers[last] == version.line_numbers[last - 1] + 1) {
      ++last;
    }
    std::string_view section;
    for (const Hunk& hunk : file.hunks) {
      if ((side == Side::base ? hunk.old_start : hunk.new_start) == version.line_numbers[first]) {
        section = trim(hunk.section);
      }
    }
    extract_run(kind, path, section, lines, version.line_numbers, first, last, found);
    first = last;
  }
  return found;
}

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
    const std::vector<Candidate> removed = candidates(m_old, m_old_lines);
    const std::vector<Candidate> added = candidates(m_new, m_new_lines);
    compare_candidates(removed, added);
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
    push(ChangeKind::removed, &before, nullptr,
         gone != nullptr ? gone->diff_line : come->diff_line);
    push(ChangeKind::added, nullptr, &after, come != nullptr ? come->diff_line : gone->diff_line);
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
