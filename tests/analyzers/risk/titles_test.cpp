#include "analyzers/analyze.hpp"

#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

// The title of the first finding that a change of one line makes.
std::string title_of(const std::string& path, const std::string& before, const std::string& after) {
  ChangeBuilder builder;
  builder.file(path, before, after);
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  return report.findings.empty() ? "" : report.findings[0].title;
}

struct Row {
  std::string path, line, before, after; // `line` holds "@" where the value stands
  std::string title;                     // behind "key old -> new: "
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.path, row.line, row.before, row.after);
    const auto with = [&](const std::string& value) {
      return std::string(row.line).replace(row.line.find('@'), 1, value) + "\n";
    };
    const std::string title = title_of(row.path, with(row.before), with(row.after));
    const std::string head = row.before + " -> " + row.after + ": ";
    const std::size_t at = title.find(head);
    CHECK((at == std::string::npos ? title : title.substr(at + head.size())) == row.title);
  }
}

} // namespace

TEST_CASE("titles say each kind of number as people do", "[titles]") {
  check({
      {"pgbouncer.ini", "[pgbouncer]\nmax_client_conn = @", "200", "20",
       "90 % fewer client connections that PgBouncer accepts"},
      {"pgbouncer.ini", "[pgbouncer]\nmax_client_conn = @", "200", "1000",
       "5 times as many client connections that PgBouncer accepts"},
      {"app.yaml", "acme_max_connections: @", "200", "20", "90 % fewer connections"},
      {"app.yaml", "acme_limits: @", "200", "20", "90 % less room under the limit"},
      {"app.yaml", "acme_rate_limit: @", "200", "20", "90 % lower: allowed rate"},
      {"app.yaml", "acme_memory: @", "4Gi", "2Gi", "50 % less memory"},
      {"postgresql.conf", "work_mem = @", "64MB", "16MB",
       "75 % less memory per sort or hash operation"},
      {"nginx.conf", "client_max_body_size @;", "50m", "5m", "90 % lower: largest request body"},
      {"hpa.yaml", "kind: HorizontalPodAutoscaler\nspec:\n  maxReplicas: @", "10", "2",
       "80 % lower: most copies that the autoscaler makes"},
      {"app.yaml", "http:\n  request_timeout: @", "60s", "10s", "83 % shorter"},
      {"nginx.conf", "proxy_connect_timeout @;", "60s", "5s",
       "92 % shorter: how long connecting to an upstream may take"},
      {"app.yaml", "sync:\n  interval: @", "1m", "24h", "repeats 1440 times less often"},
      {"app.yaml", "sync:\n  interval: @", "1m", "2m", "repeats half as often"},
      {"app.yaml", "store:\n  retention: @", "60d", "30d", "50 % shorter"},
      {"job.yaml", "kind: CronJob\nspec:\n  failedJobsHistoryLimit: @", "10", "1",
       "90 % fewer failed runs kept"},
      {"db.tf", "resource \"aws_db_instance\" \"a\" {\n  backup_retention_period = @\n}", "30", "3",
       "90 % fewer days that backups are kept"},
      {"app.yaml", "client:\n  max_retries: @", "3", "9", "3 times as many retries"},
      {"app.yaml", "client:\n  max_retries: @", "3", "-1", "retries without bound"},
      {"app.yaml", "hosts:\n  a:\n    weight: @", "100", "0", "no share of it any more"},
      {"sysctl.conf", "vm.swappiness = @", "10", "60",
       "6 times as much: how readily memory is swapped out"},
      {"haproxy.cfg", "backend a\n  server w 10.0.0.1:80 check fall @", "3", "30",
       "10 times as many failed checks before a server is taken out"},
      {"app.yaml", "pool:\n  max_connections: @", "20", "-1",
       "now negative, often \"no limit\": connections"},
      {"app.yaml", "pool:\n  max_connections: @", "20", "0", "down to zero: connections"},
      {"postgresql.conf", "statement_timeout = @", "30s", "0",
       "no limit any more: how long a statement may run"},
      {"web.yaml", "kind: Deployment\nspec:\n  strategy:\n    type: @", "RollingUpdate", "Recreate",
       "each rollout stops every copy before a new one starts"},
  });
}

TEST_CASE("titles tell copies that run from those that are kept, needed or the fewest",
          "[titles]") {
  const std::string deployment = "kind: Deployment\nspec:\n  replicas: @";
  const std::string budget = "kind: PodDisruptionBudget\nspec:\n  minAvailable: @";
  const std::string group = "resource \"aws_autoscaling_group\" \"a\" {\n  min_size = @\n}";
  check({
      {"web.yaml", deployment, "6", "3", "50 % fewer copies of a pod"},
      {"web.yaml", deployment, "6", "1", "one copy left: every restart is an outage"},
      {"web.yaml", deployment, "6", "0", "nothing of it runs any more"},
      {"web.yaml", deployment, "1", "2", "what ran once now runs several times"},
      {"pdb.yaml", budget, "4", "2",
       "50 % fewer pods that must stay up during voluntary disruptions"},
      {"pdb.yaml", budget, "2", "1",
       "one is enough of the pods that must stay up during voluntary disruptions"},
      {"pdb.yaml", budget, "2", "0",
       "none is needed of the pods that must stay up during voluntary disruptions"},
      {"server.properties", "min.insync.replicas=@", "2", "1",
       "one is enough of the replicas that must have a write with acks=all"},
      {"server.properties", "default.replication.factor=@", "3", "1",
       "only one is left of the copies of new topics"},
      {"asg.tf", group, "6", "3", "may shrink to 3"},
      {"asg.tf", group, "6", "1", "may shrink to one: then every restart is an outage"},
      {"asg.tf", group, "6", "0", "may shrink to nothing"},
      {"app.yaml", "acme:\n  quorum: @", "3", "2", "33 % fewer members that must agree"},
  });
}
