#pragma once

#include "analyzers/policy.hpp"
#include "analyzers/settings/setting.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

inline constexpr std::string_view k_redacted = "[redacted]";

// Values and keys are copied to a report up to this many bytes; a longer one ends in " ... (N
// bytes)".
inline constexpr std::size_t k_longest_value = 2000;

// Keeps secrets out of every output: by the words of the key, by the shape of the value, and by
// entropy. References to secrets (templates, vault paths, file names) stay readable.
class Redactor {
public:
  // `extra` are words of keys, added to the built-in ones.
  explicit Redactor(const std::vector<std::string>& extra);

  // Whether values of this key are secrets: "db_password", "api_key", "client-secret"; not
  // "password_min_length", "token_ttl", "secret_name".
  bool is_secret_key(const KeyPath& key) const;

  // The value as it may be shown, at most `k_longest_value` bytes of it.
  std::string value(const KeyPath& key, std::string_view value) const;
  // The same without a cut.
  std::string whole_value(const KeyPath& key, std::string_view value) const;

  // The key's full path as it may be shown: a secret can be a key, too. At most `k_longest_value`
  // bytes of it.
  std::string key(const KeyPath& key) const;
  // The same without a cut.
  std::string whole_key(const KeyPath& key) const;

  // Whether `value` is a secret by its key, and one that can be told from ordinary words, so that
  // it may be looked for in other texts.
  bool is_known_secret(const KeyPath& key, std::string_view value) const;

  // Any text (a line of a file, a title) with what looks like a secret replaced: PEM blocks, AWS,
  // GitHub, Slack and Google keys, JWTs, user names and passwords in URLs, `password=...` pairs,
  // long random strings. Digests, commit ids and UUIDs stay readable unless their key names a
  // secret; forty or more hexadecimal digits that nothing calls a digest do not.
  std::string text(std::string_view text, std::string_view about = {}) const;

  // Whether a line may hold a secret in a form that no pattern tells for sure: it names one, or has
  // an option that commonly carries one (`-p...`, `-u ...`). Such a line is not repeated as a
  // whole.
  bool may_hold_secret(std::string_view line) const;

private:
  enum class Naming { none, credential, secret };
  Naming naming_of(std::string_view name) const;
  Naming naming_of(const KeyPath& key) const;
  bool hides(const KeyPath& key, std::string_view value) const;

  std::vector<std::string> m_words; // spaced phrases
};

} // namespace leadline
