#include "app/config/repository_config.hpp"

#include "analyzers/risk/quantity.hpp"
#include "analyzers/risk/rules.hpp"
#include "app/config/glob_text.hpp"
#include "app/config/nearest.hpp"
#include "app/config/yaml_reader.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <optional>

namespace leadline {
namespace {

using Kind = YamlNode::Kind;

constexpr int k_max_check_name = 100;
constexpr int k_max_label = 200;
constexpr std::size_t k_most_mistakes = 100; // that are worth listing

bool is_identifier(std::string_view text) {
  return !text.empty() && text.size() <= 60 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

// Replaces the item of `items` for which `same` holds, or adds.
template <typename T, typename Same>
void replace_or_add(std::vector<T>& items, T item, Same same) {
  const auto found = std::find_if(items.begin(), items.end(), same);
  if (found == items.end()) {
    items.push_back(std::move(item));
  } else {
    *found = std::move(item);
  }
}

// A name on one line, as GitHub shows it: without blanks around it. At most `most` characters.
bool is_line(std::string_view text, int most) {
  const auto characters = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; // the first byte of each in UTF-8
  });
  return characters <= most && trim(text) == text &&
         text.find_first_of("\n\t") == std::string_view::npos;
}

YamlField globs(YamlReader& reader, const std::string& name, std::vector<std::string>& target) {
  return reader.list(name, [&reader, name, &target](const YamlNode& item) {
    const std::size_t before = target.size();
    reader.texts(name, target).read(YamlNode{Kind::list, item.line, "", false, {item}, {}});
    const std::string wrong = target.size() > before ? mistake_in_glob(target.back()) : "";
    if (!wrong.empty()) {
      reader.mistake(item, fmt::format("{}: {}: {}", name, YamlReader::shown(item), wrong));
    }
  });
}

// Whether it is a number in one of the units that parameters take.
bool is_quantity(const std::string& text) {
  constexpr std::array<std::string_view, 4> k_units = {"", "s", "MB", "cores"};
  return std::any_of(k_units.begin(), k_units.end(),
                     [&](std::string_view unit) { return parse_quantity(text, unit).has_value(); });
}

YamlField bound(YamlReader& reader, const std::string& name, std::optional<std::string>& target) {
  return {name, [&reader, name, &target](const YamlNode& node) {
            reader.text(name, target).read(node);
            if (target && node.kind == Kind::scalar && !trim(node.text).empty() &&
                !is_quantity(node.text)) {
              reader.mistake(node, fmt::format("{} {} is no number, with a unit or without", name,
                                               YamlReader::shown(node)));
            }
          }};
}

void read_domain(YamlReader& reader, const YamlNode& node, std::vector<Domain>& domains) {
  Domain domain;
  reader.map(node, "domain",
             {reader.text("id", domain.id), reader.text("title", domain.title),
              reader.texts("words", domain.words), globs(reader, "paths", domain.paths),
              reader.integer("weight", domain.weight, 0, 10),
              reader.integer("merge_order", domain.merge_order, 0, 100)});
  if (node.kind != Kind::map) {
    return;
  }
  if (!is_identifier(domain.id)) {
    reader.mistake(
        node, fmt::format("domain: id \"{}\" is not of a-z, 0-9, '-', '_' and '.'", domain.id));
    return;
  }
  if (domain.title.empty()) {
    domain.title = domain.id;
  }
  if (domain.words.empty() && domain.paths.empty()) {
    reader.mistake(node, fmt::format("domain \"{}\": needs words or paths", domain.id));
  }
  replace_or_add(domains, domain, [&](const Domain& d) { return d.id == domain.id; });
}

void read_rules(YamlReader& reader, const YamlNode& node,
                std::map<std::string, RuleSetting>& rules) {
  if (node.kind != Kind::map) {
    reader.mistake(
        node, fmt::format("rules: expected a map of rule ids, got {}", YamlReader::shown(node)));
    return;
  }
  std::vector<std::string> ids;
  for (const RuleInfo& info : rule_infos()) {
    ids.emplace_back(info.id);
  }
  for (const auto& [key, value] : node.entries) {
    if (std::find(ids.begin(), ids.end(), key.text) == ids.end()) {
      reader.mistake(
          key, fmt::format("no rule {}{}", YamlReader::shown(key), did_you_mean(key.text, ids)));
      continue;
    }
    RuleSetting setting;
    if (const auto enabled = reader.bool_of(value)) {
      setting.enabled = *enabled;
    } else if (value.kind == Kind::scalar) {
      reader
          .severity("rule \"" + key.text + "\": severity",
                    [&](Severity s) { setting.severity = s; })
          .read(value);
    } else {
      reader.map(value, "rule \"" + key.text + "\"",
                 {reader.boolean("enabled", setting.enabled),
                  reader.severity("severity", [&](Severity s) { setting.severity = s; })});
    }
    rules[key.text] = setting;
  }
}

void read_max_change(YamlReader& reader, const YamlNode& node, Baseline& baseline) {
  baseline.max_change = 1; // so that a wrong one is not reported as missing too
  double ratio = 0;
  const char* const end = node.text.data() + node.text.size();
  const auto [at, failed] = std::from_chars(node.text.data(), end, ratio);
  if (node.kind != Kind::scalar || node.quoted || failed != std::errc() || at != end ||
      !std::isfinite(ratio) || ratio < 1) {
    reader.mistake(
        node,
        fmt::format("max_change {} is not a number of at least 1 (2 allows halving and doubling)",
                    YamlReader::shown(node)));
    return;
  }
  baseline.max_change = ratio;
}

void read_baseline(YamlReader& reader, const YamlNode& node, std::vector<Baseline>& baselines) {
  Baseline baseline;
  reader.map(
      node, "baseline",
      {reader.text("key", baseline.key),
       globs(reader, "paths", baseline.paths),
       bound(reader, "min", baseline.min),
       bound(reader, "max", baseline.max),
       reader.texts("allowed", baseline.allowed),
       reader.texts("forbidden", baseline.forbidden),
       {"max_change", [&](const YamlNode& value) { read_max_change(reader, value, baseline); }},
       reader.severity("severity", [&](Severity s) { baseline.severity = s; }),
       reader.text("why", baseline.why)});
  if (node.kind != Kind::map) {
    return;
  }
  if (baseline.key.empty()) {
    reader.mistake(node, "baseline: needs a key");
    return;
  }
  if (!baseline.min && !baseline.max && baseline.allowed.empty() && baseline.forbidden.empty() &&
      !baseline.max_change) {
    reader.mistake(
        node, fmt::format("baseline \"{}\": needs one of min, max, allowed, forbidden, max_change",
                          baseline.key));
  }
  replace_or_add(baselines, baseline, [&](const Baseline& b) {
    return b.key == baseline.key && b.paths == baseline.paths;
  });
}

void read_environment(YamlReader& reader, const YamlNode& node,
                      std::vector<EnvironmentRule>& environments) {
  EnvironmentRule rule;
  reader.map(node, "environment",
             {reader.text("environment", rule.environment), globs(reader, "paths", rule.paths)});
  if (node.kind != Kind::map) {
    return;
  }
  const std::vector<std::string> names = {"production", "staging", "development"};
  if (std::find(names.begin(), names.end(), rule.environment) == names.end()) {
    reader.mistake(node,
                   fmt::format("environment \"{}\" is not one of {}{}", rule.environment,
                               fmt::join(names, ", "), did_you_mean(rule.environment, names)));
  }
  if (rule.paths.empty()) {
    reader.mistake(node, "environment: needs paths");
  }
  environments.push_back(std::move(rule));
}

void read_line(YamlReader& reader, const YamlNode& node, const std::string& name, int most,
               std::string& target) {
  std::string text;
  reader.text(name, text).read(node);
  if (!is_line(text, most)) {
    reader.mistake(node,
                   fmt::format("{} {} is not one line of at most {} characters without blanks "
                               "around it",
                               name, YamlReader::shown(node), most));
  } else if (!text.empty()) {
    target = text;
  }
}

void read_publishing(YamlReader& reader, const YamlNode& node, Publishing& publishing) {
  reader.map(
      node, "publish",
      {{"check_name",
        [&](const YamlNode& value) {
          read_line(reader, value, "check_name", k_max_check_name, publishing.check_name);
        }},
       reader.boolean("sticky_comment", publishing.sticky_comment),
       reader.boolean("inline_comments", publishing.inline_comments),
       reader.boolean("comment_on_drafts", publishing.comment_on_drafts),
       reader.severity("inline_severity", [&](Severity s) { publishing.inline_severity = s; }),
       reader.boolean("push_split_branches", publishing.push_split_branches)});
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 100 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

// "@organisation/team"
bool is_team(std::string_view text) {
  const std::size_t slash = text.find('/');
  return text.starts_with("@") && slash != std::string_view::npos &&
         is_name(text.substr(1, slash - 1)) && is_name(text.substr(slash + 1));
}

// `named` gets the keys: whether there are such domains is known when all of the file is read.
void read_owners(YamlReader& reader, const YamlNode& node,
                 std::map<std::string, std::vector<std::string>>& owners,
                 std::vector<YamlNode>& named) {
  if (node.kind != Kind::map) {
    reader.mistake(
        node, fmt::format("owners: expected a map of domains, got {}", YamlReader::shown(node)));
    return;
  }
  for (const auto& [key, value] : node.entries) {
    std::vector<std::string> names;
    reader.texts("owners of \"" + key.text + "\"", names).read(value);
    for (const std::string& name : names) {
      if (!is_team(name) && !(name.starts_with("@") && is_name(std::string_view(name).substr(1)))) {
        reader.mistake(value,
                       fmt::format("owner \"{}\" is neither @login nor @organisation/team", name));
      }
    }
    if (!is_identifier(key.text)) {
      reader.mistake(key, fmt::format("owners: {} is no domain", YamlReader::shown(key)));
    } else if (names.empty()) {
      reader.mistake(key, fmt::format("owners of \"{}\": needs at least one", key.text));
    } else {
      owners[key.text] = std::move(names);
      named.push_back(key);
    }
  }
}

// An owner of a domain that there is not would own nothing, and everybody might acknowledge.
void check_owned(YamlReader& reader, const std::vector<YamlNode>& named,
                 const std::vector<Domain>& domains) {
  std::vector<std::string> ids;
  for (const Domain& domain : built_in_domains()) {
    ids.push_back(domain.id);
  }
  for (const Domain& domain : domains) {
    ids.push_back(domain.id);
  }
  for (const YamlNode& key : named) {
    if (std::find(ids.begin(), ids.end(), key.text) == ids.end()) {
      reader.mistake(key, fmt::format("owners: no domain {}{}", YamlReader::shown(key),
                                      did_you_mean(key.text, ids)));
    }
  }
}

void read_acknowledging(YamlReader& reader, const YamlNode& node, Acknowledging& acknowledging,
                        std::vector<YamlNode>& owned) {
  reader.map(
      node, "acknowledge",
      {reader.boolean("by_author", acknowledging.by_author),
       reader.severity("max_severity", [&](Severity s) { acknowledging.max_severity = s; }),
       reader.integer("max_days", acknowledging.max_days, 0, 3660),
       {"owners",
        [&](const YamlNode& value) { read_owners(reader, value, acknowledging.owners, owned); }},
       {"override_label", [&](const YamlNode& value) {
          read_line(reader, value, "override_label", k_max_label, acknowledging.override_label);
        }}});
}

void read_commands(YamlReader& reader, const YamlNode& node, std::vector<std::string>& teams) {
  reader.map(node, "commands", {reader.texts("teams", teams)});
  for (const std::string& team : teams) {
    if (!is_team(team)) {
      reader.mistake(node, fmt::format("commands: \"{}\" is no @organisation/team", team));
    }
  }
}

void read_root(YamlReader& reader, const YamlNode& root, RepositoryConfig& config) {
  Policy& policy = config.policy;
  std::vector<EnvironmentRule> environments;
  std::vector<YamlNode> owned;
  int version = 1;
  reader.map(
      root, "",
      {reader.integer("version", version, 1, 1),
       reader.severity_or_never(
           "fail_on",
           [&](Severity s) {
             policy.fail_on = s;
             policy.never_fail = false;
           },
           [&] { policy.never_fail = true; }),
       globs(reader, "ignore", policy.ignore_paths),
       reader.list("domains",
                   [&](const YamlNode& item) { read_domain(reader, item, policy.domains); }),
       {"rules", [&](const YamlNode& node) { read_rules(reader, node, policy.rules); }},
       reader.list("baselines",
                   [&](const YamlNode& item) { read_baseline(reader, item, policy.baselines); }),
       reader.list("environments",
                   [&](const YamlNode& item) { read_environment(reader, item, environments); }),
       reader.texts("secret_keys", policy.secret_keys),
       {"split",
        [&](const YamlNode& node) {
          reader.map(node, "split",
                     {reader.integer("max_lines", policy.split.max_lines, 1, 1'000'000),
                      reader.integer("buried_percent", policy.split.buried_percent, 1, 100),
                      reader.integer("risky_domains", policy.split.risky_domains, 2, 100),
                      reader.boolean("required", policy.split.required)});
        }},
       {"publish", [&](const YamlNode& node) { read_publishing(reader, node, config.publishing); }},
       {"acknowledge",
        [&](const YamlNode& node) {
          read_acknowledging(reader, node, config.acknowledging, owned);
        }},
       {"commands",
        [&](const YamlNode& node) { read_commands(reader, node, config.command_teams); }}});
  check_owned(reader, owned, policy.domains);
  policy.environments.insert(policy.environments.begin(), environments.begin(), environments.end());
}

} // namespace

RepositoryConfig parse_repository_config(std::string_view yaml, std::string_view name,
                                         const RepositoryConfig& defaults) {
  std::vector<YamlMistake> mistakes;
  RepositoryConfig config = defaults;
  const YamlNode root = read_yaml(yaml, mistakes);
  if (root.kind != Kind::null) {
    YamlReader reader(mistakes);
    read_root(reader, root, config);
  }
  if (mistakes.empty()) {
    return config;
  }
  std::stable_sort(mistakes.begin(), mistakes.end(),
                   [](const YamlMistake& a, const YamlMistake& b) { return a.line < b.line; });
  std::vector<std::string> lines;
  for (const YamlMistake& mistake : mistakes) {
    if (lines.size() == k_most_mistakes) {
      lines.push_back(fmt::format("{}: and {} more", name, mistakes.size() - k_most_mistakes));
      break;
    }
    lines.push_back(fmt::format("{}:{}: {}", name, mistake.line, mistake.message));
  }
  throw Error(ErrorKind::bad_input, fmt::format("{}", fmt::join(lines, "\n")));
}

} // namespace leadline
