#include "analyzers/risk/environment.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("the last part of a path that names an environment decides", "[environment]") {
  const EnvironmentMap map{Policy{}};
  CHECK(map.of_path("clusters/production/app.yaml") == Environment::production);
  CHECK(map.of_path("clusters/prod2/app.yaml") == Environment::production);
  CHECK(map.of_path("prod/overlays/staging/app.yaml") == Environment::staging);
  CHECK(map.of_path("config/dev.yaml") == Environment::development);
  CHECK(map.of_path("products/app.yaml") == Environment::unknown);
  CHECK(map.of_path("app.yaml") == Environment::unknown);
}

TEST_CASE("a word that has other meanings names an environment only alone or last",
          "[environment]") {
  const EnvironmentMap map{Policy{}};
  for (const std::string path :
       {"test/app.yaml", "clusters/64-test/app.yaml", "values-local.yaml", "values.local.yaml",
        "demo/app.yaml", "clusters/shop-demo/a.yaml", "ci01/app.yaml"}) {
    CAPTURE(path);
    CHECK(map.of_path(path) == Environment::development);
  }
  for (const std::string path :
       {"local-path-provisioner/app.yaml", "demo-shop/app.yaml", "test-runner/app.yaml",
        "ci-operator/app.yaml", "roles/gen_test_certs/app.yaml", "live-migration/app.yaml"}) {
    CAPTURE(path);
    CHECK(map.of_path(path) == Environment::unknown);
  }
  CHECK(map.of_path("live/app.yaml") == Environment::production);
  CHECK(map.of_path("eu-prod-1-a/app.yaml") == Environment::production);
  CHECK(map.of_path("my-dev-cluster/app.yaml") == Environment::development);
}

TEST_CASE("the rules of a repository come first, in their order", "[environment]") {
  Policy policy;
  policy.environments = {{{"eu/**"}, "production"}, {{"**/prod/**"}, "staging"}};
  const EnvironmentMap map(policy);
  CHECK(map.of_path("eu/prod/app.yaml") == Environment::production);
  CHECK(map.of_path("us/prod/app.yaml") == Environment::staging);
  CHECK(map.of_path("us/dev/app.yaml") == Environment::development);
}

TEST_CASE("keys and values name environments by whole words", "[environment]") {
  CHECK(environment_of_setting(KeyPath{{"production", "pool"}}, Environment::unknown) ==
        Environment::production);
  CHECK(environment_of_setting(KeyPath{{"test_timeout", "pool"}}, Environment::unknown) ==
        Environment::unknown);
  CHECK(environment_in_value("db.staging.internal") == Environment::staging);
  CHECK(environment_in_value("letsencrypt-prod") == Environment::production);
  CHECK(environment_in_value("reproduction") == Environment::unknown);
}
