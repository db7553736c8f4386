#include "analyzers/split/lock_files.hpp"

#include "analyzers/split/plan.hpp"
#include "tests/analyzers/split/split_builder.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::outline;
using leadline::test::SplitBuilder;

namespace {

using Rows = std::vector<std::string>;

std::vector<std::vector<std::size_t>> locked(const SplitBuilder& builder) {
  return locked_chunks(builder.changes, builder.report.chunks);
}

} // namespace

TEST_CASE("a manifest and its lock file in one folder belong together", "[split][locks]") {
  struct Row {
    std::string manifest;
    std::string asks;
    std::string lock;
    std::string locks;
  };
  const std::vector<Row> rows = {
      {"package.json", "+  \"left-pad\": \"^1.3.0\"", "package-lock.json",
       "+  \"node_modules/left-pad\": {"},
      {"package.json", "+  \"@acme/pad\": \"^1.3.0\"", "yarn.lock", "+\"@acme/pad@^1.3.0\":"},
      {"package.json", "+  \"left-pad\": \"^1.3.0\"", "pnpm-lock.yaml", "+  /left-pad@1.3.0:"},
      {"Cargo.toml", "+serde_json = \"1\"", "Cargo.lock", "+name = \"serde_json\""},
      {"flake.nix", "+inputs.nixpkgs.url = \"github:NixOS/nixpkgs\";", "flake.lock",
       "+  \"nixpkgs\": {"},
      {"pyproject.toml", "+httpx = \"^0.2\"", "poetry.lock", "+name = \"httpx\""},
      {"pyproject.toml", "+  \"httpx>=0.2\",", "uv.lock", "+name = \"httpx\""},
      {"Gemfile", "+gem 'sidekiq', '~> 7.1'", "Gemfile.lock", "+    sidekiq (7.1.2)"},
      {"go.mod", "+\tgithub.com/acme/pool v1.2.0", "go.sum", "+github.com/acme/pool v1.2.0 h1:x="},
      {"composer.json", "+\"acme/pool\": \"^2\"", "composer.lock", "+\"name\": \"acme/pool\","},
      {"Chart.yaml", "+  - name: postgresql", "Chart.lock", "+- name: postgresql"},
      {"versions.tf", "+      version = \"~> 5.31\"", ".terraform.lock.hcl",
       "+  constraints = \"~> 5.31\""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.manifest, row.lock);
    SplitBuilder builder;
    builder.file("app/" + row.lock, "generated", {{" x", row.locks}, {" y", "+checksum"}});
    builder.file("app/" + row.manifest, "dependencies",
                 {{" x", row.asks}, {" y", "+unrelated_matter"}});
    CHECK(locked(builder) == std::vector<std::vector<std::size_t>>{{0, 1, 2}});

    SplitBuilder elsewhere;
    elsewhere.file("app/" + row.lock, "generated", {{" x", row.locks}});
    elsewhere.file("lib/" + row.manifest, "dependencies", {{" x", row.asks}});
    CHECK(locked(elsewhere).empty());
  }
}

TEST_CASE("of a manifest that says nothing of what is locked all is taken, of Terraform nothing",
          "[split][locks]") {
  for (const bool terraform : {false, true}) {
    SplitBuilder builder;
    builder.file(terraform ? ".terraform.lock.hcl" : "Cargo.lock", "generated",
                 {{" x", "+checksum"}});
    builder.file(terraform ? "main.tf" : "Cargo.toml", "dependencies", {{" x", "+one"}});
    CHECK(locked(builder) ==
          std::vector<std::vector<std::size_t>>{terraform ? std::vector<std::size_t>{0}
                                                          : std::vector<std::size_t>{0, 1}});
  }
}

TEST_CASE("a lock file is planned with its manifest and does not name the group",
          "[split][locks]") {
  SplitBuilder builder;
  builder.file("a/package-lock.json", "generated",
               {{" x", "+\"node_modules/left-pad\": {", "+  \"resolved\": \"there\"",
                 "+  \"integrity\": \"sha512\""}});
  builder.report.chunks.back().noise = true;
  builder.file("a/package.json", "dependencies", {{" x", "+  \"left-pad\": \"^1.3.0\""}});
  builder.added("web/banner.css", "application-code", Rows(60, "color: blue;"));
  const SplitPlan plan = plan_split(builder.changes, builder.report, {});
  CHECK(outline(builder, plan) == Rows{"dependencies: a/package-lock.json a/package.json",
                                       "application-code: web/banner.css"});
  CHECK(plan.groups[0].why == "a manifest and its lock file");
}
