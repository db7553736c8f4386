#include "base/error.hpp"
#include "base/glob.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

bool matches(const std::string& pattern, std::string_view path,
             GlobCase glob_case = GlobCase::sensitive) {
  const std::vector<std::string> patterns = {pattern};
  return GlobSet(patterns, glob_case).any(path);
}

} // namespace

TEST_CASE("a pattern of countless wildcards takes no longer than another one", "[glob]") {
  std::string pattern; // to one that goes back and tries again it is without end
  for (int i = 0; i < 60; ++i) {
    pattern += "*a";
  }
  CHECK_FALSE(matches(pattern + "b", std::string(4000, 'a')));
  CHECK(matches(pattern, std::string(4000, 'a')));
}

TEST_CASE("a path pattern matches whole paths, folders by '**' and names anywhere", "[glob]") {
  struct Row {
    std::string pattern;
    std::string path;
    bool expected;
  };
  const std::vector<Row> rows = {
      {"*.ini", "a/b/pgbouncer.ini", true},
      {"*.ini", "pgbouncer.ini", true},
      {"*.ini", "pgbouncer.ini.j2", false},
      {"a/*.ini", "a/x.ini", true},
      {"a/*.ini", "a/b/x.ini", false},
      {"/x.ini", "a/x.ini", false},
      {"/x.ini", "x.ini", true},
      {"**/x/*.yml", "x/a.yml", true},
      {"**/x/*.yml", "a/b/x/a.yml", true},
      {"**/x/*.yml", "ax/a.yml", false},
      {"a/**/b", "a/b", true},
      {"a/**/b", "a/1/2/b", true},
      {"a/**", "a/1/2", true},
      {"a/**", "a", false},
      {"vendor/", "vendor/x/y.go", true},
      {"vendor/", "vendored/x", false},
      {"a?c", "abc", true},
      {"a?c", "a/c", false},
      {"*.{yml,yaml}", "x/values.yaml", true},
      {"*.{yml,yaml}", "x/values.yamlx", false},
      {"{a,b{1,2}}/c", "b2/c", true},
      {"{a,b{1,2}}/c", "b3/c", false},
      {"a,b", "a,b", true},
      {"[x].ini", "[x].ini", true},
      {"[x].ini", "x.ini", false},
      {"\\*.ini", "*.ini", true},
      {"\\*.ini", "a.ini", false},
      {"a.c", "abc", false},
      {"**", "a/b", true},
      {"*.ini", "caf\xE9.ini", true},
      {"*.ini", "line\nbreak.ini", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.pattern, row.path);
    CHECK(matches(row.pattern, row.path) == row.expected);
  }
}

TEST_CASE("case matters only where it is asked for", "[glob]") {
  CHECK_FALSE(matches("**/nginx*.conf", "etc/NGINX.CONF"));
  CHECK(matches("**/nginx*.conf", "etc/NGINX.CONF", GlobCase::insensitive));
}

TEST_CASE("a set of path patterns names all that match", "[glob]") {
  const std::vector<std::string> patterns = {"*.ini", "b/**", "a/**"};
  CHECK(GlobSet(patterns, GlobCase::sensitive).matches("a/x.ini") ==
        std::vector<std::size_t>{0, 2});
  CHECK(GlobSet({}, GlobCase::sensitive).matches("a/x.ini").empty());
}

TEST_CASE("a bad path pattern is named", "[glob]") {
  const std::string long_pattern(1001, 'a');
  for (const std::string& pattern :
       std::vector<std::string>{"", "a{b", "a}b", "a\\", long_pattern}) {
    CAPTURE(pattern);
    CHECK_THROWS_AS(matches(pattern, "a"), Error);
  }
}

TEST_CASE("a hostile path pattern costs no more than a plain one", "[glob]") {
  std::string pattern;
  for (int i = 0; i < 100; ++i) {
    pattern += "*a*/**/";
  }
  CHECK_FALSE(matches(pattern + "b", std::string(4000, 'a')));
}

TEST_CASE("a pattern that names the file is more specific than one that names its folder",
          "[glob]") {
  CHECK(glob_specificity("**/pgbouncer*.ini*") > glob_specificity("**/postgresql/**"));
  CHECK(glob_specificity("**/postgresql.conf*") > glob_specificity("*.conf"));
}
