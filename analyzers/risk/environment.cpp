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

// Words that name an environment when they stand alone or last ("live", "64-test",
// "values-local.yaml"), and something else inside a longer name: "local-path-provisioner",
// "demo-shop", "test-runner", "ci-operator", "live-migration".
constexpr std::array<std::string_view, 8> k_ambiguous = {"local",   "localhost", "test", "tests",
                                                         "testing", "ci",        "demo", "live"};

template <typename List>
bool in(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

Environment environment_of_words(std::string_view text) {
  Environment found = Environment::unknown;
  const std::vector<std::string> words = split_words(text);
  // A file's extension is no part of its name.
  const std::size_t dot = text.rfind('.');
  const std::size_t last =
      words.size() < 2 || dot == std::string_view::npos || text.size() - dot > 6 ? words.size()
                                                                                 : words.size() - 1;
  for (std::size_t i = 0; i < words.size(); ++i) {
    // "prod2", "dev01": numbered copies
    const std::string_view stem =
        std::string_view(words[i]).substr(0, words[i].find_last_not_of("0123456789") + 1);
    if (in(k_ambiguous, stem) && i + 1 != last) {
      continue;
    }
    if (in(k_production, stem)) {
      return Environment::production;
    }
    if (in(k_staging, stem)) {
      found = Environment::staging;
    } else if (in(k_development, stem) && found == Environment::unknown) {
      found = Environment::development;
    }
  }
  return found;
}

} // namespace

std::string_view name_of(Environment environment) {
  constexpr std::array<std::string_view, 4> k_names = {"unknown", "production", "staging",
                                                       "development"};
  return k_names[static_cast<std::size_t>(environment)];
}

EnvironmentMap::EnvironmentMap(const Policy& policy) {
  for (const EnvironmentRule& rule : policy.environments) {
    m_rules.push_back(
        {GlobSet(rule.paths, GlobCase::insensitive), environment_of_words(rule.environment)});
  }
}

Environment EnvironmentMap::of_path(std::string_view path) const {
  for (const Rule& rule : m_rules) {
    if (rule.paths.any(path)) {
      return rule.environment;
    }
  }
  const std::vector<std::string_view> parts = split(path, '/');
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    const Environment found = environment_of_words(*part);
    if (found != Environment::unknown) {
      return found;
    }
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
