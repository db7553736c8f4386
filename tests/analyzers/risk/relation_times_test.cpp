#include "tests/analyzers/risk/relation_cases.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::check_relations;

TEST_CASE("timers on one way: who gives up first", "[relations][relation_times]") {
  const auto nginx = [](const std::string& timeout) {
    return "server {\n    location / {\n        proxy_read_timeout " + timeout + ";\n    }\n}\n";
  };
  const auto gunicorn = [](const std::string& timeout) { return "timeout = " + timeout + "\n"; };
  check_relations({
      {"the proxy now gives up before the server",
       {{"deploy/nginx.conf", nginx("90s"), nginx("20s")},
        {"deploy/gunicorn.conf.py", gunicorn("60"), gunicorn("60")}},
       "relation.timeout_order"},
      {"the server now gives up before the proxy",
       {{"deploy/nginx.conf", nginx("30s"), nginx("30s")},
        {"deploy/gunicorn.conf.py", gunicorn("60"), gunicorn("15")}},
       "relation.timeout_order"},
      {"both are changed, and their order stays",
       {{"deploy/nginx.conf", nginx("90s"), nginx("45s")},
        {"deploy/gunicorn.conf.py", gunicorn("60"), gunicorn("30")}},
       ""},
      {"the same order in another unit",
       {{"deploy/nginx.conf", nginx("90s"), nginx("2m")},
        {"deploy/gunicorn.conf.py", gunicorn("60"), gunicorn("60")}},
       ""},
      {"of another service",
       {{"a/nginx.conf", nginx("90s"), nginx("20s")},
        {"b/gunicorn.conf.py", gunicorn("60"), gunicorn("60")}},
       ""},
      {"keys that no catalogue knows",
       {{"app.yaml", "timeouts:\n  client: 5s\n  proxy_timeout: 20s\n  server_timeout: 30s\n",
         "timeouts:\n  client: 5s\n  proxy_timeout: 45s\n  server_timeout: 30s\n"}},
       "relation.timeout_order"},
      {"of other things",
       {{"app.yaml", "mail:\n  proxy_timeout: 20s\nsearch:\n  server_timeout: 30s\n",
         "mail:\n  proxy_timeout: 45s\nsearch:\n  server_timeout: 30s\n"}},
       ""},
  });
}

TEST_CASE("a server keeps idle connections for longer than what stands in front",
          "[relations][relation_times]") {
  const auto balancer = [](const std::string& timeout) {
    return "resource \"aws_lb\" \"web\" {\n  name = \"web\"\n  idle_timeout = " + timeout + "\n}\n";
  };
  const auto attributes = [](const std::string& timeout) {
    return "kind: Ingress\nmetadata:\n  annotations:\n    alb.ingress.kubernetes.io/"
           "load-balancer-attributes: idle_timeout.timeout_seconds=" +
           timeout + ",routing.http2.enabled=true\n";
  };
  const std::string upstream =
      "upstream app {\n    server app:8080;\n    keepalive 32;\n    keepalive_timeout 60s;\n}\n";
  const auto node = [](const std::string& timeout) {
    return "const server = app.listen(8080);\nserver.keepAliveTimeout = " + timeout + ";\n";
  };
  check_relations({
      {"the server lets go too early",
       {{"service/lb.tf", balancer("60"), balancer("60")},
        {"service/server.js", node("65000"), node("30000")}},
       "relation.keepalive_order"},
      {"the balancer holds on for too long",
       {{"service/lb.tf", balancer("60"), balancer("120")},
        {"service/server.js", node("65000"), node("65000")}},
       "relation.keepalive_order"},
      {"the balancer is described in a folder beside",
       {{"shop/infra/lb.tf", balancer("60"), balancer("60")},
        {"shop/src/server.js", node("65000"), node("5000")}},
       "relation.keepalive_order"},
      {"at the root of a repository",
       {{"infra/lb.tf", balancer("60"), balancer("120")},
        {"src/server.ts", node("65000"), node("65000")}},
       "relation.keepalive_order"},
      {"an ingress says it in a list of attributes",
       {{"deploy/ingress.yaml", attributes("60"), attributes("60")},
        {"deploy/gunicorn.conf.py", "keepalive = 75\n", "keepalive = 5\n"}},
       "relation.keepalive_order"},
      {"nginx in front of Node",
       {{"deploy/nginx.conf", upstream, upstream},
        {"deploy/server.js", node("65000"), node("5000")}},
       "relation.keepalive_order"},
      {"of another service",
       {{"shop/infra/lb.tf", balancer("60"), balancer("60")},
        {"blog/src/server.js", node("65000"), node("5000")}},
       ""},
      {"both in one change",
       {{"service/lb.tf", balancer("60"), balancer("120")},
        {"service/server.js", node("65000"), node("70000")}},
       "relation.keepalive_order"},
      {"still in order",
       {{"service/lb.tf", balancer("60"), balancer("60")},
        {"service/server.js", node("75000"), node("65000")}},
       ""},
  });
}
