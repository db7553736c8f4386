#include "analyzers/risk/redact.hpp"

#include "analyzers/domains/words.hpp"
#include "analyzers/risk/subject.hpp"
#include "base/text.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace leadline {
namespace {

constexpr std::array<std::string_view, 26> k_words = {
    "password",    "passwd",      "passphrase",     "pass",
    "pwd",         "secret",      "secrets",        "token",
    "api key",     "apikey",      "private key",    "access key",
    "secret key",  "signing key", "encryption key", "credential",
    "credentials", "auth token",  "access token",   "session key",
    "shared key",  "master key",  "cookie secret",  "connection string",
    "webhook url", "license key"};

// Words after the secret's own that make the value something else about it.
constexpr std::array<std::string_view, 38> k_about = {
    "length",    "ttl",      "expiry",   "expires", "expiration", "age",   "lifetime",  "name",
    "names",     "path",     "file",     "id",      "url",        "uri",   "policy",    "enabled",
    "type",      "size",     "min",      "max",     "count",      "hash",  "algorithm", "required",
    "rotation",  "limit",    "attempts", "timeout", "ref",        "store", "backend",   "endpoint",
    "namespace", "interval", "days",     "seconds", "field",      "header"};

bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/' || c == '_' || c == '-' || c == '=';
}

// A value that only says where the secret is.
bool is_reference(std::string_view value) {
  const std::string_view text = trim(value);
  if (text.empty() || is_template(text) || parse_switch(text)) {
    return true;
  }
  return text.starts_with('/') || text.starts_with("./") || text.starts_with("vault:") ||
         text.starts_with("arn:") || text.starts_with("$") || text.starts_with("%(") ||
         text.starts_with("file:") || text.starts_with("op://") || text.starts_with("env:") ||
         text.starts_with("ssm:") || text.starts_with("sops:") || text.ends_with(".pem") ||
         text.ends_with(".key") || text.ends_with(".crt");
}

// Letters of both cases and digits without the pattern of words, long enough to be a key.
bool is_random(std::string_view token) {
  if (token.size() < 24 || token.size() > 4096) {
    return false;
  }
  int digits = 0;
  int upper = 0;
  int lower = 0;
  int separators = 0;
  for (const char c : token) {
    digits += c >= '0' && c <= '9' ? 1 : 0;
    upper += c >= 'A' && c <= 'Z' ? 1 : 0;
    lower += c >= 'a' && c <= 'z' ? 1 : 0;
    separators += c == '-' || c == '_' || c == '/' ? 1 : 0;
  }
  // Hexadecimal digests (image digests, commit ids) are no secrets; paths and slugs have
  // separators.
  return digits >= 3 && upper >= 3 && lower >= 3 &&
         separators * 8 < static_cast<int>(token.size()) && entropy_of(token) > 4.0;
}

struct Shape {
  const char* pattern;
  const char* replacement;
};

const std::vector<std::pair<std::unique_ptr<re2::RE2>, std::string>>& shapes() {
  static const auto compiled = [] {
    constexpr std::array<Shape, 12> k_shapes = {{
        {R"(-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.)*?(?:-----END [A-Z ]*PRIVATE KEY-----|$))",
         "[redacted]"},
        {R"(\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[0-9A-Z]{16}\b)", "[redacted]"},
        {R"(\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})\b)", "[redacted]"},
        {R"(\bglpat-[A-Za-z0-9_-]{16,})", "[redacted]"},
        {R"(\bxox[abposr]-[A-Za-z0-9-]{10,})", "[redacted]"},
        {R"(\bAIza[0-9A-Za-z_-]{30,})", "[redacted]"},
        {R"(\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)", "[redacted]"},
        {R"((?i)(--?(?:[a-z0-9]+[_-])*(?:password|passwd|pass|pwd|secret|token|api[_-]?key)["']?[ =,]+["']?)[^\s"',]+)",
         "\\1[redacted]"},
        {R"((\s(?:-u|--user)[ =]["']?[^\s:"']+:)[^\s"']+)", "\\1[redacted]"},
        {R"((?i)(\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{6,})", "\\1[redacted]"},
        {R"((https?://hooks\.slack\.com/services/)[A-Za-z0-9/]+)", "\\1[redacted]"},
        {R"(([A-Za-z][A-Za-z0-9+.-]*://)[^\s/@:"'{}$]*:[^\s/@"'{}$]+@)", "\\1[redacted]@"},
    }};
    std::vector<std::pair<std::unique_ptr<re2::RE2>, std::string>> made;
    re2::RE2::Options options;
    options.set_encoding(re2::RE2::Options::EncodingLatin1); // any bytes
    options.set_log_errors(false);
    for (const Shape& shape : k_shapes) {
      made.emplace_back(std::make_unique<re2::RE2>(shape.pattern, options), shape.replacement);
    }
    return made;
  }();
  return compiled;
}

// password=..., "token": "..." inside a longer text.
const re2::RE2& pair_pattern() {
  static const re2::RE2 pattern(
      R"re((?i)((?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)["']?\s*[:=]\s*["']?)([^\s"'&;,{}$<>]{3,}))re",
      re2::RE2::Latin1);
  return pattern;
}

} // namespace

double entropy_of(std::string_view text) {
  std::array<int, 256> counts{};
  for (const char c : text) {
    ++counts[static_cast<unsigned char>(c)];
  }
  double bits = 0;
  for (const int count : counts) {
    if (count > 0) {
      const double share = static_cast<double>(count) / static_cast<double>(text.size());
      bits -= share * std::log2(share);
    }
  }
  return bits;
}

Redactor::Redactor(const std::vector<std::string>& extra) {
  m_words.assign(k_words.begin(), k_words.end());
  for (const std::string& word : extra) {
    const std::string spaced = spaced_words(word);
    if (spaced.size() > 2) {
      m_words.push_back(spaced.substr(1, spaced.size() - 2));
    }
  }
}

bool Redactor::is_secret_word_run(std::string_view spaced) const {
  return std::any_of(m_words.begin(), m_words.end(), [&](const std::string& word) {
    for (std::size_t at = spaced.find(word); at != std::string_view::npos;
         at = spaced.find(word, at + 1)) {
      const std::size_t end = at + word.size();
      if (at == 0 || spaced[at - 1] != ' ' || end >= spaced.size() || spaced[end] != ' ') {
        continue;
      }
      const std::string rest(spaced.substr(end));
      const bool about = std::any_of(k_about.begin(), k_about.end(),
                                     [&](std::string_view what) { return has_phrase(rest, what); });
      if (!about) {
        return true;
      }
    }
    return false;
  });
}

bool Redactor::is_secret_key(const KeyPath& key) const {
  const std::string leaf = spaced_words(key.leaf());
  if (is_secret_word_run(leaf)) {
    return true;
  }
  // "value" of an item or a table named after the secret: env[DB_PASSWORD].value
  if ((leaf == " value " || leaf == " default ") && key.segments.size() >= 2) {
    return is_secret_word_run(spaced_words(key.segments[key.segments.size() - 2]));
  }
  return !key.segments.empty() && key.segments.back().find('[') != std::string::npos &&
         is_secret_word_run(spaced_words(key.segments.back()));
}

std::string Redactor::value(const KeyPath& key, std::string_view value) const {
  if (is_secret_key(key) && !is_reference(value)) {
    return std::string(k_redacted);
  }
  return text(value);
}

std::string Redactor::text(std::string_view input) const {
  std::string shown(input);
  for (const auto& [pattern, replacement] : shapes()) {
    re2::RE2::GlobalReplace(&shown, *pattern, replacement);
  }
  re2::RE2::GlobalReplace(&shown, pair_pattern(), "\\1[redacted]");
  std::string out;
  for (std::size_t i = 0; i < shown.size();) {
    std::size_t end = i;
    while (end < shown.size() && is_token_char(shown[end])) {
      ++end;
    }
    if (end == i) {
      out += shown[i++];
      continue;
    }
    const std::string_view token = std::string_view(shown).substr(i, end - i);
    out += is_random(token) ? k_redacted : token;
    i = end;
  }
  return out;
}

bool Redactor::may_hold_secret(std::string_view line) const {
  static const re2::RE2 pattern(
      R"re((?i)passw|passphrase|secret|token|credential|api[_-]?key|private[_-]?key|access[_-]?key|\bpw\b|\bpwd\b|authorization|bearer|cookie|\s-p\S|\s-u\b|--user\b|://[^\s/]*@)re",
      re2::RE2::Latin1);
  return re2::RE2::PartialMatch(line, pattern) || text(line) != line;
}

} // namespace leadline
