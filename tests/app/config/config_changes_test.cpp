#include "app/config/config_entries.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace leadline;

namespace {

std::vector<ConfigChange> changes_of(const std::string& before, const std::string& after) {
  return config_changes(parse_repository_config(before, "before.yml"),
                        parse_repository_config(after, "after.yml"));
}

// The titles of what weakens, one after the other.
std::string weakened(const std::vector<ConfigChange>& changes) {
  std::string titles;
  for (const ConfigChange& change : changes) {
    titles += change.weakens ? change.title + "; " : "";
  }
  return titles;
}

std::string environments(const std::vector<std::string>& rules) {
  std::string yaml = "environments:\n";
  for (const std::string& rule : rules) {
    const std::size_t space = rule.find(' ');
    yaml += "  - {environment: " + rule.substr(0, space) + ", paths: [\"" + rule.substr(space + 1) +
            "\"]}\n";
  }
  return yaml;
}

} // namespace

TEST_CASE("of environments the order counts, since the first match decides", "[config_changes]") {
  const std::string prod = "production deploy/prod/**";
  const std::string dev = "development deploy/**";
  struct Row {
    std::string what;
    std::vector<std::string> before;
    std::vector<std::string> after;
    std::string expected;
  };
  const Row row = GENERATE_COPY(values<Row>({
      {"swapped", {prod, dev}, {dev, prod}, "environments deploy/**; "},
      {"swapped back", {dev, prod}, {prod, dev}, ""},
      {"put before", {prod}, {dev, prod}, "environments deploy/**; "},
      {"put behind, and it takes what no pattern had",
       {prod},
       {prod, dev},
       "environments deploy/**; "},
      {"behind one that takes all", {"production **"}, {"production **", dev}, ""},
      {"before one that takes all",
       {"production **"},
       {dev, "production **"},
       "environments deploy/**; "},
      {"one that goes", {prod, dev}, {dev}, "environments deploy/prod/**; "},
      {"one that goes, and a wider one stays",
       {prod, "production deploy/**"},
       {"production deploy/**"},
       ""},
      {"folders apart",
       {"production a/**", "development b/**"},
       {"development b/**", "production a/**"},
       ""},
      {"endings apart",
       {"production *.ini", "development *.md"},
       {"development *.md", "production *.ini"},
       ""},
      {"that may meet",
       {"production *.ini", "development dev*"},
       {"development dev*", "production *.ini"},
       "environments dev*; "},
      {"a file of a folder",
       {"production deploy/a.ini", "development deploy/*"},
       {"development deploy/*", "production deploy/a.ini"},
       "environments deploy/*; "},
      {"no file of the folder",
       {"production deploy/b/a.ini", "development deploy/*"},
       {"development deploy/*", "production deploy/b/a.ini"},
       ""},
      {"the same in another spelling",
       {"production /deploy/prod/", dev},
       {"production DEPLOY/prod/**", dev},
       ""},
      {"another environment", {prod}, {"staging deploy/prod/**"}, "environments deploy/prod/**; "},
      {"a stricter one", {"staging deploy/prod/**"}, {prod}, ""},
      {"staging before production",
       {prod, "staging deploy/**"},
       {"staging deploy/**", prod},
       "environments deploy/**; "},
      {"braces",
       {"production {a,b}/**", "development b/**"},
       {"development b/**", "production {a,b}/**"},
       "environments b/**; "},
  }));
  CAPTURE(row.what);
  const std::vector<ConfigChange> changes =
      changes_of(environments(row.before), environments(row.after));
  CHECK(weakened(changes) == row.expected);
}

TEST_CASE("what moves past another pattern names it", "[config_changes]") {
  const std::vector<ConfigChange> changes =
      changes_of(environments({"production deploy/prod/**", "development deploy/**"}),
                 environments({"development deploy/**", "production deploy/prod/**"}));
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].before == "after production deploy/prod/**");
  CHECK(changes[0].after == "development, before production deploy/prod/**");
  const std::vector<ConfigChange> harmless =
      changes_of(environments({"production a/**", "development b/**"}),
                 environments({"development b/**", "production a/**"}));
  REQUIRE(harmless.size() == 1);
  CHECK_FALSE(harmless[0].weakens);
  CHECK(harmless[0].title == "environments, their order");
}

TEST_CASE("a new pattern says what it stands before, so that moving it is another change",
          "[config_changes]") {
  const std::string prod = "production deploy/prod/**";
  const std::string dev = "development deploy/**";
  const std::vector<ConfigChange> behind =
      changes_of(environments({prod}), environments({prod, dev}));
  const std::vector<ConfigChange> before =
      changes_of(environments({prod}), environments({dev, prod}));
  REQUIRE(behind.size() == 1);
  REQUIRE(before.size() == 1);
  CHECK(behind[0].after != before[0].after);
}

TEST_CASE("more patterns than are compared weaken when one of them changes", "[config_changes]") {
  std::vector<std::string> rules;
  for (int i = 0; i < 300; ++i) {
    rules.push_back("production folder" + std::to_string(i) + "/**");
  }
  const std::string before = environments(rules);
  CHECK(changes_of(before, before).empty());
  rules.pop_back();
  CHECK(weakened(changes_of(before, environments(rules))) == "environments; ");
}

TEST_CASE("where domains have owners, a change of what belongs to them weakens",
          "[config_changes]") {
  const std::string owners = "acknowledge: {owners: {connection-pool: ['@o/dba']}}\n";
  const std::string domain = "domains: [{id: pay, words: [max_client_conn]}]\n";
  CHECK(weakened(changes_of("", domain)).empty());
  CHECK(weakened(changes_of(owners, owners + domain)) == "domains pay; ");
  CHECK(weakened(changes_of(owners + domain, owners)) == "domains pay; ");
  CHECK(weakened(changes_of(owners + domain, owners + "domains: [{id: pay, words: [refund]}]\n")) ==
        "domains pay; ");
  CHECK(weakened(changes_of(domain, domain + owners)).empty());
}

TEST_CASE("what weakens stands in front, the gravest first", "[config_changes]") {
  CHECK(weakened(changes_of("", "ignore: [docs/a.md, '**']\nsplit: {max_lines: 9}\n"
                                "rules: {capacity.drop: off}\n"
                                "acknowledge: {by_author: true}\nfail_on: low\n")) ==
        "acknowledge.by_author; rules capacity.drop; ignore **; ignore docs/a.md; ");
}
