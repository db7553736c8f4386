#include "analyzers/analyze.hpp"

#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

// A literal that makes way for a reference: what counts is what the reference says.

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

struct File {
  std::string path, before, after;
};

// Severity and rule of the finding in the first file, "" without one.
std::string found_in_first(const std::vector<File>& files) {
  ChangeBuilder builder;
  for (const File& file : files) {
    builder.file(file.path, file.before, file.after);
  }
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  const auto found =
      std::find_if(report.findings.begin(), report.findings.end(),
                   [&](const Finding& finding) { return finding.path == files.front().path; });
  return found == report.findings.end() ? ""
                                        : std::string(name_of(found->severity)) + " " + found->rule;
}

std::string manifest(const std::string& replicas) {
  return "kind: Deployment\nspec:\n  replicas: " + replicas + "\n  paused: no\n";
}

const std::string k_template = "till/templates/deployment.yaml";
const std::string k_values = "till/values.yaml";

std::string chart(const std::string& reference, const std::string& old_values,
                  const std::string& new_values) {
  return found_in_first(
      {{k_template, manifest("4"), manifest(reference)}, {k_values, old_values, new_values}});
}

} // namespace

TEST_CASE("a value that moves into a chart's values is judged by what stands there",
          "[resolved_values]") {
  const std::string reference = "{{ .Values.copies }}";
  CHECK(chart(reference, "a: 1\n", "a: 1\ncopies: 4\n") == "");
  CHECK(chart(reference, "a: 1\n", "a: 1\ncopies: 1\n") == "medium replicas.single");
  CHECK(chart("{{ .Values.copies | int }}", "a: 1\n", "a: 1\ncopies: 0\n")
            .ends_with(" replicas.zero"));
  CHECK(chart("{{ .Values.size.copies }}", "a: 1\n", "a: 1\nsize:\n  copies: 4\n") == "");
  // Nothing says it, or the line that said it goes with the same change.
  CHECK(chart(reference, "a: 1\n", "a: 2\n") == "medium value.blank");
  CHECK(chart(reference, "a: 1\ncopies: 1\n", "a: 1\n") == "medium value.blank");
  // A default in the template, a helper, a mapping: nothing is known to be lost.
  CHECK(chart("{{ .Values.copies | default 4 }}", "a: 1\n", "a: 2\n") == "");
  CHECK(chart("{{ include \"copies\" . }}", "a: 1\n", "a: 2\n") == "");
}

TEST_CASE("an environment's own values may have it", "[resolved_values]") {
  CHECK(found_in_first({{k_template, manifest("4"), manifest("{{ .Values.copies }}")},
                        {k_values, "a: 1\n", "a: 2\n"},
                        {"till/values-night.yaml", "b: 1\n", "b: 1\ncopies: 4\n"}}) == "");
}

TEST_CASE("a variable or a local of Terraform is judged by its value", "[resolved_values]") {
  const auto database = [](const std::string& keep) {
    return "resource \"aws_db_instance\" \"till\" {\n  backup_retention_period = " + keep +
           "\n  port = 5432\n}\n";
  };
  const auto variable = [](const std::string& value) {
    return "variable \"keep\" {\n  type    = number\n  default = " + value + "\n}\n";
  };
  const std::string other = "variable \"a\" {\n  default = 1\n}\n";
  const auto found = [&](const std::string& reference, const std::string& more) {
    return found_in_first({{"stack/db.tf", database("14"), database(reference)},
                           {"stack/more.tf", other, other + more}});
  };
  CHECK(found("var.keep", variable("14")) == "");
  CHECK(found("var.keep", variable("1")).ends_with(" retention.cut"));
  CHECK(found("${var.keep}", variable("1")).ends_with(" retention.cut"));
  CHECK(found("local.keep", "locals {\n  keep = 1\n}\n").ends_with(" retention.cut"));
  CHECK(found("var.keep", "variable \"keep\" {\n  type = number\n}\n") == "");
  CHECK(found_in_first({{"stack/db.tf", database("14"), database("var.keep")},
                        {"stack/more.tf", other, other + variable("1")},
                        {"stack/terraform.tfvars", "a = 1\n", "a = 1\nkeep = 30\n"}}) == "");
}

TEST_CASE("a constant of the same file is judged by its value", "[resolved_values]") {
  const auto go = [](const std::string& top, const std::string& argument) {
    return "package a\n\n" + top + "func f() {\n\tdb.SetMaxOpenConns(" + argument + ")\n}\n";
  };
  CHECK(found_in_first({{"db.go", go("", "100"), go("const most = 10\n\n", "most")}}) ==
        "high capacity.drop");
  CHECK(found_in_first({{"db.go", go("", "100"), go("const most = 100\n\n", "most")}}) == "");
  const auto python = [](const std::string& top, const std::string& argument) {
    return top + "engine = create_engine(url, pool_size=" + argument + ")\n";
  };
  CHECK(found_in_first({{"db.py", python("", "50"), python("MOST = 5\n", "MOST")}}) ==
        "high capacity.drop");
  CHECK(found_in_first({{"db.py", python("", "50"), python("most = 5\n", "most")}}) ==
        "high capacity.drop");
  CHECK(found_in_first({{"db.py", python("", "50"), python("MOST = 50\n", "MOST")}}) == "");
  // Bound twice, or elsewhere: not known, and not gone.
  CHECK(found_in_first({{"db.py", python("", "50"), python("", "limits.most")}}) == "");
  CHECK(found_in_first({{"db.py", python("", "50"), python("most = 5\nmost = 50\n", "most")}}) ==
        "");
}

TEST_CASE("a parameter that another layer states with its value has not fallen back",
          "[resolved_values]") {
  const std::string compose = "services:\n  db:\n    image: postgres:16\n    command: postgres -c "
                              "shared_buffers=1GB";
  const auto found = [&](const std::string& more) {
    return found_in_first(
        {{"deploy/postgresql.conf", "max_connections = 300\nport = 5432\n", "port = 5432\n"},
         {"deploy/compose.yaml", compose + "\n", compose + more + "\n"}});
  };
  CHECK(found(" -c work_mem=8MB") == "medium capacity.drop");
  CHECK(found(" -c max_connections=300").substr(0, 4) != "medi");
}
