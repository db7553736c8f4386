#include "base/glob.hpp"

#include "base/error.hpp"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>

namespace leadline {
namespace {

constexpr std::size_t k_longest_pattern_bytes = 1000;

[[noreturn]] void reject(std::string_view pattern, const std::string& why) {
  throw Error(ErrorKind::bad_input,
              "path pattern \"" + std::string(pattern.substr(0, 100)) + "\": " + why);
}

// The pattern as a regular expression; RE2 then matches in linear time.
class Translation {
public:
  explicit Translation(std::string_view pattern) : m_pattern(pattern) {
    if (pattern.empty() || pattern.size() > k_longest_pattern_bytes) {
      reject(pattern, pattern.empty() ? "is empty" : "is longer than 1000 bytes");
    }
    std::string_view rest = pattern;
    if (rest.front() == '/') {
      rest.remove_prefix(1);
    } else if (rest.find('/') == std::string_view::npos) {
      m_regex += "(?:.*/)?";
    }
    translate(rest);
    if (!rest.empty() && rest.back() == '/') {
      m_regex += ".*";
    }
    if (m_depth != 0) {
      reject(pattern, "a '{' is not closed");
    }
  }

  const std::string& regex() const { return m_regex; }

private:
  void translate(std::string_view rest) {
    for (std::size_t i = 0; i < rest.size(); ++i) {
      switch (rest[i]) {
      case '*':
        i += stars(rest, i);
        break;
      case '?':
        m_regex += "[^/]";
        break;
      case '{':
        ++m_depth;
        m_regex += "(?:";
        break;
      case '}':
        if (m_depth == 0) {
          reject(m_pattern, "a '}' has no '{'");
        }
        --m_depth;
        m_regex += ')';
        break;
      case ',':
        m_regex += m_depth > 0 ? "|" : ",";
        break;
      case '\\':
        if (i + 1 == rest.size()) {
          reject(m_pattern, "ends with '\\'");
        }
        ++i;
        [[fallthrough]];
      default:
        m_regex += RE2::QuoteMeta(re2::StringPiece(&rest[i], 1));
      }
    }
  }

  // Returns how many characters beyond the first it consumed.
  std::size_t stars(std::string_view rest, std::size_t at) {
    std::size_t end = at;
    while (end < rest.size() && rest[end] == '*') {
      ++end;
    }
    const bool starts_part = at == 0 || rest[at - 1] == '/';
    if (end - at == 1) {
      m_regex += "[^/]*";
    } else if (starts_part && end < rest.size() && rest[end] == '/') {
      m_regex += "(?:.*/)?";
      ++end;
    } else {
      m_regex += ".*";
    }
    return end - at - 1;
  }

  std::string_view m_pattern;
  std::string m_regex;
  int m_depth = 0;
};

re2::RE2::Options options_for(GlobCase glob_case) {
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1); // paths are bytes
  options.set_dot_nl(true);
  options.set_log_errors(false);
  options.set_max_mem(64 << 20);
  options.set_case_sensitive(glob_case == GlobCase::sensitive);
  return options;
}

} // namespace

struct GlobSet::Compiled {
  explicit Compiled(const re2::RE2::Options& options) : set(options, re2::RE2::ANCHOR_BOTH) {}

  re2::RE2::Set set;
  std::size_t size = 0;
  std::vector<std::unique_ptr<re2::RE2>> single; // when the set runs out of its memory
};

GlobSet::GlobSet(std::span<const std::string> patterns, GlobCase glob_case) {
  const auto options = options_for(glob_case);
  auto compiled = std::make_shared<Compiled>(options);
  for (const std::string& pattern : patterns) {
    const std::string regex = Translation(pattern).regex();
    compiled->single.push_back(std::make_unique<re2::RE2>(regex, options));
    std::string error;
    if (!compiled->single.back()->ok() || compiled->set.Add(regex, &error) < 0) {
      reject(pattern, "cannot be compiled");
    }
    ++compiled->size;
  }
  if (!compiled->set.Compile()) {
    throw Error(ErrorKind::bad_input, "path patterns: too many to compile");
  }
  m_compiled = std::move(compiled);
}

std::vector<std::size_t> GlobSet::matches(std::string_view path) const {
  std::vector<std::size_t> found;
  if (m_compiled->size == 0) {
    return found;
  }
  const re2::StringPiece text(path.data(), path.size());
  std::vector<int> hits;
  re2::RE2::Set::ErrorInfo error{};
  if (m_compiled->set.Match(text, &hits, &error)) {
    std::sort(hits.begin(), hits.end());
    found.assign(hits.begin(), hits.end());
  } else if (error.kind != re2::RE2::Set::kNoError) {
    for (std::size_t i = 0; i < m_compiled->size; ++i) {
      if (re2::RE2::FullMatch(text, *m_compiled->single[i])) {
        found.push_back(i);
      }
    }
  }
  return found;
}

int glob_specificity(std::string_view pattern) {
  const auto literals = [](std::string_view text) {
    return static_cast<int>(std::count_if(text.begin(), text.end(),
                                          [](char c) { return c != '*' && c != '?' && c != '/'; }));
  };
  const std::size_t slash = pattern.rfind('/');
  const std::string_view name =
      slash == std::string_view::npos ? pattern : pattern.substr(slash + 1);
  return std::min(999, std::min(literals(name), 30) * 30 + std::min(literals(pattern), 99));
}

} // namespace leadline
