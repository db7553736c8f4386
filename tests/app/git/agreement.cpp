#include "tests/app/git/agreement.hpp"

#include <fmt/format.h>

namespace leadline::test {
namespace {

class Comparison {
public:
  explicit Comparison(std::vector<std::string>& found) : m_found(found) {}

  void where(std::string place) { m_place = std::move(place); }

  template <typename T>
  void same(const char* what, const T& ours, const T& gits) {
    if (!(ours == gits)) {
      m_found.push_back(fmt::format("{}: {}: ours {}, git's {}", m_place, what, ours, gits));
    }
  }

private:
  std::vector<std::string>& m_found;
  std::string m_place;
};

void compare_hunk(Comparison& comparison, const Hunk& ours, const Hunk& gits) {
  comparison.same("old_start", ours.old_start, gits.old_start);
  comparison.same("old_lines", ours.old_lines, gits.old_lines);
  comparison.same("new_start", ours.new_start, gits.new_start);
  comparison.same("new_lines", ours.new_lines, gits.new_lines);
  comparison.same("hunk diff_line", ours.diff_line, gits.diff_line);
  comparison.same("section", ours.section, gits.section);
  comparison.same("lines", ours.lines.size(), gits.lines.size());
  for (std::size_t i = 0; i < ours.lines.size() && i < gits.lines.size(); ++i) {
    if (!(ours.lines[i] == gits.lines[i])) {
      comparison.same("text", ours.lines[i].text, gits.lines[i].text);
      comparison.same("kind", static_cast<int>(ours.lines[i].kind),
                      static_cast<int>(gits.lines[i].kind));
      comparison.same("diff_line", ours.lines[i].diff_line, gits.lines[i].diff_line);
      comparison.same("old_line", ours.lines[i].old_line, gits.lines[i].old_line);
      comparison.same("new_line", ours.lines[i].new_line, gits.lines[i].new_line);
      comparison.same("no_newline", ours.lines[i].no_newline, gits.lines[i].no_newline);
      return;
    }
  }
}

void compare_file(Comparison& comparison, const FileChange& ours, const FileChange& gits) {
  comparison.where(gits.path());
  comparison.same("status", static_cast<int>(ours.status), static_cast<int>(gits.status));
  comparison.same("old_path", ours.old_path, gits.old_path);
  comparison.same("new_path", ours.new_path, gits.new_path);
  comparison.same("similarity", ours.similarity, gits.similarity);
  comparison.same("binary", ours.binary, gits.binary);
  comparison.same("diff_line", ours.diff_line, gits.diff_line);
  const bool index_line = !gits.old_id.empty() || !gits.new_id.empty();
  if (index_line) {
    comparison.same("old_id", ours.old_id, gits.old_id);
    comparison.same("new_id", ours.new_id, gits.new_id);
  }
  if (index_line || gits.mode_changed()) {
    comparison.same("old_mode", ours.old_mode, gits.old_mode);
    comparison.same("new_mode", ours.new_mode, gits.new_mode);
  }
  comparison.same("hunks", ours.hunks.size(), gits.hunks.size());
  for (std::size_t i = 0; i < ours.hunks.size() && i < gits.hunks.size(); ++i) {
    comparison.where(fmt::format("{} hunk {}", gits.path(), i + 1));
    compare_hunk(comparison, ours.hunks[i], gits.hunks[i]);
  }
}

} // namespace

std::vector<std::string> disagreements(const ChangeSet& ours, const ChangeSet& gits) {
  std::vector<std::string> found;
  Comparison comparison(found);
  comparison.where("change set");
  comparison.same("diff_lines", ours.diff_lines, gits.diff_lines);
  comparison.same("files", ours.files.size(), gits.files.size());
  for (const Skipped& skipped : ours.skipped) {
    found.push_back(fmt::format("skipped {}: {}", skipped.path, skipped.why));
  }
  for (std::size_t i = 0; i < ours.files.size() && i < gits.files.size(); ++i) {
    compare_file(comparison, ours.files[i], gits.files[i]);
  }
  return found;
}

} // namespace leadline::test
