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
        Relation made = make_relation(
            change, "relation.min_over_max", 1.9,
            fmt::format("minimum {} above maximum {}", after.value(minimum), after.value(maximum)),
            "The program refuses to start with it, or takes one of the two.",
            "Which of the two is the one that was meant to change?");
        rest_on(made, after.at(minimum));
        rest_on(made, after.at(maximum));
        return made;
      }
    }
  }
  return std::nullopt;
}

// Two settings side by side of which the first is a part of the second. Sources:
// https://www.pgbouncer.org/config.html, https://pkg.go.dev/database/sql#DB.SetMaxIdleConns,
// https://github.com/brettwooldridge/HikariCP#gear-configuration-knobs-baby,
// https://nginx.org/en/docs/ngx_core_module.html#worker_rlimit_nofile,
// https://www.postgresql.org/docs/current/runtime-config-connection.html,
// https://cert-manager.io/docs/usage/certificate/
struct Part {
  std::string_view part;
  std::string_view whole;
  std::string_view rule;
  std::string_view effect;
};
constexpr std::array<Part, 7> k_parts = {{
    {"default_pool_size", "max_client_conn", "relation.pool_over_clients",
     "Clients are refused while connections to the database stay unused."},
    {"max_idle_conns", "max_open_conns", "relation.min_over_max",
     "The idle connections never fit: the pool opens and closes one for each request."},
    {"minimumIdle", "maximumPoolSize", "relation.min_over_max",
     "The smaller of the two decides, and the pool is not what the line says."},
    {"superuser_reserved_connections", "max_connections", "relation.min_over_max",
     "PostgreSQL does not start."},
    {"worker_connections", "worker_rlimit_nofile", "relation.connections_over_files",
     "Each connection takes a file, to a backend two: nginx logs \"too many open files\" at peak "
     "and refuses clients."},
    {"renewBefore", "duration", "relation.min_over_max",
     "cert-manager refuses the certificate, or renews it without end."},
    {"xms", "xmx", "relation.min_over_max", "The JVM does not start."},
}};

// Both settings beside `here`, nullptr where one is absent.
std::pair<const Setting*, const Setting*> sides(const SettingsByPath& version, const Segments& here,
                                                const Part& row) {
  // nginx: one stands in the block "events", the other around it.
  if (row.part == "worker_connections") {
    return {version.at({"events", std::string(row.part)}), version.at({std::string(row.whole)})};
  }
  return {version.beside(here, row.part), version.beside(here, row.whole)};
}

std::optional<Relation> part_over_whole(const SettingChange& change, const SettingsByPath& before,
                                        const SettingsByPath& after) {
  const Segments& here = change.new_setting->key.segments;
  const std::string leaf = normalize_key(here.back());
  for (const Part& row : k_parts) {
    if (leaf != normalize_key(row.part) && leaf != normalize_key(row.whole)) {
      continue;
    }
    const auto above = [&](const SettingsByPath& version) {
      const auto [part, whole] = sides(version, here, row);
      const auto a = part == nullptr ? std::nullopt : SettingsByPath::value_of(*part, "");
      const auto b = whole == nullptr ? std::nullopt : SettingsByPath::value_of(*whole, "");
      return a && b && a->dimension == b->dimension && b->value > 0 && a->value > b->value;
    };
    if (above(after) && !above(before)) {
      const auto [part, whole] = sides(after, here, row);
      Relation made = make_relation(
          change, std::string(row.rule), 1.7,
          fmt::format("{} {} above {} {}", row.part, part->value, row.whole, whole->value),
          std::string(row.effect), "Which of the two is the one that was meant to change?");
      rest_on(made, part);
      rest_on(made, whole);
      return made;
    }
  }
  return std::nullopt;
}

} // namespace leadline
