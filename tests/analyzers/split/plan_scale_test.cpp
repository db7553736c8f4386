#include "analyzers/split/plan.hpp"

#include "tests/analyzers/split/folder_double.hpp"
#include "tests/analyzers/split/split_builder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>

using namespace leadline;
using leadline::test::FolderDouble;
using leadline::test::SplitBuilder;

namespace {

using Rows = std::vector<std::string>;

// The domains of each group's chunks, groups in order.
std::vector<std::set<std::string>> domains_of(const SplitBuilder& builder, const SplitPlan& plan) {
  std::map<std::string, std::string> domains;
  for (const Chunk& chunk : builder.report.chunks) {
    domains[chunk.id] = chunk.domain;
  }
  std::vector<std::set<std::string>> found;
  for (const SplitGroup& group : plan.groups) {
    std::set<std::string> of_group;
    for (const std::string& chunk : group.chunks) {
      of_group.insert(domains.at(chunk));
    }
    found.push_back(of_group);
  }
  return found;
}

bool is_parted(const SplitBuilder& builder, const SplitPlan& plan) {
  const std::vector<std::set<std::string>> domains = domains_of(builder, plan);
  return domains.size() > 1 &&
         std::all_of(domains.begin(), domains.end(),
                     [](const std::set<std::string>& each) { return each.size() == 1; });
}

// One file of `servers` servers, each with a line of TLS and one of logging.
SplitBuilder servers(int count) {
  SplitBuilder builder;
  std::vector<Rows> hunks;
  for (int i = 0; i < count; ++i) {
    const std::string name = "s" + std::to_string(i);
    hunks.push_back({" server_name " + name + ";",
                     "-ssl_certificate /etc/ssl/old/" + name + ".pem;",
                     "+ssl_certificate /etc/ssl/new/" + name + ".pem;", " root /srv;",
                     "-access_log /var/log/" + name + ".log combined;",
                     "+access_log /var/log/" + name + ".log json_v2;"});
  }
  builder.file("nginx.conf", "tls", hunks);
  for (std::size_t i = 1; i < builder.report.chunks.size(); i += 2) {
    builder.report.chunks[i].domain = "logging";
  }
  return builder;
}

// One folder for each of `count` apps, with a file for the certificate and one for the log format.
SplitBuilder apps(int count, const std::string& domain, double confidence) {
  SplitBuilder builder;
  for (int i = 0; i < count; ++i) {
    const std::string folder = "apps/app" + std::to_string(i);
    builder.file(folder + "/ingress.yaml", domain,
                 {{" tls:", "-  - secretName: wildcard-2024", "+  - secretName: wildcard-2026",
                   "     hosts: [app]"}});
    builder.report.chunks.back().confidence = confidence;
    builder.file(folder + "/logging.yaml", "logging",
                 {{" data:", "-  log_format: plain", "+  log_format: json", "   name: app"}});
  }
  return builder;
}

} // namespace

TEST_CASE("weighty domains are parted in one file however many chunks it has", "[split][scale]") {
  for (const int count : {35, 151, 200, 500, 3000}) {
    CAPTURE(count);
    const SplitBuilder builder = servers(count);
    const SplitPlan plan = plan_split(builder.changes, builder.report, {});
    CHECK(is_parted(builder, plan));
    CHECK(plan.groups.size() == 2);
    CHECK(plan.recommended == (count * 4 > 400));
  }
}

TEST_CASE("two edits in many folders of a pattern are two groups however many folders there are",
          "[split][scale]") {
  FolderDouble files;
  for (int i = 0; i < 1000; ++i) {
    files.add("apps", "app" + std::to_string(i), {"ingress.yaml", "logging.yaml"});
  }
  for (const int count : {30, 100, 175, 500, 1000}) {
    for (const double confidence : {0.28, 0.9}) { // of a domain that is guessed, and of one known
      CAPTURE(count, confidence);
      const SplitBuilder builder = apps(count, "tls", confidence);
      const SplitPlan plan = plan_split(builder.changes, builder.report, {}, files);
      CHECK(is_parted(builder, plan));
      CHECK(plan.groups.size() == 2);
    }
  }
}

TEST_CASE("two replacements made all over are two groups however many chunks they have",
          "[split][scale]") {
  for (const int files : {10, 30, 200}) {
    CAPTURE(files);
    SplitBuilder builder;
    for (int i = 0; i < files; ++i) {
      std::vector<Rows> hunks;
      for (int j = 0; j < 7; ++j) {
        hunks.push_back({" func f() {", "-  logger.Printf(\"start\")", "+  slog.Info(\"start\", 1)",
                         " v := 1", "-  conn := openPlain()",
                         "+  conn := openWithTimeout(30 * time.Second)"});
      }
      builder.file("p" + std::to_string(i % 3) + "/m" + std::to_string(i) + ".go",
                   "application-code", hunks);
    }
    const SplitPlan plan = plan_split(builder.changes, builder.report, {});
    REQUIRE(plan.groups.size() == 2);
    CHECK(plan.groups[0].additions == plan.groups[1].additions);
    CHECK(plan.recommended == (files * 28 > 400));
  }
}

TEST_CASE("two edits, each once in every file, are two groups however many files there are",
          "[split][scale]") {
  for (const int files : {20, 30, 50, 80, 140, 400}) {
    CAPTURE(files);
    SplitBuilder builder;
    for (int i = 0; i < files; ++i) {
      builder.file(
          "pkg" + std::to_string(i % 5) + "/f" + std::to_string(i) + ".py", "application-code",
          {{" def handler(req):", "-    x = util.fetch_account(req.id)",
            "+    x = util.load_account(req.id)"},
           {" def other(s):", "-    emit_gauge('x', s)", "+    statsd.gauge('x', s, tags=TAGS)"}});
    }
    const SplitPlan plan = plan_split(builder.changes, builder.report, {});
    REQUIRE(plan.groups.size() == 2);
    CHECK(plan.groups[0].additions == plan.groups[1].additions);
  }
}

TEST_CASE("a large change without parts is not said to review well, nor recommended to be split",
          "[split][scale]") {
  for (const int count : {301, 2000}) {
    SplitBuilder builder;
    for (int i = 0; i < count; ++i) {
      const std::string number = std::to_string(i);
      builder.file("pkg" + std::to_string(i % 4) + "/mod" + std::to_string(i % 17) + "/f" + number +
                       ".py",
                   "application-code",
                   {{" def handler(req):", "-    x = util.fetch_account(req.id)",
                     "+    x = util.load_account(req.id)"},
                    {" def other(req):", "-    y = util.fetch_account(req.id + 1)",
                     "+    y = util.load_account(req.id + 1)"},
                    {" def third(req):", "-    z = util.fetch_account(req.id + 2)",
                     "+    z = util.load_account(req.id + 2)"}});
    }
    const SplitPlan plan = plan_split(builder.changes, builder.report, {});
    CHECK_FALSE(plan.recommended);
    REQUIRE(plan.reasons.size() == 1);
    CHECK(plan.reasons[0].find("no useful split was found") != std::string::npos);
    CHECK(plan.reasons[0].find("reviews well") == std::string::npos);
  }
}
