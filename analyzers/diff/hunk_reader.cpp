#include "analyzers/diff/hunk_reader.hpp"

#include "analyzers/diff/hunk_header.hpp"

#include <fmt/format.h>

namespace leadline {
namespace {

bool follows(const Hunk& before, const Hunk& hunk) {
  const auto first = [](int start, int lines) { return lines == 0 ? start + 1 : start; };
  return first(hunk.old_start, hunk.old_lines) >=
             first(before.old_start, before.old_lines) + before.old_lines &&
         first(hunk.new_start, hunk.new_lines) >=
             first(before.new_start, before.new_lines) + before.new_lines;
}

// "\ No newline at end of file", in whatever language.
void read_no_newline(DiffCursor& text, Hunk& hunk) {
  if (hunk.lines.empty()) {
    text.fail("\"\\ No newline\" before any line");
  }
  hunk.lines.back().no_newline = true;
  text.next();
}

// A removed line "-- a/x" stands as "--- a/x": only the counts tell it from a header.
void read_hunk_line(DiffCursor& text, Hunk& hunk, int& old_left, int& new_left) {
  std::string_view bytes = text.line();
  // Tools that strip blanks at line ends leave nothing of an empty context line.
  const bool stripped = bytes.empty() || bytes == "\r";
  const char mark = stripped ? ' ' : bytes.front();
  if (mark == '\\') {
    read_no_newline(text, hunk);
    return;
  }
  if (mark != ' ' && mark != '+' && mark != '-') {
    text.fail(fmt::format("hunk of line {} is cut short: {}", hunk.diff_line, shown_line(bytes)));
  }
  if ((mark != '+' && old_left == 0) || (mark != '-' && new_left == 0)) {
    text.fail(fmt::format("hunk of line {} has more lines than its header says: {}", hunk.diff_line,
                          shown_line(bytes)));
  }
  DiffLine line;
  line.kind = mark == '+' ? LineKind::added : mark == '-' ? LineKind::removed : LineKind::context;
  if (mark != '+') {
    line.old_line = hunk.old_start + (hunk.old_lines - old_left);
    --old_left;
  }
  if (mark != '-') {
    line.new_line = hunk.new_start + (hunk.new_lines - new_left);
    --new_left;
  }
  line.diff_line = text.number();
  line.text = bytes.substr(stripped ? 0 : 1);
  hunk.lines.push_back(std::move(line));
  text.next();
}

Hunk read_hunk(DiffCursor& text) {
  std::optional<Hunk> parsed = read_hunk_header(text.header());
  if (!parsed) {
    text.fail("bad hunk header: " + shown_line(text.header()));
  }
  Hunk& hunk = *parsed;
  hunk.diff_line = text.number();
  text.next();
  int old_left = hunk.old_lines;
  int new_left = hunk.new_lines;
  while (old_left > 0 || new_left > 0) {
    if (text.done()) {
      DiffCursor::fail_at(
          hunk.diff_line,
          fmt::format("the diff ends inside this hunk: {} old and {} new lines are missing",
                      old_left, new_left));
    }
    read_hunk_line(text, hunk, old_left, new_left);
  }
  if (text.starts_with("\\ ")) {
    read_no_newline(text, hunk);
  }
  return std::move(hunk);
}

} // namespace

std::vector<Hunk> read_hunks(DiffCursor& text) {
  std::vector<Hunk> hunks;
  while (text.starts_with("@@ -")) {
    Hunk hunk = read_hunk(text);
    if (!hunks.empty() && !follows(hunks.back(), hunk)) {
      DiffCursor::fail_at(hunk.diff_line, "hunk stands before the end of the one above it");
    }
    hunks.push_back(std::move(hunk));
  }
  const std::string_view line = text.line();
  const bool signature = text.header() == "-- "; // of an e-mail
  if (!line.empty() && (line[0] == '+' || line[0] == '-' || line[0] == ' ') && !signature &&
      !text.at_plain_entry()) {
    text.fail("hunk has more lines than its header says: " + shown_line(line));
  }
  return hunks;
}

} // namespace leadline
