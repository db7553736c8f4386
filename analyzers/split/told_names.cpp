#include "analyzers/split/told_names.hpp"

#include "analyzers/split/definitions.hpp"
#include "analyzers/split/keys.hpp"
#include "analyzers/split/line_names.hpp"
#include "analyzers/split/tokens.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace leadline {
namespace {

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

ToldNames::ToldNames(const std::string& path, const Redactor& redactor)
    : m_redactor(redactor), m_language(language_of(path)), m_reader(m_language) {}

void ToldNames::each(std::string_view line, const TakeWord& take) {
  constexpr std::size_t k_longest = 2000; // more is no line that somebody wrote
  line = line.substr(0, k_longest);
  const std::string shown = m_redactor.text(line); // a secret can be a key, too
  const std::string code = m_reader.code_of(shown);
  const bool goes_on = std::exchange(m_goes_on, trim(line).ends_with('\\'));
  // "T0kEn=" with nothing behind it may be the last line of what is written in base64.
  if (m_language.tongue == Tongue::prose || goes_on || trim(line).ends_with('=')) {
    return;
  }
  if (m_language.tongue == Tongue::code) {
    each_in_code(shown, code, take);
  } else if (const std::string_view key = config_key(code); !key.empty()) {
    take(key);
  }
}

void ToldNames::each_in_code(std::string_view line, const std::string& code,
                             const TakeWord& take) const {
  if (m_language.id == "tf") {
    LineNames names;
    read_terraform(line, code, false, names);
    std::for_each(names.defines.begin(), names.defines.end(), take);
    std::for_each(names.literals.begin(), names.literals.end(), take);
    return;
  }
  if (is_import(code, m_language)) {
    return;
  }
  each_defined(code, m_language, false, take);
  // Where a heredoc or a string began above what is shown, its text looks like code: no word of it
  // that may be a secret is taken for what is called.
  if (m_language.id == "sh" || m_redactor.may_hold_secret(line)) {
    return;
  }
  for (const Token& token : tokens_of(code)) {
    if (token.end < code.size() && code[token.end] == '(' && !has_digit(token.text)) {
      take(token.text);
    }
  }
}

} // namespace leadline
