#include "analyzers/settings/version_settings.hpp"

#include "analyzers/settings/text_lines.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadline {
namespace {

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

} // namespace

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

} // namespace leadline
