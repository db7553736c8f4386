#include "tests/analyzers/risk/relation_cases.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::check_relations;

TEST_CASE("lower bounds and upper bounds, parts and wholes", "[relations][relation_bounds]") {
  check_relations({
      {"minimum above maximum",
       {{"hpa.yaml", "spec:\n  minReplicas: 2\n  maxReplicas: 6\n",
         "spec:\n  minReplicas: 8\n  maxReplicas: 6\n"}},
       "relation.min_over_max"},
      {"maximum below minimum",
       {{"hpa.yaml", "spec:\n  minReplicas: 4\n  maxReplicas: 6\n",
         "spec:\n  minReplicas: 4\n  maxReplicas: 3\n"}},
       "relation.min_over_max"},
      {"equal bounds",
       {{"hpa.yaml", "spec:\n  minReplicas: 2\n  maxReplicas: 6\n",
         "spec:\n  minReplicas: 6\n  maxReplicas: 6\n"}},
       ""},
      {"a pool larger than its clients",
       {{"pgbouncer.ini", "[pgbouncer]\ndefault_pool_size = 20\nmax_client_conn = 200\n",
         "[pgbouncer]\ndefault_pool_size = 220\nmax_client_conn = 200\n"}},
       "relation.pool_over_clients"},
      {"a JVM that starts with more than it may have",
       {{"service.env", "XMS=1g\nXMX=2g\n", "XMS=3g\nXMX=2g\n"}},
       "relation.min_over_max"},
      {"nginx: more connections than files",
       {{"nginx/nginx.conf",
         "worker_rlimit_nofile 8192;\nevents {\n    worker_connections 4096;\n}\n",
         "worker_rlimit_nofile 8192;\nevents {\n    worker_connections 16384;\n}\n"}},
       "relation.connections_over_files"},
      {"nginx: fewer connections than files",
       {{"nginx/nginx.conf",
         "worker_rlimit_nofile 8192;\nevents {\n    worker_connections 4096;\n}\n",
         "worker_rlimit_nofile 8192;\nevents {\n    worker_connections 6000;\n}\n"}},
       ""},
  });
}

TEST_CASE("one key twice with different values", "[relations][relation_bounds]") {
  check_relations({
      {"INI",
       {{"app.ini", "[a]\nlimit_x = 5\n", "[a]\nlimit_x = 5\nlimit_x = 7\n"}},
       "duplicate.key"},
      {"the same value twice",
       {{"app.ini", "[a]\nlimit_x = 5\n", "[a]\nlimit_x = 5\nlimit_x = 5\n"}},
       ""},
      {"another section",
       {{"app.ini", "[a]\nlimit_x = 5\n", "[a]\nlimit_x = 5\n[b]\nlimit_x = 7\n"}},
       ""},
      {"it was so before",
       {{"app.ini", "[a]\nlimit_x = 5\nlimit_x = 6\n", "[a]\nlimit_x = 5\nlimit_x = 7\n"}},
       ""},
      {"one mapping of YAML",
       {{"app.yaml", "db:\n  pool_size: 20\n  host: a\n",
         "db:\n  pool_size: 20\n  host: a\n  pool_size: 40\n"}},
       "duplicate.key"},
      {"two documents of YAML",
       {{"app.yaml", "a: 1\n---\nname_x: one\n", "a: 1\nname_x: two\n---\nname_x: one\n"}},
       ""},
      {"items of a list",
       {{"app.yaml", "jobs:\n  - name: x\n    size_a: 1\n",
         "jobs:\n  - name: x\n    size_a: 1\n  - name: x\n    size_a: 2\n"}},
       ""},
  });
}
