#pragma once

#include "analyzers/policy.hpp"
#include "analyzers/settings/setting.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

inline constexpr std::string_view k_redacted = "[redacted]";

// Keeps secrets out of every output: by the words of the key, by the shape of the value, and by
// entropy. References to secrets (templates, vault paths, file names) stay readable.
class Redactor {
public:
  // `extra` are words of keys, added to the built-in ones.
  explicit Redactor(const std::vector<std::string>& extra);

  // Whether values of this key are secrets: "db_password", "api_key", "client-secret"; not
  // "password_min_length", "token_ttl", "secret_name".
  bool is_secret_key(const KeyPath& key) const;

  // The value as it may be shown.
  std::string value(const KeyPath& key, std::string_view value) const;

  // Any text (a line of a file, a title) with what looks like a secret replaced: PEM blocks, AWS,
  // GitHub, Slack and Google keys, JWTs, user names and passwords in URLs, `password=...` pairs,
  // long random strings.
  std::string text(std::string_view text) const;

  // Whether a line may hold a secret in a form that no pattern tells for sure: it names one, or has
  // an option that commonly carries one (`-p...`, `-u ...`). Such a line is not repeated as a
  // whole.
  bool may_hold_secret(std::string_view line) const;

private:
  bool is_secret_word_run(std::string_view spaced) const;

  std::vector<std::string> m_words; // spaced phrases
};

// Bits for each character, by the frequencies of the text itself (Shannon).
double entropy_of(std::string_view text);

} // namespace leadline
