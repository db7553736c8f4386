#include "app/config/repository_config.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "tests/app/cli/program.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace leadline;

namespace {

std::string mistakes_of(const std::string& yaml) {
  try {
    parse_repository_config(yaml, "leadline.yml");
  } catch (const Error& e) {
    CHECK(e.kind() == ErrorKind::bad_input);
    return e.what();
  }
  return "";
}

} // namespace

TEST_CASE("an empty configuration is the defaults", "[repository_config]") {
  for (const std::string yaml : {"", "\n", "# nothing\n", "---\n", "null\n", "{}\n"}) {
    CAPTURE(yaml);
    const RepositoryConfig config = parse_repository_config(yaml, "leadline.yml");
    CHECK(config.policy.fail_on == Severity::high);
    CHECK_FALSE(config.policy.never_fail);
    CHECK(config.policy.split.max_lines == 400);
    CHECK(config.policy.split.buried_percent == 50);
    CHECK(config.policy.split.risky_domains == 2);
    CHECK(config.publishing == Publishing{});
  }
}

TEST_CASE("every field of the configuration is read", "[repository_config]") {
  const RepositoryConfig config = parse_repository_config(R"(
version: 1
fail_on: critical
ignore: ["docs/**"]
domains:
  - id: payments
    title: Payments
    words: [stripe, refund]
    paths: ["billing/**"]
    weight: 9
    merge_order: 5
rules:
  capacity.drop: off
  timeout.cut: medium
  retention.cut: {enabled: true, severity: low}
baselines:
  - key: pgbouncer.max_client_conn
    paths: ["prod/**"]
    min: 100
    max: 2000
    allowed: [200, "400"]
    forbidden: ["20"]
    max_change: 2.5
    severity: high
    why: |
      sized for 40 pods
environments:
  - environment: staging
    paths: ["stage/**"]
secret_keys: [passphrase]
split:
  max_lines: 250
  buried_percent: 70
  risky_domains: 3
  required: true
publish:
  check_name: shoal
  sticky_comment: false
  inline_comments: false
  comment_on_drafts: true
  inline_severity: high
  push_split_branches: true
)",
                                                          "leadline.yml");
  const Policy& policy = config.policy;
  CHECK(policy.fail_on == Severity::critical);
  CHECK(policy.ignore_paths == std::vector<std::string>{"docs/**"});
  REQUIRE(policy.domains.size() == 1);
  Domain payments;
  payments.id = "payments";
  payments.title = "Payments";
  payments.words = {"stripe", "refund"};
  payments.paths = {"billing/**"};
  payments.weight = 9;
  payments.merge_order = 5;
  CHECK(policy.domains[0] == payments);
  REQUIRE(policy.rules.size() == 3);
  CHECK_FALSE(policy.rules.at("capacity.drop").enabled);
  CHECK(policy.rules.at("timeout.cut").enabled);
  CHECK(policy.rules.at("timeout.cut").severity == Severity::medium);
  CHECK(policy.rules.at("retention.cut").severity == Severity::low);
  REQUIRE(policy.baselines.size() == 1);
  const Baseline& baseline = policy.baselines[0];
  CHECK(baseline.key == "pgbouncer.max_client_conn");
  CHECK(baseline.paths == std::vector<std::string>{"prod/**"});
  CHECK(baseline.min == "100");
  CHECK(baseline.max == "2000");
  CHECK(baseline.allowed == std::vector<std::string>{"200", "400"});
  CHECK(baseline.forbidden == std::vector<std::string>{"20"});
  CHECK(baseline.max_change == 2.5);
  CHECK(baseline.severity == Severity::high);
  CHECK(baseline.why == "sized for 40 pods\n");
  REQUIRE(policy.environments.size() == 1);
  CHECK(policy.environments[0].environment == "staging");
  CHECK(policy.secret_keys == std::vector<std::string>{"passphrase"});
  CHECK(policy.split.max_lines == 250);
  CHECK(policy.split.buried_percent == 70);
  CHECK(policy.split.risky_domains == 3);
  CHECK(policy.split.required);
  CHECK(config.publishing == Publishing{"shoal", false, false, true, Severity::high, true});
}

TEST_CASE("each mistake names its line, what is wrong and what was meant", "[repository_config]") {
  struct Row {
    std::string what;
    std::string yaml;
    std::string expected;
  };
  const Row row = GENERATE(values<Row>({
      {"severity", "fail_on: hihg",
       "leadline.yml:1: fail_on \"hihg\" is not one of critical, high, "
       "medium, low, never (did you mean \"high\"?)"},
      {"never is for fail_on only", "rules:\n  timeout.cut: never",
       "leadline.yml:2: rule \"timeout.cut\": severity \"never\" is not one of critical, high, "
       "medium, "
       "low"},
      {"unknown rule", "rules: {capacity.dorp: off}",
       "leadline.yml:1: no rule \"capacity.dorp\" (did you mean \"capacity.drop\"?)"},
      {"unknown field", "\nfail-on: high",
       "leadline.yml:2: unknown field \"fail-on\" (did you mean \"fail_on\"?)"},
      {"unknown field, nothing near", "split:\n  zebra: 1",
       "leadline.yml:2: unknown field \"zebra\" of split: the fields are max_lines, "
       "buried_percent, risky_domains, required"},
      {"number", "split: {max_lines: many}",
       "leadline.yml:1: max_lines: expected a whole number, got \"many\""},
      {"number in quotes", "split: {max_lines: \"4\"}",
       "leadline.yml:1: max_lines: expected a whole number, got \"4\""},
      {"range", "split: {max_lines: 0}", "leadline.yml:1: max_lines 0 is not in 1..1000000"},
      {"bool", "split: {required: maybe}",
       "leadline.yml:1: required: expected true or false, got \"maybe\""},
      {"list", "ignore: docs", "leadline.yml:1: ignore: expected a list, got \"docs\""},
      {"item", "ignore: [[a]]", "leadline.yml:1: ignore: expected a text, got a list"},
      {"root", "[a]", "leadline.yml:1: expected a map, got a list"},
      {"domain without anything to find it by", "domains:\n  - id: pay",
       "leadline.yml:2: domain \"pay\": needs words or paths"},
      {"domain id", "domains:\n  - id: Pay Ments\n    words: [x]",
       "leadline.yml:2: domain: id \"Pay Ments\" is not of a-z, 0-9, '-', '_' and '.'"},
      {"baseline without key", "baselines:\n  - min: 1", "leadline.yml:2: baseline: needs a key"},
      {"baseline without bound", "baselines:\n  - key: x",
       "leadline.yml:2: baseline \"x\": needs one of min, max, allowed, forbidden, max_change"},
      {"bound", "baselines:\n  - key: x\n    min: abc",
       "leadline.yml:3: min \"abc\" is no number, with a unit or without"},
      {"glob", "baselines:\n  - key: x\n    min: 1\n    paths: [a,\n      \"[\"]",
       "leadline.yml:5: paths: \"[\": a '[' is not closed; brackets stand for themselves, alone "
       "they are written \\[ and \\]"},
      {"brace", "ignore: [\"{a\"]", "leadline.yml:1: ignore: \"{a\": a '{' is not closed"},
      {"check name", "publish:\n  check_name: \" leadline \"",
       "leadline.yml:2: check_name \" leadline \" is not one line of at most 100 characters "
       "without "
       "blanks around it"},
      {"label", "acknowledge:\n  override_label: \" ok \"",
       "leadline.yml:2: override_label \" ok \" is not one line of at most 200 characters without "
       "blanks around it"},
      {"owned domain",
       "acknowledge:\n  owners:\n    tls: [\"@o/sec\"]\n    conection-pool: [\"@o/dba\"]",
       "leadline.yml:4: owners: no domain \"conection-pool\" (did you mean \"connection-pool\"?)"},
      {"owned domain with nothing near", "acknowledge: {owners: {zebra: [\"@o/dba\"]}}",
       "leadline.yml:1: owners: no domain \"zebra\""},
      {"max_change", "baselines:\n  - key: x\n    max_change: 0.5",
       "leadline.yml:3: max_change \"0.5\" is not a number of at least 1 (2 allows halving and "
       "doubling)"},
      {"environment", "environments:\n  - {environment: prodution, paths: [a]}",
       "leadline.yml:2: environment \"prodution\" is not one of production, staging, development "
       "(did you mean \"production\"?)"},
      {"doubled key", "split: {}\nsplit: {}",
       "leadline.yml:2: \"split\" is set twice, first in line 1"},
      {"alias", "ignore: &a [x]\nsecret_keys: *a",
       "leadline.yml:1: anchors are not supported\nleadline.yml:2: aliases are not supported: "
       "write "
       "the value again"},
      {"tag", "fail_on: !!str high",
       "leadline.yml:1: tag \"tag:yaml.org,2002:str\" is not supported"},
      {"second document", "fail_on: high\n---\nfail_on: low",
       "leadline.yml:3: a second document: only one is read"},
      {"depth", "ignore: [[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]",
       "leadline.yml:1: nested deeper than 12 levels"},
      {"control characters", "ignore: [\"a\\u001b[2J\"]",
       "leadline.yml:1: ignore: control characters are not allowed"},
      {"all of them", "fail_on: hgh\nsplit: 4\nignore: 5",
       "leadline.yml:1: fail_on \"hgh\" is not one of critical, high, medium, low, never (did you "
       "mean \"high\"?)\nleadline.yml:2: split: expected a map, got \"4\"\nleadline.yml:3: ignore: "
       "expected a list, got \"5\""},
  }));
  CAPTURE(row.what);
  CHECK(mistakes_of(row.yaml) == row.expected);
}

TEST_CASE("a text that is no YAML, too large or hostile is refused quickly",
          "[repository_config]") {
  CHECK_THAT(mistakes_of("fail_on: [high"), Catch::Contains("leadline.yml:1: not YAML:"));
  CHECK(mistakes_of(std::string(300'000, 'x')) == "leadline.yml:1: larger than 256 KiB");
  CHECK_FALSE(mistakes_of(std::string(100'000, '[')).empty());
  CHECK_FALSE(mistakes_of(std::string(100'000, '{')).empty());
  CHECK_FALSE(mistakes_of("ignore: [" + std::string(100'000, ',') + "]").empty());
  CHECK_FALSE(mistakes_of("\xff\xfe\x00").empty());
  std::string many = "rules:\n";
  for (int i = 0; i < 15'000; ++i) {
    many += "  r" + std::to_string(i) + ": on\n";
  }
  CHECK_THAT(mistakes_of(many), Catch::Contains("more than 20000 values"));
}

TEST_CASE("a domain that is configured anywhere in the file, or above it, may have owners",
          "[repository_config]") {
  const std::string owners = "acknowledge: {owners: {pay: [\"@o/pay\"]}}\n";
  const std::string domain = "domains: [{id: pay, words: [refund]}]\n";
  CHECK(mistakes_of(owners + domain).empty());
  const RepositoryConfig organisation = parse_repository_config(domain, "org.yml");
  CHECK(parse_repository_config(owners, "leadline.yml", organisation).acknowledging.owners.size() ==
        1);
}

TEST_CASE("the organisation's defaults lie below the repository's", "[repository_config]") {
  const RepositoryConfig organisation = parse_repository_config(R"(
fail_on: medium
ignore: [vendor/**]
secret_keys: [pin]
rules: {capacity.drop: off, timeout.cut: low}
baselines:
  - {key: max_client_conn, min: 100}
  - {key: max_client_conn, paths: [prod/**], min: 500}
environments:
  - {environment: production, paths: ["**"]}
publish: {check_name: org-check, inline_comments: false}
)",
                                                                "org.yml");
  const RepositoryConfig config = parse_repository_config(R"(
ignore: [docs/**]
rules: {capacity.drop: on}
baselines:
  - {key: max_client_conn, min: 50}
environments:
  - {environment: development, paths: [dev/**]}
publish: {inline_comments: true}
)",
                                                          "leadline.yml", organisation);
  CHECK(config.policy.fail_on == Severity::medium);
  CHECK(config.policy.ignore_paths == std::vector<std::string>{"vendor/**", "docs/**"});
  CHECK(config.policy.secret_keys == std::vector<std::string>{"pin"});
  CHECK(config.policy.rules.at("capacity.drop").enabled);
  CHECK(config.policy.rules.at("timeout.cut").severity == Severity::low);
  REQUIRE(config.policy.baselines.size() == 2);
  CHECK(config.policy.baselines[0].min == "50");
  CHECK(config.policy.baselines[1].min == "500");
  REQUIRE(config.policy.environments.size() == 2);
  CHECK(config.policy.environments[0].environment == "development");
  CHECK(config.publishing.check_name == "org-check");
  CHECK(config.publishing.inline_comments);
}

TEST_CASE("fail_on of the repository undoes the organisation's never, and the other way round",
          "[repository_config]") {
  const RepositoryConfig never = parse_repository_config("fail_on: never", "org.yml");
  CHECK(never.policy.never_fail);
  CHECK_FALSE(parse_repository_config("fail_on: low", "r.yml", never).policy.never_fail);
  CHECK(parse_repository_config("split: {required: true}", "r.yml", never).policy.never_fail);
}

TEST_CASE("the editors' schema and the program agree on what a configuration is",
          "[repository_config]") {
  struct Row {
    std::string json; // YAML 1.2 holds JSON
    bool ok;
  };
  const std::vector<Row> rows = {
      {R"({})", true},
      {R"(null)", true},
      {R"([])", false},
      {R"({"version": 1})", true},
      {R"({"version": 2})", false},
      {R"({"fail_on": "never", "ignore": ["docs/**"], "secret_keys": ["pin"]})", true},
      {R"({"fail_on": "hihg"})", false},
      {R"({"fail-on": "high"})", false},
      {R"({"ignore": "docs"})", false},
      {R"({"ignore": [["docs"]]})", false},
      {R"({"domains": [{"id": "pay", "words": ["x"], "weight": 10, "merge_order": 0}]})", true},
      {R"({"domains": [{"id": "pay", "words": ["x"], "weight": 11}]})", false},
      {R"({"domains": [{"id": "Pay", "words": ["x"]}]})", false},
      {R"({"domains": [{"title": "pay", "words": ["x"]}]})", false},
      {R"({"rules": {"timeout.cut": true, "capacity.drop": "low", "retention.cut": {"enabled": false}, "unit.changed": "off"}})",
       true},
      {R"({"rules": {"timeout.cut": "never"}})", false},
      {R"({"rules": {"timeout.cut": {"severity": "x"}}})", false},
      {R"({"rules": {"timeout.cut": {"off": true}}})", false},
      {R"({"rules": ["timeout.cut"]})", false},
      {R"({"baselines": [{"key": "max_client_conn", "min": 100, "max": "2k", "allowed": [1], "forbidden": ["a"], "max_change": 2.5, "severity": "low", "why": "w", "paths": ["a/**"]}]})",
       true},
      {R"({"baselines": [{"key": "x"}]})", false},
      {R"({"baselines": [{"min": 1}]})", false},
      {R"({"baselines": [{"key": "x", "max_change": 0.5}]})", false},
      {R"({"baselines": {"key": "x", "min": 1}})", false},
      {R"({"environments": [{"environment": "staging", "paths": ["a"]}]})", true},
      {R"({"environments": [{"environment": "test", "paths": ["a"]}]})", false},
      {R"({"environments": [{"environment": "staging"}]})", false},
      {R"({"split": {"max_lines": 1, "required": true}})", true},
      {R"({"split": {"max_lines": 0}})", false},
      {R"({"split": {"buried_percent": 80, "risky_domains": 3}})", true},
      {R"({"split": {"buried_percent": 101}})", false},
      {R"({"split": {"risky_domains": 1}})", false},
      {R"({"split": {"max_lines": "many"}})", false},
      {R"({"split": {"required": 1}})", false},
      {R"({"publish": {"check_name": "x", "sticky_comment": false, "inline_comments": false, "inline_severity": "high", "comment_on_drafts": true, "push_split_branches": true}})",
       true},
      {R"({"publish": {"check_name": ""}})", false},
      {R"({"publish": {"check_name": " leadline "}})", false},
      {R"({"publish": {"check_name": "two\nlines"}})", false},
      {R"({"publish": {"check_name": 5}})", true},
      {R"({"publish": {"check_name": "risk of settings"}})", true},
      {R"({"publish": {"comments": true}})", false},
      {R"({"acknowledge": {"override_label": " ok "}})", false},
      {R"({"acknowledge": {"override_label": ""}})", false},
      {R"({"acknowledge": {"override_label": "all right"}})", true},
      {R"({"domains": [{"id": "pay"}]})", false},
      {R"({"domains": [{"id": "pay", "words": []}]})", false},
      {R"({"domains": [{"id": "pay", "paths": ["a/**"]}]})", true},
      {R"({"domains": [{"id": 5, "title": 5, "words": [5]}]})", true},
      {R"({"baselines": [{"key": "x", "min": "abc"}]})", false},
      {R"({"baselines": [{"key": "x", "max": true}]})", false},
      {R"({"baselines": [{"key": "x", "min": "30s", "max": "PT5M"}]})", true},
      {R"({"baselines": [{"key": "x", "min": "500m", "max": "2Gi"}]})", true},
      {R"({"baselines": [{"key": "x", "min": -1.5, "max": "1 h"}]})", true},
      {R"({"baselines": [{"key": "x", "allowed": []}]})", false},
      {R"({"baselines": [{"key": "x", "max_change": "2"}]})", false},
      {R"({"baselines": [{"key": "x", "min": 1, "paths": ["["]}]})", false},
      {R"({"baselines": [{"key": "x", "min": 1, "paths": ["app/[id]/[[...slug]]/*"]}]})", true},
      {R"({"ignore": ["a]"]})", false},
      {R"({"ignore": ["a\\]b"]})", true},
      {R"({"ignore": ["{a"]})", false},
      {R"({"ignore": ["a}"]})", false},
      {R"({"ignore": ["{a,{b,{c,d}}}/**", "x{y,[z]}"]})", true},
      {R"({"ignore": ["{a,{b,{c,{d}}}}"]})", false},
      {R"({"ignore": ["[{a}]"]})", false},
      {R"({"ignore": ["a\\"]})", false},
      {R"({"ignore": [""]})", false},
      {R"({"ignore": [" "]})", false},
      {R"({"ignore": [5]})", true},
      {R"({"split": {"required": "Yes"}, "rules": {"timeout.cut": "No"}})", true},
      {R"({"split": {"required": "perhaps"}})", false},
      {R"({"acknowledge": {"by_author": true, "max_severity": "high", "max_days": 30, "override_label": "ok", "owners": {"tls": ["@o/sec", "@sam"]}}})",
       true},
      {R"({"acknowledge": {"owners": {"tls": []}}})", false},
      {R"({"acknowledge": {"owners": {"tls": ["sec"]}}})", false},
      {R"({"acknowledge": {"owners": {"TLS": ["@o/sec"]}}})", false},
      {R"({"acknowledge": {"owners": ["@o/sec"]}})", false},
      {R"({"acknowledge": {"max_days": -1}})", false},
      {R"({"acknowledge": {"anybody": true}})", false},
      {R"({"commands": {"teams": ["@o/release"]}})", true},
      {R"({"commands": {"teams": ["@sam"]}})", false},
  };
  const TemporaryFolder folder;
  const std::string root = LEADLINE_SOURCE_DIR;
  std::vector<std::string> args = {"/usr/bin/python3", root + "/tests/app/render/validate_json.py",
                                   root + "/manifests/schema/config.schema.json"};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    args.push_back(folder.write(std::to_string(i), rows[i].json));
  }
  const ProgramRun run = run_program(args);
  CAPTURE(run.err);
  const std::vector<std::string_view> lines = split_lines(run.out);
  REQUIRE(lines.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(rows[i].json, lines[i]);
    CHECK((lines[i].substr(lines[i].size() - 4) == ": ok") == rows[i].ok);
    const std::string mistakes = mistakes_of(rows[i].json);
    CAPTURE(mistakes);
    CHECK(mistakes.empty() == rows[i].ok);
  }
}
