#include "analyzers/split/plan.hpp"

#include "tests/analyzers/split/split_builder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace leadline;
using leadline::test::outline;
using leadline::test::SplitBuilder;

namespace {

using Rows = std::vector<std::string>;

Rows code_of(const std::string& feature, int functions) {
  Rows lines;
  for (int i = 0; i < functions; ++i) {
    const std::string step = feature + "_step_" + std::to_string(i);
    lines.insert(lines.end(), {"def " + step + "(request, session):",
                               "    payload = " + feature + "_schema.load(request.json)",
                               "    record = session.query(payload['id'])", "    session.commit()",
                               "    return record.to_dict()"});
  }
  return lines;
}

Rows tests_of(const std::string& feature, int functions) {
  Rows lines = {"from src." + feature + " import *"};
  for (int i = 0; i < functions; ++i) {
    const std::string step = feature + "_step_" + std::to_string(i);
    lines.insert(
        lines.end(),
        {"def test_" + step + "(client):", "    response = client.post('/" + feature + "')",
         "    assert response.status_code == 200", "    assert " + step + " is not None"});
  }
  return lines;
}

Rows docs_of(const std::string& feature, int functions) {
  Rows lines = {"# About the " + feature};
  for (int i = 0; i < functions; ++i) {
    lines.push_back("Step " + std::to_string(i) + " of the " + feature + " will go on.");
  }
  return lines;
}

bool are_together(const SplitBuilder& builder, const SplitPlan& plan, const Rows& paths) {
  const Rows rows = outline(builder, plan);
  return std::any_of(rows.begin(), rows.end(), [&](const std::string& row) {
    return std::all_of(paths.begin(), paths.end(), [&](const std::string& path) {
      return (row + " ").find(" " + path + " ") != std::string::npos;
    });
  });
}

} // namespace

TEST_CASE("a feature, its test and its documentation are one group", "[split][binding]") {
  for (const std::string domain : {"application-code", "storage", "network"}) {
    SplitBuilder builder;
    builder.added("src/rate_limiter.py", domain, code_of("limiter", 48));
    builder.added("tests/test_rate_limiter.py", "tests", tests_of("limiter", 60));
    builder.added("docs/rate_limiter.md", "docs", docs_of("limiter", 40));
    const SplitPlan plan = plan_split(builder.changes, builder.report, {});
    CHECK(outline(builder, plan) ==
          Rows{domain + ": docs/rate_limiter.md src/rate_limiter.py tests/test_rate_limiter.py"});
    CHECK_FALSE(plan.recommended);
  }
}

TEST_CASE("two features are parted by feature, not by folder", "[split][binding]") {
  for (const double confidence : {0.4, 0.9}) {
    for (const int size : {3, 8, 40}) {
      CAPTURE(confidence, size);
      SplitBuilder builder;
      for (const std::string feature : {"invoice", "shipment"}) {
        builder.added("src/" + feature + ".py", "network", code_of(feature, size));
        builder.report.chunks.back().confidence = confidence;
        builder.added("tests/test_" + feature + ".py", "tests", tests_of(feature, size));
        builder.added("docs/" + feature + ".md", "docs", docs_of(feature, size));
      }
      const SplitPlan plan = plan_split(builder.changes, builder.report, {});
      CHECK(outline(builder, plan) ==
            Rows{"network: docs/invoice.md src/invoice.py tests/test_invoice.py",
                 "network: docs/shipment.md src/shipment.py tests/test_shipment.py"});
    }
  }
}

TEST_CASE("a test goes with the code that it is named after, and not with any",
          "[split][binding]") {
  struct Row {
    const char* code;
    const char* test;
    bool together;
  };
  const std::vector<Row> rows = {
      {"src/invoice.py", "tests/test_invoice.py", true},
      {"pkg/invoice.go", "pkg/invoice_test.go", true},
      {"src/invoice.ts", "src/invoice.spec.ts", true},
      {"src/main/java/Invoice.java", "src/test/java/InvoiceTest.java", true},
      {"src/invoice.js", "src/__tests__/invoice.js", true},
      {"src/invoice.py", "tests/test_shipment.py", false},
      {"src/index.js", "src/__tests__/index.js", false}, // says nothing of the feature
  };
  for (const Row& row : rows) {
    CAPTURE(row.code, row.test);
    SplitBuilder builder;
    builder.file(row.code, "application-code", {{" x", "+alpha(one);"}});
    builder.file(row.test, "tests", {{" y", "-omega = 3", "+omega = 4"}});
    builder.file("web/site.css", "application-code", {{"-color: red;", "+color: blue;"}});
    builder.file("etc/other.rb", "application-code", {{" z", "+beta two"}});
    const SplitPlan plan = plan_split(builder.changes, builder.report, {});
    CHECK(are_together(builder, plan, {row.code, row.test}) == row.together);
  }
}

TEST_CASE("a template and its values, a migration and its model are one group",
          "[split][binding]") {
  SplitBuilder builder;
  builder.file("charts/web/templates/deployment.yaml", "application-code",
               {{" spec:", "+  grace: {{ .Values.graceSeconds }}"}});
  builder.file("charts/web/values.yaml", "application-code", {{" image: x", "+graceSeconds: 30"}});
  builder.file("app/models/user.rb", "application-code",
               {{" class User", "+  validates :preferred_locale"}});
  builder.added("db/migrate/1_locale.rb", "application-code",
                {"class AddLocale < Migration", "  add_column :users, :preferred_locale, :string"});
  builder.file("web/site.css", "application-code", {{"-color: red;", "+color: blue;"}});
  const SplitPlan plan = plan_split(builder.changes, builder.report, {});
  CHECK(are_together(builder, plan,
                     {"charts/web/templates/deployment.yaml", "charts/web/values.yaml"}));
  CHECK(are_together(builder, plan, {"app/models/user.rb", "db/migrate/1_locale.rb"}));
  CHECK(plan.groups.size() == 3);
}
