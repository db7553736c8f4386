#include "tests/support/change_builder.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace leadline::test {
namespace {

// The edit script of two small files by their longest common subsequence.
std::vector<DiffLine> edit_script(const std::vector<std::string_view>& a,
                                  const std::vector<std::string_view>& b) {
  std::vector<std::vector<int>> common(a.size() + 1, std::vector<int>(b.size() + 1, 0));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      common[i][j] =
          a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  std::vector<DiffLine> script;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    DiffLine line;
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      line = {LineKind::context, static_cast<int>(i + 1), static_cast<int>(j + 1), 0, false,
              std::string(a[i])};
      ++i;
      ++j;
    } else if (i < a.size() && (j == b.size() || common[i + 1][j] >= common[i][j + 1])) {
      line = {LineKind::removed, static_cast<int>(i + 1), 0, 0, false, std::string(a[i])};
      ++i;
    } else {
      line = {LineKind::added, 0, static_cast<int>(j + 1), 0, false, std::string(b[j])};
      ++j;
    }
    script.push_back(std::move(line));
  }
  // git prints the removed lines of a run before the added ones
  for (std::size_t first = 0; first < script.size();) {
    std::size_t end = first;
    while (end < script.size() && script[end].kind != LineKind::context) {
      ++end;
    }
    std::stable_sort(script.begin() + static_cast<std::ptrdiff_t>(first),
                     script.begin() + static_cast<std::ptrdiff_t>(end),
                     [](const DiffLine& x, const DiffLine& y) {
                       return x.kind == LineKind::removed && y.kind == LineKind::added;
                     });
    first = end + 1;
  }
  return script;
}

} // namespace

ChangeBuilder& ChangeBuilder::file(const std::string& path, const std::string& old_text,
                                   const std::string& new_text) {
  constexpr std::size_t k_context = 3;
  FileChange file;
  file.status = old_text.empty()   ? FileStatus::added
                : new_text.empty() ? FileStatus::removed
                                   : FileStatus::modified;
  file.old_path = path;
  file.new_path = path;
  file.old_mode = old_text.empty() ? 0 : k_mode_file;
  file.new_mode = new_text.empty() ? 0 : k_mode_file;
  file.diff_line = changes.diff_lines + 1;
  changes.diff_lines += file.status == FileStatus::modified ? 4 : 5;
  const std::vector<DiffLine> script = edit_script(split_lines(old_text), split_lines(new_text));
  std::vector<char> near(script.size(), 0);
  for (std::size_t i = 0; i < script.size(); ++i) {
    if (script[i].kind != LineKind::context) {
      for (std::size_t k = i > k_context ? i - k_context : 0;
           k < std::min(script.size(), i + k_context + 1); ++k) {
        near[k] = 1;
      }
    }
  }
  int old_line = 0;
  int new_line = 0;
  for (std::size_t i = 0; i < script.size();) {
    if (near[i] == 0) {
      old_line = script[i].old_line;
      new_line = script[i].new_line;
      ++i;
      continue;
    }
    Hunk hunk;
    hunk.diff_line = ++changes.diff_lines;
    hunk.old_start = old_line + 1;
    hunk.new_start = new_line + 1;
    for (; i < script.size() && near[i] != 0; ++i) {
      DiffLine line = script[i];
      line.diff_line = ++changes.diff_lines;
      hunk.old_lines += line.kind != LineKind::added ? 1 : 0;
      hunk.new_lines += line.kind != LineKind::removed ? 1 : 0;
      old_line = line.old_line != 0 ? line.old_line : old_line;
      new_line = line.new_line != 0 ? line.new_line : new_line;
      hunk.lines.push_back(std::move(line));
    }
    hunk.old_start -= hunk.old_lines == 0 ? 1 : 0;
    hunk.new_start -= hunk.new_lines == 0 ? 1 : 0;
    file.hunks.push_back(std::move(hunk));
  }
  if (!old_text.empty()) {
    m_old[path] = old_text;
  }
  if (!new_text.empty()) {
    m_new[path] = new_text;
  }
  changes.files.push_back(std::move(file));
  return *this;
}

ChangeBuilder& ChangeBuilder::renamed(const std::string& old_path, const std::string& new_path,
                                      const std::string& text) {
  FileChange file;
  file.status = FileStatus::renamed;
  file.old_path = old_path;
  file.new_path = new_path;
  file.old_mode = file.new_mode = k_mode_file;
  file.similarity = 100;
  file.diff_line = changes.diff_lines + 1;
  changes.diff_lines += 4;
  m_old[old_path] = text;
  m_new[new_path] = text;
  changes.files.push_back(std::move(file));
  return *this;
}

ChangeBuilder& ChangeBuilder::mark(const std::string& path, const PathMarks& marks) {
  m_marks[path] = marks;
  return *this;
}

ChangeBuilder& ChangeBuilder::unreadable(const std::string& path) {
  m_unreadable = path;
  return *this;
}

std::optional<std::string> ChangeBuilder::read(Side side, const std::string& path) const {
  if (path == m_unreadable) {
    throw Error(ErrorKind::unavailable, "object of " + path + " is missing");
  }
  const auto& side_files = side == Side::base ? m_old : m_new;
  const auto found = side_files.find(path);
  return found == side_files.end() ? std::nullopt : std::optional<std::string>(found->second);
}

PathMarks ChangeBuilder::marks(const std::string& path) const {
  const auto found = m_marks.find(path);
  return found == m_marks.end() ? PathMarks{} : found->second;
}

std::vector<std::string> ChangeBuilder::siblings(Side side, const std::string& path) const {
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  std::vector<std::string> names;
  for (const auto& [name, text] : side == Side::base ? m_old : m_new) {
    if (name.starts_with(folder) && name.find('/', folder.size()) == std::string::npos) {
      names.push_back(name.substr(folder.size()));
    }
  }
  return names;
}

std::vector<std::string> ChangeBuilder::folders_beside(Side side, const std::string& path) const {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) {
    return {};
  }
  const std::string own = path.substr(0, slash);
  const std::string above = own.substr(0, own.rfind('/') + 1);
  std::vector<std::string> names;
  for (const auto& [name, text] : side == Side::base ? m_old : m_new) {
    const std::size_t end = name.find('/', above.size());
    if (name.starts_with(above) && end != std::string::npos && name.substr(0, end) != own) {
      names.push_back(name.substr(above.size(), end - above.size()));
    }
  }
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

} // namespace leadline::test
