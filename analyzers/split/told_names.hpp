#pragma once

#include "analyzers/risk/redact.hpp"
#include "analyzers/split/identifiers.hpp"
#include "analyzers/split/language.hpp"

#include <string>
#include <string_view>

namespace leadline {

// The names in changed lines that texts for people may be made of: what a line defines, its key,
// what it calls. Never a word of a value, of a string, of a comment or of prose: it may be a
// secret, or a piece of one, that no redactor knows again in small letters.
class ToldNames {
public:
  // Reads one side of the file `path`. `redactor` has to outlive it.
  ToldNames(const std::string& path, const Redactor& redactor);

  // Lines in order, as they are shown.
  void each(std::string_view line, const TakeWord& take);

private:
  void each_in_code(std::string_view line, const std::string& code, const TakeWord& take) const;

  const Redactor& m_redactor;
  const Language& m_language;
  CodeReader m_reader;
  bool m_goes_on = false; // the line before ends in a backslash
};

} // namespace leadline
