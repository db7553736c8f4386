#include "app/render/terminal.hpp"

#include "app/render/utf8.hpp"
#include "base/text.hpp"

#include <cstddef>

namespace leadline {
namespace {

// SGR parameters (ECMA-48, 8.3.117) that read well on dark and light grounds.
std::string_view code_of(Paint paint) {
  switch (paint) {
  case Paint::bold:
    return "1";
  case Paint::dim:
    return "2";
  case Paint::critical:
    return "1;31";
  case Paint::high:
    return "31";
  case Paint::medium:
    return "33";
  case Paint::low:
  case Paint::cyan:
    return "36";
  case Paint::good:
  case Paint::green:
    return "32";
  case Paint::blue:
    return "34";
  case Paint::magenta:
    return "35";
  case Paint::none:
    break;
  }
  return "";
}

// Bytes of `word` that fit into `width` columns, at least one character.
std::size_t fitting(std::string_view word, int width) {
  std::size_t at = 0;
  int used = 0;
  while (at < word.size()) {
    std::size_t next = at;
    used += columns(next_character(word, next));
    if (used > width && at > 0) {
      break;
    }
    at = next;
  }
  return at;
}

} // namespace

Paint paint_of(Severity severity) {
  switch (severity) {
  case Severity::critical:
    return Paint::critical;
  case Severity::high:
    return Paint::high;
  case Severity::medium:
    return Paint::medium;
  case Severity::low:
    return Paint::low;
  }
  return Paint::none;
}

std::string painted(const TextStyle& style, Paint paint, std::string_view text) {
  if (!style.color || paint == Paint::none || text.empty()) {
    return std::string(text);
  }
  return "\x1b[" + std::string(code_of(paint)) + "m" + std::string(text) + "\x1b[0m";
}

std::string padded(std::string_view text, int width) {
  const int missing = width - columns(text);
  return std::string(text) + std::string(missing > 0 ? static_cast<std::size_t>(missing) : 0, ' ');
}

std::string padded_left(std::string_view text, int width) {
  const int missing = width - columns(text);
  return std::string(missing > 0 ? static_cast<std::size_t>(missing) : 0, ' ') + std::string(text);
}

std::vector<std::string> wrapped(std::string_view text, int width) {
  std::vector<std::string> lines(1);
  int used = 0;
  for (std::string_view word : split(text, ' ')) {
    if (word.empty()) {
      continue;
    }
    int wide = columns(word); // counted once, so that a page-long word costs its length
    if (used > 0 && used + 1 + wide > width) {
      lines.emplace_back();
      used = 0;
    }
    if (used > 0) {
      lines.back() += ' ';
      ++used;
    }
    while (wide > width) {
      const std::size_t bytes = fitting(word, width);
      if (bytes == word.size()) { // one character wider than the page
        break;
      }
      wide -= columns(word.substr(0, bytes));
      lines.back() += word.substr(0, bytes);
      lines.emplace_back();
      word.remove_prefix(bytes);
    }
    lines.back() += word;
    used += wide;
  }
  return lines;
}

} // namespace leadline
