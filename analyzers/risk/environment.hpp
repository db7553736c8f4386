#pragma once

#include "analyzers/policy.hpp"
#include "analyzers/settings/setting.hpp"
#include "base/glob.hpp"

#include <string_view>
#include <vector>

namespace leadline {

// Where a change takes effect, as far as path and key tell.
enum class Environment { unknown, production, staging, development };
std::string_view name_of(Environment environment);

class EnvironmentMap {
public:
  explicit EnvironmentMap(const Policy& policy);

  // The rules of the policy first, in their order; then the last part of the path that is an
  // environment's name ("envs/prod", "staging.yaml"); then the last part with such a word
  // ("orders-dev", "values-uat.yaml"), where a part with several is production.
  Environment of_path(std::string_view path) const;

private:
  struct Rule {
    GlobSet paths;
    Environment environment;
  };
  std::vector<Rule> m_rules;
};

// Of a setting: a top segment of its key may name one ("production:" in database.yml), else the
// file's.
Environment environment_of_setting(const KeyPath& key, Environment of_file);

// The environment that a value names ("db.staging.internal", "letsencrypt-staging"), by whole
// words.
Environment environment_in_value(std::string_view value);

} // namespace leadline
