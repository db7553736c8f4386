// Statements of SQL that set a server's parameters.
#include "analyzers/settings/readers.hpp"
#include "analyzers/settings/scan.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace leadline {
namespace {

constexpr std::size_t k_longest_statement = 20; // lines

// The word at the start, lower case, and what follows it.
std::string take_word(std::string_view& text) {
  text = trim(text);
  const std::size_t end = std::min(text.find_first_of(" \t\r\n=;,"), text.size());
  std::string word = to_lower(text.substr(0, end));
  text = trim(text.substr(end));
  return word;
}

// ALTER ROLE app ..., SET GLOBAL ...: what a statement that sets parameters starts with.
bool starts_statement(std::string_view line) {
  std::string_view rest = line;
  const std::string first = take_word(rest);
  if (first == "alter") {
    const std::string what = take_word(rest);
    return what == "system" || what == "database" || what == "role" || what == "user";
  }
  if (first != "set") {
    return false;
  }
  const std::string scope = take_word(rest);
  return scope == "global" || scope == "persist" || scope == "persist_only" ||
         scope.starts_with("@@global.") || scope.starts_with("@@persist");
}

class SqlReader {
public:
  explicit SqlReader(const Reading& reading) : m_reading(reading) {}

  void read() {
    const TextLines& lines = m_reading.lines;
    TextLines others;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (!starts_statement(lines[i].text)) {
        others.push_back(lines[i]);
        continue;
      }
      m_statement.clear();
      m_first = lines[i].number;
      for (const std::size_t end = std::min(lines.size(), i + k_longest_statement); i < end; ++i) {
        const std::string_view text = lines[i].text;
        m_statement.append(text.substr(0, text.find("--"))).push_back(' ');
        m_last = lines[i].number;
        if (m_statement.find(';') != std::string::npos) {
          break;
        }
      }
      statement(trim(std::string_view(m_statement).substr(0, m_statement.find(';'))));
    }
    read_unknown({others, m_reading.kind, m_reading.path, m_reading.tree, m_reading.place});
  }

private:
  void statement(std::string_view text) {
    if (take_word(text) == "set") {
      assignments(text);
      return;
    }
    // https://www.postgresql.org/docs/current/sql-altersystem.html, sql-alterdatabase.html,
    // sql-alterrole.html; MySQL knows ALTER USER without SET.
    const std::string what = take_word(text);
    std::string place;
    if (what != "system") {
      const std::string name = take_word(text);
      place = what == "user" ? "role" : what;
      place.append("[").append(name).append("]");
      if (to_lower(text.substr(0, 11)) == "in database") {
        text = text.substr(11);
        place.append("[").append(take_word(text)).append("]");
      }
    }
    if (take_word(text) != "set") {
      return;
    }
    const std::string name = take_word(text);
    if (text.starts_with('=')) {
      text = text.substr(1);
    } else if (std::string_view rest = text; take_word(rest) == "to") {
      text = rest;
    } else {
      return;
    }
    add(place, name, text, "postgresql");
  }

  // https://dev.mysql.com/doc/refman/8.0/en/set-variable.html: "GLOBAL a = 1, PERSIST b = 2".
  void assignments(std::string_view text) {
    for (std::string_view part : split(text, ',')) {
      const std::size_t equals = part.find('=');
      if (equals == std::string_view::npos || equals == 0) {
        return; // a list as value
      }
      std::string_view name = trim(part.substr(0, part[equals - 1] == ':' ? equals - 1 : equals));
      std::string_view rest = name;
      const std::string scope = take_word(rest);
      if (!rest.empty()) {
        name = rest;
      } else if (const std::size_t dot = name.find('.');
                 name.starts_with("@@") && dot != std::string_view::npos) {
        name = name.substr(dot + 1);
      }
      if (scope == "session" || scope == "local" || scope.starts_with("@@session")) {
        continue;
      }
      add("", to_lower(name), part.substr(equals + 1), "mysql");
    }
  }

  void add(const std::string& place, const std::string& name, std::string_view value,
           std::string_view system) {
    if (!is_identifier(name)) {
      return;
    }
    // A document of its own for each system, so that its context reaches no other setting.
    const SettingTree::Place document = m_reading.tree.document(m_reading.place);
    m_reading.tree.set_context(document, system);
    const Scanned scanned = unquoted(trim(value));
    m_reading.tree.add(place.empty() ? document : m_reading.tree.child(document, place), name,
                       {scanned.value, scanned.syntax, m_first, m_last});
  }

  const Reading& m_reading;
  std::string m_statement;
  int m_first = 0;
  int m_last = 0;
};

} // namespace

// Only what outlives the session; the rest of the file is read as any text is.
void read_sql(const Reading& reading) { SqlReader(reading).read(); }

} // namespace leadline
