#include "analyzers/risk/secret_shapes.hpp"

#include "analyzers/domains/words.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

namespace leadline {
namespace {

constexpr std::string_view k_mark = "[redacted]";
constexpr std::size_t k_shortest_random = 24;
constexpr std::size_t k_shortest_hex = 40;
// Shares of neighbours of different classes (small, capital, digit): random base64 has 0.6, names
// written in camelCase have 0.2.
constexpr double k_changes = 0.33;
constexpr double k_entropy = 3.7;
// How far before a digest the word that calls it one may stand.
constexpr std::size_t k_near = 160;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_token_char(char c) {
  return is_lower(c) || is_upper(c) || is_digit(c) || c == '+' || c == '/' || c == '_' || c == '-';
}
int class_of(char c) { return is_lower(c) ? 0 : is_upper(c) ? 1 : is_digit(c) ? 2 : 3; }

struct Shape {
  const char* pattern;
  const char* replacement;
};

constexpr std::array<Shape, 20> k_shapes = {{
    {R"(-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?s:.)*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$))",
     "[redacted]"},
    {R"((?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ANVA|ABIA|ACCA)[0-9A-Z]{16})", "[redacted]"},
    {R"((?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}))", "[redacted]"},
    {R"(\bgl(?:pat|dt|rt|ptt)-[A-Za-z0-9_-]{16,})", "[redacted]"},
    {R"(xox[abeposr](?:\.[a-z]+)?-[A-Za-z0-9-]{10,})", "[redacted]"},
    {R"(\bxapp-[A-Za-z0-9-]{10,})", "[redacted]"},
    {R"(AIza[0-9A-Za-z_-]{30,})", "[redacted]"},
    {R"(\b[sr]k_(?:live|test)_[A-Za-z0-9]{10,})", "[redacted]"},
    {R"(\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,})", "[redacted]"},
    {R"(\b(?:npm_[A-Za-z0-9]{30,}|dop_v1_[a-f0-9]{40,}|hv[sbr]\.[A-Za-z0-9_-]{20,}|sk-[A-Za-z0-9_-]{20,}))",
     "[redacted]"},
    {R"(eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*)", "[redacted]"},
    {R"((?i)(--?(?:[a-z0-9]+[_-])*(?:password|passwd|pass|pwd|pw|secret|token|api[_-]?key)["']?[ =,]+["']?)(?:[^\s"',-][^\s"',]*|-[^\s"',>][^\s"',]*))",
     "\\1[redacted]"},
    {R"((\s(?:-u|--user)[ =]["']?[^\s:"']+:)[^\s"']+)", "\\1[redacted]"},
    {R"((?i)(\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{6,})", "\\1[redacted]"},
    {R"((?i)(\bauthorization["']?\s*[:=]\s*["']?(?:token|apikey|digest|negotiate|aws4-hmac-sha256)\s+)[^\s"']{6,})",
     "\\1[redacted]"},
    {R"re((?i)(\b(?:set-)?cookie["']?\s*[:=]\s*["']?[a-z0-9_.-]+=)[^\s"';,]+)re", "\\1[redacted]"},
    {R"((https?://(?:hooks\.slack\.com/(?:services|workflows)|discord(?:app)?\.com/api/webhooks|[a-z0-9.-]+\.webhook\.office\.com)/)[A-Za-z0-9/@_-]+)",
     "\\1[redacted]"},
    // user:password@ of a URL; in the second form the password holds a slash, and is no port
    {R"(([A-Za-z][A-Za-z0-9+.-]*://)[^\s/@:"'{}$]*:[^\s/"'{}$][^\s/"'{}]*@)", "\\1[redacted]@"},
    {R"(([A-Za-z][A-Za-z0-9+.-]*://)[^\s/@:"'{}$]*:(?:[^\s@"'{}$0-9/]|[0-9]{1,5}[^\s@"'{}$0-9/]|[0-9]{6})[^\s@"'{}]*@)",
     "\\1[redacted]@"},
    // password=..., "token": "..." inside a longer text; not sudo's NOPASSWD: ALL
    {R"re((?i)((?:password|(?:^|[^n]o|[^o])passwd|passphrase|\bpass|pwd|\bpw|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|[?&;]sig)["']?\s*[:=]\s*["']?)([^\s"'&;,{}$<>\[][^\s"'&;,{}<>]{2,}))re",
     "\\1[redacted]"},
}};

class Shapes {
public:
  Shapes() {
    re2::RE2::Options options;
    options.set_encoding(re2::RE2::Options::EncodingLatin1); // any bytes
    options.set_log_errors(false);
    std::string any;
    for (const Shape& shape : k_shapes) {
      m_shapes.push_back(std::make_unique<re2::RE2>(shape.pattern, options));
      any += any.empty() ? "" : "|";
      any += std::string("(?:") + shape.pattern + ")";
    }
    m_any = std::make_unique<re2::RE2>(any, options);
  }

  std::string replace_all(std::string_view text) const {
    std::string shown(text);
    if (!re2::RE2::PartialMatch(shown, *m_any)) {
      return shown;
    }
    for (std::size_t i = 0; i < m_shapes.size(); ++i) {
      re2::RE2::GlobalReplace(&shown, *m_shapes[i], k_shapes[i].replacement);
    }
    return shown;
  }

private:
  std::vector<std::unique_ptr<re2::RE2>> m_shapes;
  std::unique_ptr<re2::RE2> m_any; // most texts match none: one pass says so
};

const Shapes& shapes() {
  static const Shapes compiled;
  return compiled;
}

// Small letters, capitals and digits mixed as in no name, long enough to be a key.
bool is_random(std::string_view token) {
  if (token.size() < k_shortest_random) {
    return false;
  }
  std::array<int, 4> counts{};
  int changes = 0;
  for (std::size_t i = 0; i < token.size(); ++i) {
    ++counts[static_cast<std::size_t>(class_of(token[i]))];
    changes += i > 0 && class_of(token[i]) != class_of(token[i - 1]) ? 1 : 0;
  }
  const auto size = static_cast<double>(token.size());
  // Paths and slugs have separators.
  return counts[0] >= 3 && counts[1] >= 3 && counts[2] >= 1 && counts[3] * 8 < size &&
         changes > k_changes * size && entropy_of(token) > k_entropy;
}

bool is_hex(std::string_view token) {
  const bool lower = std::all_of(token.begin(), token.end(),
                                 [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
  const bool upper = std::all_of(token.begin(), token.end(),
                                 [](char c) { return is_digit(c) || (c >= 'A' && c <= 'F'); });
  return token.size() >= k_shortest_hex && (lower || upper);
}

bool calls_it_digest(std::string_view spaced) {
  constexpr std::array<std::string_view, 36> k_words = {
      "sha",         "sha1",       "sha224",    "sha256",   "sha384",    "sha512",
      "md5",         "digest",     "digests",   "checksum", "checksums", "hash",
      "hashes",      "commit",     "commits",   "rev",      "revision",  "ref",
      "version",     "tag",        "integrity", "sum",      "etag",      "archive",
      "fingerprint", "thumbprint", "blob",      "tree",     "raw",       "image",
      "sha256sum",   "sha512sum",  "rapidhash", "blake2b",  "blake3",    "cas"};
  return std::any_of(k_words.begin(), k_words.end(),
                     [&](std::string_view word) { return has_phrase(spaced, word); });
}

bool is_digest(std::string_view text, std::size_t at, std::string_view about) {
  if (at > 0 && text[at - 1] == '@') {
    return true; // actions/checkout@6a7f...
  }
  const std::size_t from = at > k_near ? at - k_near : 0;
  return calls_it_digest(about) || calls_it_digest(spaced_words(text.substr(from, at - from)));
}

// Writes a run of token characters with its secrets replaced. `level` counts the kinds of
// separators that it was parted at: a key may stand alone, in a path, or behind a name
// ("key-0123abcd...").
class TokenWriter {
public:
  TokenWriter(std::string_view text, std::string_view about, std::string& out)
      : m_text(text), m_about(about), m_out(out) {}

  void write(std::size_t begin, std::size_t end, std::size_t level = 0) {
    constexpr std::array<std::string_view, 2> k_separators = {"/", "-_+"};
    const std::string_view token = m_text.substr(begin, end - begin);
    const bool integrity = token.starts_with("sha256-") || token.starts_with("sha384-") ||
                           token.starts_with("sha512-"); // of package managers
    if (token.size() < k_shortest_random || integrity) {
      m_out += token;
    } else if (is_random(token) || (is_hex(token) && !is_digest(m_text, begin, m_about))) {
      m_out += k_mark;
    } else if (level == k_separators.size()) {
      m_out += token;
    } else {
      for (std::size_t at = begin; at < end;) {
        const std::size_t stop = std::min(end, m_text.find_first_of(k_separators[level], at));
        write(at, stop, level + 1);
        if (stop < end) {
          m_out += m_text[stop];
        }
        at = stop + 1;
      }
    }
  }

private:
  std::string_view m_text;
  std::string_view m_about;
  std::string& m_out;
};

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

std::string without_secrets(std::string_view text, std::string_view about) {
  const std::string shown = shapes().replace_all(text);
  std::string out;
  out.reserve(shown.size());
  TokenWriter writer(shown, about, out);
  for (std::size_t i = 0; i < shown.size();) {
    std::size_t end = i;
    while (end < shown.size() && is_token_char(shown[end])) {
      ++end;
    }
    if (end == i) {
      // The padding of what was replaced goes with it.
      if (shown[i] != '=' || !out.ends_with(k_mark)) {
        out += shown[i];
      }
      ++i;
      continue;
    }
    writer.write(i, end);
    i = end;
  }
  return out;
}

} // namespace leadline
