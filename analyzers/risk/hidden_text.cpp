#include "analyzers/risk/hidden_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// Invisible characters in a row that spell something: no script and no emoji needs so many.
constexpr std::size_t k_message = 8;
constexpr std::size_t k_selectors = 3; // one belongs to the character before it
// Words of a text that people read.
constexpr int k_quoted_prose = 3;
constexpr int k_bare_prose = 4;

struct Character {
  char32_t code = 0;
  std::size_t at = 0;
  std::size_t size = 1;
};

// What is no UTF-8 counts as one U+FFFD a byte.
std::vector<Character> characters_of(std::string_view line) {
  std::vector<Character> all;
  all.reserve(line.size());
  for (std::size_t at = 0; at < line.size();) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(line[at + i]); };
    const unsigned char first = byte(0);
    const std::size_t size = first < 0x80                    ? 1
                             : first >= 0xC2 && first < 0xE0 ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
    bool whole = size > 0 && at + size <= line.size();
    for (std::size_t i = 1; whole && i < size; ++i) {
      whole = (byte(i) & 0xC0) == 0x80;
    }
    if (!whole) {
      all.push_back({0xFFFD, at, 1});
      ++at;
      continue;
    }
    char32_t code = size == 1 ? first : static_cast<char32_t>(first & (0xFF >> (size + 1)));
    for (std::size_t i = 1; i < size; ++i) {
      code = (code << 6) | (byte(i) & 0x3F);
    }
    all.push_back({code, at, size});
    at += size;
  }
  return all;
}

bool within(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

bool is_override(char32_t c) { return c == 0x202D || c == 0x202E; }
bool is_reordering(char32_t c) { return within(c, 0x202A, 0x202E) || within(c, 0x2066, 0x2069); }
bool is_selector(char32_t c) { return within(c, 0xFE00, 0xFE0F) || within(c, 0xE0100, 0xE01EF); }
bool is_tag(char32_t c) { return within(c, 0xE0000, 0xE007F); }
// Letters that have no shape.
bool is_filler(char32_t c) { return c == 0x3164 || c == 0xFFA0 || c == 0x115F || c == 0x1160; }
bool is_line_end(char32_t c) { return c == 0x2028 || c == 0x2029; }
bool is_zero_width(char32_t c) {
  return c == 0xAD || c == 0x34F || c == 0x61C || c == 0x180E || within(c, 0x200B, 0x200F) ||
         within(c, 0x2060, 0x2065) || within(c, 0x206A, 0x206F) || c == 0xFEFF ||
         within(c, 0xFFF9, 0xFFFB);
}
bool is_hidden(char32_t c) {
  return c >= 0xAD && (is_zero_width(c) || is_reordering(c) || is_selector(c) || is_tag(c) ||
                       is_filler(c) || is_line_end(c));
}

bool is_right_to_left(char32_t c) {
  return within(c, 0x590, 0x8FF) || within(c, 0xFB1D, 0xFDFF) || within(c, 0xFE70, 0xFEFC) ||
         within(c, 0x10800, 0x10FFF) || within(c, 0x1E800, 0x1EFFF);
}
bool is_hangul(char32_t c) {
  return within(c, 0x1100, 0x11FF) || within(c, 0x3130, 0x318F) || within(c, 0xAC00, 0xD7FF) ||
         within(c, 0xFFA1, 0xFFDC);
}
// Letters of scripts whose writing needs joiners and marks, and emoji.
bool takes_joiners(char32_t c) {
  return within(c, 0x590, 0x1DBF) || within(c, 0x2190, 0x2BFF) || within(c, 0x2E80, 0xFDFF) ||
         within(c, 0xFE70, 0xFEFC) || within(c, 0xFF00, 0xFFEF) || within(c, 0x10800, 0xDFFFF) ||
         c == 0x200D || c == 0xFE0F;
}

bool is_ascii_word(char32_t c) {
  return within(c, '0', '9') || within(c, 'a', 'z') || within(c, 'A', 'Z') || c == '_';
}
bool is_word(char32_t c) { return is_ascii_word(c) || (c >= 0xC0 && !is_hidden(c) && c != 0xFFFD); }
bool is_quote(char32_t c) { return c == '"' || c == '\'' || c == '`'; }

// Whether most of `text` are words that people read, `least` of them at least.
bool is_prose(std::string_view text, int least) {
  int pieces = 0;
  int words = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find_first_not_of(" \t", at);
    if (begin == std::string_view::npos) {
      break;
    }
    const std::size_t end = std::min(text.find_first_of(" \t", begin), text.size());
    std::string_view piece = text.substr(begin, end - begin);
    while (!piece.empty() && std::string_view(".,;:!?)").find(piece.back()) != std::string::npos) {
      piece.remove_suffix(1);
    }
    ++pieces;
    words += !piece.empty() && std::all_of(piece.begin(), piece.end(), [](char c) {
      return is_ascii_word(static_cast<unsigned char>(c)) || static_cast<signed char>(c) < 0 ||
             c == '\'' || c == '-';
    });
    at = end;
  }
  return words >= least && words * 3 >= pieces * 2;
}

// The line around one place: whether it is quoted, and what belongs together there.
struct Surroundings {
  bool quoted = false;
  bool comment = false;
  std::string_view text;
};

Surroundings surroundings(std::string_view line, std::size_t at) {
  Surroundings found;
  char quote = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < at; ++i) {
    const char c = line[i];
    const bool starts = i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t';
    if (quote != 0) {
      if (c == '\\') {
        ++i;
      } else if (c == quote) {
        quote = 0;
        begin = i + 1;
      }
    } else if (is_quote(static_cast<unsigned char>(c)) &&
               (c != '\'' || i == 0 || !is_ascii_word(static_cast<unsigned char>(line[i - 1])))) {
      quote = c;
      begin = i + 1;
    } else if (line.substr(i).starts_with("*/") || line.substr(i).starts_with("-->")) {
      found.comment = false;
    } else if (line.substr(i).starts_with("/*") || line.substr(i).starts_with("<!--") ||
               (starts &&
                (line.substr(i).starts_with("//") || line.substr(i).starts_with("# ") ||
                 line.substr(i).starts_with("-- ") || line.substr(i).starts_with("* ")))) {
      found.comment = true;
    } else if (c == '=' || (c == ':' && i + 1 < line.size() && line[i + 1] == ' ')) {
      begin = i + 1;
    }
  }
  const std::size_t close = quote != 0 ? line.find(quote, at) : std::string_view::npos;
  found.quoted = close != std::string_view::npos;
  found.text = line.substr(begin, (found.quoted ? close : line.size()) - begin);
  return found;
}

// The first control where those of the line are not paired, override letters, or enclose nothing
// that runs from right to left; nullptr where they do what they are for.
const Character* reordering(const std::vector<Character>& line) {
  const Character* first = nullptr;
  std::vector<char> open;
  bool suspicious = false;
  bool right_to_left = false;
  for (const Character& each : line) {
    const char32_t c = each.code;
    right_to_left = right_to_left || is_right_to_left(c);
    if (!is_reordering(c)) {
      continue;
    }
    first = first == nullptr ? &each : first;
    suspicious = suspicious || is_override(c);
    const bool closes_isolate = c == 0x2069;
    if (c == 0x202C || closes_isolate) {
      const char wanted = closes_isolate ? 'I' : 'E';
      suspicious = suspicious || open.empty() || open.back() != wanted;
      if (!open.empty()) {
        open.pop_back();
      }
    } else {
      open.push_back(c >= 0x2066 ? 'I' : 'E');
    }
  }
  return suspicious || !open.empty() || !right_to_left ? first : nullptr;
}

} // namespace

bool may_hide_text(std::string_view line) {
  return std::any_of(line.begin(), line.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0xC2 || byte == 0xCD || byte == 0xD8 || (byte >= 0xE1 && byte <= 0xE3) ||
           byte == 0xEF || byte == 0xF3;
  });
}

std::vector<HiddenText> hidden_text(std::string_view line, int line_number, LineReading reading) {
  std::vector<HiddenText> found;
  if (!may_hide_text(line)) {
    return found;
  }
  const std::vector<Character> all = characters_of(line);
  const auto add = [&](HiddenKind kind, std::size_t begin, std::size_t end) {
    const std::size_t from = begin > 0 ? all[begin - 1].at : all[begin].at;
    const std::size_t to = end < all.size() ? all[end].at + all[end].size : line.size();
    const std::size_t after = end < all.size() ? all[end].at : line.size();
    found.push_back({kind, all[begin].code, all[begin].at, after - all[begin].at,
                     std::string(line.substr(from, to - from))});
  };
  // Bytes of another encoding, or of a picture, can look like anything; compilers take them all the
  // same.
  const bool valid = std::none_of(all.begin(), all.end(),
                                  [](const Character& each) { return each.code == 0xFFFD; });
  if (const Character* first = reordering(all);
      first != nullptr && (valid || reading == LineReading::code)) {
    const auto at = static_cast<std::size_t>(first - all.data());
    add(HiddenKind::reorders, at, at + 1);
  }
  for (std::size_t begin = 0; begin < all.size();) {
    if (!is_hidden(all[begin].code) || is_reordering(all[begin].code)) {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    std::size_t selectors = 0;
    std::size_t tags = 0;
    std::size_t fillers = 0;
    std::size_t line_ends = 0;
    for (; end < all.size() && is_hidden(all[end].code) && !is_reordering(all[end].code); ++end) {
      selectors += is_selector(all[end].code);
      tags += is_tag(all[end].code);
      fillers += is_filler(all[end].code);
      line_ends += is_line_end(all[end].code);
    }
    const std::size_t run = begin;
    begin = end;
    const char32_t before = run > 0 ? all[run - 1].code : ' ';
    const char32_t after = end < all.size() ? all[end].code : ' ';
    const bool flag = before == 0x1F3F4;
    if ((valid || reading == LineReading::code) &&
        (selectors >= k_selectors || (tags > 0 && !flag) ||
         end - run >= k_message + (flag ? 8 : 0))) {
      add(HiddenKind::carried, run, end);
      continue;
    }
    const bool mark_of_file = line_number == 1 && run == 0 && all[run].code == 0xFEFF;
    const bool selects = selectors == end - run && (before >= 0x80 || before == '#' ||
                                                    before == '*' || within(before, '0', '9'));
    const bool belongs = fillers > 0 ? is_hangul(before) || is_hangul(after)
                                     : takes_joiners(before) || takes_joiners(after);
    if (!valid || flag || mark_of_file || selects || belongs) {
      continue;
    }
    const Surroundings where = surroundings(line, all[run].at);
    const bool literal = is_quote(before) && is_quote(after);
    if ((fillers > 0 || line_ends > 0) && reading == LineReading::code && !where.quoted) {
      add(HiddenKind::carried, run, end);
      continue;
    }
    const bool in_set = before == '[' || after == ']';
    const bool beside_word = is_word(before) || is_word(after);
    const bool prose = where.quoted
                           ? is_prose(where.text, k_quoted_prose)
                           : reading == LineReading::settings && is_prose(where.text, k_bare_prose);
    if (literal || in_set || !beside_word || where.comment || prose) {
      continue;
    }
    add(reading == LineReading::code && where.quoted ? HiddenKind::in_text : HiddenKind::in_word,
        run, end);
  }
  return found;
}

std::string name_of_hidden(char32_t character) {
  struct Row {
    char32_t code;
    std::string_view name;
  };
  constexpr std::array k_names = {
      Row{0xAD, "soft hyphen"},
      Row{0x115F, "Hangul filler"},
      Row{0x1160, "Hangul filler"},
      Row{0x200B, "zero width space"},
      Row{0x200C, "zero width non-joiner"},
      Row{0x200D, "zero width joiner"},
      Row{0x200E, "left-to-right mark"},
      Row{0x200F, "right-to-left mark"},
      Row{0x2028, "line separator"},
      Row{0x2029, "paragraph separator"},
      Row{0x202A, "left-to-right embedding"},
      Row{0x202B, "right-to-left embedding"},
      Row{0x202C, "pop directional formatting"},
      Row{0x202D, "left-to-right override"},
      Row{0x202E, "right-to-left override"},
      Row{0x2060, "word joiner"},
      Row{0x2066, "left-to-right isolate"},
      Row{0x2067, "right-to-left isolate"},
      Row{0x2068, "first strong isolate"},
      Row{0x2069, "pop directional isolate"},
      Row{0x3164, "Hangul filler"},
      Row{0xFEFF, "byte order mark"},
      Row{0xFFA0, "Hangul filler"},
  };
  const auto* const row = std::find_if(k_names.begin(), k_names.end(),
                                       [&](const Row& each) { return each.code == character; });
  const std::string_view name = row != k_names.end()     ? row->name
                                : is_tag(character)      ? "tag character"
                                : is_selector(character) ? "variation selector"
                                                         : "invisible character";
  return fmt::format("{} (U+{:04X})", name, static_cast<unsigned>(character));
}

std::string with_hidden_shown(std::string_view line) {
  std::string shown;
  for (const Character& each : characters_of(line)) {
    shown += is_hidden(each.code) ? fmt::format("<U+{:04X}>", static_cast<unsigned>(each.code))
                                  : std::string(line.substr(each.at, each.size));
  }
  return shown;
}

std::string without_hidden(std::string_view line) {
  std::string shown;
  for (const Character& each : characters_of(line)) {
    shown += is_hidden(each.code) ? std::string_view() : line.substr(each.at, each.size);
  }
  return shown;
}

} // namespace leadline
