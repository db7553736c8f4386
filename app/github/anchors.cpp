#include "app/github/anchors.hpp"

#include "app/render/github.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace leadline {
namespace {

// Of 64 KB: a character has at most four bytes (https://docs.github.com/rest/checks/runs).
constexpr std::size_t k_message_characters = 16'000;
constexpr std::size_t k_title_characters = 255;

const FileChange* file_of(const ChangeSet& changes, const std::string& path) {
  const auto file = std::find_if(changes.files.begin(), changes.files.end(),
                                 [&](const FileChange& each) { return each.path() == path; });
  return file != changes.files.end() ? &*file : nullptr;
}

bool is_in(const Hunk& hunk, Side side, int line) {
  const int start = side == Side::base ? hunk.old_start : hunk.new_start;
  const int lines = side == Side::base ? hunk.old_lines : hunk.new_lines;
  return line >= start && line < start + lines;
}

const Hunk* hunk_of(const FileChange& file, Side side, int line) {
  const auto hunk = std::find_if(file.hunks.begin(), file.hunks.end(),
                                 [&](const Hunk& each) { return is_in(each, side, line); });
  return hunk != file.hunks.end() ? &*hunk : nullptr;
}

// The head's line in the place of the base's `line`.
int head_line(const FileChange& file, int line) {
  const Hunk* hunk = hunk_of(file, Side::base, line);
  if (hunk == nullptr) {
    return 1;
  }
  bool passed = false;
  int last = 0;
  for (const DiffLine& each : hunk->lines) {
    passed = passed || each.old_line == line;
    last = each.new_line > 0 ? each.new_line : last;
    if (passed && each.new_line > 0) {
      return each.new_line;
    }
  }
  return std::max(last, 1);
}

const char* level_of(Severity severity) {
  switch (severity) {
  case Severity::critical:
  case Severity::high:
    return "failure";
  case Severity::medium:
    return "warning";
  case Severity::low:
    return "notice";
  }
  return "notice";
}

std::string visible_lines(const std::string& text) {
  std::string shown;
  for (const std::string_view line : split_lines(text)) {
    shown += (shown.empty() ? "" : "\n") + visible(line);
  }
  return shown;
}

} // namespace

Anchor anchor_of(const ChangeSet& changes, const Finding& finding) {
  const FileChange* file = file_of(changes, finding.path);
  if (file == nullptr) {
    return Anchor::none;
  }
  return hunk_of(*file, finding.side, finding.line) != nullptr ? Anchor::line : Anchor::file;
}

std::optional<Annotation> annotation_of(const ChangeSet& changes, const Finding& finding) {
  const FileChange* file = file_of(changes, finding.path);
  if (file != nullptr && file->status == FileStatus::removed) {
    return std::nullopt;
  }
  Annotation annotation;
  annotation.path = finding.path;
  annotation.start_line = std::max(finding.line, 1);
  if (finding.side == Side::base) {
    if (file == nullptr) {
      return std::nullopt;
    }
    annotation.start_line = head_line(*file, finding.line);
  }
  annotation.end_line = annotation.start_line;
  annotation.level = level_of(finding.severity);
  annotation.title = cut(visible(finding.title), k_title_characters, "...");
  annotation.message = cut(visible_lines(finding.message.empty() ? finding.title : finding.message),
                           k_message_characters, "\n(cut: see the check's summary)");
  return annotation;
}

} // namespace leadline
