#include "app/cli/judging.hpp"

#include "app/cli/streams.hpp"
#include "app/config/repository_config.hpp"

#include <optional>

namespace leadline {
namespace {

constexpr std::size_t k_most_config_bytes =
    1UL << 20U; // the parser refuses far less, with a better message

} // namespace

Policy policy_of_file(const std::string& config) {
  if (config.empty()) {
    return {};
  }
  return parse_repository_config(read_input("configuration", config, k_most_config_bytes), config)
      .policy;
}

Policy policy_for(const GitRepository& repository, const Range& range, const std::string& config) {
  if (!config.empty()) {
    return policy_of_file(config);
  }
  const std::optional<std::string> yaml =
      repository.read(range.merge_base, k_repository_config_path);
  return yaml ? parse_repository_config(*yaml, k_repository_config_path).policy : Policy();
}

} // namespace leadline
