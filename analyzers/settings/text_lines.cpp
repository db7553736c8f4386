#include "analyzers/settings/text_lines.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace leadline {
namespace {

// A template block that is longer than this is taken for a stray mark.
constexpr std::size_t k_longest_block = 200;

std::string_view closing_mark(std::string_view opening) {
  if (opening.substr(0, 4) == "{{/*" || opening.substr(0, 5) == "{{-/*" ||
      opening.substr(0, 6) == "{{- /*") {
    return "*/";
  }
  if (opening.substr(0, 2) == "{{") {
    return "}}";
  }
  if (opening.substr(0, 2) == "{%") {
    return "%}";
  }
  if (opening.substr(0, 2) == "{#") {
    return "#}";
  }
  return opening.substr(0, 2) == "<%" ? "%>" : "";
}

} // namespace

TextLines text_lines(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") {
    text.remove_prefix(3);
  }
  TextLines lines;
  int number = 0;
  for (std::string_view line : split_lines(text)) {
    if (!line.empty() && line.back() == '\r') {
      line.remove_suffix(1);
    }
    lines.push_back({line, ++number});
  }
  return lines;
}

ReturnedLines::ReturnedLines(std::string_view text) {
  const auto is_alone = [&](std::size_t at) {
    return text[at] == '\r' && at + 1 < text.size() && text[at + 1] != '\n' && text[at + 1] != '\r';
  };
  std::size_t at = text.find('\r');
  while (at != std::string_view::npos && !is_alone(at)) {
    at = text.find('\r', at + 1);
  }
  if (at == std::string_view::npos) {
    return;
  }
  m_text = text;
  m_numbers.push_back(1);
  int number = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') {
      m_numbers.push_back(++number);
    } else if (is_alone(i)) {
      m_text[i] = '\n';
      m_numbers.push_back(number);
    }
  }
}

int ReturnedLines::number(int line) const {
  const auto last = static_cast<int>(m_numbers.size());
  return m_numbers[static_cast<std::size_t>(std::clamp(line, 1, last) - 1)];
}

std::set<int> ReturnedLines::lines(const std::set<int>& numbers) const {
  std::set<int> found;
  for (std::size_t i = 0; i < m_numbers.size(); ++i) {
    if (numbers.count(m_numbers[i]) != 0) {
      found.insert(static_cast<int>(i) + 1);
    }
  }
  return found;
}

std::string joined(const TextLines& lines) {
  std::string text;
  for (const TextLine& line : lines) {
    text.append(line.text).push_back('\n');
  }
  return text;
}

std::size_t indent_of(std::string_view line) {
  const std::size_t at = line.find_first_not_of(" \t");
  return at == std::string_view::npos ? line.size() : at;
}

void blank_template_blocks(TextLines& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view text = trim(lines[i].text);
    const std::string_view close = closing_mark(text);
    if (close.empty() || text.find(close, 2) != std::string_view::npos) {
      continue;
    }
    std::size_t end = i + 1;
    while (end < lines.size() && end - i < k_longest_block &&
           lines[end].text.find(close) == std::string_view::npos) {
      ++end;
    }
    if (end == lines.size() || end - i == k_longest_block) {
      continue;
    }
    for (; i < end; ++i) {
      lines[i].text = {};
    }
    lines[end].text = {};
  }
}

bool is_template_only(std::string_view line) {
  const std::string_view text = trim(line);
  if (text.empty() || (text.front() != '{' && text.front() != '<')) {
    return false;
  }
  const TemplateMarks marks(text);
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t past = text[at] == '$' ? at : marks.skip(at);
    if (past != at) {
      at = past;
    } else if (text[at] == ' ' || text[at] == '\t') {
      ++at;
    } else {
      return false;
    }
  }
  return true;
}

TemplateMarks::TemplateMarks(std::string_view line) : m_line(line) {
  m_any = line.find('{') != std::string_view::npos || line.find("<%") != std::string_view::npos;
  if (m_any) {
    m_last_braces = line.rfind("}}");
    m_last_percent = line.rfind("%}");
    m_last_hash = line.rfind("#}");
    m_last_erb = line.rfind("%>");
    m_last_brace = line.rfind('}');
  }
}

std::size_t TemplateMarks::skip(std::size_t at) const {
  if (!m_any || at + 1 >= m_line.size()) {
    return at;
  }
  const char first = m_line[at];
  const char second = m_line[at + 1];
  const auto close = [&](std::string_view mark, std::size_t last) {
    if (last == std::string_view::npos || last < at + 2) {
      return at;
    }
    return m_line.find(mark, at + 2) + mark.size();
  };
  if (first == '{' && second == '{') {
    return close("}}", m_last_braces);
  }
  if (first == '{' && second == '%') {
    return close("%}", m_last_percent);
  }
  if (first == '{' && second == '#') {
    return close("#}", m_last_hash);
  }
  if (first == '<' && second == '%') {
    return close("%>", m_last_erb);
  }
  if (first == '$' && second == '{') {
    // "${{ }}" of GitHub Actions closes with two braces.
    return at + 2 < m_line.size() && m_line[at + 2] == '{' ? close("}}", m_last_braces)
                                                           : close("}", m_last_brace);
  }
  return at;
}

} // namespace leadline
