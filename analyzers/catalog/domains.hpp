#pragma once

#include "base/embedded_file.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// What a change can be about: one row of manifests/catalog/domains.json, or of a repository's
// configuration.
struct Domain {
  std::string id;                 // "connection-pool"
  std::string title;              // "Connection pool"
  std::vector<std::string> words; // of a key or line, normalised: "pool", "max_client_conn"
  std::vector<std::string> paths; // globs over the path
  int weight = 1; // 0..10: how much is at stake when it goes wrong unseen; application-code is 1
  int merge_order = 50;           // 0..100: earlier groups of a split plan have lower numbers
  std::vector<std::string> names; // of programs, normalised: weaker evidence than words

  bool operator==(const Domain&) const = default;
};

// The built-in domains, in the order of the file; loaded once.
const std::vector<Domain>& built_in_domains();

// Throws Error(bad_input) that lists every mistake.
std::vector<Domain> load_domains(std::string_view json);

} // namespace leadline
