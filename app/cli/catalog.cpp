#include "app/cli/catalog.hpp"

#include "analyzers/catalog/catalog.hpp"
#include "analyzers/catalog/domains.hpp"
#include "app/cli/streams.hpp"
#include "app/config/nearest.hpp"
#include "app/render/terminal.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace leadline {
namespace {

constexpr const char* k_list_footer = R"(Examples:
  leadline catalog list
  leadline catalog list --system pgbouncer
  leadline catalog list --domain tls)";

constexpr const char* k_show_footer =
    R"(KEY is an id (pgbouncer.max_client_conn) or a setting's name in any spelling
(maxClientConn); every parameter that has the name is shown.

Examples:
  leadline catalog show pgbouncer.max_client_conn
  leadline catalog show max_connections

Exit codes:
  0  shown      2  nothing has that name; near ones are listed)";

struct ListOptions {
  std::string system;
  std::string domain;
};

std::string_view words_of(ParameterKind kind) {
  switch (kind) {
  case ParameterKind::capacity:
    return "capacity";
  case ParameterKind::limit:
    return "limit";
  case ParameterKind::timeout:
    return "timeout";
  case ParameterKind::interval:
    return "interval";
  case ParameterKind::retention:
    return "retention";
  case ParameterKind::replicas:
    return "replicas";
  case ParameterKind::size:
    return "size";
  case ParameterKind::rate:
    return "rate";
  case ParameterKind::threshold:
    return "threshold";
  case ParameterKind::weight:
    return "weight";
  case ParameterKind::retries:
    return "retries";
  case ParameterKind::on_off:
    return "switch";
  case ParameterKind::level:
    return "level";
  case ParameterKind::verbosity:
    return "verbosity";
  case ParameterKind::mode:
    return "mode";
  case ParameterKind::address:
    return "address";
  case ParameterKind::version:
    return "version";
  case ParameterKind::schedule:
    return "schedule";
  case ParameterKind::pattern:
    return "pattern";
  case ParameterKind::identifier:
    return "identifier";
  }
  return "identifier";
}

std::string_view words_of(Hurts hurts) {
  switch (hurts) {
  case Hurts::down:
    return "when it goes down";
  case Hurts::up:
    return "when it goes up";
  case Hurts::both:
    return "both ways";
  case Hurts::any_change:
    return "with any change";
  case Hurts::never:
    return "never by itself";
  }
  return "both ways";
}

std::string_view words_of(Impact impact) {
  switch (impact) {
  case Impact::outage:
    return "outage";
  case Impact::data_loss:
    return "loss of data";
  case Impact::security:
    return "security";
  case Impact::degradation:
    return "degradation";
  case Impact::blindness:
    return "nobody sees it";
  case Impact::cost:
    return "cost";
  case Impact::none:
    return "none";
  }
  return "none";
}

// Throws when `name` is not among `known`.
void require_known(const std::string& what, const std::string& name,
                   const std::vector<std::string>& known) {
  if (!name.empty() && std::find(known.begin(), known.end(), name) == known.end()) {
    throw Error(ErrorKind::bad_input,
                fmt::format("no {} \"{}\"{}", what, name, did_you_mean(name, known)));
  }
}

int list_command(const ListOptions& options) {
  const Catalog& catalog = Catalog::built_in();
  std::vector<std::string> systems;
  for (const System& system : catalog.systems()) {
    systems.push_back(system.id);
  }
  std::vector<std::string> domains;
  for (const Domain& domain : built_in_domains()) {
    domains.push_back(domain.id);
  }
  require_known("system", options.system, systems);
  require_known("domain", options.domain, domains);
  std::string text;
  for (const Parameter& parameter : catalog.parameters()) {
    if ((options.system.empty() || parameter.system == options.system) &&
        (options.domain.empty() || parameter.domain == options.domain)) {
      text += fmt::format("{}  {}  {}\n", padded(parameter.id, 44), padded(parameter.domain, 16),
                          parameter.title);
    }
  }
  write_output("", text);
  return k_exit_pass;
}

std::string row(std::string_view name, std::string_view value) {
  if (value.empty()) {
    return "";
  }
  std::string text;
  std::string start = padded(name, 12);
  for (const std::string& line : wrapped(value, 84)) {
    text += "  " + start + line + "\n";
    start = std::string(12, ' ');
  }
  return text;
}

std::string shown(const Parameter& parameter, const Catalog& catalog) {
  const System* const system = catalog.system(parameter.system);
  std::string text = parameter.id + ": " + parameter.title + "\n";
  text += row("system", system != nullptr ? system->title : parameter.system);
  text += row("keys", fmt::format("{}{}", fmt::join(parameter.keys, ", "),
                                  parameter.distinctive ? " (known by its name alone)" : ""));
  text += row("domain", parameter.domain);
  text += row("kind", words_of(parameter.kind));
  text += row("unit", parameter.unit);
  text += row("default", parameter.default_value);
  text += row("order", fmt::format("{}", fmt::join(parameter.order, " < ")));
  text +=
      row("hurts", fmt::format("{}: {}", words_of(parameter.hurts), words_of(parameter.impact)));
  text += row("lowered", parameter.effect_down);
  text += row("raised", parameter.effect_up);
  text += row("check", parameter.check);
  text += row("source", parameter.source);
  return text;
}

int show_command(const std::string& key) {
  const Catalog& catalog = Catalog::built_in();
  const std::vector<const Parameter*> found = catalog.find_by_key(key);
  if (found.empty()) {
    std::vector<std::string> names;
    for (const Parameter& parameter : catalog.parameters()) {
      names.push_back(parameter.id);
      names.insert(names.end(), parameter.keys.begin(), parameter.keys.end());
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    const std::vector<std::string> near = nearest(key, names, 5);
    throw Error(ErrorKind::bad_input,
                fmt::format("the catalogue has no \"{}\"{}", key,
                            near.empty() ? "" : fmt::format("; near: {}", fmt::join(near, ", "))));
  }
  std::string text;
  for (const Parameter* parameter : found) {
    text += (text.empty() ? "" : "\n") + shown(*parameter, catalog);
  }
  write_output("", text);
  return k_exit_pass;
}

} // namespace

void add_catalog(CLI::App& program, Action& chosen) {
  CLI::App* const command = program.add_subcommand("catalog", "What leadline knows of settings");
  command->require_subcommand(1);

  CLI::App* const list = command->add_subcommand("list", "Every parameter: id, domain, what it is");
  list->footer(k_list_footer);
  const auto filters = std::make_shared<ListOptions>();
  list->add_option("--system", filters->system, "Only this system's")->type_name("ID");
  list->add_option("--domain", filters->domain, "Only this domain's")->type_name("ID");
  list->callback([filters, &chosen] { chosen = [filters] { return list_command(*filters); }; });

  CLI::App* const show =
      command->add_subcommand("show", "All that is known of one parameter, with its source");
  show->footer(k_show_footer);
  const auto key = std::make_shared<std::string>();
  show->add_option("KEY", *key, "An id or a setting's name")->required();
  show->callback([key, &chosen] { chosen = [key] { return show_command(*key); }; });
}

} // namespace leadline
