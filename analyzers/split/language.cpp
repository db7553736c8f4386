#include "analyzers/split/language.hpp"

#include "analyzers/split/identifiers.hpp"
#include "base/text.hpp"

#include <map>
#include <utility>

namespace leadline {
namespace {

constexpr Tongue k_code = Tongue::code;

const Language k_c = {
    "c", k_code, {"//"}, true, " class struct enum union namespace define concept ", {}, true};
const Language k_js = {
    "js", k_code, {"//"}, true, " class function interface enum type namespace ", " const let var ",
    true};
const Language k_java = {
    "java",      k_code, {"//"}, true, " class interface enum record trait object fun def ",
    " val var ", true};
const Language k_cs = {"cs", k_code, {"//"}, true, " class interface enum record struct delegate ",
                       {},   true};
const Language k_go = {"go", k_code, {"//"}, true, " func type ", " const var "};
const Language k_rust = {
    "rs", k_code, {"//"}, true, " fn struct enum trait type const static macro_rules "};
const Language k_python = {"py", k_code, {"#"}, false, " def class ", {}, false, true};
const Language k_ruby = {"rb", k_code, {"#"}, false, " def class module ", {}, false, true};
const Language k_shell = {"sh", k_code, {"#"}, false, " function ", {}, true, true};
const Language k_php = {
    "php", k_code, {"//", "#"}, true, " function class interface trait enum const "};
const Language k_perl = {"pl", k_code, {"#"}, false, " sub package "};
const Language k_lua = {"lua", k_code, {"--"}, false, " function ", {}, false, true};
const Language k_elixir = {"ex", k_code, {"#"}, false, " def defp defmodule defmacro "};
const Language k_swift = {"swift",    k_code, {"//"}, true, " func class struct protocol enum ",
                          " let var "};
const Language k_dart = {"dart", k_code, {"//"}, true, " class enum mixin ", {}, true};
const Language k_terraform = {"tf", k_code, {"#", "//"}, true};
const Language k_puppet = {"pp", k_code, {"#"}, false, " class define function "};
const Language k_sql = {"sql", k_code, {"--"}, true};
const Language k_proto = {"proto", k_code, {"//"}, true, " message enum service rpc "};
const Language k_yaml = {"yaml", Tongue::config, {"#"}};
const Language k_json = {"json", Tongue::config, {"//"}};
const Language k_ini = {"ini", Tongue::config, {"#", ";"}};
const Language k_style = {"css", Tongue::prose, {"//"}, true};
const Language k_prose = {"md", Tongue::prose};
const Language k_other = {"", Tongue::config, {"#"}};

constexpr std::string_view k_template_endings =
    " j2 jinja jinja2 tmpl tpl gotmpl erb epp ejs hbs mustache template in example sample dist ";

// The endings of the name, the last first: "a.ini.j2" gives "j2", then "ini".
std::string take_ending(std::string& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos) {
    return std::exchange(name, {});
  }
  std::string ending = name.substr(dot + 1);
  name.erase(dot);
  return ending;
}

std::string name_of(const std::string& path) { return to_lower(path.substr(path.rfind('/') + 1)); }

bool starts_at(std::string_view line, std::size_t at, std::string_view what) {
  return !what.empty() && line.compare(at, what.size(), what) == 0;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

} // namespace

const Language& language_of(const std::string& path) {
  static const std::map<std::string_view, const Language*> k_by_ending = {
      {"adoc", &k_prose},   {"bash", &k_shell},     {"c", &k_c},          {"cc", &k_c},
      {"cfg", &k_ini},      {"cjs", &k_js},         {"conf", &k_ini},     {"cpp", &k_c},
      {"cs", &k_cs},        {"css", &k_style},      {"cxx", &k_c},        {"dart", &k_dart},
      {"env", &k_ini},      {"ex", &k_elixir},      {"exs", &k_elixir},   {"go", &k_go},
      {"groovy", &k_java},  {"gradle", &k_java},    {"h", &k_c},          {"hcl", &k_terraform},
      {"hh", &k_c},         {"hpp", &k_c},          {"hxx", &k_c},        {"inc", &k_c},
      {"ini", &k_ini},      {"java", &k_java},      {"js", &k_js},        {"json", &k_json},
      {"json5", &k_json},   {"jsx", &k_js},         {"kt", &k_java},      {"kts", &k_java},
      {"ksh", &k_shell},    {"less", &k_style},     {"lua", &k_lua},      {"m", &k_c},
      {"md", &k_prose},     {"mdx", &k_prose},      {"mjs", &k_js},       {"mm", &k_c},
      {"php", &k_php},      {"pl", &k_perl},        {"pm", &k_perl},      {"pp", &k_puppet},
      {"proto", &k_proto},  {"properties", &k_ini}, {"py", &k_python},    {"pyi", &k_python},
      {"rake", &k_ruby},    {"rb", &k_ruby},        {"rs", &k_rust},      {"rst", &k_prose},
      {"scala", &k_java},   {"scss", &k_style},     {"sh", &k_shell},     {"sql", &k_sql},
      {"svelte", &k_js},    {"swift", &k_swift},    {"tf", &k_terraform}, {"tfvars", &k_terraform},
      {"toml", &k_ini},     {"ts", &k_js},          {"tsx", &k_js},       {"txt", &k_prose},
      {"vue", &k_js},       {"yaml", &k_yaml},      {"yml", &k_yaml},     {"zsh", &k_shell},
      {"gemfile", &k_ruby}, {"rakefile", &k_ruby},  {"bats", &k_shell},   {"html", &k_prose},
  };
  std::string name = name_of(path);
  for (int depth = 0; depth < 3 && !name.empty(); ++depth) {
    const std::string ending = take_ending(name);
    const auto found = k_by_ending.find(ending);
    if (found != k_by_ending.end()) {
      return *found->second;
    }
    if (!is_among(k_template_endings, ending)) {
      break;
    }
  }
  return k_other;
}

bool takes_marks(const std::string& path) {
  std::string name = name_of(path);
  return is_among(k_template_endings, take_ending(name)) ||
         language_of(path).tongue == Tongue::config ||
         path.find("/templates/") != std::string::npos;
}

bool is_among(std::string_view words, std::string_view word) {
  for (std::size_t at = words.find(word); !word.empty() && at != std::string_view::npos;
       at = words.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if (at > 0 && words[at - 1] == ' ' && end < words.size() && words[end] == ' ') {
      return true;
    }
  }
  return false;
}

// The place behind the string whose quote is at `begin`; code inside of it is copied.
std::size_t CodeReader::string_end(std::string_view line, std::size_t begin,
                                   std::string& code) const {
  const char quote = line[begin];
  const bool python_format = m_language.id == "py" && begin > 0 && line[begin - 1] == 'f';
  const bool bare_marks = quote != '\'' && (m_language.id == "sh" || m_language.id == "pp" ||
                                            m_language.id == "php" || m_language.id == "pl");
  std::size_t at = begin + 1;
  while (at < line.size() && line[at] != quote) {
    if (line[at] == '\\') {
      at += 2;
      continue;
    }
    const bool braced = (starts_at(line, at, "${") || starts_at(line, at, "#{")) ||
                        (python_format && line[at] == '{');
    if (braced) {
      for (; at < line.size() && line[at] != '}' && line[at] != quote; ++at) {
        code[at] = line[at];
      }
    } else if (bare_marks && line[at] == '$') {
      code[at] = '$';
      for (++at; at < line.size() && is_identifier_byte(line[at]); ++at) {
        code[at] = line[at];
      }
    } else {
      ++at;
    }
  }
  return at;
}

std::string CodeReader::code_of(std::string_view line) {
  std::string code(line.size(), ' ');
  if (m_language.tongue != k_code) {
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
      quoted = quoted != (line[i] == '"');
      for (const std::string_view mark : m_language.comments) {
        const bool first = i == 0 || (is_blank(line[i - 1]) && mark != ";");
        if (first && !quoted && starts_at(line, i, mark)) {
          return code;
        }
      }
      code[i] = line[i];
    }
    return code;
  }
  const std::string_view text = trim(line);
  if (m_until.empty() && m_language.blocks &&
      (text == "*" || starts_at(text, 0, "* ") || starts_at(text, 0, "*/"))) {
    return code; // inside a comment that began above what is shown
  }
  for (std::size_t at = 0; at < line.size();) {
    if (!m_until.empty()) {
      const std::size_t end = line.find(m_until, at);
      if (end == std::string_view::npos) {
        return code;
      }
      at = end + m_until.size();
      m_until.clear();
      continue;
    }
    if (m_language.blocks && starts_at(line, at, "/*")) {
      m_until = "*/";
      at += 2;
      continue;
    }
    if (m_language.id == "py" && (starts_at(line, at, "\"\"\"") || starts_at(line, at, "'''"))) {
      m_until = std::string(line.substr(at, 3));
      at += 3;
      continue;
    }
    for (const std::string_view mark : m_language.comments) {
      const bool word = mark == "#" && at > 0 && !is_blank(line[at - 1]); // sh: $#, a#b
      if (!word && starts_at(line, at, mark)) {
        return code;
      }
    }
    const char c = line[at];
    const bool lone = c == '\'' && line.find('\'', at + 1) == std::string_view::npos;
    const bool quote = c == '\'' ? m_language.id != "rs" : m_language.id != "sql";
    if ((c == '"' || c == '\'' || c == '`') && !lone && quote) {
      code[at] = c;
      at = string_end(line, at, code);
      if (at < line.size()) {
        code[at] = c;
      }
      ++at;
      continue;
    }
    code[at++] = c;
  }
  return code;
}

} // namespace leadline
