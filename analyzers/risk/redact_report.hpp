#pragma once

#include "analyzers/report.hpp"
#include "analyzers/risk/redact.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace leadline {

// Secrets that were met as values of settings, looked for in all other texts: what is the password
// of one setting may be part of the connection string of another.
class KnownSecrets {
public:
  // `value` counts where the redactor tells it for a secret and not for an ordinary word.
  void add(const Redactor& redactor, const KeyPath& key, std::string_view value);

  // `text` with every known secret replaced, in whatever case it stands.
  std::string hide(std::string text) const;

private:
  // In small letters; by their first bytes; the longest first.
  std::unordered_map<std::string, std::vector<std::string>> m_by_start;
};

// The last gate of a report: no text that it shows holds a secret, whoever wrote it. Paths of files
// stay as they are: reviewers and GitHub find the line by them. A suggestion that held one is
// dropped, because it would not put the line back.
void redact_report(Report& report, const Redactor& redactor, const KnownSecrets& known);

} // namespace leadline
