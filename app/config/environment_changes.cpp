#include "app/config/environment_changes.hpp"

#include "base/digest.hpp"
#include "base/glob.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace leadline {
namespace {

constexpr const char* k_field = "environments";
constexpr std::size_t k_most_patterns = 200; // that are held against each other
constexpr int k_production = 2;

struct Pattern {
  std::string shown;
  std::string text; // as it is matched: "*.ini" is "**/*.ini", "/a" is "a", "a/" is "a/**"
  std::string environment;
  int strictness = 0;
  GlobSet glob;

  std::string words() const { return environment + " " + shown; }
};

int strictness_of(const std::string& environment) {
  return environment == "production" ? k_production : environment == "staging" ? 1 : 0;
}

std::string as_matched(std::string_view glob) {
  std::string text = to_lower(glob); // paths are matched in any case
  if (text.starts_with("/")) {
    text.erase(0, 1);
  } else if (text.find('/') == std::string::npos) {
    text.insert(0, "**/");
  }
  return text.ends_with("/") ? text + "**" : text;
}

// In the order in which they are asked; one that stands there twice is asked once.
std::vector<Pattern> patterns_of(const std::vector<EnvironmentRule>& rules) {
  std::vector<Pattern> patterns;
  for (const EnvironmentRule& rule : rules) {
    for (const std::string& glob : rule.paths) {
      std::string text = as_matched(glob);
      const bool asked = std::any_of(patterns.begin(), patterns.end(),
                                     [&](const Pattern& each) { return each.text == text; });
      if (!asked && patterns.size() <= k_most_patterns) {
        patterns.push_back({glob, std::move(text), rule.environment,
                            strictness_of(rule.environment),
                            GlobSet(std::vector<std::string>{glob}, GlobCase::insensitive)});
      }
    }
  }
  return patterns;
}

std::string_view literal_start(std::string_view text) {
  return text.substr(0, text.find_first_of("*?{\\"));
}

std::string_view literal_end(std::string_view text) {
  const std::size_t special = text.find_last_of("*?}\\");
  if (special == std::string_view::npos) {
    return text;
  }
  return text.substr(std::min(text.size(), special + (text[special] == '\\' ? 2 : 1)));
}

bool is_literal(const Pattern& pattern) { return literal_start(pattern.text) == pattern.text; }

// Whether it is certain that `wide` matches all that `narrow` does.
bool covers(const Pattern& wide, const Pattern& narrow) {
  if (wide.text == narrow.text || wide.text == "**" || wide.text == "**/*" ||
      wide.text == "**/**") {
    return true;
  }
  if (is_literal(narrow)) {
    return wide.glob.any(narrow.text);
  }
  const std::string_view folder = literal_start(wide.text);
  return folder.ends_with("/") && wide.text.substr(folder.size()) == "**" &&
         literal_start(narrow.text).starts_with(folder);
}

// Whether it is certain that no path matches both.
bool are_apart(const Pattern& a, const Pattern& b) {
  if (is_literal(a) || is_literal(b)) {
    return is_literal(a) ? !b.glob.any(a.text) : !a.glob.any(b.text);
  }
  const auto [start_a, start_b] = std::pair(literal_start(a.text), literal_start(b.text));
  const std::size_t start = std::min(start_a.size(), start_b.size());
  const auto [end_a, end_b] = std::pair(literal_end(a.text), literal_end(b.text));
  const std::size_t end = std::min(end_a.size(), end_b.size());
  return start_a.substr(0, start) != start_b.substr(0, start) ||
         end_a.substr(end_a.size() - end) != end_b.substr(end_b.size() - end);
}

// The first `count` of `patterns` leave nothing of `pattern` to those that follow.
bool takes_all(const std::vector<Pattern>& patterns, std::size_t count, const Pattern& pattern) {
  return std::any_of(patterns.begin(), patterns.begin() + static_cast<std::ptrdiff_t>(count),
                     [&](const Pattern& each) { return covers(each, pattern); });
}

// Whether a path may be one that before[i] decides now and after[j] then; the index behind the last
// stands for "no pattern does".
bool may_pass(const std::vector<Pattern>& before, std::size_t i, const std::vector<Pattern>& after,
              std::size_t j) {
  const Pattern* old_one = i < before.size() ? &before[i] : nullptr;
  const Pattern* new_one = j < after.size() ? &after[j] : nullptr;
  if (old_one != nullptr && new_one != nullptr && are_apart(*old_one, *new_one)) {
    return false;
  }
  for (const Pattern* each : {old_one, new_one}) {
    if (each != nullptr && (takes_all(before, i, *each) || takes_all(after, j, *each))) {
      return false;
    }
  }
  return true;
}

std::optional<std::size_t> index_of(const std::vector<Pattern>& patterns, const Pattern& wanted) {
  const auto found = std::find_if(patterns.begin(), patterns.end(),
                                  [&](const Pattern& each) { return each.text == wanted.text; });
  return found == patterns.end()
             ? std::nullopt
             : std::optional(static_cast<std::size_t>(found - patterns.begin()));
}

std::string listed(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string words_of(const std::vector<EnvironmentRule>& rules) {
  std::string text;
  for (const EnvironmentRule& rule : rules) {
    text += fmt::format("{} [{}]; ", rule.environment, fmt::join(rule.paths, ", "));
  }
  return text;
}

class Comparison {
public:
  Comparison(const std::vector<EnvironmentRule>& before, const std::vector<EnvironmentRule>& after)
      : m_before(patterns_of(before)), m_after(patterns_of(after)) {}

  bool too_many() const {
    return m_before.size() > k_most_patterns || m_after.size() > k_most_patterns;
  }

  std::vector<ConfigChange> run() {
    for (std::size_t j = 0; j < m_after.size(); ++j) {
      add_of_new(j);
    }
    for (std::size_t i = 0; i < m_before.size(); ++i) {
      add_of_gone(i);
    }
    if (m_changes.empty() && order_of(m_before) != order_of(m_after)) {
      m_changes.push_back({k_field, std::string(k_field) + ", their order", order_of(m_before),
                           order_of(m_after), false});
    }
    return std::move(m_changes);
  }

private:
  static std::string title(const Pattern& pattern) {
    return std::string(k_field) + " " + pattern.shown;
  }

  static std::string order_of(const std::vector<Pattern>& patterns) {
    std::vector<std::string> names;
    for (const Pattern& each : patterns) {
      names.push_back(each.text);
    }
    return listed(names);
  }

  void add_of_new(std::size_t j) {
    const Pattern& now = m_after[j];
    const std::optional<std::size_t> old_index = index_of(m_before, now);
    const bool same = old_index && m_before[*old_index].environment == now.environment;
    std::vector<std::string> passed; // stricter ones that decided some of its paths
    bool weakens = false;
    for (std::size_t i = 0; i <= m_before.size(); ++i) {
      const bool none = i == m_before.size();
      const int strictness = none ? k_production : m_before[i].strictness;
      if (strictness <= now.strictness || !may_pass(m_before, i, m_after, j)) {
        continue;
      }
      if (same && (none || !index_of(m_after, m_before[i]))) {
        continue; // what has gone is said of it itself
      }
      weakens = true;
      if (!none && i != old_index) {
        passed.push_back(m_before[i].words());
      }
    }
    if (same) {
      if (weakens) {
        m_changes.push_back({k_field, title(now), "after " + listed(passed),
                             now.environment + ", before " + listed(passed), true});
      }
      return;
    }
    m_changes.push_back({k_field, title(now), old_index ? m_before[*old_index].environment : "",
                         now.environment + (passed.empty() ? "" : ", before " + listed(passed)),
                         weakens});
  }

  void add_of_gone(std::size_t i) {
    const Pattern& was = m_before[i];
    if (index_of(m_after, was)) {
      return;
    }
    std::vector<std::string> heirs;
    bool weakens = false;
    for (std::size_t j = 0; j <= m_after.size(); ++j) {
      const bool none = j == m_after.size(); // then the words of a path decide
      const int strictness = none ? 0 : m_after[j].strictness;
      if (strictness >= was.strictness || !may_pass(m_before, i, m_after, j)) {
        continue;
      }
      weakens = true;
      if (!none) {
        heirs.push_back(m_after[j].words());
      }
    }
    m_changes.push_back({k_field, title(was), was.environment, listed(heirs), weakens});
  }

  std::vector<Pattern> m_before;
  std::vector<Pattern> m_after;
  std::vector<ConfigChange> m_changes;
};

} // namespace

std::vector<ConfigChange> environment_changes(const std::vector<EnvironmentRule>& before,
                                              const std::vector<EnvironmentRule>& after) {
  const auto [old_words, new_words] = std::pair(words_of(before), words_of(after));
  if (old_words == new_words) {
    return {};
  }
  Comparison comparison(before, after);
  if (comparison.too_many()) {
    return {{k_field, k_field, "sha256 " + sha256_hex(old_words),
             "sha256 " + sha256_hex(new_words) + " (too many patterns to compare)", true}};
  }
  return comparison.run();
}

} // namespace leadline
