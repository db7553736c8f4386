#include "tests/analyzers/change_cases.hpp"

#include <catch2/catch.hpp>

// What several settings of one block say together: analyzers/risk/blocks_*.cpp.

using namespace leadline::test;

namespace {

const std::string k_policy = R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
spec:
  podSelector:
    matchLabels:
      app: db
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: api
      ports:
        - port: 5432
  egress:
    - to:
        - podSelector:
            matchLabels:
              app: metrics
)";

const std::string k_sources = "        - podSelector:\n"
                              "            matchLabels:\n"
                              "              app: api\n";
const std::string k_ingress_rule = "    - from:\n" + k_sources +
                                   "      ports:\n"
                                   "        - port: 5432\n";

const std::string k_ingress = R"(apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  tls:
    - hosts: [shop.example.com]
      secretName: shop-tls
  rules:
    - host: shop.example.com
)";

const std::string k_shop = R"(apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  template:
    spec:
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
      containers:
        - name: web
          image: shop:1
      volumes:
        - name: data
          persistentVolumeClaim:
            claimName: shop-data
)";

const std::string k_anti = "      affinity:\n"
                           "        podAntiAffinity:\n"
                           "          requiredDuringSchedulingIgnoredDuringExecution:\n"
                           "            - topologyKey: kubernetes.io/hostname\n";

const std::string k_pod = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n" +
                          k_anti + "      containers:\n        - name: web\n          image: a:1\n";

const std::string k_workflow = R"(name: ci
on:
  pull_request:
permissions:
  contents: read
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make
)";

std::string started_by(const std::string& trigger) {
  std::string text = k_workflow;
  text.replace(text.find("pull_request"), 12, trigger);
  return text;
}

const std::string k_upstream = "upstream web {\n"
                               "    server 10.0.0.1:80;\n"
                               "    server 10.0.0.2:80;\n"
                               "    server 10.0.0.3:80;\n"
                               "}\n"
                               "server {\n"
                               "    listen 80;\n"
                               "}\n";

} // namespace

TEST_CASE("network policies that admit everybody are found", "[changed_blocks]") {
  for (const ChangeCase& row : {
           ChangeCase{"an empty rule", "k8s/policy.yaml", k_policy, "  ingress:\n" + k_ingress_rule,
                      "  ingress:\n    - {}\n", "exposure.wildcard high"},
           ChangeCase{"on one line", "k8s/policy.yaml", k_policy, "  ingress:\n" + k_ingress_rule,
                      "  ingress: [{}]\n", "exposure.wildcard high"},
           ChangeCase{"outgoing", "k8s/policy.yaml", k_policy,
                      "    - to:\n        - podSelector:\n            matchLabels:\n              "
                      "app: metrics\n",
                      "    - {}\n", "exposure.wildcard medium"},
           ChangeCase{"every pod", "k8s/policy.yaml", k_policy, k_sources,
                      "        - podSelector: {}\n", "exposure.wildcard high"},
           ChangeCase{"every namespace", "k8s/policy.yaml", k_policy, k_sources,
                      "        - namespaceSelector: {}\n", "exposure.wildcard high"},
           ChangeCase{"no sources", "k8s/policy.yaml", k_policy,
                      "    - from:\n" + k_sources + "      ports:\n", "    - ports:\n",
                      "exposure.wildcard high"},
           ChangeCase{"a direction that is not filtered", "k8s/policy.yaml", k_policy,
                      "[Ingress, Egress]", "[Egress]", "exposure.wildcard high"},
           ChangeCase{"another pod", "k8s/policy.yaml", k_policy, "app: api", "app: till", ""},
           ChangeCase{"one source fewer", "k8s/policy.yaml", k_policy + "---\n",
                      "        - port: 5432\n", "        - port: 5432\n        - port: 9187\n", ""},
       }) {
    check_change(row);
  }
}

TEST_CASE("the TLS of an ingress that stays is missed", "[changed_blocks]") {
  const std::string tls = "  tls:\n    - hosts: [shop.example.com]\n      secretName: shop-tls\n";
  const std::string values =
      "ingress:\n  enabled: true\n  hosts:\n    - shop.example.com\n  tls:\n    - secretName: a\n";
  for (const ChangeCase& row : {
           ChangeCase{"gone", "k8s/ingress.yaml", k_ingress, tls, "", "protection.removed high"},
           ChangeCase{"of a chart", "deploy/values.yaml", values, "  tls:\n    - secretName: a\n",
                      "  tls: []\n", "protection.removed high"},
           ChangeCase{"another secret", "k8s/ingress.yaml", k_ingress, "shop-tls", "shop-tls-2",
                      ""},
       }) {
    check_change(row);
  }
}

TEST_CASE("pods that lose their spread or their data are found", "[changed_blocks]") {
  for (const ChangeCase& row : {
           ChangeCase{"zones", "k8s/shop.yaml", k_shop,
                      "      topologySpreadConstraints:\n        - maxSkew: 1\n          "
                      "topologyKey: topology.kubernetes.io/zone\n",
                      "", "protection.weakened medium"},
           ChangeCase{"machines", "k8s/web.yaml", k_pod, k_anti, "", "protection.weakened medium"},
           ChangeCase{"a claim becomes an empty folder", "k8s/shop.yaml", k_shop,
                      "          persistentVolumeClaim:\n            claimName: shop-data\n",
                      "          emptyDir: {}\n", "protection.removed high"},
           ChangeCase{"another claim", "k8s/shop.yaml", k_shop, "claimName: shop-data",
                      "claimName: shop-data-2", ""},
       }) {
    check_change(row);
  }
}

TEST_CASE("workflows that run what strangers write are found", "[changed_blocks]") {
  const std::string path = ".github/workflows/ci.yml";
  const std::string checkout = "      - uses: actions/checkout@v4\n";
  const std::string theirs =
      checkout + "        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n";
  for (const ChangeCase& row : {
           ChangeCase{"a title of an issue", path, started_by("issues"), "run: make",
                      "run: echo \"${{ github.event.issue.title }}\"", "permission.widened high"},
           ChangeCase{"where the token may do nothing", path, k_workflow, "run: make",
                      "run: echo \"${{ github.event.pull_request.title }}\"",
                      "permission.widened medium"},
           ChangeCase{"a branch by its name", path, started_by("pull_request_target"), "run: make",
                      "run: git checkout ${{ github.head_ref }}", "permission.widened high"},
           ChangeCase{"a number", path, started_by("issues"), "run: make",
                      "run: echo ${{ github.event.issue.number }}", ""},
           ChangeCase{"by the environment", path, started_by("issues"), "run: make",
                      "env:\n          TITLE: ${{ github.event.issue.title }}\n        run: make",
                      ""},
           ChangeCase{"strangers' code", path, started_by("pull_request_target"), checkout, theirs,
                      "permission.widened high"},
           ChangeCase{"the same on pull_request", path, k_workflow, checkout, theirs, ""},
           ChangeCase{"a token that may do everything", path, k_workflow,
                      "permissions:\n  contents: read\n", "permissions: write-all\n",
                      "permission.widened high"},
           ChangeCase{"the default of the repository", path, k_workflow,
                      "permissions:\n  contents: read\n", "", "permission.widened medium"},
       }) {
    check_change(row);
  }
}

TEST_CASE("a whole new workflow is read too", "[changed_blocks]") {
  std::string text = started_by("pull_request_target");
  text.replace(text.find("@v4"), 3,
               "@v4\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}");
  check_change({"behind its name", ".github/workflows/new.yml", "name: new\n", "name: new\n", text,
                "permission.widened high"});
}

TEST_CASE("members that a list loses are found", "[changed_blocks]") {
  const std::string haproxy = "backend web\n"
                              "    server a 10.0.0.1:80 check\n"
                              "    server b 10.0.0.2:80 check\n";
  const std::string queues = ":queues:\n  - critical\n  - mailers\n  - low\n";
  const std::string mutes = "inhibit_rules:\n"
                            "  - source_matchers: [severity=\"critical\"]\n"
                            "    target_matchers: [severity=\"warning\"]\n"
                            "    equal: [alertname, cluster]\n";
  const std::string zone = "$TTL 300\n@ IN SOA ns1 admin ( 1 7200 3600 1209600 300 )\n"
                           "@ IN NS ns1.example.com.\n@ IN NS ns2.example.com.\n";
  for (const ChangeCase& row : {
           ChangeCase{"one of three servers", "nginx/site.conf", k_upstream,
                      "    server 10.0.0.2:80;\n", "", "replicas.reduced medium"},
           ChangeCase{"two of three", "nginx/site.conf", k_upstream,
                      "    server 10.0.0.2:80;\n    server 10.0.0.3:80;\n", "",
                      "replicas.single medium"},
           ChangeCase{"the whole upstream", "nginx/site.conf", k_upstream,
                      k_upstream.substr(0, k_upstream.find("server {")), "", ""},
           ChangeCase{"of HAProxy", "haproxy/haproxy.cfg", haproxy,
                      "    server b 10.0.0.2:80 check\n", "", "replicas.single medium"},
           ChangeCase{"switched off there", "haproxy/haproxy.cfg", haproxy, "10.0.0.2:80 check",
                      "10.0.0.2:80 check disabled", "replicas.reduced medium"},
           ChangeCase{"a queue", "config/sidekiq.yml", queues, "  - mailers\n", "",
                      "replicas.zero medium"},
           ChangeCase{"a queue that comes", "config/sidekiq.yml", queues, "  - low\n",
                      "  - low\n  - imports\n", ""},
           ChangeCase{"what two alerts must share", "alertmanager.yml", mutes,
                      "    equal: [alertname, cluster]\n", "", "alert.downgraded medium"},
           ChangeCase{"one of it", "alertmanager.yml", mutes, "[alertname, cluster]", "[alertname]",
                      "alert.downgraded medium"},
           ChangeCase{"a name server", "zones/example.com.zone", zone, "@ IN NS ns2.example.com.\n",
                      "", "replicas.reduced medium"},
       }) {
    check_change(row);
  }
}
