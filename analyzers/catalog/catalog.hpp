#pragma once

#include "analyzers/settings/setting.hpp"
#include "base/embedded_file.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// What a parameter is; tells the rules how to read a change of its value
// (manifests/schema/catalog.schema.json).
enum class ParameterKind {
  capacity,   // how much at once: connections, workers, memory given
  limit,      // a cap that rejects or throttles beyond it
  timeout,    // waits at most
  interval,   // repeats every
  retention,  // keeps for, or keeps so many
  replicas,   // how many copies run
  size,       // disk, buffer, volume
  rate,       // per second and the like
  threshold,  // fires or switches at
  weight,     // share of traffic or priority
  retries,    // attempts
  on_off,     // a switch
  level,      // one of `order`, safest last: protocol floors, verification modes, fsync modes
  verbosity,  // log levels
  mode,       // one of several without an order
  address,    // host, port, URL, route, receiver
  version,    // image tag, engine version
  schedule,   // cron and the like
  pattern,    // allow and deny lists, matchers
  identifier, // names without an effect of their own
};
std::string_view name_of(ParameterKind kind);

// Which way a change hurts. For on_off and level: down = towards off or towards the front of
// `order`.
enum class Hurts { down, up, both, any_change, never };
std::string_view name_of(Hurts hurts);

// What happens when it goes wrong; sets the ceiling of a finding's severity.
enum class Impact { outage, data_loss, security, degradation, blindness, cost, none };
std::string_view name_of(Impact impact);

struct Parameter {
  std::string id;                // "pgbouncer.max_client_conn": unique, never reused
  std::string system;            // id of its system
  std::vector<std::string> keys; // spellings; a key may name parents: "resources.limits.memory"
  bool distinctive = false;      // some of its spellings tell the system, so they match in any file
  std::string title;             // "client connections that PgBouncer accepts"
  std::string domain;            // id of a domain
  ParameterKind kind = ParameterKind::identifier;
  Hurts hurts = Hurts::both;
  Impact impact = Impact::degradation;
  std::string unit; // of a bare number: "ms", "s", "B", "kB", "8kB", "connections", "" none
  std::string default_value;      // "" when there is none or it depends
  std::vector<std::string> order; // kind level: values from least safe to safest, lower case
  std::string effect_down; // what users see when it is lowered, removed or switched off; "" if
                           // nothing known
  std::string effect_up;   // the same for raised or switched on
  std::string check;       // what to look at before merging; "" when the system's suffices
  std::string source;      // address of the official documentation of this fact
};

struct System {
  std::string id;                 // "pgbouncer"
  std::string title;              // "PgBouncer"
  std::string domain;             // of its files where nothing else tells; "" none
  std::vector<std::string> files; // globs over the path, '**' crosses folders, case-insensitive
  std::vector<std::string>
      sections; // key path segments that mark its settings: "[pgbouncer]", "datasource.hikari"
  std::vector<std::string> images; // container image names, contexts and callees that mark them
  // Extensions of the languages that it is used from ("rb"): source code of another language never
  // means its parameters; empty: any may.
  std::vector<std::string> code;
};

struct CatalogIndex;

// The knowledge of manifests/catalog, checked and immutable. Lookups are pure and cost the length
// of the key path, not the size of the catalogue.
class Catalog {
public:
  // Throws Error(bad_input) that lists every mistake with file and row: unknown fields, duplicate
  // ids or keys of one system, unknown domains, missing sources.
  static Catalog load(std::span<const EmbeddedFile> files);

  // The built-in catalogue, loaded once.
  static const Catalog& built_in();

  // The parameter that a setting sets, nullptr when unknown. `path` is the file's; spelling
  // differences of case,
  // '-', '_' and camelCase are ignored; the longest match of parents wins, then the system that
  // context, section or path speak for, in this order; a spelling that is not distinctive needs its
  // system to be spoken for. A name may carry its system in front (`pgbouncer_max_client_conn`,
  // `POSTGRES_MAX_CONNECTIONS`), a list item its key in brackets (`env[MAX_CLIENT_CONN].value`), a
  // segment the name of an embedded file.
  const Parameter* find(std::string_view path, const Setting& setting) const;

  const Parameter* find_by_id(std::string_view id) const;
  // Parameters with that id or one of whose keys is `key`, in any spelling; sorted by id.
  std::vector<const Parameter*> find_by_key(std::string_view key) const;
  const System* system(std::string_view id) const;
  // The system that a path's name speaks for, nullptr when none.
  const System* system_of_path(std::string_view path) const;

  std::span<const Parameter> parameters() const { return m_parameters; } // sorted by id
  std::span<const System> systems() const { return m_systems; }          // sorted by id

private:
  Catalog() = default;

  std::vector<Parameter> m_parameters;
  std::vector<System> m_systems;
  std::shared_ptr<const CatalogIndex> m_index; // immutable, shared by copies
};

// Lower case without '-', '_' and spaces: "maxClientConn" and "max_client_conn" are one key.
std::string normalize_key(std::string_view key);

} // namespace leadline
