#include "analyzers/risk/environment.hpp"

#include "analyzers/domains/words.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

constexpr std::array<std::string_view, 4> k_production = {"prod", "production", "prd", "live"};
constexpr std::array<std::string_view, 9> k_staging = {
    "staging", "stage", "stg", "preprod", "uat", "qa", "nonprod", "preproduction", "acceptance"};
constexpr std::array<std::string_view, 14> k_development = {
    "dev",     "devel",   "development", "local", "localhost", "test",    "tests",
    "testing", "sandbox", "ci",          "demo",  "minikube",  "develop", "playground"};
// Words that name many other things too: they count at the end of a name ("values-local.yaml",
// "orders-test"), not inside it ("local_settings.py", "test-runner").
constexpr std::array<std::string_view, 9> k_weak = {
    "local", "localhost", "test", "tests", "testing", "ci", "demo", "playground", "live"};
// Whole names only: between other words it is what one program does with another.
constexpr std::array<std::string_view, 2> k_whole_staging = {"integration", "training"};

template <typename List>
bool in(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// "prod2", "dev01": numbered copies.
std::string_view without_number(std::string_view word) {
  return word.substr(0, word.find_last_not_of("0123456789") + 1);
}

Environment environment_of_word(std::string_view word) {
  word = without_number(word);
  return in(k_production, word)    ? Environment::production
         : in(k_staging, word)     ? Environment::staging
         : in(k_development, word) ? Environment::development
                                   : Environment::unknown;
}

// The words of a name, with "pre-prod" and "non-production" as one.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::string& word : split_words(text)) {
    const bool joins = !words.empty() &&
                       (words.back() == "pre" || words.back() == "non" || words.back() == "not") &&
                       environment_of_word(word) == Environment::production;
    if (joins) {
      words.back() = words.back() == "pre" ? "preprod" : "nonprod";
    } else {
      words.push_back(std::move(word));
    }
  }
  return words;
}

Environment environment_of_words(const std::vector<std::string>& words) {
  Environment found = Environment::unknown;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (in(k_weak, without_number(words[i])) && i + 1 < words.size()) {
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
  if (words.size() != 1 || words[0] == "live" || (file && in(k_weak, words[0]))) {
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
                       environment_of_words(words_of(rule.environment))});
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
    const std::vector<std::string> words = words_of(name_in_path(parts[i], file));
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
    if (in(k_production, segment)) {
      return Environment::production;
    }
    if (in(k_staging, segment)) {
      return Environment::staging;
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
    if (in(k_production, word)) {
      return Environment::production;
    }
    if (in(k_staging, word)) {
      found = Environment::staging;
    } else if (in(k_development, word) && found == Environment::unknown) {
      found = Environment::development;
    }
  }
  return found;
}

} // namespace leadline
