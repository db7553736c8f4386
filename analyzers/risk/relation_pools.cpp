#include "analyzers/catalog/catalog.hpp"
#include "analyzers/catalog/key_parts.hpp"
#include "analyzers/domains/words.hpp"
#include "analyzers/risk/relation_rules.hpp"

#include <fmt/format.h>

#include <utility>

namespace leadline {
namespace {

struct Pools {
  const Setting* pool = nullptr;
  const Setting* replicas = nullptr;
  std::string path; // "" the file that is looked at
};

Pools pools_of(const std::vector<Setting>& settings, const std::string& path = "") {
  Pools found;
  found.path = path;
  for (const Setting& setting : settings) {
    const std::string leaf = leaf_of(setting);
    if (has_phrase(leaf, "pool size") || has_phrase(leaf, "max open conns") ||
        has_phrase(leaf, "maximum pool size")) {
      found.pool = found.pool == nullptr ? &setting : found.pool;
    } else if (leaf == " replicas " || leaf == " replica count ") {
      found.replicas = found.replicas == nullptr ? &setting : found.replicas;
    }
  }
  return found;
}

const Setting* max_connections_in(const std::vector<Setting>& settings) {
  for (const Setting& setting : settings) {
    if (normalize_key(key_parts(setting.key).leaf) == "maxconnections") {
      return &setting;
    }
  }
  return nullptr;
}

double number_of(const Setting* setting) {
  const auto quantity = setting == nullptr ? std::nullopt : SettingsByPath::value_of(*setting, "");
  return quantity && quantity->dimension == Dimension::count ? quantity->value : 0;
}

// max_connections of the file, of a changed file, else of a file beside it; nullptr unknown. With
// the path of that file, "" the file itself.
std::pair<const Setting*, std::string>
connections(const RelationFile& file, std::span<const RelationFile> files, Neighbours& neighbours) {
  if (const Setting* found = max_connections_in(file.new_settings)) {
    return {found, ""};
  }
  for (const RelationFile& other : files) {
    if (const Setting* found = max_connections_in(other.new_settings)) {
      return {found, other.context->path};
    }
  }
  for (const Neighbours::File* other : neighbours.around(file.context->path)) {
    if (const Setting* found = max_connections_in(other->settings)) {
      return {found, other->path};
    }
  }
  return {nullptr, ""};
}

std::vector<Pools> pools_around(const RelationFile& file, Neighbours& neighbours) {
  std::vector<Pools> all = {pools_of(file.new_settings)};
  for (const RelationFile* other : neighbours.changed(file)) {
    all.push_back(pools_of(other->new_settings, other->context->path));
  }
  for (const Neighbours::File* other : neighbours.around(file.context->path)) {
    all.push_back(pools_of(other->settings, other->path));
  }
  return all;
}

bool is_of_connections(const SettingChange& change) {
  return change.change == ChangeKind::modified &&
         normalize_key(key_parts(change.new_setting->key).leaf) == "maxconnections";
}

// The other side: the database admits fewer than the pools `around` it take.
std::optional<Relation> too_few_connections(const SettingChange& change,
                                            const std::vector<Pools>& around) {
  const double had = number_of(&*change.old_setting);
  const double have = number_of(&*change.new_setting);
  for (const Pools& pools : around) {
    const double need = number_of(pools.pool) * number_of(pools.replicas);
    if (have > 0 && need > have && need <= had) {
      Relation made =
          make_relation(change, "relation.pool_over_connections", 1.9,
                        fmt::format("{} pools of {} need {:.0f} connections", pools.replicas->value,
                                    pools.pool->value, need),
                        "The last copies to start get no connection, and a rollout, which runs "
                        "old and new side by side, fails first.",
                        "Count the pools of every service on that database.");
      rest_on(made, pools.replicas, pools.path);
      rest_on(made, pools.pool, pools.path);
      return made;
    }
  }
  return std::nullopt;
}

} // namespace

void find_pools_over_connections(std::span<const RelationFile> files, Neighbours& neighbours,
                                 std::vector<Relation>& found) {
  for (const RelationFile& file : files) {
    std::optional<std::vector<Pools>> around; // read once, where anything asks
    for (const SettingChange* change : file.changes) {
      if (!is_of_connections(*change)) {
        continue;
      }
      if (!around) {
        around = pools_around(file, neighbours);
      }
      if (auto made = too_few_connections(*change, *around)) {
        found.push_back(std::move(*made));
      }
    }
    const Pools before = pools_of(file.old_settings);
    const Pools after = pools_of(file.new_settings);
    const double need = number_of(after.pool) * number_of(after.replicas);
    const double needed = number_of(before.pool) * number_of(before.replicas);
    if (need <= needed) {
      continue;
    }
    std::optional<std::pair<const Setting*, std::string>> database;
    for (const SettingChange* change : file.changes) {
      const auto is = [&](const Setting* setting) {
        return setting != nullptr && setting->key == change->new_setting->key;
      };
      if (!is(after.pool) && !is(after.replicas)) {
        continue;
      }
      if (!database) {
        database = connections(file, files, neighbours);
      }
      const auto& [admitted, where] = *database;
      const double have = number_of(admitted);
      if (have <= 0 || need <= have || needed > have) {
        continue;
      }
      Relation made = make_relation(
          *change, "relation.pool_over_connections", 1.8,
          fmt::format("{} pools of {} need {:.0f} connections, the database has {:.0f}",
                      after.replicas->value, after.pool->value, need, have),
          "The last copies to start get no connection, and a rollout, which runs old and new side "
          "by side, fails first.",
          "Count the pools of every service on that database, and leave room for "
          "administrators.");
      rest_on(made, after.pool);
      rest_on(made, after.replicas);
      rest_on(made, admitted, where);
      found.push_back(std::move(made));
    }
  }
}

} // namespace leadline
