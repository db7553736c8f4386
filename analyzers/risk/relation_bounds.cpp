#include "analyzers/risk/relation_rules.hpp"

#include "analyzers/catalog/catalog.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace leadline {

// min_x against max_x side by side.
std::optional<Relation> min_over_max(const SettingChange& change, const SettingsByPath& before,
                                     const SettingsByPath& after) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> k_pairs = {
      {{"min", "max"},
       {"Min", "Max"},
       {"MIN", "MAX"},
       {"minimum", "maximum"},
       {"minimal", "maximal"},
       {"lower", "upper"}}};
  const Segments& segments = change.new_setting->key.segments;
  for (const auto& [low, high] : k_pairs) {
    for (const bool is_low : {true, false}) {
      const std::string_view here = is_low ? low : high;
      const std::string& leaf = segments.back();
      const std::size_t at = leaf.find(here);
      if (at == std::string::npos) {
        continue;
      }
      Segments minimum = segments;
      Segments maximum = segments;
      minimum.back() = std::string(leaf).replace(at, here.size(), low);
      maximum.back() = std::string(leaf).replace(at, here.size(), high);
      if (after.is_above(minimum, maximum, "") == true &&
          before.is_above(minimum, maximum, "") != true) {
        return make_relation(
            change, "relation.min_over_max", 1.9,
            fmt::format("minimum {} above maximum {}", after.value(minimum), after.value(maximum)),
            "The program refuses to start with it, or takes one of the two.",
            "Which of the two is the one that was meant to change?");
      }
    }
  }
  return std::nullopt;
}

// PgBouncer: a server pool that is larger than the number of clients can never fill, and fewer
// clients than one pool's connections get in (https://www.pgbouncer.org/config.html).
std::optional<Relation> pool_over_clients(const SettingChange& change, const SettingsByPath& before,
                                          const SettingsByPath& after) {
  Segments pool = change.new_setting->key.segments;
  const std::string leaf = normalize_key(pool.back());
  if (leaf != "defaultpoolsize" && leaf != "maxclientconn") {
    return std::nullopt;
  }
  Segments clients = pool;
  pool.back() = "default_pool_size";
  clients.back() = "max_client_conn";
  if (after.is_above(pool, clients, "") != true || before.is_above(pool, clients, "") == true) {
    return std::nullopt;
  }
  return make_relation(
      change, "relation.pool_over_clients", 1.7,
      fmt::format("a pool of {} for {} clients", after.value(pool), after.value(clients)),
      "Clients are refused while connections to the database stay unused.",
      "How many clients connect at peak, over all pools?");
}

} // namespace leadline
