#include "analyzers/risk/related.hpp"

#include "analyzers/analyze.hpp"
#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

struct Version {
  std::string path;
  std::string before;
  std::string after;
};

// Of the finding about `key`.
Finding finding_of(const std::vector<Version>& files, const std::string& key) {
  ChangeBuilder builder;
  for (const Version& file : files) {
    builder.file(file.path, file.before, file.after);
  }
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  const auto found =
      std::find_if(report.findings.begin(), report.findings.end(), [&](const Finding& finding) {
        return finding.setting && finding.setting->key == key;
      });
  return found == report.findings.end() ? Finding() : *found;
}

} // namespace

TEST_CASE("a finding about two settings is another one with another value of the second",
          "[related]") {
  struct Row {
    std::string what;
    std::string key;
    std::vector<Version> once;
    std::vector<Version> then;
  };
  const auto pool = [](int pool_size, int clients) {
    return "[pgbouncer]\ndefault_pool_size = " + std::to_string(pool_size) +
           "\nmax_client_conn = " + std::to_string(clients) + "\n";
  };
  const auto memory = [](const std::string& request, const std::string& limit) {
    return "resources:\n  requests:\n    memory: " + request + "\n  limits:\n    memory: " + limit +
           "\n";
  };
  for (const Row& row : {
           Row{"a pool above its clients",
               "pgbouncer.default_pool_size",
               {{"pgbouncer.ini", pool(20, 200), pool(300, 200)}},
               {{"pgbouncer.ini", pool(20, 200), pool(300, 20)}}},
           Row{"a request above its limit",
               "resources.requests.memory",
               {{"pod.yaml", memory("1Gi", "2Gi"), memory("3Gi", "2Gi")}},
               {{"pod.yaml", memory("1Gi", "2Gi"), memory("3Gi", "1Gi")}}},
           Row{"a minimum above its maximum",
               "spec.minReplicas",
               {{"hpa.yaml", "spec:\n  minReplicas: 2\n  maxReplicas: 6\n",
                 "spec:\n  minReplicas: 8\n  maxReplicas: 6\n"}},
               {{"hpa.yaml", "spec:\n  minReplicas: 2\n  maxReplicas: 6\n",
                 "spec:\n  minReplicas: 8\n  maxReplicas: 4\n"}}},
           Row{"one key twice",
               "a.limit_x",
               {{"app.ini", "[a]\nlimit_x = 5\n", "[a]\nlimit_x = 5\nlimit_x = 7\n"}},
               {{"app.ini", "[a]\nlimit_x = 4\n", "[a]\nlimit_x = 4\nlimit_x = 7\n"}}},
       }) {
    CAPTURE(row.what);
    const Finding once = finding_of(row.once, row.key);
    const Finding then = finding_of(row.then, row.key);
    REQUIRE_FALSE(once.id.empty());
    CHECK_FALSE(once.related.empty());
    CHECK(once.id != then.id);
    CHECK(once.id == finding_of(row.once, row.key).id);
  }
}

TEST_CASE("what a relation rests on is named with its file", "[related]") {
  const Finding finding = finding_of(
      {{"app/values.yaml", "replicas: 3\npool_size: 20\n", "replicas: 9\npool_size: 20\n"},
       {"app/postgresql.conf", "max_connections = 100\nwork_mem = 4MB\n",
        "max_connections = 100\nwork_mem = 5MB\n"}},
      "replicas");
  REQUIRE(finding.related.size() == 2);
  CHECK(finding.related[0].path == "app/postgresql.conf");
  CHECK(finding.related[0].setting.key == "max_connections");
  CHECK(finding.related[0].setting.new_value == "100");
  CHECK(finding.related[1].path == "app/values.yaml");
  CHECK(finding.related[1].setting.key == "pool_size");
}

TEST_CASE("a part that speaks for a whole value rests on the whole", "[related]") {
  const auto url = [](const std::string& address) {
    return std::vector<Version>{{"app.yaml", "database:\n  url: postgres://db-prod:5432/shop\n",
                                 "database:\n  url: " + address + "\n"}};
  };
  const auto first_of = [](const std::vector<Version>& files) {
    ChangeBuilder builder;
    builder.file(files[0].path, files[0].before, files[0].after);
    return analyze(builder.changes, builder, {}, Catalog::built_in()).findings.at(0);
  };
  const Finding host = first_of(url("postgres://db-new:5432/shop"));
  const Finding more = first_of(url("postgres://db-new:6543/shop"));
  CHECK(host.id != more.id);
}

TEST_CASE("settings beside are redacted, sorted and told once", "[related]") {
  const auto setting = [](std::vector<std::string> path, std::string value) {
    Setting made;
    made.key.segments = std::move(path);
    made.value = std::move(value);
    return made;
  };
  Concern concern;
  concern.rests_on = {{"", {}, setting({"db", "password"}, "S3cretLongOne")},
                      {"b.ini", {}, setting({"size"}, "2")},
                      {"", {}, setting({"size"}, "1")},
                      {"", {}, setting({"size"}, "1")}};
  const Related all = related_of(concern, "a.ini", Redactor({}), KnownSecrets());
  const std::vector<RelatedSetting>& related = all.rows;
  CHECK(all.text == text_of(related)); // nothing of it is cut
  REQUIRE(related.size() == 3);
  CHECK(related[0].setting.key == "db.password");
  CHECK(related[0].setting.new_value == k_redacted);
  CHECK(related[1].path == "a.ini");
  CHECK(related[2].path == "b.ini");
  CHECK(text_of(related) != text_of(std::vector<RelatedSetting>{related[0], related[2]}));
  CHECK(text_of(std::vector<RelatedSetting>()).empty());
}
