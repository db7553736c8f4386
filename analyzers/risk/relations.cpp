#include "analyzers/risk/relations.hpp"

#include "analyzers/catalog/catalog.hpp"
#include "analyzers/catalog/key_parts.hpp"
#include "analyzers/domains/words.hpp"
#include "analyzers/settings/extract.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

namespace leadline {
namespace {

// Beyond these a relation across files is not looked for: the check must not cost more than the
// diff.
constexpr std::size_t k_most_siblings = 16;
constexpr std::size_t k_largest_sibling = 128UL * 1024;
// Heaps and memory limits of one file that are held against each other.
constexpr std::size_t k_most_heaps = 64;

std::string leaf_of(const Setting& setting) { return spaced_words(key_parts(setting.key).leaf); }

std::string text_of(const std::vector<std::string>& segments, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count && i < segments.size(); ++i) {
    text += segments[i];
    text += '\n';
  }
  return text;
}

bool is_heap(const Setting& setting) {
  const std::string leaf = leaf_of(setting);
  return leaf == " xmx " || has_phrase(leaf, "max heap") || has_phrase(leaf, "heap size") ||
         has_phrase(leaf, "max old space size");
}

bool is_memory_limit(const Setting& setting) {
  const std::vector<std::string>& segments = setting.key.segments;
  return segments.size() >= 2 && segments.back() == "memory" &&
         segments[segments.size() - 2] == "limits";
}

// The settings of one version of a file by their whole key path; of several with one key the last.
class Version {
public:
  explicit Version(const std::vector<Setting>& settings) {
    for (const Setting& setting : settings) {
      m_by_path[text_of(setting.key.segments, setting.key.segments.size())] = &setting;
      if (is_memory_limit(setting) && limits.size() < k_most_heaps) {
        limits.push_back(&setting);
      } else if (is_heap(setting) && heaps.size() < k_most_heaps) {
        heaps.push_back(&setting);
      }
    }
  }

  const Setting* at(const std::vector<std::string>& segments) const {
    const auto found = m_by_path.find(text_of(segments, segments.size()));
    return found == m_by_path.end() ? nullptr : found->second;
  }
  std::optional<Quantity> quantity(const std::vector<std::string>& segments,
                                   std::string_view unit) const {
    const Setting* setting = at(segments);
    return setting == nullptr ? std::nullopt : value_of(*setting, unit);
  }
  static std::optional<Quantity> value_of(const Setting& setting, std::string_view unit) {
    const std::optional<std::string> literal = literal_of(setting.value);
    return literal ? parse_quantity(*literal, unit) : std::nullopt;
  }

  std::vector<const Setting*> heaps;
  std::vector<const Setting*> limits;

private:
  std::unordered_map<std::string, const Setting*> m_by_path;
};

using Segments = std::vector<std::string>;

// "left above right" in a version; nullopt when one is absent or they do not compare.
std::optional<bool> is_above(const Version& version, const Segments& left, const Segments& right,
                             std::string_view unit) {
  const auto a = version.quantity(left, unit);
  const auto b = version.quantity(right, unit);
  if (!a || !b || a->dimension != b->dimension || a->value < 0 || b->value < 0) {
    return std::nullopt;
  }
  return a->value > b->value;
}

Relation relation(const SettingChange& change, std::string rule, double urgency, std::string tail,
                  std::string effect, std::string check) {
  Relation made;
  made.change = &change;
  made.concern.rule = std::move(rule);
  made.concern.urgency = urgency;
  made.concern.confidence = 0.85;
  made.concern.tail = std::move(tail);
  made.concern.effect = std::move(effect);
  made.concern.check = std::move(check);
  return made;
}

std::string value_at(const Version& version, const Segments& segments) {
  const Setting* setting = version.at(segments);
  return setting == nullptr ? "" : setting->value;
}

// ...requests.memory against ...limits.memory: Kubernetes refuses the pod
// (https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/).
std::optional<Relation> requests_over_limits(const SettingChange& change, const Version& before,
                                             const Version& after) {
  Segments requests = change.new_setting->key.segments;
  if (requests.size() < 2) {
    return std::nullopt;
  }
  Segments limits = requests;
  std::string& parent_of_request = requests[requests.size() - 2];
  std::string& parent_of_limit = limits[limits.size() - 2];
  if (parent_of_request != "requests" && parent_of_request != "limits") {
    return std::nullopt;
  }
  parent_of_request = "requests";
  parent_of_limit = "limits";
  const std::string_view unit = requests.back() == "cpu" ? "cores" : "kubernetes-bytes";
  if (is_above(after, requests, limits, unit) != true ||
      is_above(before, requests, limits, unit) == true) {
    return std::nullopt;
  }
  return relation(
      change, "relation.requests_over_limits", 2.1,
      fmt::format("request {} above limit {}", value_at(after, requests), value_at(after, limits)),
      "Kubernetes refuses pods that request more than their limit: the rollout stops.",
      "Which of the two is the one that was meant to change?");
}

// min_x against max_x side by side.
std::optional<Relation> min_over_max(const SettingChange& change, const Version& before,
                                     const Version& after) {
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
      if (is_above(after, minimum, maximum, "") == true &&
          is_above(before, minimum, maximum, "") != true) {
        return relation(change, "relation.min_over_max", 1.9,
                        fmt::format("minimum {} above maximum {}", value_at(after, minimum),
                                    value_at(after, maximum)),
                        "The program refuses to start with it, or takes one of the two.",
                        "Which of the two is the one that was meant to change?");
      }
    }
  }
  return std::nullopt;
}

// PgBouncer: a server pool that is larger than the number of clients can never fill, and fewer
// clients than one pool's connections get in (https://www.pgbouncer.org/config.html).
std::optional<Relation> pool_over_clients(const SettingChange& change, const Version& before,
                                          const Version& after) {
  Segments pool = change.new_setting->key.segments;
  const std::string leaf = normalize_key(pool.back());
  if (leaf != "defaultpoolsize" && leaf != "maxclientconn") {
    return std::nullopt;
  }
  Segments clients = pool;
  pool.back() = "default_pool_size";
  clients.back() = "max_client_conn";
  if (is_above(after, pool, clients, "") != true || is_above(before, pool, clients, "") == true) {
    return std::nullopt;
  }
  return relation(
      change, "relation.pool_over_clients", 1.7,
      fmt::format("a pool of {} for {} clients", value_at(after, pool), value_at(after, clients)),
      "Clients are refused while connections to the database stay unused.",
      "How many clients connect at peak, over all pools?");
}

// A heap that does not fit under the memory limit that shares most of its path.
std::optional<Relation> heap_over_memory(const SettingChange& change, const Version& before,
                                         const Version& after) {
  const Setting& changed = *change.new_setting;
  if (!is_heap(changed) && !is_memory_limit(changed)) {
    return std::nullopt;
  }
  const auto shared = [](const Segments& a, const Segments& b) {
    std::size_t n = 0;
    while (n < a.size() && n < b.size() && a[n] == b[n]) {
      ++n;
    }
    return n;
  };
  const auto value = [](const Setting& setting) {
    return Version::value_of(setting, has_phrase(leaf_of(setting), "old space") ? "MB" : "B");
  };
  const auto broken = [&](const Version& version) -> std::pair<const Setting*, const Setting*> {
    const Setting* here = version.at(changed.key.segments);
    const Setting* other = nullptr;
    std::size_t best = 0;
    if (here == nullptr) {
      return {};
    }
    for (const Setting* setting : is_heap(*here) ? version.limits : version.heaps) {
      const std::size_t n = shared(setting->key.segments, changed.key.segments);
      if (other == nullptr || n > best) {
        other = setting;
        best = n;
      }
    }
    if (other == nullptr) {
      return {};
    }
    const Setting& heap = is_heap(*here) ? *here : *other;
    const Setting& limit = is_heap(*here) ? *other : *here;
    const auto a = value(heap);
    const auto b = Version::value_of(limit, "kubernetes-bytes");
    return a && b && a->dimension == Dimension::bytes && b->dimension == Dimension::bytes &&
                   a->value >= b->value
               ? std::pair(&heap, &limit)
               : std::pair<const Setting*, const Setting*>();
  };
  const auto [heap, limit] = broken(after);
  if (heap == nullptr || broken(before).first != nullptr) {
    return std::nullopt;
  }
  return relation(
      change, "relation.heap_over_memory", 2.1,
      fmt::format("a heap of {} in {} of memory", heap->value, limit->value),
      "The kernel kills the container as soon as the heap fills, without a word in its log.",
      "Leave room for threads, buffers and the runtime itself: a quarter is usual.");
}

// Liveness must not give up before readiness even begins to ask, unless a startup probe holds it
// back
// (https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/).
std::optional<Relation> probe_before_start(const SettingChange& change, const Version& before,
                                           const Version& after) {
  const Segments& segments = change.new_setting->key.segments;
  if (segments.size() < 2) {
    return std::nullopt;
  }
  const std::string& probe = segments[segments.size() - 2];
  if (probe != "livenessProbe" && probe != "readinessProbe") {
    return std::nullopt;
  }
  const Segments container(segments.begin(), segments.end() - 2);
  const auto number = [&](const Version& version, const std::string& of, const std::string& field,
                          double fallback) {
    Segments path = container;
    path.push_back(of);
    path.push_back(field);
    const auto quantity = version.quantity(path, "s");
    return quantity ? quantity->value : fallback;
  };
  const auto gives_up_early = [&](const Version& version) {
    const double patience = number(version, "livenessProbe", "initialDelaySeconds", 0) +
                            number(version, "livenessProbe", "periodSeconds", 10) *
                                number(version, "livenessProbe", "failureThreshold", 3);
    const bool has_startup = number(version, "startupProbe", "failureThreshold", -1) >= 0 ||
                             number(version, "startupProbe", "periodSeconds", -1) >= 0;
    return !has_startup && patience < number(version, "readinessProbe", "initialDelaySeconds", 0);
  };
  if (!gives_up_early(after) || gives_up_early(before)) {
    return std::nullopt;
  }
  return relation(change, "relation.probe_before_start", 1.7,
                  "the liveness probe gives up before the readiness probe begins",
                  "The container is restarted again and again before it has had time to start.",
                  "How long does a cold start take on a busy node?");
}

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
  const auto quantity = setting == nullptr ? std::nullopt : Version::value_of(*setting, "");
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
    return relation(
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

// One key twice with different values; the program takes one of them, rarely the one that was
// meant.
void find_duplicates(const RelationFile& file, std::vector<Relation>& found) {
  if (file.repeats) {
    return;
  }
  const auto count = [](const std::vector<Setting>& settings) {
    std::map<std::string, std::vector<const Setting*>> by_key;
    for (const Setting& setting : settings) {
      by_key[setting.key.text()].push_back(&setting);
    }
    return by_key;
  };
  const auto after = count(file.new_settings);
  const auto before = count(file.old_settings);
  for (const SettingChange* change : file.changes) {
    const std::string key = change->new_setting->key.text();
    const auto now = after.find(key);
    const auto then = before.find(key);
    if (now == after.end() || now->second.size() < 2 ||
        (then != before.end() && then->second.size() > 1)) {
      continue;
    }
    for (const Setting* other : now->second) {
      if (other->first_line != change->new_setting->first_line &&
          other->value != change->new_setting->value) {
        found.push_back(relation(
            *change, "duplicate.key", 1.6,
            fmt::format("the same key stands in line {} with another value", other->first_line),
            "Most readers take the last one and say nothing; which one this program takes decides.",
            "Delete one of the two."));
        break;
      }
    }
  }
}

} // namespace

bool may_relate(const Setting& setting) {
  const Segments& segments = setting.key.segments;
  if (segments.empty()) {
    return false;
  }
  const std::string leaf = leaf_of(setting);
  const std::string parent = segments.size() > 1 ? segments[segments.size() - 2] : "";
  return parent == "requests" || parent == "limits" || parent == "livenessProbe" ||
         parent == "readinessProbe" || has_phrase(leaf, "min") || has_phrase(leaf, "max") ||
         has_phrase(leaf, "minimum") || has_phrase(leaf, "maximum") ||
         has_phrase(leaf, "pool size") || has_phrase(leaf, "conns") ||
         has_phrase(leaf, "replicas") || has_phrase(leaf, "replica count") ||
         has_phrase(leaf, "xmx") || has_phrase(leaf, "heap") || has_phrase(leaf, "old space");
}

std::vector<Relation> broken_relations(std::span<const RelationFile> files,
                                       const FileSource& source) {
  std::vector<Relation> found;
  const PoolRelations pools(files, source);
  for (const RelationFile& file : files) {
    const Version before(file.old_settings);
    const Version after(file.new_settings);
    const Pools pools_before = pools_of(file.old_settings);
    const Pools pools_after = pools_of(file.new_settings);
    for (const SettingChange* change : file.changes) {
      if (change->new_setting->key.segments.empty()) {
        continue;
      }
      for (const auto rule : {requests_over_limits, min_over_max, pool_over_clients,
                              heap_over_memory, probe_before_start}) {
        if (auto made = rule(*change, before, after)) {
          found.push_back(std::move(*made));
        }
      }
      if (auto made = pools.judge(file, pools_before, pools_after, *change)) {
        found.push_back(std::move(*made));
      }
    }
    find_duplicates(file, found);
  }
  return found;
}

} // namespace leadline
