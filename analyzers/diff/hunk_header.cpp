#include "analyzers/diff/hunk_header.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace leadline {
namespace {

template <typename Number>
std::optional<Number> read_number(std::string_view text, int base) {
  Number value = 0;
  const char* end = text.data() + text.size();
  if (text.empty() || text.front() == '-') {
    return std::nullopt;
  }
  const auto [stopped, problem] = std::from_chars(text.data(), end, value, base);
  return problem == std::errc() && stopped == end ? std::optional<Number>(value) : std::nullopt;
}

bool is_id(std::string_view text) {
  return text.size() >= 4 && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// "12" or "12,3".
bool read_range(std::string_view text, int& start, int& lines) {
  const std::size_t comma = text.find(',');
  const std::optional<int> first = read_count(text.substr(0, comma));
  const std::optional<int> count =
      comma == std::string_view::npos ? std::optional<int>(1) : read_count(text.substr(comma + 1));
  if (!first || !count || *first > std::numeric_limits<int>::max() - *count - 1 ||
      (*first == 0 && *count > 0)) {
    return false;
  }
  start = *first;
  lines = *count;
  return true;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) {
    return false;
  }
  text.remove_prefix(prefix.size());
  return true;
}

} // namespace

std::optional<int> read_count(std::string_view text) { return read_number<int>(text, 10); }

std::optional<std::uint32_t> read_mode(std::string_view text) {
  return text.size() == 6 ? read_number<std::uint32_t>(text, 8) : std::nullopt;
}

std::optional<Hunk> read_hunk_header(std::string_view text) {
  Hunk hunk;
  if (!take(text, "@@ -")) {
    return std::nullopt;
  }
  const std::size_t plus = text.find(" +");
  const std::size_t end = text.find(" @@");
  if (plus == std::string_view::npos || end == std::string_view::npos || end < plus + 2 ||
      !read_range(text.substr(0, plus), hunk.old_start, hunk.old_lines) ||
      !read_range(text.substr(plus + 2, end - plus - 2), hunk.new_start, hunk.new_lines) ||
      (hunk.old_lines == 0 && hunk.new_lines == 0)) {
    return std::nullopt;
  }
  std::string_view section = text.substr(end + 3);
  if (!section.empty() && !take(section, " ")) {
    return std::nullopt;
  }
  hunk.section = section;
  return hunk;
}

std::optional<IndexLine> read_index_line(std::string_view text) {
  IndexLine line;
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    return std::nullopt;
  }
  const std::size_t space = text.find(' ', dots);
  const std::string_view new_id =
      text.substr(dots + 2, space == std::string_view::npos ? space : space - dots - 2);
  if (!is_id(text.substr(0, dots)) || !is_id(new_id)) {
    return std::nullopt;
  }
  if (space != std::string_view::npos) {
    const std::optional<std::uint32_t> mode = read_mode(text.substr(space + 1));
    if (!mode) {
      return std::nullopt;
    }
    line.mode = *mode;
  }
  line.old_id = text.substr(0, dots);
  line.new_id = new_id;
  return line;
}

std::optional<SubmoduleLine> read_submodule_line(std::string_view text) {
  SubmoduleLine line;
  if (!take(text, "Submodule ")) {
    return std::nullopt;
  }
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    return std::nullopt;
  }
  const std::size_t space = text.rfind(' ', dots);
  if (space == std::string_view::npos || space == 0 ||
      !is_id(text.substr(space + 1, dots - space - 1))) {
    return std::nullopt;
  }
  line.path = text.substr(0, space);
  line.old_id = text.substr(space + 1, dots - space - 1);
  std::string_view rest = text.substr(dots);
  if (!take(rest, "...")) { // three dots: the commits have parted
    take(rest, "..");
  }
  const std::size_t end = rest.find_first_of(" :");
  if (!is_id(rest.substr(0, end))) {
    return std::nullopt;
  }
  line.new_id = rest.substr(0, end);
  if (rest.find("(new submodule)") != std::string_view::npos) {
    line.status = FileStatus::added;
  } else if (rest.find("(submodule deleted)") != std::string_view::npos) {
    line.status = FileStatus::removed;
  }
  return line;
}

} // namespace leadline
