#include "analyzers/split/told_names.hpp"

#include "analyzers/split/plan.hpp"
#include "tests/analyzers/split/split_builder.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace leadline;
using leadline::test::SplitBuilder;

namespace {

using Names = std::vector<std::string>;

Names told(const std::string& path, const std::vector<std::string>& lines) {
  const Redactor redactor({});
  ToldNames reader(path, redactor);
  Names names;
  for (const std::string& line : lines) {
    reader.each(line, [&](std::string_view name) { names.emplace_back(name); });
  }
  return names;
}

} // namespace

TEST_CASE("keys, definitions and calls may be told, words of values may not",
          "[split][told_names]") {
  struct Row {
    std::string path;
    std::vector<std::string> lines;
    Names names;
  };
  const std::vector<Row> rows = {
      {"a.properties", {"db.password=hunter2Sup3r"}, {"db.password"}},
      {"a.properties", {"# db.password=hunter2Sup3r"}, {}},
      {"a.properties",
       {"db.password=hunter2\\", "  Sup3r=x", "db.user=app"},
       {"db.password", "db.user"}},
      {"a.env", {"DB_PASSWORD=hunter2Sup3r", "aHVudGVyMlN1cDNy=", "dHVsaXA=="}, {"DB_PASSWORD"}},
      {"a.ini", {"[hunter2]", "pool_size = 20 ; hunter2Sup3r"}, {"pool_size"}},
      {"a.yaml", {"note: |", "  hunter2Sup3r", "  - hunter2Sup3r"}, {"note"}},
      {"a.yaml", {"- name: HUNTER2_SUP3R"}, {"name"}},
      {"a.yaml", {"https://app:hunter2Sup3r@db.example: x"}, {}},
      {"a.json", {R"(  "password": "hunter2Sup3r",)"}, {"password"}},
      {"a.py",
       {"password = \"hunter2Sup3r\"", "connect(password, 'hunter2Sup3r')  # hunter2Sup3r"},
       {"password"}}, // a call beside a secret is not told
      {"a.py",
       {"def open_pool(size):", "    return read_limit(size)", "hunter2Sup3r"},
       {"open_pool", "open_pool", "read_limit"}},
      {"a.py", {"see hunter2Sup3r(", "token hunter.Super("}, {}},
      {"a.py", {"from vault import read_limit"}, {}},
      {"a.go", {"func (p *Pool) Open(n int) error {", "\tdial(n)"}, {"Open", "Open", "dial"}},
      {"a.sh",
       {"export DB_PASSWORD=hunter2Sup3r", "  hunter(", "curl -u app:hunter2Sup3r x"},
       {"DB_PASSWORD"}},
      {"a.tf",
       {"variable \"pool_size\" {", "  default = \"hunter2Sup3r\""},
       {"pool_size", "default"}},
      {"a.sql", {"ALTER ROLE app PASSWORD 'hunter2Sup3r'; -- hunter2Sup3r"}, {}},
      {"a.md", {"password: hunter2Sup3r"}, {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path, row.lines);
    CHECK(told(row.path, row.lines) == row.names);
  }
}

TEST_CASE("a group is named by the words of its keys", "[split][told_names]") {
  SplitBuilder builder;
  const Names rotation = {"rotation_period = Hunter2Sup3r", "rotation_target = Hunter2Sup3r"};
  const Names sampling = {"sampling_share = TulipHarbour", "sampling_seed = TulipHarbour"};
  for (int i = 0; i < 5; ++i) {
    const std::string number = std::to_string(i);
    builder.added("r" + number + "/x.ini", "logging", rotation);
    builder.added("s" + number + "/y.ini", "logging", sampling);
  }
  std::string texts;
  for (const SplitGroup& group : plan_split(builder.changes, builder.report, {}).groups) {
    texts += group.title + '\n' + group.why + '\n';
  }
  CAPTURE(texts);
  CHECK(texts.find("Logging: rotation") != std::string::npos);
  for (const char* value : {"hunter", "tulip"}) {
    CHECK(texts.find(value) == std::string::npos);
  }
}
