#include "analyzers/analyze.hpp"

#include "tests/analyzers/risk/rule_cases.hpp"
#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::ChangeBuilder;
using leadline::test::check_case;
using leadline::test::RuleCase;

namespace {

const std::string k_compose = "deploy/docker-compose.yml";
const std::string k_workflow = ".github/workflows/release.yml";
const std::string k_exposed = "exposure.wildcard";
const std::string k_widened = "permission.widened";

} // namespace

TEST_CASE("what listened on the machine alone and now on every interface is found",
          "[rules][rules_exposure]") {
  for (const RuleCase& row : {
           RuleCase{"a published port", k_compose, "services.db.ports[0]", "127.0.0.1:5432:5432",
                    "0.0.0.0:5432:5432", k_exposed, Severity::high},
           RuleCase{"a published port without an address", k_compose, "services.db.ports[0]",
                    "127.0.0.1:5432:5432", "5432:5432", k_exposed, Severity::high},
           RuleCase{"of UDP, in version 6", k_compose, "services.dns.ports[0]", "[::1]:53:53/udp",
                    "53:53/udp", k_exposed},
           RuleCase{"the long form", k_compose, "services.db.ports[0].host_ip", "127.0.0.1",
                    "0.0.0.0", k_exposed},
           RuleCase{"the long form loses its address", k_compose, "services.db.ports[0].host_ip",
                    "127.0.0.1", std::nullopt, k_exposed},
           RuleCase{"on a command line", "run.sh", "docker.p", "127.0.0.1:5432:5432", "5432:5432",
                    k_exposed},
           RuleCase{"a key of any name", "app.yaml", "metrics.where", "127.0.0.1:9090",
                    "0.0.0.0:9090", k_exposed, Severity::high},
           RuleCase{"a name in version 6", "app.yaml", "metrics.where", "localhost:9090",
                    "[::]:9090", k_exposed},
           RuleCase{"Go", "app.yaml", "listen_addr.listen", "127.0.0.1:8080", ":8080", k_exposed},
           RuleCase{"nginx", "nginx.conf", "server.listen", "127.0.0.1:8080", "8080", k_exposed},
           RuleCase{"a star", "postgresql.conf", "listen_addresses", "localhost", "*", k_exposed},
           RuleCase{"another port of the machine alone", k_compose, "services.db.ports[0]",
                    "127.0.0.1:5432:5432", "127.0.0.1:5433:5432", ""},
           RuleCase{"it was published before", k_compose, "services.db.ports[0]",
                    "0.0.0.0:5432:5432", "5432:5432", ""},
           RuleCase{"a port that is no published one", "app.yaml", "services.db.port", "5432",
                    "5433", "address.changed"},
       }) {
    check_case(row);
  }
}

TEST_CASE("services that the outside now reaches are found", "[rules][rules_exposure]") {
  for (const RuleCase& row : {
           RuleCase{"a load balancer", "k8s/svc.yaml", "spec.type", "ClusterIP", "LoadBalancer",
                    k_exposed, Severity::high},
           RuleCase{"a port of every node", "k8s/svc.yaml", "service.type", "ClusterIP", "NodePort",
                    k_exposed, Severity::medium},
           RuleCase{"the internet", "k8s/ing.yaml", "annotations.scheme", "internal",
                    "internet-facing", k_exposed, Severity::high},
           RuleCase{"a security group", "sg.tf", "ingress.cidr_blocks", "[\"10.0.0.0/8\"]",
                    "[\"0.0.0.0/0\"]", k_exposed, Severity::high},
           RuleCase{"a bucket for all users", "iam.tf", "google_storage_bucket_iam_member.member",
                    "user:a@b.example", "allUsers", k_exposed, Severity::high},
           RuleCase{"back inside", "k8s/svc.yaml", "service.kind_of", "LoadBalancer", "ClusterIP",
                    ""},
       }) {
    check_case(row);
  }
}

TEST_CASE("grants that now reach further are found", "[rules][rules_exposure]") {
  for (const RuleCase& row : {
           RuleCase{"every action of a service", "iam.tf", "statement.actions[0]", "s3:GetObject",
                    "s3:*", k_widened, Severity::high},
           RuleCase{"one more entry for every action", "iam.json", "Statement.Action",
                    "[\"s3:GetObject\"]", "[\"s3:GetObject\", \"iam:*\"]", k_widened,
                    Severity::high},
           RuleCase{"every resource", "iam.json", "Statement.Resource", "arn:aws:s3:::b/*", "*",
                    k_widened, Severity::high},
           RuleCase{"everybody", "iam.json", "Statement.Principal", "arn:aws:iam::1:root", "*",
                    k_exposed, Severity::high},
           RuleCase{"an owner of the project", "iam.tf", "member.role", "roles/viewer",
                    "roles/owner", k_widened},
           RuleCase{"fewer actions", "iam.tf", "statement.actions[0]", "s3:*", "s3:GetObject", ""},
           RuleCase{"another action", "iam.tf", "statement.actions[0]", "s3:GetObject",
                    "s3:PutObject", ""},
           RuleCase{"it was wide before", "iam.tf", "statement.actions", "[\"*\"]",
                    "[\"*\", \"s3:*\"]", ""},
           RuleCase{"all but these", "iam.tf", "statement.not_actions", "s3:GetObject", "s3:*", ""},
           RuleCase{"a token that may write", k_workflow, "permissions.contents", "read", "write",
                    k_widened, Severity::medium},
           RuleCase{"a job's token", k_workflow, "jobs.a.permissions.packages", "read", "write",
                    k_widened, Severity::medium},
           RuleCase{"a token that may write everything", k_workflow, "permissions", "read-all",
                    "write-all", k_widened, Severity::high},
           RuleCase{"a token that may no longer write", k_workflow, "permissions.contents", "write",
                    "read", ""},
       }) {
    check_case(row);
  }
}

TEST_CASE("a workflow that strangers' pull requests start with all rights is found",
          "[rules][rules_exposure]") {
  struct Row {
    std::string what, path, before, after;
    std::optional<Severity> severity; // nullopt: nothing is said
  };
  const std::string jobs = "jobs:\n  a:\n    runs-on: ubuntu-24.04\n";
  const std::string head =
      jobs + "    steps:\n      - uses: actions/checkout@v4\n        with:\n          ref: ${{ "
             "github.event.pull_request.head.sha }}\n";
  for (const Row& row : {
           Row{"a key", k_workflow, "on:\n  pull_request:\n" + jobs,
               "on:\n  pull_request_target:\n" + jobs, Severity::high},
           Row{"one word", k_workflow, "on: pull_request\n" + jobs,
               "on: pull_request_target\n" + jobs, Severity::high},
           Row{"a list", k_workflow, "on: [push, pull_request]\n" + jobs,
               "on: [push, pull_request_target]\n" + jobs, Severity::high},
           Row{"with types", k_workflow, "on:\n  push:\n" + jobs,
               "on:\n  push:\n  pull_request_target:\n    types: [opened]\n    branches: [main]\n" +
                   jobs,
               Severity::high},
           Row{"that runs their code", k_workflow, "on:\n  pull_request:\n" + head,
               "on:\n  pull_request_target:\n" + head, Severity::high},
           Row{"it was so", k_workflow, "on:\n  pull_request_target:\n    types: [opened]\n" + jobs,
               "on:\n  pull_request_target:\n    types: [opened, labeled]\n" + jobs, std::nullopt},
           Row{"no workflow", "deploy/app.yaml", "on:\n  pull_request:\n" + jobs,
               "on:\n  pull_request_target:\n" + jobs, std::nullopt},
       }) {
    ChangeBuilder builder;
    builder.file(row.path, row.before, row.after);
    const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
    CAPTURE(row.what);
    int told = 0;
    for (const Finding& finding : report.findings) {
      if (finding.rule == k_widened) {
        ++told;
        CHECK(row.severity == finding.severity);
      }
    }
    CHECK(told == (row.severity ? 1 : 0));
  }
}
