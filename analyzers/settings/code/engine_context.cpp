#include "analyzers/settings/code/engine_context.hpp"

#include "base/text.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace leadline {
namespace {

// resource.TYPE[NAME], module.NAME
std::size_t depth_of_resource(const Setting& setting) {
  const auto& path = setting.key.segments;
  return path.size() > 2 && (path[0] == "resource" || path[0] == "data" || path[0] == "module") ? 2
                                                                                                : 0;
}

// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_parameter_group,
// https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/sql_database_instance
std::string_view engine_in(const Setting& setting) {
  const std::string_view key = setting.key.leaf();
  if (key != "family" && key != "engine" && key != "database_version" &&
      key != "parameter_group_family") {
    return {};
  }
  const std::string value = to_lower(setting.value);
  const auto names = [&](std::string_view word) { return value.find(word) != std::string::npos; };
  return names("postgres")                    ? "postgresql"
         : names("mysql") || names("mariadb") ? "mysql"
                                              : std::string_view();
}

std::string resource_of(const Setting& setting) {
  return setting.key.segments[0] + '\n' + setting.key.segments[1];
}

} // namespace

void name_engines(std::vector<Setting>& settings) {
  std::map<std::string, std::string_view> engines;
  for (const Setting& setting : settings) {
    const std::size_t depth = depth_of_resource(setting);
    const std::string_view engine = depth == 0 ? std::string_view() : engine_in(setting);
    if (!engine.empty() && setting.key.segments.size() == depth + 1) {
      engines[resource_of(setting)] = engine;
    }
  }
  if (engines.empty()) {
    return;
  }
  for (Setting& setting : settings) {
    const std::size_t depth = depth_of_resource(setting);
    if (depth == 0 || setting.key.segments.size() <= depth + 1) {
      continue;
    }
    if (const auto at = engines.find(resource_of(setting)); at != engines.end()) {
      setting.context.append(setting.context.empty() ? "" : ".").append(at->second);
    }
  }
}

} // namespace leadline
