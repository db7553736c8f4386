#include "analyzers/catalog/catalog_rows.hpp"

#include "analyzers/catalog/domains.hpp"
#include "analyzers/catalog/row_reader.hpp"
#include "base/error.hpp"
#include "base/glob.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace leadline {
namespace {

constexpr std::array<std::string_view, 20> k_kinds = {
    "capacity", "limit",     "timeout", "interval", "retention", "replicas",  "size",
    "rate",     "threshold", "weight",  "retries",  "on_off",    "level",     "verbosity",
    "mode",     "address",   "version", "schedule", "pattern",   "identifier"};
constexpr std::array<std::string_view, 5> k_hurts = {"down", "up", "both", "any_change", "never"};
constexpr std::array<std::string_view, 7> k_impacts = {
    "outage", "data_loss", "security", "degradation", "blindness", "cost", "none"};

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

template <typename Enum, std::size_t n>
Enum read_name(RowReader& row, const char* field, const std::array<std::string_view, n>& names,
               Enum when_wrong) {
  const std::string name = row.text(field);
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) {
    if (!name.empty()) {
      row.mistake(quoted(field) + ": " + quoted(name) + " is not known");
    }
    return when_wrong;
  }
  return static_cast<Enum>(at - names.begin());
}

void check_order(RowReader& row, const Parameter& parameter) {
  if ((parameter.kind == ParameterKind::level) != (parameter.order.size() >= 2)) {
    row.mistake("\"order\": a parameter of kind \"level\" has two values or more, any other none");
  }
  for (const std::string& value : parameter.order) {
    if (value != to_lower(value)) {
      row.mistake("\"order\": " + quoted(value) + " is not lower case");
    }
  }
}

void check_effects(RowReader& row, const Parameter& parameter) {
  const Hurts hurts = parameter.hurts;
  if ((hurts == Hurts::down || hurts == Hurts::both) && parameter.effect_down.empty()) {
    row.mistake("hurts when it goes down, but has no \"effect_down\"");
  }
  if ((hurts == Hurts::up || hurts == Hurts::both) && parameter.effect_up.empty()) {
    row.mistake("hurts when it goes up, but has no \"effect_up\"");
  }
  if (hurts == Hurts::any_change && parameter.effect_down.empty() && parameter.effect_up.empty()) {
    row.mistake("hurts when it changes, but has no effect");
  }
}

// Reads the files one after the other; mistakes that take several files to see come last.
class Reader {
public:
  CatalogRows read(std::span<const EmbeddedFile> files) {
    read_domains(files);
    for (const EmbeddedFile& file : files) {
      if (file.name.starts_with("systems/") && file.name.ends_with(".json")) {
        read_system_file(file);
      } else if (file.name != "domains.json") {
        m_mistakes.add(file.name, "is neither \"domains.json\" nor \"systems/<id>.json\"");
      }
    }
    m_mistakes.throw_if_any();
    std::sort(m_rows.systems.begin(), m_rows.systems.end(),
              [](const System& a, const System& b) { return a.id < b.id; });
    std::sort(m_rows.parameters.begin(), m_rows.parameters.end(),
              [](const Parameter& a, const Parameter& b) { return a.id < b.id; });
    return std::move(m_rows);
  }

private:
  void read_domains(std::span<const EmbeddedFile> files) {
    const auto file = std::find_if(files.begin(), files.end(),
                                   [](const EmbeddedFile& f) { return f.name == "domains.json"; });
    if (file == files.end()) {
      m_mistakes.add("domains.json", "is missing");
      return;
    }
    try {
      for (const Domain& domain : load_domains(file->bytes)) {
        m_domains.insert(domain.id);
      }
    } catch (const Error& e) {
      for (const std::string_view line : split_lines(e.what())) {
        m_mistakes.add("domains.json", std::string(line));
      }
    }
  }

  void read_system_file(const EmbeddedFile& file) {
    auto root = RowReader::parse(file.bytes, std::string(file.name), m_mistakes);
    if (!root) {
      return;
    }
    root->number("schema", 1, 1);
    std::string system;
    if (auto row = root->object("system")) {
      system = read_system(*row);
    }
    if (!system.empty() && file.name != "systems/" + system + ".json") {
      root->mistake("the file of system " + quoted(system) + " is systems/" + system + ".json");
    }
    std::map<std::string, std::string> keys; // joined spelling -> id
    std::string last_id;
    for (RowReader& row : root->objects("parameters")) {
      const std::string id = read_parameter(row, system, keys);
      if (!id.empty() && !last_id.empty() && id <= last_id) {
        row.mistake("ids are not sorted: " + quoted(id) + " after " + quoted(last_id));
      }
      last_id = id;
    }
    root->finish();
  }

  std::string read_system(RowReader& row) {
    System system;
    system.id = row.text("id");
    system.title = row.text("title");
    system.domain = row.optional_text("domain");
    system.files = row.texts("files");
    system.sections = row.texts("sections");
    system.images = row.texts("images");
    system.code = row.texts("code");
    row.finish();
    if (!m_system_ids.insert(system.id).second) {
      row.mistake("the id " + quoted(system.id) + " is taken");
    }
    if (!system.domain.empty()) {
      check_domain(row, system.domain);
    }
    for (const std::string& glob : system.files) {
      try {
        GlobSet({&glob, 1}, GlobCase::insensitive);
      } catch (const Error& e) {
        row.mistake(e.what());
      }
    }
    m_rows.systems.push_back(system);
    return system.id;
  }

  std::string read_parameter(RowReader& row, const std::string& system,
                             std::map<std::string, std::string>& keys) {
    Parameter parameter;
    parameter.id = row.text("id");
    row.set_where(row.where() + " " + quoted(parameter.id));
    parameter.system = system;
    const std::vector<std::string> anywhere = row.texts("anywhere");
    parameter.keys = anywhere;
    for (const std::string& key : row.texts("keys")) {
      parameter.keys.push_back(key);
    }
    parameter.distinctive = !anywhere.empty();
    parameter.title = row.text("title");
    parameter.domain = row.text("domain");
    parameter.kind = read_name(row, "kind", k_kinds, ParameterKind::identifier);
    parameter.hurts = read_name(row, "hurts", k_hurts, Hurts::never);
    parameter.impact = read_name(row, "impact", k_impacts, Impact::none);
    parameter.unit = row.optional_text("unit");
    parameter.default_value = row.optional_text("default");
    parameter.order = row.texts("order");
    parameter.effect_down = row.optional_text("effect_down");
    parameter.effect_up = row.optional_text("effect_up");
    parameter.check = row.optional_text("check");
    parameter.source = row.text("source");
    row.finish();

    if (!parameter.id.empty() && !parameter.id.starts_with(system + ".")) {
      row.mistake("the id does not start with " + quoted(system + "."));
    }
    if (!m_parameter_ids.insert(parameter.id).second) {
      row.mistake("the id is taken");
    }
    check_domain(row, parameter.domain);
    check_order(row, parameter);
    check_effects(row, parameter);
    if (!parameter.source.empty() && !parameter.source.starts_with("https://")) {
      row.mistake("\"source\": " + quoted(parameter.source) + " is no https address");
    }
    if (parameter.keys.empty()) {
      row.mistake("has neither \"keys\" nor \"anywhere\"");
    }
    for (const std::string& key : parameter.keys) {
      const auto [at, is_new] = keys.emplace(joined_key(key), parameter.id);
      if (!is_new) {
        row.mistake("the key " + quoted(key) + " is a spelling of " + quoted(at->second));
      }
    }
    for (const std::string& key : anywhere) {
      const auto [at, is_new] = m_anywhere.emplace(joined_key(key), parameter.id);
      if (!is_new) {
        row.mistake("the key " + quoted(key) + " tells no system: " + quoted(at->second) +
                    " has it too");
      }
      m_rows.distinctive.push_back({parameter.id, key});
    }
    const std::string id = parameter.id;
    m_rows.parameters.push_back(std::move(parameter));
    return id;
  }

  void check_domain(RowReader& row, const std::string& domain) {
    if (!domain.empty() && m_domains.count(domain) == 0) {
      row.mistake("\"domain\": " + quoted(domain) + " is not known");
    }
  }

  Mistakes m_mistakes;
  CatalogRows m_rows;
  std::set<std::string> m_domains;
  std::set<std::string> m_system_ids;
  std::set<std::string> m_parameter_ids;
  std::map<std::string, std::string> m_anywhere; // joined spelling -> id, all systems
};

} // namespace

std::string_view name_of(ParameterKind kind) { return k_kinds[static_cast<std::size_t>(kind)]; }
std::string_view name_of(Hurts hurts) { return k_hurts[static_cast<std::size_t>(hurts)]; }
std::string_view name_of(Impact impact) { return k_impacts[static_cast<std::size_t>(impact)]; }

CatalogRows read_catalog_rows(std::span<const EmbeddedFile> files) { return Reader().read(files); }

std::string joined_key(std::string_view key) {
  std::string joined = normalize_key(key);
  joined.erase(std::remove(joined.begin(), joined.end(), '.'), joined.end());
  return joined;
}

} // namespace leadline
