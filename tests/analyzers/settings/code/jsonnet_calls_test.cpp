#include "analyzers/settings/code/read_code.hpp"

#include "tests/analyzers/settings/code/show.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("arguments of a Jsonnet call are named by the function's parameters, a setter or their "
          "place",
          "[jsonnet_calls]") {
  CHECK(show(read_code(Format::jsonnet, "db.jsonnet",
                       "local pool(name, max_client_conn, size=20) = { n: name };\n"
                       "{\n"
                       "  main: pool('orders', 2000, 30),\n"
                       "  web: deployment.withReplicas(6) + limits('2', '4Gi'),\n"
                       "  odd: pool(x, max_client_conn + 5, y),\n"
                       "}\n",
                       {})) == "1 size = 20\n3 main.max_client_conn = 2000\n3 main.size = 30\n"
                               "4 web.Replicas = 6\n4 web.limits[0] = 2\n4 web.limits[1] = 4Gi\n");
}
