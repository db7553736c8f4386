#include "analyzers/analyze.hpp"

#include "tests/analyzers/risk/relation_cases.hpp"
#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::ChangeBuilder;
using leadline::test::check_relations;

namespace {

std::string webhook(const std::string& policy, const std::string& selector = "") {
  return "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\n"
         "webhooks:\n  - name: policy.example.com\n    failurePolicy: " +
         policy + "\n" + selector;
}

std::string route(const std::string& condition) {
  return "policy:\n  term_site_local:\n" + condition +
         "    then:\n      local_preference: 200\n      action: accept\n";
}

} // namespace

TEST_CASE("of equal severity the relation names the finding", "[relations]") {
  ChangeBuilder builder;
  const std::string balancer = "resource \"aws_lb\" \"web\" {\n  idle_timeout = 60\n}\n";
  builder.file("shop/lb.tf", balancer, balancer);
  builder.changes.files.clear();
  builder.changes.diff_lines = 0;
  builder.file("shop/server.js", "server.keepAliveTimeout = 65000;\n",
               "server.keepAliveTimeout = 5000;\n");
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].rule == "relation.keepalive_order");
  CHECK(report.findings[0].severity == Severity::high);
}

TEST_CASE("what a rule applies to, and what it then stops", "[relations]") {
  check_relations({
      {"a routing term without its prefix list",
       {{"routers/policy.yaml", route("    from:\n      prefix_list: site_local\n"), route("")}},
       "pattern.matches_everything"},
      {"the term went as a whole",
       {{"routers/policy.yaml",
         route("    from:\n      prefix_list: site_local\n") + "  other: 1\n",
         "policy:\n  other: 1\n"}},
       ""},
      {"one of two conditions",
       {{"routers/policy.yaml", route("    from:\n      prefix_list: a\n      family: inet\n"),
         route("    from:\n      prefix_list: a\n")}},
       ""},
      {"a webhook that fails closed for all",
       {{"hook.yaml", webhook("Ignore"), webhook("Fail")}},
       "relation.webhook_blocks_cluster"},
      {"a webhook that leaves kube-system out",
       {{"hook.yaml",
         webhook("Ignore", "    namespaceSelector:\n      matchLabels:\n        policy: \"on\"\n"),
         webhook("Fail", "    namespaceSelector:\n      matchLabels:\n        policy: \"on\"\n")}},
       ""},
      {"a webhook that fails open again", {{"hook.yaml", webhook("Fail"), webhook("Ignore")}}, ""},
  });
}

TEST_CASE("a rule that lost its condition is another finding when it does something else",
          "[relations]") {
  const auto found = [](const std::string& action) {
    ChangeBuilder builder;
    std::string after = route("");
    after.replace(after.find("accept"), 6, action);
    builder.file("routers/policy.yaml", route("    from:\n      prefix_list: site_local\n"), after);
    Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
    REQUIRE(report.findings.size() >= 1);
    REQUIRE(report.findings[0].rule == "pattern.matches_everything");
    return report.findings[0];
  };
  const Finding finding = found("accept");
  REQUIRE(finding.related.size() == 2);
  CHECK(finding.related[0].setting.new_value == "accept");
  CHECK(finding.id != found("reject").id);
}

namespace {

// Counts what is read, and says that the folder is very large.
class LargeFolder final : public FileSource {
public:
  explicit LargeFolder(const ChangeBuilder& files) : m_files(files) {}
  std::optional<std::string> read(Side side, const std::string& path) const override {
    if (auto text = m_files.read(side, path)) {
      return text;
    }
    ++reads;
    return "x: 1\n";
  }
  PathMarks marks(const std::string&) const override { return {}; }
  std::vector<std::string> siblings(Side, const std::string&) const override {
    std::vector<std::string> names;
    for (int i = 1000; i < 4000; ++i) {
      names.push_back("file" + std::to_string(i) + ".yaml");
    }
    return names;
  }
  mutable int reads = 0;

private:
  const ChangeBuilder& m_files;
};

} // namespace

TEST_CASE("a large folder costs a bounded number of reads", "[relations]") {
  ChangeBuilder builder;
  for (int i = 0; i < 30; ++i) {
    builder.file("d" + std::to_string(i) + "/web.yaml", "replicas: 2\ndb:\n  pool_size: 20\n",
                 "replicas: 12\ndb:\n  pool_size: 20\n");
  }
  const LargeFolder folder(builder);
  analyze(builder.changes, folder, {}, Catalog::built_in());
  CHECK(folder.reads > 0);
  CHECK(folder.reads <= 64);
}
