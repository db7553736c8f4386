// .env files: KEY=value, export KEY="value over several lines", KEY: value as docker-compose's
// env_file allows.
#include "analyzers/settings/readers.hpp"
#include "analyzers/settings/scan.hpp"
#include "base/text.hpp"

#include <string>

namespace leadline {
namespace {

// A quoted value that is longer than this has lost its closing quote.
constexpr std::size_t k_longest_value = 100;

} // namespace

void read_dotenv(const Reading& reading) {
  const TextLines& lines = reading.lines;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string_view text = trim(lines[i].text);
    if (text.substr(0, 7) == "export ") {
      text = trim(text.substr(7));
    }
    const std::size_t equals = text.find_first_of("=:");
    if (text.empty() || text.front() == '#' || equals == std::string_view::npos) {
      continue;
    }
    const std::string_view key = trim(text.substr(0, equals));
    if (!is_identifier(key)) {
      continue;
    }
    const std::string_view rest = trim(text.substr(equals + 1));
    const int first = lines[i].number;
    if (!rest.empty() && (rest.front() == '"' || rest.front() == '\'') &&
        closing_quote(rest, 0, SingleQuotes::escaped) == std::string_view::npos) {
      std::string value(rest.substr(1));
      for (std::size_t j = i + 1; j < lines.size() && j - i <= k_longest_value; ++j) {
        const std::size_t close = lines[j].text.find(rest.front());
        value.append("\n").append(lines[j].text.substr(0, close));
        if (close != std::string_view::npos) {
          reading.tree.add(reading.place, key,
                           {value, ValueSyntax::quoted, first, lines[j].number});
          i = j;
          break;
        }
      }
      if (lines[i].number != first) {
        continue;
      }
    }
    std::string_view quoted = rest;
    if (!rest.empty() && (rest.front() == '"' || rest.front() == '\'')) {
      const std::size_t close = closing_quote(rest, 0, SingleQuotes::escaped);
      if (close != std::string_view::npos) {
        quoted = rest.substr(0, close + 1);
      }
    }
    const Scanned value = scan_value(quoted, "#");
    reading.tree.add(reading.place, key, {value.value, value.syntax, first, first});
  }
}

} // namespace leadline
