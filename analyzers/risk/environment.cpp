#include "analyzers/risk/environment.hpp"

#include "analyzers/domains/words.hpp"
#include "analyzers/risk/environment_words.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// Whole names only: between other words it is what one program does with another.
constexpr std::array<std::string_view, 2> k_whole_staging = {"integration", "training"};

template <typename List>
bool in(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Without numbered copies.
Environment environment_of_exact(std::string_view word) {
  return without_number(word) == word ? environment_of_word(word) : Environment::unknown;
}

Environment environment_of_words(const std::vector<std::string>& words) {
  Environment found = Environment::unknown;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (is_weak_environment(without_number(words[i])) && i + 1 < words.size()) {
      continue;
    }
    const Environment here = environment_of_word(words[i]);
    if (here == Environment::production) {
      return here;
    }
    if (here == Environment::staging) {
      found = here;
    } else if (here == Environment::development && found == Environment::unknown) {
      found = here;
    }
  }
  return found;
}

// A part of a path: a folder, or a file without the endings that say how to read it.
std::string_view name_in_path(std::string_view part, bool file) {
  if (!file) {
    // "serving.knative.dev" is a domain name.
    return part.find('.') != std::string_view::npos && part.ends_with(".dev")
               ? part.substr(0, part.size() - 4)
               : part;
  }
  constexpr std::array<std::string_view, 5> k_template = {".j2", ".erb", ".tmpl", ".tpl",
                                                          ".gotmpl"};
  for (const std::string_view ending : k_template) {
    part = part.ends_with(ending) ? part.substr(0, part.size() - ending.size()) : part;
  }
  const std::size_t dot = part.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? part : part.substr(0, dot);
}

// Whether the part is the environment's name and nothing else. "live" is also what repositories
// call the folder that holds all environments, and "test.yaml" may test anything.
Environment environment_of_whole(const std::vector<std::string>& words, bool file) {
  if (words.size() != 1 || words[0] == "live" || (file && is_weak_environment(words[0]))) {
    return Environment::unknown;
  }
  return in(k_whole_staging, words[0]) ? Environment::staging : environment_of_word(words[0]);
}

} // namespace

std::string_view name_of(Environment environment) {
  constexpr std::array<std::string_view, 4> k_names = {"unknown", "production", "staging",
                                                       "development"};
  return k_names[static_cast<std::size_t>(environment)];
}

EnvironmentMap::EnvironmentMap(const Policy& policy) {
  for (const EnvironmentRule& rule : policy.environments) {
    m_rules.push_back({GlobSet(rule.paths, GlobCase::insensitive),
                       environment_of_words(environment_words(rule.environment))});
  }
}

Environment EnvironmentMap::of_path(std::string_view path) const {
  for (const Rule& rule : m_rules) {
    if (rule.paths.any(path)) {
      return rule.environment;
    }
  }
  const std::vector<std::string_view> parts = split(path, '/');
  Environment by_word = Environment::unknown;
  for (std::size_t i = parts.size(); i-- > 0;) {
    if (parts[i] == "local" && i > 0 && parts[i - 1] == "usr") {
      continue;
    }
    const bool file = i + 1 == parts.size();
    const std::vector<std::string> words = environment_words(name_in_path(parts[i], file));
    // A folder that is called "prod" says more than a machine in it that is called "dev-desktop".
    const Environment whole = environment_of_whole(words, file);
    if (whole != Environment::unknown) {
      return whole;
    }
    by_word = by_word == Environment::unknown ? environment_of_words(words) : by_word;
  }
  if (by_word != Environment::unknown) {
    return by_word;
  }
  return Environment::unknown;
}

Environment environment_of_setting(const KeyPath& key, Environment of_file) {
  for (std::size_t i = 0; i + 1 < key.segments.size() && i < 3; ++i) {
    // Only a segment that is the environment's name as a whole: "test_timeout" names no
    // environment.
    const std::string segment = to_lower(key.segments[i]);
    const Environment named = environment_of_exact(segment);
    if (named == Environment::production || named == Environment::staging) {
      return named;
    }
    if (segment == "development" || segment == "dev" || segment == "test") {
      return Environment::development;
    }
  }
  return of_file;
}

Environment environment_in_value(std::string_view value) {
  Environment found = Environment::unknown;
  for (const std::string& word : split_words(value)) {
    const Environment here = environment_of_exact(word);
    if (here == Environment::production) {
      return here;
    }
    if (here == Environment::staging || found == Environment::unknown) {
      found = here;
    }
  }
  return found;
}

} // namespace leadline
