#include "analyzers/settings/yaml_scalar.hpp"

#include "analyzers/settings/scan.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace leadline {
namespace {

// A quoted scalar over more lines than this has lost its closing quote.
constexpr std::size_t k_longest_scalar = 400;

bool deeper(std::string_view line, int parent) {
  return static_cast<int>(std::min<std::size_t>(indent_of(line), 100000)) > parent;
}

bool is_item(std::string_view text) {
  return !text.empty() && text.front() == '-' && (text.size() == 1 || is_blank(text[1]));
}

std::size_t find_close(std::string_view text, std::size_t from, char quote) {
  for (std::size_t i = from; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '\'' && text.substr(i + 1, 1) == "'") {
        ++i;
        continue;
      }
      return i;
    }
  }
  return std::string_view::npos;
}

// As find_close, past template expressions that hold quotes: "{{ join "," .list }}".
std::size_t find_close_past_templates(std::string_view text, std::size_t from, char quote) {
  const TemplateMarks marks(text);
  for (std::size_t i = from; i < text.size();) {
    if (const std::size_t past = text[i] == '{' || text[i] == '<' ? marks.skip(i) : i; past != i) {
      i = past;
    } else if (text[i] == quote) {
      return i;
    } else {
      i += text[i] == '\\' && quote == '"' ? 2 : 1;
    }
  }
  return std::string_view::npos;
}

// False when the closing quote is not where one may stand.
bool read_quoted(const TextLines& lines, std::size_t index, std::size_t at, int parent,
                 YamlScalar& scalar) {
  const char quote = lines[index].text[at];
  std::size_t from = at + 1;
  for (std::size_t i = index; i < lines.size() && i - index < k_longest_scalar; ++i, from = 0) {
    const std::string_view text = lines[i].text;
    if (i > index && !trim(text).empty() && !deeper(text, parent)) {
      return false;
    }
    std::size_t close = find_close(text, from, quote);
    const auto ends_value = [&](std::size_t quote_at) {
      const std::string_view rest = trim(text.substr(quote_at + 1));
      return rest.empty() || rest.front() == '#' || rest.front() == ',';
    };
    if (i == index && close != std::string_view::npos && (quote == '"' || !ends_value(close))) {
      const std::size_t past = find_close_past_templates(text, from, quote);
      close = past == std::string_view::npos ? close : past;
    }
    const std::string_view part =
        text.substr(from, close == std::string_view::npos ? close : close - from);
    if (i > index) {
      scalar.value.push_back(' ');
    }
    scalar.value.append(i > index || close == std::string_view::npos ? trim(part) : part);
    if (close != std::string_view::npos) {
      scalar.next = i + 1;
      scalar.last_number = lines[i].number;
      const std::string_view rest = trim(text.substr(close + 1));
      return rest.empty() || rest.front() == '#' || rest.front() == ',';
    }
  }
  return false;
}

} // namespace

YamlKey yaml_key(std::string_view line, std::size_t at) {
  YamlKey key;
  if (at >= line.size()) {
    return key;
  }
  if (line.substr(at, 2) == "? ") {
    at = line.find_first_not_of(" \t", at + 2);
    if (at == std::string_view::npos) {
      return key;
    }
  }
  const auto ends_key = [&](std::size_t i) {
    return i < line.size() && line[i] == ':' && (i + 1 == line.size() || is_blank(line[i + 1]));
  };
  const char first = line[at];
  if (first == '"' || first == '\'') {
    const std::size_t close = find_close(line, at + 1, first);
    const std::size_t colon =
        close == std::string_view::npos ? close : line.find_first_not_of(" \t", close + 1);
    if (colon != std::string_view::npos && ends_key(colon)) {
      return {true, line.substr(at + 1, close - at - 1), colon + 1};
    }
    return key;
  }
  const TemplateMarks marks(line);
  if (first == '|' || first == '>' || first == '`' || first == '#' ||
      ((first == '[' || first == '{') && marks.skip(at) == at)) {
    return key;
  }
  // An anchor or tag may stand before a key.
  if (first == '&' || first == '!') {
    const std::size_t blank = line.find(' ', at);
    const std::size_t next =
        blank == std::string_view::npos ? blank : line.find_first_not_of(' ', blank);
    return next == std::string_view::npos || line[next] == '&' || line[next] == '!'
               ? key
               : yaml_key(line, next);
  }
  for (std::size_t i = at; i < line.size();) {
    if (const std::size_t past = marks.skip(i); past != i) {
      i = past;
    } else if (ends_key(i) && i > at) {
      std::string_view text = trim(line.substr(at, i - at));
      if (text.size() > 1 && text.front() == ':') {
        text.remove_prefix(1); // a Ruby symbol
      }
      return {true, text, i + 1};
    } else if (line[i] == '#' && i > at && is_blank(line[i - 1])) {
      return key;
    } else {
      ++i;
    }
  }
  return key;
}

bool is_block_header(std::string_view text) {
  std::size_t i = 1;
  while (i < text.size() &&
         (text[i] == '-' || text[i] == '+' || (text[i] >= '1' && text[i] <= '9'))) {
    ++i;
  }
  const std::string_view rest = trim(text.substr(i));
  return i <= 3 && (rest.empty() || rest.front() == '#');
}

TextLines block_lines(const TextLines& lines, std::size_t& index, int parent) {
  const std::size_t first = ++index;
  std::size_t end = first; // behind the last line that counts
  std::size_t indent = std::string_view::npos;
  for (std::size_t i = first; i < lines.size(); ++i) {
    const std::string_view text = lines[i].text;
    if (trim(text).empty() || (!deeper(text, parent) && is_template_only(text))) {
      continue; // part of it only when a line that is follows
    }
    if (!deeper(text, parent)) {
      break;
    }
    if (indent == std::string_view::npos) {
      indent = indent_of(text);
    }
    end = i + 1;
  }
  index = end;
  TextLines body;
  for (std::size_t i = first; i < end; ++i) {
    const std::string_view text = lines[i].text;
    body.push_back(
        {text.substr(std::min({indent, indent_of(text), text.size()})), lines[i].number});
  }
  return body;
}

YamlScalar read_scalar(const TextLines& lines, std::size_t index, std::size_t at, int parent) {
  const std::string_view line = lines[index].text;
  YamlScalar scalar;
  if (line[at] == '"' || line[at] == '\'') {
    scalar.syntax = ValueSyntax::quoted;
    if (read_quoted(lines, index, at, parent, scalar)) {
      return scalar;
    }
    // Quotes that a template left open, or text behind them.
    const Scanned rest = scan_value(line.substr(at), "#");
    return {std::string(rest.value), rest.syntax, index + 1, lines[index].number};
  }
  const TemplateMarks marks(line);
  std::size_t end = at;
  bool comment = false;
  while (end < line.size() && !comment) {
    if (const std::size_t past = marks.skip(end); past != end) {
      end = past;
    } else {
      comment = line[end] == '#' && is_blank(line[end - 1]);
      end += comment ? 0 : 1;
    }
  }
  scalar.value = std::string(trim(line.substr(at, end - at)));
  scalar.next = index + 1;
  scalar.last_number = lines[index].number;
  if (comment) {
    return scalar;
  }
  for (std::size_t i = index + 1; i < lines.size(); ++i) {
    const std::string_view text = trim(lines[i].text);
    if (text.empty()) {
      continue;
    }
    if (!deeper(lines[i].text, parent) || text.front() == '#' || is_item(text) ||
        is_template_only(text) || yaml_key(text, 0).found) {
      break;
    }
    const std::string_view part = without_comment(text, "#");
    scalar.value.append(" ").append(part);
    scalar.next = i + 1;
    scalar.last_number = lines[i].number;
  }
  return scalar;
}

} // namespace leadline
