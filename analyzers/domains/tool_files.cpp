#include "analyzers/domains/tool_files.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// A name without what stands behind its last parts: "eslint.config.mjs", ".eslintrc.json".
template <typename List>
bool starts_with_any(std::string_view name, const List& starts) {
  return std::any_of(starts.begin(), starts.end(), [&](std::string_view start) {
    return name.starts_with(start) && (name.size() == start.size() || name[start.size()] == '.');
  });
}

} // namespace

bool is_checker_file(std::string_view name) {
  constexpr std::array<std::string_view, 38> k_starts = {
      ".ansible-lint", ".clang-format", ".clang-tidy",   ".codeclimate", ".commitlintrc",
      ".coveragerc",   ".credo",        ".editorconfig", ".eslintrc",    ".flake8",
      ".golangci",     ".hadolint",     ".jscpd",        ".jshintrc",    ".ktlint",
      ".markdownlint", ".nycrc",        ".prettierrc",   ".pylintrc",    ".remarkrc",
      ".rubocop",      ".rubocop_todo", ".ruff",         ".scalafmt",    ".scss-lint",
      ".stylelintrc",  ".swiftlint",    ".yamllint",     "biome",        "checkstyle",
      "clippy",        "detekt",        "eslint.config", "phpstan",      "psalm",
      "ruff",          "rustfmt",       "tslint"};
  return starts_with_any(name, k_starts) || name == "mypy.ini" || name == "pylintrc" ||
         name == "sonar-project.properties" ||
         (name.starts_with("tsconfig") && name.ends_with(".json"));
}

bool is_test_runner_file(std::string_view name) {
  constexpr std::array<std::string_view, 17> k_starts = {
      ".mocharc",          "ava.config",      "codecept.conf", "cypress",         "cypress.config",
      "jest.config",       "jest.setup",      "karma.conf",    "nightwatch.conf", "phpunit",
      "playwright.config", "protractor.conf", "pytest",        "stryker.conf",    "vitest.config",
      "vitest.workspace",  "wdio.conf"};
  return starts_with_any(name, k_starts);
}

} // namespace leadline
