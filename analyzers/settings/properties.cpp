// Java properties (java.util.Properties.load): key=value, key: value or key value; '\' continues a
// line.
#include "analyzers/settings/readers.hpp"
#include "analyzers/settings/scan.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <string>

namespace leadline {

void read_properties(const Reading& reading) {
  const TextLines& lines = reading.lines;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string_view text = trim(lines[i].text);
    if (text.empty() || text.front() == '#' || text.front() == '!' || is_template_only(text)) {
      continue;
    }
    const TemplateMarks marks(text);
    std::size_t end = 0;
    while (end < text.size()) {
      if (const std::size_t past = marks.skip(end); past != end) {
        end = past;
      } else if (text[end] == '=' || text[end] == ':' || is_blank(text[end])) {
        break;
      } else {
        end += text[end] == '\\' ? 2 : 1;
      }
    }
    end = std::min(end, text.size());
    const std::string_view key = text.substr(0, end);
    std::string_view rest = trim(text.substr(end));
    if (!rest.empty() && (rest.front() == '=' || rest.front() == ':')) {
      rest = trim(rest.substr(1));
    }
    const int first = lines[i].number;
    std::string value;
    while (!rest.empty() && rest.back() == '\\' && i + 1 < lines.size()) {
      value.append(rest.substr(0, rest.size() - 1));
      rest = trim(lines[++i].text);
    }
    value.append(rest);
    reading.tree.add(reading.place, key, {value, ValueSyntax::plain, first, lines[i].number});
  }
}

} // namespace leadline
