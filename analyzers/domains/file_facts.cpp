#include "analyzers/domains/file_facts.hpp"

#include "analyzers/domains/tool_files.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

constexpr std::array k_lock_names = {
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "go.sum",
    "cargo.lock",
    "gemfile.lock",
    "poetry.lock",
    "uv.lock",
    "pipfile.lock",
    "composer.lock",
    "mix.lock",
    "flake.lock",
    "chart.lock",
    "podfile.lock",
    "pubspec.lock",
    "gradle.lockfile",
    "packages.lock.json",
    ".terraform.lock.hcl",
    "jsonnetfile.lock.json",
    "requirements.lock",
    "pdm.lock",
    "conan.lock",
    "module.bazel.lock",
    "deno.lock",
    "charts.lock",
};

constexpr std::array k_manifest_names = {
    "package.json", "go.mod",           "cargo.toml",       "gemfile",       "pyproject.toml",
    "pipfile",      "setup.py",         "setup.cfg",        "composer.json", "pom.xml",
    "build.gradle", "build.gradle.kts", "mix.exs",          "chart.yaml",    "jsonnetfile.json",
    "berksfile",    "puppetfile",       "requirements.yml", "galaxy.yml",    "podfile",
    "pubspec.yaml", "environment.yml",  "versions.tf",
};

constexpr std::array k_test_parts = {"test",
                                     "tests",
                                     "testing",
                                     "testdata",
                                     "__tests__",
                                     "spec",
                                     "specs",
                                     "fixtures",
                                     "fixture",
                                     "e2e",
                                     "__snapshots__",
                                     "mocks",
                                     "molecule",
                                     "integration-tests",
                                     "integration_tests",
                                     "integration-test",
                                     "_integration-test",
                                     "acceptance-tests",
                                     "cassettes",
                                     "unit-test",
                                     "_unit-test",
                                     "unit-tests",
                                     "unit_tests"};
constexpr std::array k_doc_parts = {"docs",         "doc",        "documentation",
                                    "releasenotes", "changelogs", "adr"};
constexpr std::array k_example_parts = {"example", "examples", "sample",   "samples",
                                        "demo",    "demos",    "tutorial", "tutorials"};
constexpr std::array k_ci_parts = {".circleci",   ".gitlab",    ".buildkite", ".azure-pipelines",
                                   ".woodpecker", ".zuul.d",    "zuul.d",     ".tekton",
                                   ".prow",       ".semaphore", ".teamcity"};
constexpr std::array k_ci_names = {".gitlab-ci.yml",
                                   ".travis.yml",
                                   "jenkinsfile",
                                   "azure-pipelines.yml",
                                   ".drone.yml",
                                   "appveyor.yml",
                                   ".zuul.yaml",
                                   "bitbucket-pipelines.yml",
                                   "cloudbuild.yaml",
                                   "tox.ini",
                                   ".pre-commit-config.yaml",
                                   "noxfile.py",
                                   "renovate.json",
                                   "renovate.json5",
                                   ".renovaterc",
                                   "dependabot.yml",
                                   "codecov.yml",
                                   ".codecov.yml",
                                   ".cirrus.yml",
                                   "cloudbuild.yml"};
// What git, editors and linters read.
constexpr std::array k_tool_names = {".gitignore",    ".gitattributes", ".dockerignore",
                                     ".helmignore",   ".editorconfig",  ".eslintrc.json",
                                     ".prettierrc",   ".yamllint",      ".golangci.yml",
                                     ".ansible-lint", ".gcloudignore",  ".npmignore"};
constexpr std::array k_doc_extensions = {".md",  ".rst", ".adoc", ".markdown",
                                         ".mdx", ".txt", ".pdf",  ".textile"};
constexpr std::array k_code_extensions = {
    ".c",      ".cc",   ".cpp",    ".cxx",   ".h",    ".hpp",  ".go",   ".py",    ".js",  ".jsx",
    ".mjs",    ".cjs",  ".ts",     ".tsx",   ".java", ".kt",   ".kts",  ".scala", ".rb",  ".rs",
    ".php",    ".cs",   ".fs",     ".swift", ".m",    ".mm",   ".ex",   ".exs",   ".erl", ".hs",
    ".clj",    ".lua",  ".pl",     ".pm",    ".sh",   ".bash", ".zsh",  ".ps1",   ".sql", ".vue",
    ".svelte", ".dart", ".groovy", ".css",   ".scss", ".less", ".html",
};

template <typename List>
bool in(const List& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::string_view last_part(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view extension_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot);
}

template <typename List>
bool has_part(std::string_view folder, const List& parts) {
  const std::vector<std::string_view> pieces = split(folder, '/');
  return std::any_of(pieces.begin(), pieces.end(),
                     [&](std::string_view piece) { return in(parts, piece); });
}

// Workflows stand in .github/workflows itself, actions in folders of any depth; what lies deeper is
// the repository's own
// (https://docs.github.com/en/actions/writing-workflows/workflow-syntax-for-github-actions).
bool is_github_folder(std::string_view folder) {
  constexpr std::string_view k_name = ".github/";
  const std::size_t at = folder.rfind(k_name);
  if (at == std::string_view::npos || (at > 0 && folder[at - 1] != '/')) {
    return false;
  }
  const std::string_view inside = folder.substr(at + k_name.size());
  return inside.starts_with("actions/") || std::count(inside.begin(), inside.end(), '/') <= 1;
}

bool is_test_name(std::string_view name) {
  const std::string_view stem = name.substr(0, name.find('.'));
  return stem.starts_with("test_") || stem.ends_with("_test") || stem.ends_with("_spec") ||
         name.find(".test.") != std::string_view::npos ||
         name.find(".spec.") != std::string_view::npos || stem == "conftest";
}

bool is_requirements(std::string_view name, std::string_view folder) {
  constexpr std::array k_folders = {"requirements"};
  return name.ends_with(".txt") &&
         (name.find("requirements") != std::string_view::npos || has_part(folder, k_folders));
}

bool is_doc_name(std::string_view name, std::string_view folder) {
  const std::string_view extension = extension_of(name);
  if (in(k_doc_extensions, extension)) {
    // requirements.txt, requirements/test.txt and constraints-3.txt are read by programs.
    return extension != ".txt" ||
           (!is_requirements(name, folder) && name.find("constraints") == std::string_view::npos &&
            name != "cmakelists.txt");
  }
  return name.starts_with("license") || name.starts_with("notice") ||
         name.starts_with("changelog") || name.starts_with("readme") || name == "codeowners" ||
         name == "authors";
}

// Dashboards ("grafana/dashboards-1.14/kubelet.yaml"), translations ("locales/de.yml") and schemas
// ("crds/postgresql.crd.yaml", "values.schema.json").
bool is_reference(std::string_view name, std::string_view folder, std::string_view extension) {
  constexpr std::array k_data = {".json", ".yml", ".yaml", ".libsonnet", ".jsonnet", ".properties",
                                 ".po",   ".pot", ".toml", ".xlf",       ".strings", ".arb"};
  if (!in(k_data, extension)) {
    return false;
  }
  constexpr std::array k_translations = {"locale", "locales",      "i18n",
                                         "l10n",   "translations", "lang"};
  if (has_part(folder, k_translations) || extension == ".po" || extension == ".pot") {
    return true;
  }
  constexpr std::array k_schemas = {"crd", "crds", "openapi", "swagger"};
  if (has_part(folder, k_schemas) || name.find(".crd.") != std::string_view::npos ||
      name.find("customresourcedefinition") != std::string_view::npos ||
      name.starts_with("openapi.") || name.starts_with("swagger.") ||
      name.ends_with(".schema.json") || name == "schema.json") {
    return true;
  }
  const std::vector<std::string_view> pieces = split(folder, '/');
  return name.find("dashboard") != std::string_view::npos ||
         std::any_of(pieces.begin(), pieces.end(), [](std::string_view piece) {
           return piece.starts_with("dashboards") || piece.ends_with("dashboards") ||
                  piece.ends_with("-dashboard");
         });
}

// "// Code generated by X. DO NOT EDIT." (https://go.dev/s/generatedcode) and its relatives, near
// the top.
bool says_generated(std::string_view text) {
  const std::string top = to_lower(text.substr(0, 4096));
  std::size_t line_number = 0;
  for (const std::string_view line : split_lines(top)) {
    if (++line_number > 40) {
      break;
    }
    const bool generated = line.find("generated") != std::string_view::npos;
    const bool hands_off = line.find("do not edit") != std::string_view::npos ||
                           line.find("do not modify") != std::string_view::npos ||
                           line.find("do not change") != std::string_view::npos;
    if (line.find("@generated") != std::string_view::npos || (generated && hands_off)) {
      return true;
    }
  }
  return false;
}

// "config/prod.js", "app-settings.json": somebody's configuration, with line breaks or without.
// Not what a build leaves: "dist/config/main.js".
bool names_configuration(std::string_view name, std::string_view folder) {
  constexpr std::array k_folders = {"config", "configs",      "configuration", "conf",  "cfg",
                                    "env",    "environments", "settings",      "deploy"};
  constexpr std::array k_built = {"dist",  "build",  "built",  "out",     "public", "static",
                                  "asset", "assets", "bundle", "bundles", "www",    "wwwroot"};
  constexpr std::array<std::string_view, 3> k_words = {"config", "settings", "values"};
  const std::string_view stem = name.substr(0, name.rfind('.'));
  const bool named = std::any_of(k_words.begin(), k_words.end(), [&](std::string_view word) {
    return stem.find(word) != std::string_view::npos;
  });
  return (named || has_part(folder, k_folders)) && !has_part(folder, k_built);
}

// Code or data without line breaks, made for machines.
bool is_minified(std::string_view name, std::string_view folder, std::string_view text) {
  const std::string_view extension = extension_of(name);
  if (extension != ".js" && extension != ".css" && extension != ".json" && extension != ".svg" &&
      extension != ".map") {
    return false;
  }
  if (text.size() < 5000 || names_configuration(name, folder)) {
    return false;
  }
  const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
  return text.size() / static_cast<std::size_t>(lines) > 1000;
}

bool has_generated_name(std::string_view name) {
  return name.find(".min.") != std::string_view::npos || name.ends_with(".pb.go") ||
         name.ends_with("_pb2.py") || name.ends_with(".pb.h") || name.ends_with(".pb.cc") ||
         name.starts_with("zz_generated") || name.ends_with(".snap") || name.ends_with(".map") ||
         name.ends_with(".lock");
}

bool has_vendored_folder(std::string_view folder) {
  constexpr std::array k_parts = {
      "node_modules", "vendor",           "vendors",       "third_party",   "third-party",
      "thirdparty",   "bower_components", "site-packages", "jspm_packages", "web_modules"};
  if (has_part(folder, k_parts)) {
    return true;
  }
  // Libraries beside what a web server hands out: "wwwroot/lib/jquery/", "static/libs/"; a package
  // manager's own programs.
  constexpr std::array<std::string_view, 12> k_pairs = {
      "wwwroot/lib/", "wwwroot/libs/", "static/lib/",     "static/libs/",
      "public/lib/",  "public/libs/",  "assets/lib/",     "assets/libs/",
      "webroot/lib/", "htdocs/lib/",   ".yarn/releases/", ".yarn/plugins/"};
  return std::any_of(k_pairs.begin(), k_pairs.end(), [&](std::string_view pair) {
    const std::size_t at = folder.find(pair);
    return at != std::string_view::npos && (at == 0 || folder[at - 1] == '/');
  });
}

} // namespace

FileRole role_of_path(std::string_view path) {
  const std::string lower = to_lower(path);
  const std::string_view name = last_part(lower);
  const std::string_view folder = std::string_view(lower).substr(0, lower.size() - name.size());
  const std::string_view extension = extension_of(name);
  if (in(k_lock_names, name)) {
    return FileRole::lock;
  }
  if (has_part(folder, k_test_parts) || is_test_name(name)) {
    return FileRole::tests;
  }
  if (is_doc_name(name, folder) || has_part(folder, k_doc_parts)) {
    return FileRole::docs;
  }
  if (has_part(folder, k_example_parts) || name.find(".example") != std::string_view::npos ||
      name.find(".sample") != std::string_view::npos || name.ends_with(".dist")) {
    return FileRole::examples;
  }
  if (has_part(folder, k_ci_parts) || is_github_folder(folder) || in(k_tool_names, name) ||
      in(k_ci_names, name) || name.starts_with("renovate") || is_checker_file(name) ||
      is_test_runner_file(name)) {
    return FileRole::ci;
  }
  if (is_reference(name, folder, extension)) {
    return FileRole::reference;
  }
  if (in(k_manifest_names, name) || is_requirements(name, folder) || extension == ".csproj") {
    return FileRole::manifest;
  }
  return in(k_code_extensions, extension) ? FileRole::code : FileRole::config;
}

std::string_view name_of(FileRole role) {
  constexpr std::array<std::string_view, 9> k_names = {"lock file",    "tests", "documentation",
                                                       "example",      "CI",    "reference",
                                                       "dependencies", "code",  "configuration"};
  return k_names[static_cast<std::size_t>(role)];
}

std::string noise_of_file(const FileChange& file, const PathMarks& marks,
                          const std::optional<std::string>& old_text,
                          const std::optional<std::string>& new_text) {
  if (marks.generated == true) {
    return "generated: marked by .gitattributes of the base";
  }
  if (marks.vendored == true) {
    return "vendored: marked by .gitattributes of the base";
  }
  const std::string lower = to_lower(file.path());
  const std::string_view name = last_part(lower);
  const std::string_view folder = std::string_view(lower).substr(0, lower.size() - name.size());
  if (marks.vendored != false && has_vendored_folder(folder)) {
    return "vendored: " + std::string(folder.substr(0, folder.size() - 1));
  }
  if (marks.generated == false) {
    return {};
  }
  if (role_of_path(file.path()) == FileRole::lock) {
    return "lock file: " + std::string(name);
  }
  if (has_generated_name(name) || has_part(folder, std::array{"__snapshots__"})) {
    return "generated: by its name";
  }
  const std::optional<std::string>& judged = file.status == FileStatus::added ? new_text : old_text;
  if (judged && says_generated(*judged)) {
    return "generated: its header says so";
  }
  if (judged && is_minified(name, folder, *judged)) {
    return "generated: minified";
  }
  return {};
}

bool is_comment_line(std::string_view path, std::string_view line) {
  const std::string_view text = trim(line);
  if (text.empty()) {
    return false;
  }
  const std::string lower = to_lower(path);
  const std::string_view extension = extension_of(last_part(lower));
  constexpr std::array k_slash = {".c",     ".cc",    ".cpp",   ".h",     ".hpp",     ".go",
                                  ".js",    ".ts",    ".tsx",   ".jsx",   ".java",    ".kt",
                                  ".rs",    ".cs",    ".scala", ".swift", ".jsonnet", ".libsonnet",
                                  ".json5", ".jsonc", ".php",   ".css",   ".scss",    ".groovy"};
  if (in(k_slash, extension)) {
    return text.starts_with("//") || text.starts_with("/*") || text.starts_with("* ") ||
           text == "*" || text == "*/" || (extension == ".php" && text.front() == '#');
  }
  if (extension == ".xml" || extension == ".html" || extension == ".md") {
    return text.starts_with("<!--");
  }
  if (extension == ".sql" || extension == ".lua" || extension == ".hs") {
    return text.starts_with("--");
  }
  if (extension == ".tf" || extension == ".hcl" || extension == ".tfvars") {
    return text.front() == '#' || text.starts_with("//");
  }
  if (extension == ".json") {
    return false;
  }
  const bool ini = extension == ".ini" || extension == ".cnf" || extension == ".conf" ||
                   extension == ".cfg" || lower.find(".ini.") != std::string::npos;
  return text.front() == '#' || (ini && text.front() == ';') || text.starts_with("{#");
}

} // namespace leadline
