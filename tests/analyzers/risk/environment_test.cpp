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

TEST_CASE("overlays, values files and inventories as repositories name them", "[environment]") {
  const EnvironmentMap map{Policy{}};
  struct Row {
    std::string path;
    Environment environment;
  };
  for (const Row& row : {
           Row{"kubernetes/apps/overlays/archiver-v3-prod/vars.yaml", Environment::production},
           Row{"kubernetes/apps/overlays/archiver-v3-test/vars.yaml", Environment::development},
           Row{"charts/app/values-dev.yaml", Environment::development},
           Row{"charts/app/values.production.yaml", Environment::production},
           Row{"charts/app/values-uat.yaml", Environment::staging},
           Row{"k8s/overlays/pre-prod/kustomization.yaml", Environment::staging},
           Row{"k8s/overlays/non-production/kustomization.yaml", Environment::staging},
           Row{"namespaces/live.platform.example/orders-preprod/rds.tf", Environment::staging},
           Row{"namespaces/live.platform.example/orders-dev/rds.tf", Environment::development},
           Row{"live/eu-west-1/staging-vpc/terragrunt.hcl", Environment::staging},
           Row{"terragrunt/accounts/docs-rs-prod/account.json", Environment::production},
           Row{"terraform/stg-cluster-ahoy/main.tf", Environment::staging},
           Row{"ansible/envs/prod/group_vars/dev-desktop.yml", Environment::production},
           Row{"inventory/staging/hosts.ini", Environment::staging},
           Row{"inventory/hosts-qa.ini", Environment::staging},
           Row{"hieradata/class/integration/db_admin.yaml", Environment::staging},
           Row{"hieradata/production.yaml", Environment::production},
           Row{"envs/production/test.yaml", Environment::production},
           Row{"config/appsettings.Development.json", Environment::development},
           Row{"docker-compose.dev.yml", Environment::development},
           Row{"docker-compose.local.yml", Environment::development},
           Row{"config/environments/production.rb.erb", Environment::production},
           // Names that only sound like an environment.
           Row{"roles/app/files/usr/local/etc/app.conf", Environment::unknown},
           Row{"horizon/local_settings.py.erb", Environment::unknown},
           Row{"hiera/local_links_manager.yaml", Environment::unknown},
           Row{"roles/test-runner/defaults/main.yml", Environment::unknown},
           Row{"customizations/serving.knative.dev/service.yaml", Environment::unknown},
           Row{"modules/datadog-integration/main.tf", Environment::unknown},
       }) {
    CAPTURE(row.path);
    CHECK(name_of(map.of_path(row.path)) == name_of(row.environment));
  }
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
