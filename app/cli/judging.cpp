#include "app/cli/judging.hpp"

#include "analyzers/catalog/catalog.hpp"
#include "app/cli/streams.hpp"
#include "app/config/repository_config.hpp"
#include "base/error.hpp"

#include <utility>

namespace leadline {
namespace {

constexpr std::size_t k_most_config_bytes =
    1UL << 20U; // the parser refuses far less, with a better message

// Throws Error(bad_input) with the mistakes of the merge base, unless the range mends them.
Policy usable(const ConfigOfRange& config) {
  if (!config.judging.mistakes.empty()) {
    throw Error(ErrorKind::bad_input, config.judging.mistakes);
  }
  return config.judging.config.policy;
}

} // namespace

Policy policy_of_file(const std::string& config) {
  if (config.empty()) {
    return {};
  }
  return parse_repository_config(read_input("configuration", config, k_most_config_bytes), config)
      .policy;
}

Policy policy_for(const GitRepository& repository, const Range& range, const std::string& config) {
  return config.empty() ? usable(config_of_range(repository, range, {})) : policy_of_file(config);
}

JudgedRange judge_range(const GitRepository& repository, const Range& range,
                        const std::string& config, const std::function<Policy(Policy)>& adjust) {
  const ConfigOfRange found = config_of_range(repository, range, {});
  Policy policy = config.empty() ? usable(found) : policy_of_file(config);
  if (adjust) {
    policy = adjust(std::move(policy));
  }
  Review made = review(repository, range, policy, Catalog::built_in());
  add_config_findings(made.report, made.changes, repository, found, policy);
  return {std::move(made.report), std::move(policy)};
}

} // namespace leadline
