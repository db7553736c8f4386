#include "analyzers/catalog/catalog.hpp"
#include "analyzers/catalog/key_parts.hpp"
#include "analyzers/domains/words.hpp"
#include "analyzers/risk/relation_rules.hpp"
#include "analyzers/settings/extract.hpp"

#include <fmt/format.h>

namespace leadline {
namespace {

// Beyond these a relation across files is not looked for: the check must not cost more than the
// diff.
constexpr std::size_t k_most_siblings = 16;
constexpr std::size_t k_largest_sibling = 128UL * 1024;

// All pools of all copies against what the database admits.
struct Pools {
  const Setting* pool = nullptr;
  const Setting* replicas = nullptr;
};

Pools pools_of(const std::vector<Setting>& settings) {
  Pools found;
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

class PoolRelations {
public:
  PoolRelations(std::span<const RelationFile> files, const FileSource& source)
      : m_files(files), m_source(source) {}

  std::optional<Relation> judge(const RelationFile& file, const Pools& before, const Pools& after,
                                const SettingChange& change) const {
    const auto is = [&](const Setting* setting) {
      return setting != nullptr && setting->key == change.new_setting->key;
    };
    if ((!is(after.pool) && !is(after.replicas)) || after.replicas == nullptr) {
      return std::nullopt;
    }
    const double need = number_of(after.pool) * number_of(after.replicas);
    const double needed = number_of(before.pool) * number_of(before.replicas);
    const double have = connections(file);
    if (have <= 0 || need <= have || needed > have) {
      return std::nullopt;
    }
    return make_relation(
        change, "relation.pool_over_connections", 1.8,
        fmt::format("{} pools of {} need {:.0f} connections, the database has {:.0f}",
                    after.replicas->value, after.pool->value, need, have),
        "The last copies to start get no connection, and a rollout, which runs old and new side by "
        "side, fails "
        "first.",
        "Count the pools of every service on that database, and leave room for administrators.");
  }

private:
  // max_connections of a changed file, else of a file beside this one; 0 unknown.
  double connections(const RelationFile& file) const {
    for (const RelationFile& other : m_files) {
      if (const Setting* found = max_connections_in(other.new_settings)) {
        return number_of(found);
      }
    }
    const std::string& path = file.context->path;
    const std::string folder =
        path.substr(0, path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1);
    std::size_t read = 0;
    for (const std::string& name : m_source.siblings(Side::head, path)) {
      const FileKind kind = detect_kind(name, "");
      if (kind.format == Format::unknown || kind.format == Format::prose ||
          role_of_path(name) != FileRole::config) {
        continue;
      }
      if (++read > k_most_siblings) {
        break;
      }
      const std::optional<std::string> text = m_source.read(Side::head, folder + name);
      if (text && text->size() <= k_largest_sibling &&
          text->find("max_connections") != std::string::npos) {
        const std::vector<Setting> settings =
            extract_settings(detect_kind(name, *text), folder + name, *text, {});
        if (const Setting* found = max_connections_in(settings)) {
          return number_of(found);
        }
      }
    }
    return 0;
  }

  std::span<const RelationFile> m_files;
  const FileSource& m_source;
};

} // namespace

void find_pools_over_connections(std::span<const RelationFile> files, const FileSource& source,
                                 std::vector<Relation>& found) {
  const PoolRelations pools(files, source);
  for (const RelationFile& file : files) {
    const Pools before = pools_of(file.old_settings);
    const Pools after = pools_of(file.new_settings);
    for (const SettingChange* change : file.changes) {
      if (auto made = pools.judge(file, before, after, *change)) {
        found.push_back(std::move(*made));
      }
    }
  }
}

} // namespace leadline
