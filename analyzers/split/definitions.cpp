#include "analyzers/split/definitions.hpp"

#include "analyzers/split/keys.hpp"
#include "analyzers/split/tokens.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace leadline {
namespace {

constexpr std::string_view k_modifiers =
    " export default pub public private protected static abstract async final sealed open internal "
    "override inline extern const constexpr unsafe data case partial declare virtual suspend "
    "native "
    "inner readonly crate template typename volatile synchronized explicit friend required lazy "
    "get set ";
constexpr std::string_view k_control = " return else if for foreach while switch case throw new "
                                       "delete await yield using goto catch do "
                                       "assert in of typeof not and or print echo raise unless "
                                       "until when match with import from package "
                                       "require include elsif elif except try defer go select "
                                       "where function super constructor static_assert "
                                       "sizeof decltype alignof ";

// The place behind the bracket that closes the one at `open`; npos when it is on a later line.
std::size_t behind_bracket(std::string_view code, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < code.size(); ++at) {
    depth += code[at] == '(' ? 1 : code[at] == ')' ? -1 : 0;
    if (depth == 0) {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

// '=' that gives a value; npos when there is none.
std::size_t assignment_in(std::string_view code) {
  for (std::size_t at = code.find('='); at != std::string_view::npos; at = code.find('=', at + 1)) {
    const bool joined = at > 0 && holds("=!<>+-*/|&^%~:", code.substr(at - 1, 1));
    const bool longer = at + 1 < code.size() && (code[at + 1] == '=' || code[at + 1] == '>');
    if (!joined && !longer) {
      return at;
    }
    at += longer ? 1 : 0;
  }
  return std::string_view::npos;
}

class LineDefinitions {
public:
  LineDefinitions(std::string_view code, const Language& language, bool header)
      : m_code(code), m_language(language), m_header(header), m_tokens(tokens_of(code)),
        m_indented(!code.empty() && is_blank(code.front())) {}

  void each(const TakeWord& take) const {
    if (m_tokens.empty()) {
      return;
    }
    for (const std::string_view name :
         {by_word(), by_assignment(), m_language.methods ? by_shape() : std::string_view()}) {
      if (!name.empty()) {
        take(name);
        return;
      }
    }
  }

private:
  std::string_view by_word() const {
    for (const Token& token : m_tokens) {
      if (is_among(m_language.definers, token.text) ||
          (!m_indented && is_among(m_language.top_definers, token.text))) {
        return name_after(token);
      }
      const bool of_template = m_language.id == "c" && m_tokens[0].text == "template";
      if (!is_among(k_modifiers, token.text) && !of_template) {
        break;
      }
    }
    return {};
  }

  const Token* token_at(std::size_t place) const {
    for (const Token& token : m_tokens) {
      if (token.begin == place) {
        return &token;
      }
    }
    return nullptr;
  }

  std::string_view name_after(const Token& word) const {
    std::size_t at = word.end;
    while (at < m_code.size() && (is_blank(m_code[at]) || m_code[at] == '*' || m_code[at] == '!')) {
      ++at;
    }
    if (at == word.end) {
      return {}; // "type:", "data["
    }
    if (m_language.id == "go" && at < m_code.size() && m_code[at] == '(') { // the receiver
      at = skip_blanks(m_code, std::min(behind_bracket(m_code, at), m_code.size()));
    }
    const Token* name = token_at(at);
    if (name == nullptr) {
      return {};
    }
    if (is_among(m_language.definers, name->text)) {
      return name_after(*name);
    }
    for (;;) { // self.x, M.x, a::b
      const std::size_t next = m_code.find_first_not_of(".:", name->end);
      const Token* part = next == name->end ? nullptr : token_at(next);
      if (part == nullptr) {
        break;
      }
      name = part;
    }
    return stands(word.text, trim(m_code.substr(name->end))) ? name->text : std::string_view();
  }

  // Whether what follows the name is what follows a definition.
  bool stands(std::string_view word, std::string_view rest) const {
    if (m_language.id == "c" && word != "define" && word != "concept") {
      return rest.empty() || rest[0] == '{' || rest[0] == ':' || rest.starts_with("final");
    }
    if (m_language.id == "js" && word == "type") {
      return !rest.empty() && (rest[0] == '=' || rest[0] == '<' || rest[0] == '{');
    }
    return true;
  }

  std::string_view by_assignment() const {
    const std::size_t equals = assignment_in(m_code);
    if (equals == std::string_view::npos) {
      return {};
    }
    const std::string_view left = m_code.substr(0, equals);
    if (holds(left, "(") || holds(left, ")") || holds(left, "->") || holds(left, "{")) {
      return {};
    }
    std::vector<Token> names;
    std::copy_if(m_tokens.begin(), m_tokens.end(), std::back_inserter(names),
                 [&](const Token& token) { return token.end <= equals; });
    if (names.empty() || is_among(k_control, names[0].text)) {
      return {};
    }
    const auto has = [&](std::string_view word) {
      return std::any_of(names.begin(), names.end(),
                         [&](const Token& token) { return token.text == word; });
    };
    if (m_language.assigns && !m_indented) {
      const bool exported =
          names.size() == 2 && is_among(" export readonly declare ", names[0].text);
      const bool typed = m_language.id == "py" && holds(left, ":");
      const bool constant =
          m_language.id != "rb" || (names[0].text[0] >= 'A' && names[0].text[0] <= 'Z');
      const bool alone = (names.size() == 1 || exported || typed) && !holds(left, "[") &&
                         !holds(left, "$") && (typed || !holds(left, ","));
      return alone && constant ? names[exported ? 1 : 0].text : std::string_view();
    }
    if (m_language.id == "js" && !m_indented && names.size() > 1 && has("exports")) {
      return names.back().text;
    }
    if (holds(left, ".")) {
      return {};
    }
    if (m_language.id == "c" && !m_indented && names.size() > 1) {
      return names.back().text;
    }
    const bool constant = has("static") || has("const") || has("final");
    return (m_language.id == "java" || m_language.id == "cs") && constant && names.size() > 2
               ? names.back().text
               : std::string_view();
  }

  std::string_view by_shape() const {
    const std::size_t open = m_code.find('(');
    if (open == std::string_view::npos) {
      return {};
    }
    std::size_t at = 0;
    while (at < m_tokens.size() && m_tokens[at].end < open &&
           skip_blanks(m_code, m_tokens[at].end) < open) {
      ++at;
    }
    if (at == m_tokens.size() || skip_blanks(m_code, m_tokens[at].end) != open ||
        is_among(k_control, m_tokens[at].text) || is_among(k_control, m_tokens[0].text)) {
      return {};
    }
    const std::string_view before = m_code.substr(0, m_tokens[at].begin);
    const std::string_view wrong = holds(before, "<") ? "=.(\"'?+|;{}!/$" : "=.(\"'?+|;{}!/$,";
    if (before.find_first_of(wrong) != std::string_view::npos) {
      return {};
    }
    const std::size_t close = behind_bracket(m_code, open);
    const std::string_view rest =
        close == std::string_view::npos ? std::string_view() : trim(m_code.substr(close));
    const bool is_definition = m_language.id == "sh"   ? trim(before).empty() && close == open + 2
                               : m_language.id == "js" ? is_method(at, rest)
                                                       : is_function(at, close, rest);
    return is_definition ? m_tokens[at].text : std::string_view();
  }

  bool is_method(std::size_t name, std::string_view rest) const {
    const bool plain =
        std::all_of(m_tokens.begin(), m_tokens.begin() + static_cast<long>(name),
                    [](const Token& token) { return is_among(k_modifiers, token.text); });
    return m_indented && plain && !rest.empty() && (rest[0] == '{' || rest[0] == ':') &&
           holds(rest, "{");
  }

  bool is_function(std::size_t name, std::size_t close, std::string_view rest) const {
    if (name == 0) { // no type before it
      return false;
    }
    const bool is_c = m_language.id == "c";
    const bool at_home = is_c ? !m_indented : is_among(k_modifiers, m_tokens[0].text);
    if (close == std::string_view::npos) {
      const char last = trim(m_code).back();
      return at_home && (last == ',' || last == '(');
    }
    if (rest.empty()) {
      return at_home;
    }
    if (rest.back() == ';') {
      return is_c ? m_header : m_language.id != "dart" || rest.size() > 1;
    }
    return rest[0] == '{' || rest[0] == ':' || rest.starts_with("const") ||
           rest.starts_with("->") || rest.starts_with("override") || rest.starts_with("noexcept") ||
           rest.starts_with("throws") || rest.starts_with("=>") || rest.starts_with("where") ||
           rest.starts_with("async") || rest.starts_with("final");
  }

  std::string_view m_code;
  const Language& m_language;
  bool m_header;
  std::vector<Token> m_tokens;
  bool m_indented;
};

} // namespace

void each_defined(std::string_view code, const Language& language, bool header,
                  const TakeWord& take) {
  LineDefinitions(code, language, header).each(take);
}

bool is_import(std::string_view code, const Language& language) {
  const std::string_view text = trim(code);
  const std::vector<Token> tokens = tokens_of(text);
  const std::string_view first = tokens.empty() ? std::string_view() : tokens[0].text;
  const bool leads = !tokens.empty() && tokens[0].begin == 0;
  if (language.tongue == Tongue::config) {
    const std::string_view key = config_key(code);
    return text.starts_with("- ") || (leads && first == "include") ||
           is_among(
               " include import include_tasks import_tasks include_vars import_playbook roles src "
               "source template file path extends uses resources bases patches env_file "
               "vars_files ",
               key);
  }
  if (language.id == "js") {
    return (leads && first == "import") || holds(text, "require(") || holds(text, "import(") ||
           (leads && first == "export" && holds(text, " from "));
  }
  if (language.id == "c") {
    return text.starts_with("#") && (first == "include" || first == "import");
  }
  if (language.id == "go") {
    const bool alone =
        !text.empty() && text.back() == '"' && text.find_first_of("(=,:{") == text.npos;
    return (leads && first == "import") || alone;
  }
  if (language.id == "sh") {
    return (leads && first == "source") || text.starts_with(". ");
  }
  if (language.id == "tf") {
    return leads && first == "source";
  }
  return leads &&
         is_among(" import from require require_relative require_once include include_once use "
                  "using load autoload extend mod contain alias ",
                  first);
}

} // namespace leadline
