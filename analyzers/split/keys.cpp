#include "analyzers/split/keys.hpp"

#include "analyzers/split/language.hpp"
#include "analyzers/split/line_names.hpp"
#include "analyzers/split/tokens.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace leadline {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Strings and symbols of a line that are names, in order.
std::vector<std::string_view> labels_of(std::string_view line) {
  std::vector<std::string_view> labels;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const bool symbol = line[at] == ':' && (at == 0 || !is_identifier_byte(line[at - 1]));
    if (line[at] != '"' && line[at] != '\'' && line[at] != '`' && !symbol) {
      continue;
    }
    std::size_t end = at + 1;
    while (end < line.size() && is_identifier_byte(line[end])) {
      ++end;
    }
    const bool closed = symbol || (end < line.size() && line[end] == line[at]);
    if (closed && end > at + 1) {
      labels.push_back(line.substr(at + 1, end - at - 1));
    }
    at = symbol ? end - 1 : end;
  }
  return labels;
}

// CREATE TABLE t, ADD COLUMN c, and "c bigint," in the list of a table.
void each_sql_name(std::string_view code, const TakeWord& take) {
  const std::vector<Token> tokens = tokens_of(code);
  std::vector<std::string> lower;
  for (const Token& token : tokens) {
    lower.push_back(to_lower(token.text));
  }
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const bool thing = is_among(" table view function procedure type sequence column ", lower[i]) ||
                       (lower[i] == "add" && !is_among(" constraint index unique primary foreign "
                                                       "column if key check partition ",
                                                       lower[i + 1]));
    const bool made =
        std::any_of(lower.begin(), lower.begin() + static_cast<long>(i) + 1,
                    [](const std::string& word) { return word == "create" || word == "add"; });
    if (thing && made) {
      std::size_t name = i + 1;
      while (name + 1 < tokens.size() && is_among(" if not exists ", lower[name])) {
        ++name;
      }
      take(tokens[name].text);
      return;
    }
  }
  if (tokens.size() > 1 &&
      is_among(" int integer bigint smallint serial bigserial text varchar char "
               "character boolean bool timestamp timestamptz datetime date uuid "
               "json jsonb numeric decimal float double real bytea blob ",
               lower[1])) {
    take(tokens[0].text);
  }
}

} // namespace

void each_column(std::string_view line, const TakeWord& take) {
  each_sql_name(line, take);
  const std::vector<std::string_view> labels = labels_of(line);
  const auto nth = [&](std::size_t at) {
    if (at < labels.size()) {
      take(labels[at]);
    }
  };
  const std::string lower = to_lower(line);
  if (holds(lower, "rename_column") || holds(lower, "renamecolumn")) {
    nth(2);
  } else if (holds(lower, "add_column") || holds(lower, "addcolumn") ||
             holds(lower, "add_reference")) {
    nth(1);
  } else if (holds(lower, "create_table") || holds(lower, "createtable") ||
             holds(lower, "column(") || trim(lower).starts_with("t.") ||
             trim(lower).starts_with("table.") || trim(lower).starts_with("name=") ||
             trim(lower).starts_with("$table->")) {
    nth(0);
  }
}

void each_field(std::string_view line, std::string_view code, const TakeWord& take) {
  for (const Token& token : tokens_of(line)) {
    const bool quoted = token.begin > 0 && token.end < line.size() &&
                        (line[token.begin - 1] == '"' || line[token.begin - 1] == '\'') &&
                        line[token.end] == line[token.begin - 1];
    const std::size_t mark = token.end + (quoted ? 1 : 0);
    const bool in_code = code.compare(token.begin, token.text.size(), token.text) == 0;
    if (mark >= line.size() || (!quoted && !in_code)) {
      continue;
    }
    const bool colon = line[mark] == ':' && (mark + 1 == line.size() || line[mark + 1] != ':');
    const bool argument = !quoted && line[mark] == '=' && token.begin > 0 &&
                          holds("(, ", line.substr(token.begin - 1, 1)) &&
                          (mark + 1 == line.size() || line[mark + 1] != '=');
    if (colon || argument) {
      take(token.text);
    }
  }
}

std::string_view config_key(std::string_view line) {
  std::size_t begin = skip_blanks(line, 0);
  if (line.compare(begin, 2, "- ") == 0) {
    begin = skip_blanks(line, begin + 1);
  }
  if (line.compare(begin, 7, "export ") == 0) {
    begin = skip_blanks(line, begin + 6);
  }
  const bool quoted = begin < line.size() && (line[begin] == '"' || line[begin] == '\'');
  begin += quoted ? 1 : 0;
  std::size_t end = begin;
  while (end < line.size() && (is_identifier_byte(line[end]) ||
                               (end > begin && (line[end] == '.' || line[end] == '-')))) {
    ++end;
  }
  std::size_t mark = end + (quoted ? 1 : 0);
  mark = mark < line.size() ? skip_blanks(line, mark) : mark;
  if (mark >= line.size() || end == begin || is_digit(line[begin])) {
    return {};
  }
  const bool colon =
      line[mark] == ':' && (quoted || mark + 1 == line.size() || is_blank(line[mark + 1]));
  return colon || line[mark] == '=' ? line.substr(begin, end - begin) : std::string_view();
}

void read_terraform(std::string_view line, std::string_view code, bool values, LineNames& names) {
  const std::vector<Token> tokens = tokens_of(trim(line));
  const std::string_view first = tokens.empty() ? std::string_view() : tokens[0].text;
  const std::vector<std::string_view> labels = labels_of(line);
  if (is_among(" variable output module ", first) && labels.size() == 1) {
    names.defines.emplace_back(labels[0]);
    if (first == "variable") {
      names.keys.emplace_back(labels[0]);
    }
  } else if (is_among(" resource data ", first) && labels.size() == 2) {
    names.defines.emplace_back(labels[1]);
  } else if (const std::string_view key = config_key(line); !key.empty()) {
    names.reads.emplace_back(key); // a variable of the module, as may be
    if (!values) {
      names.keys.push_back("local." + std::string(key));
      names.literals.emplace_back(key);
    }
  }
  for (const Token& token : tokens_of(code)) { // var.x, module.x.y
    if (token.begin > 0 && code[token.begin - 1] == '.') {
      names.uses.emplace_back(token.text);
      if (token.begin >= 6 && code.compare(token.begin - 6, 6, "local.") == 0) {
        names.reads.push_back("local." + std::string(token.text));
      }
    }
  }
}

} // namespace leadline
