#pragma once

#include "app/config/repository_config.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// One thing that a configuration says, in words, and what it means for how strictly it judges.
struct ConfigEntry {
  enum class Role {
    neutral,
    guard,  // without it less is found or more people may pass a finding
    excuse, // with it
  };

  std::string field; // "ignore"; of "publish" and the like with a dot: "publish.check_name"
  std::string name;  // of one of several: a glob, a rule, a key; "" for a single value
  std::string value; // "" where the name says it all
  Role role = Role::neutral;
  int strictness = 0;              // of two values of the same entry the lower one is weaker
  bool any_change_weakens = false; // where no order of the values is known

  std::string title() const { return name.empty() ? field : field + " " + name; }
};

// All that `config` says, what is as by default included only for single values.
std::vector<ConfigEntry> config_entries(const RepositoryConfig& config);

// As lines "field name: value", for people.
std::string config_text(const RepositoryConfig& config);

inline constexpr const char* k_check_name_field = "publish.check_name"; // a field

struct ConfigChange {
  std::string field;
  std::string title;  // "fail_on", "ignore third_party/**"
  std::string before; // "" not there
  std::string after;  // "" not there any more
  bool weakens = false;
};

// What `after` says differently: what weakens first, the gravest in front, the rest in the order of
// config_entries(). Of `environments` it counts, too, which comes first.
std::vector<ConfigChange> config_changes(const RepositoryConfig& before,
                                         const RepositoryConfig& after);

// The line (1-based) of `yaml` on which the field stands, 1 when it does not.
int line_of_field(std::string_view yaml, std::string_view field);

} // namespace leadline
