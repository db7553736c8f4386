#include "app/render/neutralize.hpp"

#include "app/render/utf8.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace leadline {
namespace {

constexpr const char* k_word_joiner = "\xE2\x81\xA0";

struct Span {
  char32_t first;
  char32_t last;
};

// What a reader does not see, or what reorders what a reader sees: categories Cc and Cf, the
// fillers, the variation selectors but for U+FE0F of emoji, and the tag characters.
constexpr Span k_unseen[] = {
    {0x00, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},       {0x34F, 0x34F},
    {0x600, 0x605},     {0x61C, 0x61C},     {0x6DD, 0x6DD},     {0x70F, 0x70F},
    {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200F},
    {0x2028, 0x202E},   {0x2060, 0x206F},   {0x3164, 0x3164},   {0xFE00, 0xFE0E},
    {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0xFFFE, 0xFFFF},
    {0x110BD, 0x110BD}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

bool is_unseen(char32_t c) {
  return std::any_of(std::begin(k_unseen), std::end(k_unseen),
                     [c](const Span& span) { return c >= span.first && c <= span.last; });
}

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// `keep`: characters of the C0 set that stay.
std::string show(std::string_view bytes, std::string_view keep) {
  const std::string text = to_valid_utf8(bytes);
  std::string shown;
  shown.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t c = next_character(text, at);
    const bool kept = c < 0x80 && keep.find(static_cast<char>(c)) != std::string_view::npos;
    if (kept || !is_unseen(c)) {
      shown.append(text, begin, at - begin);
    } else if (c == '\n' || c == '\r' || c == '\t') {
      shown += ' ';
    } else {
      shown += fmt::format("[U+{:04X}]", static_cast<unsigned>(c));
    }
  }
  return shown;
}

// Length of the run of hexadecimal digits at `at` that could be a commit id, else 0. Numbers stay
// whole: people copy them.
std::size_t commit_id_length(std::string_view text, std::size_t at) {
  if (at > 0 && is_alnum(text[at - 1])) {
    return 0;
  }
  std::size_t length = 0;
  bool letter = false;
  while (at + length < text.size() && is_hex(text[at + length])) {
    letter = letter || !is_digit(text[at + length]);
    ++length;
  }
  const bool ends = at + length == text.size() || !is_alnum(text[at + length]);
  return letter && ends && length >= 7 ? length : 0;
}

bool starts_with_nocase(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && to_lower(text.substr(0, lower.size())) == lower;
}

// Bytes from `at` that are copied before a word joiner, 0 when nothing is to be broken up here.
std::size_t break_after(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (const std::size_t length = commit_id_length(text, at); length > 0) {
    return 4;
  }
  if (at > 0 && is_alnum(text[at - 1])) {
    return 0;
  }
  if (starts_with_nocase(rest, "gh-")) {
    return 3;
  }
  return starts_with_nocase(rest, "www.") ? 3 : 0;
}

// ':' that opens "//" of an address or the name of an emoji such as ":100:".
bool colon_means_more(std::string_view rest) {
  if (rest.size() > 1 && rest[1] == '/') {
    return true;
  }
  std::size_t at = 1;
  while (at < rest.size() &&
         (is_alnum(rest[at]) || rest[at] == '_' || rest[at] == '+' || rest[at] == '-')) {
    ++at;
  }
  return at > 1 && at < rest.size() && rest[at] == ':';
}

// The character at `at` so that no pass of Markdown, HTML or GitHub reads more than itself. Escapes
// are kept few: e-mails of GitHub show the Markdown as it was written.
std::string escaped(std::string_view text, std::size_t at, bool first) {
  const char c = text[at];
  const char next = at + 1 < text.size() ? text[at + 1] : ' ';
  const char last = at > 0 ? text[at - 1] : ' ';
  switch (c) {
  case '<':
    return "&lt;";
  case '$':
    return "&#36;";
  case '&':
    return is_alnum(next) || next == '#' ? "&amp;" : "&";
  case '@':
    return std::string("@") + k_word_joiner;
  case '#':
    return first            ? "\\#" + std::string(k_word_joiner)
           : is_digit(next) ? std::string("#") + k_word_joiner
                            : "#";
  case ':':
    return colon_means_more(text.substr(at)) ? std::string(":") + k_word_joiner : ":";
  case '_':
    return is_alnum(last) && is_alnum(next) ? "_" : "\\_";
  case '\\':
  case '`':
  case '*':
  case '[':
  case ']':
  case '|':
  case '~':
    return std::string("\\") + c;
  case '>':
  case '-':
  case '+':
  case '=':
    // At the start of a line these would begin a quotation, a list, a rule or a heading.
    return first ? std::string("\\") + c : std::string(1, c);
  default:
    return std::string(1, c);
  }
}

std::string fenced(const std::string& text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  // Spaces keep a back-tick at an end from joining the fence; Markdown takes one pair of them away.
  const bool pad =
      text.front() == '`' || text.back() == '`' || (text.front() == ' ' && text.back() == ' ');
  const std::string space = pad ? " " : "";
  return fence + space + text + space + fence;
}

} // namespace

std::string visible(std::string_view text) { return show(text, ""); }

bool is_plain(std::string_view text) { return show(text, "\t") == text; }

std::string neutralize(std::string_view bytes) {
  const std::string text = visible(bytes);
  std::string safe;
  safe.reserve(text.size() + text.size() / 8);
  const std::size_t first = text.find_first_not_of(' ');
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (const std::size_t length = break_after(text, at); length > 0) {
      safe += text.substr(at, length);
      safe += k_word_joiner;
      at += length - 1;
      continue;
    }
    // "1." and "1)" at the start of a line begin a list.
    const bool ends_number = (c == '.' || c == ')') && at > first && first != std::string::npos &&
                             std::all_of(text.begin() + static_cast<std::ptrdiff_t>(first),
                                         text.begin() + static_cast<std::ptrdiff_t>(at), is_digit);
    safe += ends_number ? std::string("\\") + c : escaped(text, at, at == first);
  }
  return safe;
}

std::string code_span(std::string_view text) {
  const std::string shown = visible(text);
  if (shown.empty()) {
    return "(empty)";
  }
  // All spaces are no code span's content to Markdown's trimming, but would be invisible.
  if (shown.find_first_not_of(' ') == std::string::npos) {
    return fmt::format("({} space{})", shown.size(), shown.size() == 1 ? "" : "s");
  }
  return fenced(shown);
}

std::string table_code(std::string_view text) {
  std::string span;
  for (const char c : code_span(text)) {
    // Tables read "\|" before code spans are looked for, so it becomes a plain '|' there.
    if (c == '|') {
      span += '\\';
    }
    span += c;
  }
  return span;
}

std::string code_block(std::string_view text, std::string_view info) {
  const std::string shown = show(text, "\n\t");
  std::size_t longest = 2;
  std::size_t run = 0;
  for (const char c : shown) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  const bool ended = shown.empty() || shown.back() == '\n';
  return fmt::format("{}{}\n{}{}{}", fence, info, shown, ended ? "" : "\n", fence);
}

} // namespace leadline
