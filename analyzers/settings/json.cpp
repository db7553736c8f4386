// JSON with what people add to it: comments, trailing commas, single quotes, bare keys, several
// documents.
#include "analyzers/settings/flow.hpp"
#include "analyzers/settings/readers.hpp"
#include "analyzers/settings/scan.hpp"

namespace leadline {

void read_json(const Reading& reading) {
  if (is_erlang_terms(reading.lines)) {
    return read_erlang_terms(reading);
  }
  FlowSyntax syntax;
  syntax.slash_comments = true;
  FlowPosition at;
  while (at.line < reading.lines.size()) {
    const std::string_view text = reading.lines[at.line].text;
    const std::size_t start = text.find_first_not_of(" \t,", at.column);
    if (start == std::string_view::npos || text.substr(start, 2) == "//" || text[start] == '#' ||
        is_template_only(text)) {
      at = {at.line + 1, 0};
    } else if (text[start] == '{' || text[start] == '[') {
      at = read_flow(reading.lines, {at.line, start}, syntax, reading.tree,
                     {reading.place, {}, false}, -1);
    } else if (text[start] == '"') {
      // A fragment of a document: `"key": value,` without the bracket around it.
      const std::size_t close = closing_quote(text, start, SingleQuotes::escaped);
      const std::size_t colon =
          close == std::string_view::npos ? close : text.find_first_not_of(" \t", close + 1);
      if (colon == std::string_view::npos || text[colon] != ':') {
        at = {at.line + 1, 0};
        continue;
      }
      const std::string_view key = text.substr(start + 1, close - start - 1);
      const std::size_t value = text.find_first_not_of(" \t", colon + 1);
      if (value != std::string_view::npos && (text[value] == '{' || text[value] == '[')) {
        at = read_flow(reading.lines, {at.line, value}, syntax, reading.tree,
                       {reading.place, key, false}, -1);
        continue;
      }
      if (const auto found = loose_assignment(text.substr(start))) {
        const int number = reading.lines[at.line].number;
        reading.tree.add(reading.place, key, {found->value, found->syntax, number, number});
      }
      at = {at.line + 1, 0};
    } else {
      at = {at.line + 1, 0};
    }
  }
}

} // namespace leadline
