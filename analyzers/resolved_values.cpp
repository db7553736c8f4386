#include "analyzers/resolved_values.hpp"

#include "analyzers/risk/subject.hpp"
#include "analyzers/settings/extract.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <iterator>
#include <utility>

namespace leadline {
namespace {

constexpr std::size_t k_most_files = 48;
constexpr std::size_t k_largest_file = 256UL * 1024;

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

std::string place_of(const std::string& path, const Setting& setting) {
  return fmt::format("{}:{}", path, setting.first_line);
}

bool is_source(const std::string& path) {
  switch (detect_kind(path, "").format) {
  case Format::csharp:
  case Format::go:
  case Format::java:
  case Format::javascript:
  case Format::kotlin:
  case Format::php:
  case Format::python:
  case Format::ruby:
  case Format::rust:
  case Format::typescript:
    return true;
  default:
    return false;
  }
}

bool is_plain(const std::string& value) {
  return !is_template(value) && !value.starts_with("var.") && !value.starts_with("local.") &&
         value.size() <= 200;
}

} // namespace

std::optional<ResolvedValue> ResolvedValues::of(const std::string& path,
                                                const SettingChange& change) {
  static const re2::RE2 k_helm(
      R"(["']?\{\{-?\s*\$?\.Values\.([\w.-]+)\s*(?:\|\s*(?:quote|squote|int|int64|float64|toString)\s*)*-?\}\}["']?)");
  static const re2::RE2 k_terraform(R"((?:\$\{\s*)?(var|local)\.([\w-]+)(?:\s*\})?)");
  static const re2::RE2 k_name(R"([A-Za-z_]\w*)");
  if (change.change != ChangeKind::modified || !is_plain(change.old_setting->value) ||
      change.new_setting->syntax == ValueSyntax::quoted) {
    return std::nullopt;
  }
  const std::string& value = change.new_setting->value;
  std::string root;
  std::string name;
  if (path.find("templates/") != std::string::npos && re2::RE2::FullMatch(value, k_helm, &name)) {
    return in_chart(path, name);
  }
  if (path.ends_with(".tf") && re2::RE2::FullMatch(value, k_terraform, &root, &name)) {
    return in_terraform(path, root, name);
  }
  if (is_source(path) && re2::RE2::FullMatch(value, k_name)) {
    return in_source(path, value, change.new_setting->first_line);
  }
  return std::nullopt;
}

const ResolvedValues::Stated& ResolvedValues::settings_of(const std::string& path) {
  const auto known = m_read.find(path);
  static const Stated k_none;
  if (known != m_read.end() || m_read.size() >= k_most_files) {
    return known == m_read.end() ? k_none : known->second;
  }
  Stated& stated = m_read[path];
  try {
    const std::optional<std::string> text = m_files.read(Side::head, path);
    if (text && text->size() <= k_largest_file) {
      for (Setting& setting : extract_settings(detect_kind(path, *text), path, *text, {})) {
        std::string key = setting.key.text();
        stated.emplace(std::move(key), std::move(setting));
      }
    }
  } catch (const Error&) {
    stated.clear(); // what cannot be read resolves nothing; the file itself is counted elsewhere
  }
  return stated;
}

const std::vector<std::string>& ResolvedValues::beside(const std::string& path) {
  const auto [at, fresh] = m_beside.try_emplace(folder_of(path));
  if (fresh) {
    at->second = m_files.siblings(Side::head, path);
    at->second.push_back(path.substr(at->first.size()));
  }
  return at->second;
}

// https://helm.sh/docs/chart_template_guide/values_files/
std::optional<ResolvedValue> ResolvedValues::in_chart(const std::string& path,
                                                      const std::string& name) {
  const std::string chart = path.substr(0, path.rfind("templates/"));
  const std::string values = chart + "values.yaml";
  const Stated& stated = settings_of(values);
  if (stated.empty()) {
    return std::nullopt;
  }
  const auto found = stated.lower_bound(name);
  if (found != stated.end() && found->first == name) {
    return is_plain(found->second.value)
               ? std::optional(ResolvedValue{found->second.value, place_of(values, found->second)})
               : std::nullopt;
  }
  if (found != stated.end() && found->first.starts_with(name)) {
    return std::nullopt; // a mapping or a list stands there
  }
  for (const std::string& other : beside(values)) {
    const bool is_values = other.find("values") != std::string::npos &&
                           (other.ends_with(".yaml") || other.ends_with(".yml"));
    if (is_values && chart + other != values && settings_of(chart + other).count(name) > 0) {
      return std::nullopt; // one environment at least has it
    }
  }
  return ResolvedValue{"", values};
}

// https://developer.hashicorp.com/terraform/language/values/variables
std::optional<ResolvedValue> ResolvedValues::in_terraform(const std::string& path,
                                                          const std::string& root,
                                                          const std::string& name) {
  const std::string folder = folder_of(path);
  const std::string wanted = root == "var" ? "variable." + name : "locals." + name;
  std::optional<ResolvedValue> found;
  for (const std::string& file : beside(path)) {
    const bool variables = file.ends_with(".tfvars") || file.ends_with(".tfvars.json");
    if (!file.ends_with(".tf") && !variables) {
      continue;
    }
    const Stated& stated = settings_of(folder + file);
    if (variables && root == "var" && stated.count(name) > 0) {
      return std::nullopt; // which file of variables is used is not written down
    }
    const auto [first, last] = stated.equal_range(wanted);
    if (variables || first == last) {
      continue;
    }
    if (found || std::next(first) != last || !is_plain(first->second.value)) {
      return std::nullopt;
    }
    found = ResolvedValue{first->second.value, place_of(folder + file, first->second)};
  }
  return found;
}

std::optional<ResolvedValue> ResolvedValues::in_source(const std::string& path,
                                                       const std::string& name, int line) {
  const auto [first, last] = settings_of(path).equal_range(name);
  if (first == last || std::next(first) != last) {
    return std::nullopt;
  }
  const Setting& found = first->second;
  return found.key.segments.size() == 1 && is_plain(found.value) && found.value != name &&
                 found.first_line != line
             ? std::optional(ResolvedValue{found.value, place_of(path, found)})
             : std::nullopt;
}

} // namespace leadline
