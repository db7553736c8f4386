#include "analyzers/analyze.hpp"

#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

std::string repeated(const std::string& line, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) {
    text += line + std::to_string(i) + "\n";
  }
  return text;
}

// The incident in small: one pool line between TLS and logging lines of one template, after a large
// TLS file.
ChangeBuilder incident() {
  ChangeBuilder builder;
  builder
      .file("pulumi/tls/certs.yaml", "tls:\n" + repeated("  old_certificate_", 40) + "end: 1\n",
            "tls:\n" + repeated("  new_certificate_", 40) + "end: 1\n")
      .file("templates/pgbouncer.ini.j2",
            "[pgbouncer]\nlisten_port = 6432\nclient_tls_cert_file = /etc/old.crt\nmax_client_conn "
            "= 200\n"
            "log_connections = 1\nlog_prefix = old\npool_mode = transaction\n",
            "[pgbouncer]\nlisten_port = 6432\nclient_tls_cert_file = /etc/new.crt\nmax_client_conn "
            "= 20\n"
            "log_connections = 0\nlog_prefix = new\npool_mode = transaction\n");
  return builder;
}

} // namespace

TEST_CASE("the founding incident in small: the pool line is first, explained, and can be put back",
          "[analyze]") {
  const ChangeBuilder builder = incident();
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  REQUIRE_FALSE(report.findings.empty());
  const Finding& finding = report.findings[0];
  CHECK(finding.rule == "capacity.drop");
  CHECK(finding.severity >= Severity::high);
  CHECK(finding.path == "templates/pgbouncer.ini.j2");
  CHECK(finding.line == 4);
  CHECK(finding.side == Side::head);
  CHECK(finding.domain == "connection-pool");
  CHECK(finding.suggestion == "max_client_conn = 200");
  CHECK(finding.title.find("max_client_conn 200 -> 20") == 0);
  CHECK(finding.title.find("90 %") != std::string::npos);
  CHECK(finding.burial.score > 0.3);
  CHECK(finding.id.size() == 15);
  CHECK_FALSE(finding.references.empty());
  CHECK(report.verdict.conclusion == Conclusion::failure);
  CHECK(report.coverage.complete());
  // the diff line names the line in the text of the diff
  bool found = false;
  for (const DiffLine& line : builder.changes.files[1].hunks[0].lines) {
    found = found || (line.diff_line == finding.diff_line && line.text == "max_client_conn = 20");
  }
  CHECK(found);
  // pool, TLS and logging lines of one run are apart
  std::vector<std::string> domains;
  for (const Chunk& chunk : report.chunks) {
    if (chunk.path == finding.path) {
      domains.push_back(chunk.domain);
    }
  }
  CHECK(domains == std::vector<std::string>{"tls", "connection-pool", "logging"});
  CHECK(report.split.groups.size() >= 3);
}

TEST_CASE("equal input gives an equal report", "[analyze]") {
  const ChangeBuilder builder = incident();
  const Report a = analyze(builder.changes, builder, {}, Catalog::built_in());
  const Report b = analyze(builder.changes, builder, {}, Catalog::built_in());
  REQUIRE(a.findings.size() == b.findings.size());
  for (std::size_t i = 0; i < a.findings.size(); ++i) {
    CHECK(a.findings[i].id == b.findings[i].id);
    CHECK(a.findings[i].message == b.findings[i].message);
    CHECK(a.findings[i].burial.score == b.findings[i].burial.score);
  }
  CHECK(a.chunks.size() == b.chunks.size());
  CHECK(a.verdict.reasons == b.verdict.reasons);
}

TEST_CASE("the same is found from the diff text alone", "[analyze]") {
  const ChangeBuilder builder = incident();
  const Report report = analyze(builder.changes, NoFiles(), {}, Catalog::built_in());
  REQUIRE_FALSE(report.findings.empty());
  CHECK(report.findings[0].line == 4);
  CHECK(report.findings[0].rule == "capacity.drop");
}

TEST_CASE("what is not analysed is never a pass", "[analyze]") {
  ChangeBuilder builder;
  builder.file("a.yaml", "pool: 1\n", "pool: 2\n");
  CHECK(analyze(builder.changes, builder, {}, Catalog::built_in()).verdict.conclusion ==
        Conclusion::success);
  builder.unreadable("a.yaml");
  Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  CHECK(report.verdict.conclusion == Conclusion::action_required);
  REQUIRE(report.coverage.skipped.size() == 1);
  CHECK(report.coverage.skipped[0].path == "a.yaml");
  CHECK(report.chunks.size() == 1);
  ChangeBuilder other;
  other.file("b.yaml", "pool: 1\n", "pool: 2\n");
  other.changes.skipped.push_back({"huge.bin", "too large"});
  CHECK(analyze(other.changes, other, {}, Catalog::built_in()).verdict.conclusion ==
        Conclusion::action_required);
}

TEST_CASE("settings below a depth that is not read are no pass", "[analyze]") {
  const auto nested = [](const char* value) {
    std::string text;
    for (int i = 0; i < 300; ++i) {
      text += "{\"a\":\n";
    }
    text += value;
    for (int i = 0; i < 300; ++i) {
      text += "\n}";
    }
    return text + "\n";
  };
  ChangeBuilder builder;
  builder.file("deep.json", nested("1"), nested("2"));
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  REQUIRE(report.coverage.skipped.size() == 1);
  CHECK(report.coverage.skipped[0].path == "deep.json");
  CHECK(report.verdict.conclusion == Conclusion::action_required);
}

TEST_CASE("a policy decides what fails, what is ignored, and that nothing fails", "[analyze]") {
  const ChangeBuilder builder = incident();
  Policy policy;
  policy.never_fail = true;
  Report report = analyze(builder.changes, builder, policy, Catalog::built_in());
  CHECK(report.verdict.conclusion == Conclusion::success);
  CHECK_FALSE(report.findings.empty());
  policy = {};
  policy.ignore_paths = {"templates/**"};
  report = analyze(builder.changes, builder, policy, Catalog::built_in());
  CHECK(report.findings.empty());
  CHECK(report.coverage.complete());
  CHECK(report.coverage.files == 2);
}

TEST_CASE("secrets appear in no field of a report", "[analyze]") {
  ChangeBuilder builder;
  const std::string secret = "correct-horse-battery";
  builder.file("app.yaml",
               "db:\n  password: old-one-9\n  pool_size: 50\n  url: postgres://u:pw-1@old:5432/x\n",
               "db:\n  password: " + secret + "\n  pool_size: 5\n  url: postgres://u:" + secret +
                   "@new:5432/x\n");
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  std::string all;
  for (const ReportSetting& row : report.settings) {
    all += row.key + row.old_value.value_or("") + row.new_value.value_or("");
  }
  for (const Finding& finding : report.findings) {
    all += finding.title + finding.message + finding.suggestion;
    for (const std::string& reason : finding.reasons) {
      all += reason;
    }
    if (finding.setting) {
      all += finding.setting->old_value.value_or("") + finding.setting->new_value.value_or("");
    }
  }
  for (const std::string& reason : report.verdict.reasons) {
    all += reason;
  }
  CHECK(all.find(secret) == std::string::npos);
  CHECK(all.find("pw-1") == std::string::npos);
  CHECK(all.find("old-one-9") == std::string::npos);
  CHECK(all.find("[redacted]") != std::string::npos);
}

TEST_CASE("one edit in many places is one finding of weight", "[analyze]") {
  ChangeBuilder builder;
  for (const std::string name : {"a", "b", "c", "d"}) {
    builder.file("svc/" + name + ".yaml", "db:\n  host: old.example\n",
                 "db:\n  host: new.example\n");
  }
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  REQUIRE(report.findings.size() == 4);
  CHECK(report.findings[0].severity == Severity::medium);
  CHECK(report.findings[1].severity == Severity::low);
}

TEST_CASE("a URL and its parts are one change", "[analyze]") {
  ChangeBuilder builder;
  builder.file("svc/a.yaml", "db:\n  url: http://old.example:80/x\n",
               "db:\n  url: http://new.example:81/x\n");
  CHECK(analyze(builder.changes, builder, {}, Catalog::built_in()).findings.size() == 1);
}

TEST_CASE("a list whose unnamed items all changed was rewritten", "[analyze]") {
  const auto rules = [](const std::vector<std::string>& patterns) {
    std::string text = "relabel_configs:\n";
    for (const std::string& pattern : patterns) {
      text += "- regex: " + pattern + "\n  action: keep\n";
    }
    return text;
  };
  ChangeBuilder rewritten;
  rewritten.file("prometheus.yaml", rules({"a.*", "b.*", "c.*"}), rules({"x.*", "y.*", "z.*"}));
  const Report report = analyze(rewritten.changes, rewritten, {}, Catalog::built_in());
  REQUIRE(report.findings.size() == 3);
  for (const Finding& finding : report.findings) {
    CHECK(finding.severity == Severity::low);
  }
  ChangeBuilder edited;
  edited.file("prometheus.yaml", rules({"a.*", "b.*", "c.*"}), rules({"a.*", "y.*", "c.*"}));
  const Report one = analyze(edited.changes, edited, {}, Catalog::built_in());
  REQUIRE(one.findings.size() == 1);
  CHECK(one.findings[0].severity == Severity::medium);
}

TEST_CASE("configuration of one line is read, or it is no pass", "[analyze]") {
  std::string open;
  std::string close;
  for (int i = 0; i < 2000; ++i) {
    open += "{\"a\":";
    close += "}";
  }
  const auto deep = [&](const std::string& value) {
    return open + "{\"max_connections\":" + value + "}" + close + "\n";
  };
  std::string keys;
  for (int i = 0; i < 1200; ++i) {
    keys += "k" + std::to_string(i) + ":\"v\",";
  }
  const auto code = [&](const std::string& pool) {
    return "module.exports={" + keys + "db:{pool:" + pool + "}};\n";
  };
  const auto conclusion = [](const std::string& path, const std::string& before,
                             const std::string& after) {
    ChangeBuilder builder;
    builder.file(path, before, after);
    const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
    return std::make_pair(report.coverage.complete(), report.verdict.conclusion);
  };
  const auto unread = std::make_pair(false, Conclusion::action_required);
  const auto passed = std::make_pair(true, Conclusion::success);
  CHECK(conclusion("a.json", deep("200"), deep("2")) == unread);
  const auto failed = std::make_pair(true, Conclusion::failure);
  CHECK(conclusion("config/prod.js", code("50"), code("5")) == failed);
  CHECK(conclusion("prod/app-settings.js", code("50"), code("5")) == failed);
  CHECK(conclusion("dist/config/prod.js", code("50"), code("5")) == passed);
  CHECK(conclusion("web/jquery.js", code("50"), code("5")) == passed);
}
