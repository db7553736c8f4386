#include "tests/analyzers/risk/relation_cases.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::check_relations;
using File = leadline::test::RelationFileCase;

TEST_CASE("pools of all copies against what the database admits", "[relations][relation_pools]") {
  const File database = {"deploy/postgresql.conf", "max_connections = 100\n",
                         "max_connections = 100\n"};
  const std::string web = "db:\n  pool_size: 20\nreplicas: ";
  check_relations({
      {"an unchanged file beside",
       {database, {"deploy/web.yaml", web + "4\n", web + "12\n"}},
       "relation.pool_over_connections"},
      {"it still fits", {database, {"deploy/web.yaml", web + "2\n", web + "4\n"}}, ""},
      {"it did not fit before", {database, {"deploy/web.yaml", web + "6\n", web + "12\n"}}, ""},
      {"a file elsewhere says nothing",
       {{"other/postgresql.conf", database.old_text, database.old_text},
        {"deploy/web.yaml", web + "4\n", web + "12\n"}},
       ""},
      {"the database stands in a folder beside",
       {{"deploy/prod/db/postgresql.conf", database.old_text, database.old_text},
        {"deploy/prod/web/values.yaml", web + "4\n", web + "12\n"}},
       "relation.pool_over_connections"},
      {"the database beside admits fewer",
       {{"deploy/prod/web/values.yaml", web + "4\n", web + "4\n"},
        {"deploy/prod/db/postgresql.conf", "max_connections = 100\n", "max_connections = 50\n"}},
       "relation.pool_over_connections"},
      {"two services beside each other",
       {{"deploy/prod/shop/postgresql.conf", database.old_text, database.old_text},
        {"deploy/prod/web/values.yaml", web + "4\n", web + "12\n"}},
       ""},
      {"the database admits fewer",
       {{"deploy/web.yaml", web + "4\n", web + "4\n"},
        {"deploy/postgresql.conf", "max_connections = 100\n", "max_connections = 50\n"}},
       "relation.pool_over_connections"},
  });
}

TEST_CASE("a disruption budget must let one copy go", "[relations][relation_pools]") {
  const auto deployment = [](const std::string& replicas) {
    return "kind: Deployment\nspec:\n  replicas: " + replicas + "\n";
  };
  const auto budget = [](const std::string& stay) {
    return "kind: PodDisruptionBudget\nspec:\n  minAvailable: " + stay + "\n";
  };
  check_relations({
      {"the budget rises to all copies",
       {{"web/deployment.yaml", deployment("3"), deployment("3")},
        {"web/pdb.yaml", budget("2"), budget("3")}},
       "relation.budget_over_replicas"},
      {"the copies fall to the budget",
       {{"web/deployment.yaml", deployment("4"), deployment("2")},
        {"web/pdb.yaml", budget("2"), budget("2")}},
       "relation.budget_over_replicas"},
      {"one may go",
       {{"web/deployment.yaml", deployment("4"), deployment("3")},
        {"web/pdb.yaml", budget("2"), budget("2")}},
       ""},
      {"a share",
       {{"web/deployment.yaml", deployment("3"), deployment("3")},
        {"web/pdb.yaml", budget("50%"), budget("60%")}},
       ""},
  });
}
