#include "analyzers/risk/environment_words.hpp"

#include "analyzers/domains/words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace leadline {
namespace {

constexpr std::array<std::string_view, 4> k_production = {"prod", "production", "prd", "live"};
constexpr std::array<std::string_view, 9> k_staging = {
    "staging", "stage", "stg", "preprod", "uat", "qa", "nonprod", "preproduction", "acceptance"};
constexpr std::array<std::string_view, 14> k_development = {
    "dev",     "devel",   "development", "local", "localhost", "test",    "tests",
    "testing", "sandbox", "ci",          "demo",  "minikube",  "develop", "playground"};
constexpr std::array<std::string_view, 9> k_weak = {
    "local", "localhost", "test", "tests", "testing", "ci", "demo", "playground", "live"};

template <typename List>
bool in(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

} // namespace

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

std::vector<std::string> environment_words(std::string_view name) {
  std::vector<std::string> words;
  for (std::string& word : split_words(name)) {
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

bool is_weak_environment(std::string_view word) { return in(k_weak, word); }

} // namespace leadline
