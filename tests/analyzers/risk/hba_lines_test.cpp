#include "analyzers/risk/hba_lines.hpp"

#include "analyzers/analyze.hpp"
#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

std::string rule_and_severity(const std::string& path, const std::string& before,
                              const std::string& after) {
  ChangeBuilder builder;
  const std::string rest = "local all postgres peer\nhost all app 10.1.0.0/16 scram-sha-256\n";
  builder.file(path, rest + before, rest + after);
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  if (report.findings.empty() || report.findings[0].severity == Severity::low) {
    return "";
  }
  return report.findings[0].rule + " " + std::string(name_of(report.findings[0].severity));
}

} // namespace

TEST_CASE("a record of pg_hba.conf that lets in more than before is found", "[hba_lines]") {
  struct Row {
    std::string what;
    std::string before;
    std::string after;
    std::string expected;
  };
  const std::string good = "hostssl orders all 10.0.0.0/8 scram-sha-256\n";
  for (const Row& row : {
           Row{"no password", good, "hostssl orders all 10.0.0.0/8 trust\n",
               "protection.disabled high"},
           Row{"a weaker method", good, "hostssl orders all 10.0.0.0/8 md5\n",
               "protection.weakened high"},
           Row{"the password as it is", good, "hostssl orders all 10.0.0.0/8 password\n",
               "protection.weakened high"},
           Row{"open to every address", good, "hostssl orders all 0.0.0.0/0 scram-sha-256\n",
               "exposure.wildcard high"},
           Row{"and in words", good, "hostssl orders all all scram-sha-256\n",
               "exposure.wildcard high"},
           Row{"and of IPv6", good, "hostssl orders all ::/0 scram-sha-256\n",
               "exposure.wildcard high"},
           Row{"and with a mask", good, "hostssl orders all 0.0.0.0 0.0.0.0 scram-sha-256\n",
               "exposure.wildcard high"},
           Row{"no TLS demanded", good, "host orders all 10.0.0.0/8 scram-sha-256\n",
               "protection.weakened high"},
           Row{"a stronger method", "host orders all 10.0.0.0/8 md5\n",
               "host orders all 10.0.0.0/8 scram-sha-256\n", ""},
           Row{"a narrower network", good, "hostssl orders all 10.2.0.0/16 scram-sha-256\n", ""},
           Row{"TLS demanded", "host orders all 10.0.0.0/8 scram-sha-256\n", good, ""},
           Row{"only other spaces", good, "hostssl  orders  all  10.0.0.0/8  scram-sha-256\n", ""},
           Row{"new: no password from a network", "", "host all all 10.9.0.0/16 trust\n",
               "protection.disabled high"},
           Row{"new: every address", "", "host all all 0.0.0.0/0 md5\n",
               "exposure.wildcard medium"},
           Row{"new: no password on the machine itself", "", "local all backup trust\n",
               "protection.disabled medium"},
           Row{"new: the password as it is", "", "host all all 10.9.0.0/16 password\n",
               "protection.weakened medium"},
           Row{"new: an ordinary record", "", "hostssl shop all 10.9.0.0/16 scram-sha-256\n", ""},
           Row{"new: a refusal", "", "host all all 0.0.0.0/0 reject\n", ""},
           Row{"a refusal gone", "host all guest all reject\n", "", "protection.removed medium"},
           Row{"a record gone", good, "", ""},
       }) {
    CAPTURE(row.what);
    CHECK(rule_and_severity("db/pg_hba.conf", row.before, row.after) == row.expected);
  }
}

TEST_CASE("records of pg_hba stand in lists of other files, too", "[hba_lines]") {
  ChangeBuilder builder;
  builder.file("patroni.yml",
               "postgresql:\n  pg_hba:\n  - local all all peer\n  - hostssl all all 10.0.0.0/8 "
               "scram-sha-256\n",
               "postgresql:\n  pg_hba:\n  - local all all peer\n  - hostssl all all 10.0.0.0/8 "
               "trust\n");
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  REQUIRE_FALSE(report.findings.empty());
  CHECK(report.findings[0].rule == "protection.disabled");
  CHECK(report.findings[0].severity == Severity::high);
}

TEST_CASE("records of pg_hba are read with masks, quotes and options", "[hba_lines]") {
  Setting setting;
  setting.key.segments = {"hostssl \"my db\" +staff 10.0.0.0"};
  setting.value = "255.0.0.0 cert clientcert=verify-full";
  const std::optional<HbaLine> line = hba_line("etc/pg_hba.conf", setting);
  REQUIRE(line);
  CHECK(line->type == "hostssl");
  CHECK(line->database == "\"my db\"");
  CHECK(line->user == "+staff");
  CHECK(line->address == "10.0.0.0/255.0.0.0");
  CHECK(line->method == "cert");
  CHECK_FALSE(hba_line("etc/app.conf", setting));
  setting.key.segments = {"include_dir"};
  setting.value = "hba.d";
  CHECK_FALSE(hba_line("etc/pg_hba.conf", setting));
}
