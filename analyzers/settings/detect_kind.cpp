#include "analyzers/settings/extract.hpp"
#include "analyzers/settings/readers.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace leadline {
namespace {

using Row = std::pair<std::string_view, Format>;

constexpr std::size_t k_looked_at = 200000; // bytes at the start

constexpr bool is_sorted(const auto& rows) {
  return std::is_sorted(rows.begin(), rows.end(),
                        [](const Row& a, const Row& b) { return a.first < b.first; });
}

// Whole file names, lower case.
constexpr std::array k_names = {
    Row{".babelrc", Format::json},
    Row{".bash_profile", Format::shell},
    Row{".bashrc", Format::shell},
    Row{".clang-format", Format::yaml},
    Row{".coveragerc", Format::ini},
    Row{".editorconfig", Format::ini},
    Row{".eslintrc", Format::json},
    Row{".flake8", Format::ini},
    Row{".gitconfig", Format::ini},
    Row{".gitmodules", Format::ini},
    Row{".helmignore", Format::prose},
    Row{".htaccess", Format::apache},
    Row{".my.cnf", Format::ini},
    Row{".npmrc", Format::key_value},
    Row{".prettierrc", Format::json},
    Row{".profile", Format::shell},
    Row{".pylintrc", Format::ini},
    Row{".sentryclirc", Format::ini},
    Row{".yamllint", Format::yaml},
    Row{".yarnrc", Format::key_value},
    Row{"apache2.conf", Format::apache},
    Row{"authors", Format::prose},
    Row{"brewfile", Format::ruby},
    Row{"caddyfile", Format::nginx},
    Row{"changelog", Format::prose},
    Row{"codeowners", Format::prose},
    Row{"containerfile", Format::dockerfile},
    Row{"crontab", Format::key_value},
    Row{"dockerfile", Format::dockerfile},
    Row{"fastfile", Format::ruby},
    Row{"gemfile", Format::ruby},
    Row{"haproxy.cfg", Format::haproxy},
    Row{"haproxy.conf", Format::haproxy},
    Row{"httpd.conf", Format::apache},
    Row{"jenkinsfile", Format::java},
    Row{"license", Format::prose},
    Row{"makefile", Format::key_value},
    Row{"my.cnf", Format::ini},
    Row{"named.conf", Format::nginx},
    Row{"nginx.conf", Format::nginx},
    Row{"notice", Format::prose},
    Row{"pg_hba.conf", Format::key_value},
    Row{"pipfile", Format::toml},
    Row{"podfile", Format::ruby},
    Row{"postgresql.conf", Format::key_value},
    Row{"procfile", Format::shell},
    Row{"rakefile", Format::ruby},
    Row{"readme", Format::prose},
    Row{"redis.conf", Format::key_value},
    Row{"ssh_config", Format::key_value},
    Row{"sshd_config", Format::key_value},
    Row{"sudoers", Format::key_value},
    Row{"sysctl.conf", Format::key_value},
    Row{"vagrantfile", Format::ruby},
    Row{"varnish.params", Format::dotenv},
};

// Written by package managers: versions and hashes, no settings.
constexpr std::array<std::string_view, 17> k_lock_files = {"bun.lock",
                                                           "cargo.lock",
                                                           "chart.lock",
                                                           "composer.lock",
                                                           "flake.lock",
                                                           "gemfile.lock",
                                                           "go.sum",
                                                           "gradle.lockfile",
                                                           "mix.lock",
                                                           "npm-shrinkwrap.json",
                                                           "package-lock.json",
                                                           "packages.lock.json",
                                                           "pipfile.lock",
                                                           "pnpm-lock.yaml",
                                                           "poetry.lock",
                                                           "uv.lock",
                                                           "yarn.lock"};

constexpr std::array k_extensions = {
    Row{"alloy", Format::hcl},
    Row{"automount", Format::ini},
    Row{"bash", Format::shell},
    Row{"bats", Format::shell},
    Row{"cf", Format::key_value},
    Row{"cjs", Format::javascript},
    Row{"cnf", Format::ini},
    Row{"config", Format::unknown},
    Row{"cs", Format::csharp},
    Row{"csproj", Format::xml},
    Row{"css", Format::prose},
    Row{"desktop", Format::ini},
    Row{"dockerfile", Format::dockerfile},
    Row{"env", Format::dotenv},
    Row{"envrc", Format::shell},
    Row{"go", Format::go},
    Row{"gradle", Format::java},
    Row{"graphql", Format::prose},
    Row{"groovy", Format::java},
    Row{"hcl", Format::hcl},
    Row{"hjson", Format::json},
    Row{"ini", Format::ini},
    Row{"java", Format::java},
    Row{"js", Format::javascript},
    Row{"json", Format::json},
    Row{"json5", Format::json},
    Row{"jsonc", Format::json},
    Row{"jsonl", Format::json},
    Row{"jsonnet", Format::jsonnet},
    Row{"jsx", Format::javascript},
    Row{"kt", Format::kotlin},
    Row{"kts", Format::kotlin},
    Row{"ldif", Format::key_value},
    Row{"less", Format::prose},
    Row{"libsonnet", Format::jsonnet},
    Row{"link", Format::ini},
    Row{"markdown", Format::prose},
    Row{"md", Format::prose},
    Row{"mdx", Format::prose},
    Row{"mjs", Format::javascript},
    Row{"mount", Format::ini},
    Row{"netdev", Format::ini},
    Row{"network", Format::ini},
    Row{"nft", Format::key_value},
    Row{"nginx", Format::nginx},
    Row{"nomad", Format::hcl},
    Row{"nspawn", Format::ini},
    Row{"path", Format::ini},
    Row{"php", Format::php},
    Row{"pom", Format::xml},
    Row{"pp", Format::puppet},
    Row{"properties", Format::properties},
    Row{"props", Format::xml},
    Row{"proto", Format::prose},
    Row{"py", Format::python},
    Row{"rb", Format::ruby},
    Row{"river", Format::hcl},
    Row{"rs", Format::rust},
    Row{"rst", Format::prose},
    Row{"rules", Format::yaml},
    Row{"sass", Format::prose},
    Row{"scss", Format::prose},
    Row{"service", Format::ini},
    Row{"sh", Format::shell},
    Row{"slice", Format::ini},
    Row{"sls", Format::yaml},
    Row{"socket", Format::ini},
    Row{"sql", Format::sql},
    Row{"star", Format::python},
    Row{"styl", Format::prose},
    Row{"svg", Format::prose},
    Row{"target", Format::ini},
    Row{"targets", Format::xml},
    Row{"tf", Format::hcl},
    Row{"tfvars", Format::hcl},
    Row{"thrift", Format::prose},
    Row{"timer", Format::ini},
    Row{"toml", Format::toml},
    Row{"ts", Format::typescript},
    Row{"tsx", Format::typescript},
    Row{"vcl", Format::nginx},
    Row{"webmanifest", Format::json},
    Row{"xml", Format::xml},
    Row{"yaml", Format::yaml},
    Row{"yml", Format::yaml},
    Row{"zsh", Format::shell},
};

// Languages that no reader is for. What they hold may look like one of the formats above, and is
// read as `key = value` where a line looks so.
constexpr std::array<std::string_view, 47> k_other_languages = {
    "adb",  "asm",  "bicep", "c",   "cc",    "clj", "cljs", "coffee", "cpp",  "cue",
    "cxx",  "dart", "dhall", "el",  "elm",   "erl", "ex",   "exs",    "f90",  "fs",
    "fsx",  "h",    "hpp",   "hrl", "hs",    "hx",  "jl",   "lisp",   "lua",  "m",
    "ml",   "mm",   "nim",   "nix", "pas",   "pl",  "pm",   "ps1",    "psm1", "r",
    "rego", "rkt",  "scala", "sol", "swift", "vim", "zig"};

constexpr std::array<std::string_view, 12> k_template_suffixes = {
    ".j2",  ".jinja", ".jinja2", ".erb",      ".epp", ".tmpl",
    ".tpl", ".tftpl", ".gotmpl", ".mustache", ".hbs", ".ctmpl"};

// What people put behind the real name of a file.
constexpr std::array<std::string_view, 13> k_copy_suffixes = {
    ".example", ".sample", ".dist",     ".default", ".in",         ".template", ".local",
    ".orig",    ".bak",    ".disabled", ".prod",    ".production", ".staging"};

constexpr std::array k_name_parts = {
    Row{"haproxy", Format::haproxy},    Row{"nginx", Format::nginx},
    Row{"pgbouncer", Format::ini},      Row{"php", Format::ini},
    Row{"redis", Format::key_value},    Row{"sentinel", Format::key_value},
    Row{"postgres", Format::key_value},
};

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() > end.size() && text.substr(text.size() - end.size()) == end;
}

template <std::size_t n>
Format look_up(const std::array<Row, n>& rows, std::string_view key) {
  const auto at =
      std::lower_bound(rows.begin(), rows.end(), key,
                       [](const Row& row, std::string_view name) { return row.first < name; });
  return at != rows.end() && at->first == key ? at->second : Format::unknown;
}

bool holds(std::string_view path, std::string_view part) {
  return path.find(part) != std::string_view::npos;
}

bool strip_suffix(std::string_view& name, const auto& suffixes) {
  for (const std::string_view suffix : suffixes) {
    if (ends_with(name, suffix)) {
      name.remove_suffix(suffix.size());
      return true;
    }
  }
  return false;
}

// Files without a telling name: by their folder, then by what they hold.
Format by_folder(std::string_view path, std::string_view name) {
  if (holds(path, "/cron.d/") || name.substr(0, 5) == "cron_" || ends_with(name, ".cron") ||
      ends_with(name, ".crontab")) {
    return Format::key_value;
  }
  if (holds(path, "sysctl.d/") || holds(path, "limits.d/") || name == "limits.conf" ||
      holds(path, "sshd_config.d/") || holds(path, "sudoers.d/")) {
    return Format::key_value;
  }
  if (holds(path, "logrotate")) {
    return Format::nginx;
  }
  if (holds(path, "sites-available/") || holds(path, "sites-enabled/") || holds(path, "nginx/")) {
    return Format::nginx;
  }
  if (holds(path, "apache2/") || holds(path, "httpd/")) {
    return Format::apache;
  }
  return holds(path, ".git/config") ? Format::ini : Format::unknown;
}

Format by_name(std::string_view path, std::string_view name) {
  if (std::binary_search(k_lock_files.begin(), k_lock_files.end(), name) ||
      name == ".terraform.lock.hcl") {
    return Format::prose;
  }
  if (const Format whole = look_up(k_names, name); whole != Format::unknown) {
    return whole;
  }
  if (name.substr(0, 10) == "dockerfile" || name.substr(0, 13) == "containerfile") {
    return Format::dockerfile;
  }
  if (name.substr(0, 4) == ".env" || ends_with(name, ".env") || name == "env") {
    return Format::dotenv;
  }
  if (name.substr(0, 11) == "jenkinsfile") {
    return Format::java;
  }
  const std::size_t dot = name.rfind('.');
  const std::string_view extension =
      dot == std::string_view::npos ? std::string_view{} : name.substr(dot + 1);
  if (const Format known = look_up(k_extensions, extension); known != Format::unknown) {
    return known;
  }
  if (extension == "txt" || extension == "text") {
    return holds(name, "requirements") || holds(name, "constraints") ? Format::key_value
                                                                     : Format::prose;
  }
  if (const Format folder = by_folder(path, name); folder != Format::unknown) {
    return folder;
  }
  if (extension == "conf" || extension == "cfg" || extension.empty()) {
    for (const Row& row : k_name_parts) {
      if (holds(name, row.first)) {
        return row.second;
      }
    }
  }
  return Format::unknown;
}

bool is_other_language(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot != std::string_view::npos &&
         std::binary_search(k_other_languages.begin(), k_other_languages.end(),
                            name.substr(dot + 1));
}

// Files whose name leaves several formats open, or lies now and then.
Format by_content(Format named, std::string_view name, std::string_view text, bool templated) {
  const bool open = named == Format::unknown || ends_with(name, ".conf") ||
                    ends_with(name, ".cfg") || ends_with(name, ".rules") || named == Format::ini;
  const bool by_place = named == Format::nginx || named == Format::apache ||
                        named == Format::haproxy || named == Format::key_value;
  if (text.substr(0, 2) == "#!" && (open || by_place)) {
    return sniff_format(text_lines(text.substr(0, 1000)));
  }
  if (!open || text.empty() || ends_with(name, "file") || is_other_language(name)) {
    return named;
  }
  TextLines lines = text_lines(text.substr(0, 100000));
  blank_template_blocks(lines);
  const Format seen = sniff_format(lines);
  if (named == Format::unknown || ends_with(name, ".rules")) {
    if (seen == Format::unknown && (ends_with(name, ".conf") || ends_with(name, ".cfg"))) {
      return Format::key_value;
    }
    return seen == Format::unknown && templated && looks_like_directives(lines) ? Format::key_value
           : seen == Format::unknown                                            ? named
                                                                                : seen;
  }
  // haproxy.conf and the like keep their format unless they plainly hold another one.
  if (named == Format::ini || named == Format::nginx || named == Format::apache) {
    return seen == Format::xml || seen == Format::json ||
                   (named != Format::ini && seen == Format::ini) ||
                   (named == Format::ini && !ends_with(name, ".ini") && seen == Format::nginx) ||
                   (named == Format::nginx && seen == Format::apache)
               ? seen
               : named;
  }
  return named == Format::key_value && (seen == Format::ini || seen == Format::nginx) ? seen
                                                                                      : named;
}

// A line that begins with a mark that no format starts a line with.
bool has_template_lines(std::string_view text) {
  for (const TextLine& line : text_lines(text.substr(0, k_looked_at))) {
    const std::string_view start = trim(line.text).substr(0, 2);
    if (start == "{{" || start == "{%" || start == "{#" || start == "<%") {
      return true;
    }
  }
  return false;
}

} // namespace

static_assert(is_sorted(k_extensions) && is_sorted(k_names));
static_assert(std::is_sorted(k_other_languages.begin(), k_other_languages.end()));
static_assert(std::is_sorted(k_lock_files.begin(), k_lock_files.end()));

FileKind detect_kind(std::string_view path, std::string_view whole_text) {
  const ReturnedLines returned(whole_text.substr(0, k_looked_at));
  const std::string_view text = returned.any() ? std::string_view(returned.text()) : whole_text;
  const std::string lower = to_lower(path);
  const std::string_view whole = lower;
  std::string_view name = whole.substr(whole.find_last_of('/') + 1);
  FileKind kind;
  while (strip_suffix(name, k_template_suffixes)) {
    kind.templated = true;
  }
  // Helm's named templates: _helpers.tpl
  if (kind.templated && name.substr(0, 1) == "_" && holds(whole, "templates/")) {
    return {Format::yaml, true};
  }
  strip_suffix(name, k_copy_suffixes);
  kind.format = by_name(whole, name);
  kind.format = by_content(kind.format, name, text, kind.templated);
  if (!kind.templated && kind.format != Format::unknown && kind.format != Format::prose) {
    kind.templated = has_template_lines(text);
  }
  return kind;
}

} // namespace leadline
