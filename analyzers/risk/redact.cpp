#include "analyzers/risk/redact.hpp"

#include "analyzers/domains/words.hpp"
#include "analyzers/risk/secret_shapes.hpp"
#include "analyzers/risk/subject.hpp"
#include "analyzers/settings/code/trusting_code.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace leadline {
namespace {

constexpr std::array<std::string_view, 38> k_words = {
    "password",    "passwd",       "passphrase",    "pass",
    "pwd",         "pw",           "secret",        "secrets",
    "token",       "api key",      "apikey",        "private key",
    "access key",  "secret key",   "signing key",   "encryption key",
    "account key", "credential",   "credentials",   "auth token",
    "session key", "access token", "shared key",    "master key",
    "auth key",    "bearer token", "cookie secret", "connection string",
    "webhook url", "license key",  "requirepass",   "masterauth",
    "rootpw",      "bindpw",       "dbpass",        "dbpw",
    "userpass",    "service key"};

// Words that stand for a secret only where the value looks like one: HAProxy's "cookie SERVERID
// insert" and MongoDB's "authorization: enabled" are settings.
constexpr std::array<std::string_view, 4> k_credential_words = {"authorization", "bearer", "cookie",
                                                                "cookies"};

// Endings of words that were written together: "dbpassword", "clientsecret".
constexpr std::array<std::string_view, 6> k_endings = {"password", "passwd", "passphrase",
                                                       "secret",   "apikey", "authtoken"};

// Names that hold such a word and mean something else.
constexpr std::array<std::string_view, 10> k_other = {
    "proxy pass",     "fastcgi pass", "uwsgi pass",   "scgi pass",    "grpc pass",
    "memcached pass", "mode pass",    "token bucket", "pass through", "pass thru"};

// Words after the secret's own that make the value something else about it.
constexpr std::array<std::string_view, 58> k_about = {
    "length",   "ttl",       "expiry",    "expires",  "expiration", "age",      "lifetime",
    "name",     "names",     "path",      "file",     "id",         "url",      "uri",
    "policy",   "enabled",   "type",      "size",     "min",        "max",      "count",
    "hash",     "required",  "algorithm", "rotation", "limit",      "ref",      "attempts",
    "timeout",  "store",     "backend",   "endpoint", "namespace",  "interval", "days",
    "seconds",  "field",     "header",    "mode",     "modes",      "domain",   "secure",
    "samesite", "same site", "http only", "httponly", "issuer",     "audience", "server",
    "service",  "request",   "requests",  "reviewer", "mount",      "minutes",  "hours",
    "reverse",  "insert"};

template <typename List>
bool any_phrase(const List& list, std::string_view spaced) {
  return std::any_of(list.begin(), list.end(),
                     [&](std::string_view phrase) { return has_phrase(spaced, phrase); });
}

// A value that only says where the secret is.
bool is_reference(std::string_view value) {
  const std::string_view text = trim(value);
  if (text.empty() || is_template(text) || parse_switch(text)) {
    return true;
  }
  if (text.ends_with("()") && is_trusting_call(text.substr(0, text.size() - 2))) {
    return true;
  }
  return text.starts_with('/') || text.starts_with("./") || text.starts_with("vault:") ||
         text.starts_with("arn:") || text.starts_with("$") || text.starts_with("%(") ||
         text.starts_with("file:") || text.starts_with("op://") || text.starts_with("env:") ||
         text.starts_with("ssm:") || text.starts_with("sops:") || text.ends_with(".pem") ||
         text.ends_with(".key") || text.ends_with(".crt");
}

// "Bearer 3f9a...", "session=8f2c..."; not "RBAC", "enabled", "SERVERID insert indirect".
bool looks_like_credential(std::string_view value) {
  bool has_digit = false;
  std::size_t run = 0;
  for (std::size_t i = 0; i <= value.size(); ++i) {
    const char c = i < value.size() ? value[i] : ' ';
    if (c == ' ' || c == ',' || c == ';' || c == '\t' || c == '\n') {
      if (run >= 16 || (run >= 6 && has_digit)) {
        return true;
      }
      run = 0;
      has_digit = false;
      continue;
    }
    ++run;
    has_digit = has_digit || (c >= '0' && c <= '9');
  }
  return value.find('=') != std::string_view::npos;
}

std::string_view first_bytes(std::string_view text, std::size_t limit) {
  std::size_t cut = std::min(text.size(), limit);
  while (cut < text.size() && cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) {
    --cut; // not inside a UTF-8 sequence
  }
  return text.substr(0, cut);
}

// A word that stands for a secret, in `spaced`, and no word after it that makes it something else.
template <typename List>
bool names_secret(std::string_view spaced, const List& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    for (std::size_t at = spaced.find(word); at != std::string_view::npos;
         at = spaced.find(word, at + 1)) {
      const std::size_t end = at + word.size();
      const bool whole =
          at > 0 && spaced[at - 1] == ' ' && end < spaced.size() && spaced[end] == ' ';
      if (whole && !any_phrase(k_about, spaced.substr(end))) {
        return true;
      }
    }
    return false;
  });
}

bool ends_like_secret(std::string_view spaced) {
  const std::vector<std::string_view> words = split(spaced, ' ');
  for (std::size_t i = words.size(); i-- > 0;) {
    const bool ends = std::any_of(k_endings.begin(), k_endings.end(), [&](std::string_view ending) {
      return words[i].ends_with(ending);
    });
    if (ends) {
      std::string rest = " ";
      for (std::size_t j = i + 1; j < words.size(); ++j) {
        rest += std::string(words[j]) + " ";
      }
      return !any_phrase(k_about, rest);
    }
  }
  return false;
}

} // namespace

Redactor::Redactor(const std::vector<std::string>& extra) {
  m_words.assign(k_words.begin(), k_words.end());
  for (const std::string& word : extra) {
    const std::string spaced = spaced_words(word);
    if (spaced.size() > 2) {
      m_words.push_back(spaced.substr(1, spaced.size() - 2));
    }
  }
}

Redactor::Naming Redactor::naming_of(std::string_view name) const {
  const std::string spaced = spaced_words(name);
  if (any_phrase(k_other, spaced)) {
    return Naming::none;
  }
  if (names_secret(spaced, m_words) || ends_like_secret(spaced)) {
    return Naming::secret;
  }
  return names_secret(spaced, k_credential_words) ? Naming::credential : Naming::none;
}

Redactor::Naming Redactor::naming_of(const KeyPath& key) const {
  const Naming leaf = naming_of(key.leaf());
  if (leaf != Naming::none || key.segments.empty()) {
    return leaf;
  }
  // "value" of an item or a table named after the secret: env[DB_PASSWORD].value
  const std::string words = spaced_words(key.leaf());
  if ((words == " value " || words == " default ") && key.segments.size() >= 2) {
    return naming_of(key.segments[key.segments.size() - 2]);
  }
  // An item of a list that is named after the secret: passwords[0], env[DB_PASSWORD]
  return key.segments.back().find('[') != std::string::npos ? naming_of(key.segments.back())
                                                            : Naming::none;
}

bool Redactor::is_secret_key(const KeyPath& key) const { return naming_of(key) == Naming::secret; }

// As a whole, whatever it looks like.
bool Redactor::hides(const KeyPath& key, std::string_view value) const {
  const Naming naming = naming_of(key);
  return naming != Naming::none && !is_reference(value) &&
         (naming == Naming::secret || looks_like_credential(value));
}

std::string Redactor::value(const KeyPath& key, std::string_view value) const {
  return hides(key, value) ? std::string(k_redacted) : text(value, spaced_words(key.text()));
}

std::string Redactor::whole_value(const KeyPath& key, std::string_view value) const {
  return hides(key, value) ? std::string(k_redacted)
                           : without_secrets(value, spaced_words(key.text()));
}

std::string Redactor::key(const KeyPath& key) const { return text(key.text()); }

std::string Redactor::whole_key(const KeyPath& key) const { return without_secrets(key.text()); }

bool Redactor::is_known_secret(const KeyPath& key, std::string_view value) const {
  if (value.size() < 6 || value.size() > k_longest_value || this->value(key, value) != k_redacted) {
    return false;
  }
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  return !plain || value.size() >= 16;
}

std::string Redactor::text(std::string_view input, std::string_view about) const {
  if (input.size() <= k_longest_value) {
    return without_secrets(input, about);
  }
  // More than is shown, so that no secret is cut in two and half of it told.
  std::string shown = without_secrets(input.substr(0, 4 * k_longest_value), about);
  if (input.size() > 4 * k_longest_value) {
    shown.resize(std::min(shown.size(), shown.find_last_of(" \t\n,;") + 1));
  }
  if (shown.size() <= k_longest_value && input.size() <= 4 * k_longest_value) {
    return shown;
  }
  return fmt::format("{} ... ({} bytes)", first_bytes(shown, k_longest_value), input.size());
}

bool Redactor::may_hold_secret(std::string_view line) const {
  static const re2::RE2 pattern(
      R"re((?i)passw|passphrase|secret|token|credential|api[_-]?key|private[_-]?key|access[_-]?key|\bpw\b|\bpwd\b|authorization|bearer|cookie|\s-p\S|\s-u\b|--user\b|://[^\s/]*@)re",
      re2::RE2::Latin1);
  return re2::RE2::PartialMatch(line, pattern) || text(line) != line;
}

} // namespace leadline
