#pragma once

#include <array>
#include <string>
#include <string_view>

namespace leadline {

enum class Tongue {
  code,   // statements; strings are no names
  config, // keys and values
  prose,  // documentation: binds nothing by its names
};

// What is known of a language to find the names that a line defines and uses, without its grammar.
struct Language {
  std::string_view id; // files of one id can use each other's names
  Tongue tongue = Tongue::config;
  std::array<std::string_view, 2> comments{}; // what starts a comment up to the end of the line
  bool blocks = false;                        // has /* comments */
  std::string_view definers{}; // words, each between blanks, that stand before a name they define
  std::string_view top_definers{}; // the same, at the start of a line without indentation only
  bool methods = false;            // "type name(...) {" or "name(...) {" defines a name
  bool assigns = false;            // "NAME = " at the start of a line defines a name
};

// By the ending of the file's name; endings of templates ("x.ini.j2") are looked through. Unknown
// ones are configuration with '#' comments.
const Language& language_of(const std::string& path);

// Whether marks like {{ name }} are filled in in such a file: templates and configuration.
bool takes_marks(const std::string& path);

// Whether `word` is among `words`, which stand between blanks.
bool is_among(std::string_view words, std::string_view word);

// Blanks out what is no code, line by line; the rest keeps its place. Comments and strings over
// several lines are followed as far as the lines that are shown tell.
class CodeReader {
public:
  explicit CodeReader(const Language& language) : m_language(language) {}
  // As long as `line`. What code stands inside of strings ("${name}", "#{name}") stays.
  std::string code_of(std::string_view line);

private:
  std::size_t string_end(std::string_view line, std::size_t begin, std::string& code) const;

  const Language& m_language;
  std::string m_until; // what ends the comment or string that is open; "" none is
};

} // namespace leadline
