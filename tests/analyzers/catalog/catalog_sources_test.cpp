#include "analyzers/catalog/catalog.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace leadline;

namespace {

// Where the official documentation of each system stands: its makers' site, or the specification
// that they point to. A blog or a copy is no source.
struct Home {
  std::string system;
  std::string address; // without "https://"
};
const std::vector<Home> k_homes = {
    {"activerecord", "api.rubyonrails.org/"},
    {"activerecord", "guides.rubyonrails.org/"},
    {"airflow", "airflow.apache.org/"},
    {"alertmanager", "prometheus.io/"},
    {"ansible", "docs.ansible.com/"},
    {"apache", "httpd.apache.org/"},
    {"argocd", "argo-cd.readthedocs.io/"},
    {"argocd", "argo-rollouts.readthedocs.io/"},
    {"aws_lb_controller", "cloud-provider-aws.sigs.k8s.io/"},
    {"aws_lb_controller", "kubernetes-sigs.github.io/"},
    {"axios", "axios-http.com/"},
    {"cassandra", "cassandra.apache.org/"},
    {"celery", "docs.celeryq.dev/"},
    {"ceph", "docs.ceph.com/"},
    {"ceph", "rook.io/"},
    {"cert_manager", "cert-manager.io/"},
    {"clickhouse", "clickhouse.com/"},
    {"cloudflare", "developers.cloudflare.com/"},
    {"cloudwatch", "registry.terraform.io/providers/"},
    {"consul", "developer.hashicorp.com/"},
    {"coredns", "coredns.io/"},
    {"datadog", "docs.datadoghq.com/"},
    {"django", "docs.djangoproject.com/"},
    {"docker", "docs.docker.com/"},
    {"dotnet", "learn.microsoft.com/"},
    {"elasticsearch", "www.elastic.co/"},
    {"envoy", "www.envoyproxy.io/"},
    {"etcd", "etcd.io/"},
    {"external_dns", "kubernetes-sigs.github.io/"},
    {"flagd", "flagd.dev/"},
    {"fluent_bit", "docs.fluentbit.io/"},
    {"fluentd", "docs.fluentd.org/"},
    {"flux", "fluxcd.io/"},
    {"go_http", "pkg.go.dev/"},
    {"go_runtime", "pkg.go.dev/"},
    {"go_sql", "pkg.go.dev/"},
    {"grafana", "grafana.com/"},
    {"grpc", "grpc.github.io/"},
    {"grpc", "grpc.io/"},
    {"grpc", "pkg.go.dev/"},
    {"gunicorn", "docs.gunicorn.org/"},
    {"haproxy", "docs.haproxy.org/"},
    {"hikaricp", "github.com/brettwooldridge/HikariCP"},
    {"influxdb", "docs.influxdata.com/"},
    {"ingress_nginx", "kubernetes.github.io/"},
    {"istio", "istio.io/"},
    {"journald", "www.freedesktop.org/"},
    {"jupyterhub", "binderhub.readthedocs.io/"},
    {"jupyterhub", "z2jh.jupyter.org/"},
    {"jvm", "docs.oracle.com/"},
    {"kafka", "kafka.apache.org/"},
    {"kafka", "pkg.go.dev/github.com/segmentio/kafka-go"},
    {"keycloak", "www.keycloak.org/"},
    {"kube_apiserver", "github.com/kubernetes/autoscaler"},
    {"kube_apiserver", "kubernetes.io/"},
    {"kubelet", "kubernetes.io/"},
    {"kubernetes", "kubernetes.io/"},
    {"launchdarkly", "registry.terraform.io/providers/"},
    {"linkerd", "linkerd.io/"},
    {"linux", "man7.org/"},
    {"linux", "www.kernel.org/"},
    {"log4j", "logging.apache.org/"},
    {"logback", "logback.qos.ch/"},
    {"logging", "docs.python.org/"},
    {"logging", "docs.spring.io/"},
    {"logrotate", "man7.org/"},
    {"loki", "grafana.com/"},
    {"memcached", "docs.memcached.org/"},
    {"minio", "min.io/"},
    {"mongodb", "www.mongodb.com/"},
    {"mysql", "dev.mysql.com/"},
    {"nginx", "nginx.org/"},
    {"node_pg", "knexjs.org/"},
    {"node_pg", "node-postgres.com/"},
    {"nodejs", "nodejs.org/"},
    {"nodejs", "pm2.keymetrics.io/"},
    {"nomad", "developer.hashicorp.com/"},
    {"oauth2_proxy", "oauth2-proxy.github.io/"},
    {"okhttp", "square.github.io/"},
    {"openstack", "docs.openstack.org/"},
    {"opentelemetry", "github.com/open-telemetry/opentelemetry-collector"},
    {"opentelemetry", "opentelemetry.io/"},
    {"pagerduty", "registry.terraform.io/providers/"},
    {"pgbackrest", "pgbackrest.org/"},
    {"pgbouncer", "www.pgbouncer.org/"},
    {"php", "www.php.net/"},
    {"postgresql", "docs.aws.amazon.com/"},
    {"postgresql", "www.postgresql.org/"},
    {"prisma", "www.prisma.io/"},
    {"prometheus", "prometheus.io/"},
    {"puma", "puma.io/"},
    {"python_http", "docs.python.org/"},
    {"python_http", "requests.readthedocs.io/"},
    {"python_http", "urllib3.readthedocs.io/"},
    {"rabbitmq", "www.rabbitmq.com/"},
    {"redis", "redis.io/"},
    {"resilience4j", "resilience4j.readme.io/"},
    {"restic", "restic.readthedocs.io/"},
    {"restic", "volsync.readthedocs.io/"},
    {"riak", "docs.riak.com/"},
    {"route53", "registry.terraform.io/providers/"},
    {"route53", "www.rfc-editor.org/"},
    {"rsyslog", "www.rsyslog.com/"},
    {"sentry", "docs.sentry.io/"},
    {"sidekiq", "github.com/sidekiq/sidekiq"},
    {"spark", "spark.apache.org/"},
    {"spring_boot", "docs.spring.io/"},
    {"sqlalchemy", "docs.sqlalchemy.org/"},
    {"sshd", "man.openbsd.org/"},
    {"systemd", "www.freedesktop.org/"},
    {"tenacity", "tenacity.readthedocs.io/"},
    {"terraform", "developer.hashicorp.com/"},
    {"terraform_asg", "registry.terraform.io/providers/"},
    {"terraform_cloudfront", "registry.terraform.io/providers/"},
    {"terraform_dynamodb", "registry.terraform.io/providers/"},
    {"terraform_ecs", "registry.terraform.io/providers/"},
    {"terraform_elasticache", "registry.terraform.io/providers/"},
    {"terraform_gcp", "registry.terraform.io/providers/"},
    {"terraform_lambda", "registry.terraform.io/providers/"},
    {"terraform_lb", "registry.terraform.io/providers/"},
    {"terraform_network", "registry.terraform.io/modules/"},
    {"terraform_network", "registry.terraform.io/providers/"},
    {"terraform_rds", "docs.aws.amazon.com/"},
    {"terraform_rds", "registry.terraform.io/providers/"},
    {"terraform_s3", "registry.terraform.io/providers/"},
    {"tls", "curl.se/"},
    {"tls", "docs.openssl.org/"},
    {"tls", "docs.rs/"},
    {"tls", "git-scm.com/"},
    {"tls", "kubernetes.io/"},
    {"tls", "nodejs.org/"},
    {"tls", "peps.python.org/"},
    {"tls", "pkg.go.dev/"},
    {"tls", "www.gnu.org/"},
    {"tomcat", "tomcat.apache.org/"},
    {"traefik", "doc.traefik.io/"},
    {"unicorn", "yhbt.net/"},
    {"unleash", "docs.getunleash.io/"},
    {"uwsgi", "uwsgi-docs.readthedocs.io/"},
    {"varnish", "varnish-cache.org/"},
    {"vault", "developer.hashicorp.com/"},
    {"velero", "github.com/vmware-tanzu/helm-charts"},
    {"velero", "velero.io/"},
    {"wal_g", "wal-g.readthedocs.io/"},
    {"websecurity", "developer.mozilla.org/"},
    {"zookeeper", "zookeeper.apache.org/"}};

} // namespace

TEST_CASE("every source in the catalogue is a page of the system's official documentation",
          "[catalog_sources]") {
  for (const Parameter& parameter : Catalog::built_in().parameters()) {
    CAPTURE(parameter.id, parameter.source);
    CHECK(std::any_of(k_homes.begin(), k_homes.end(), [&](const Home& home) {
      return home.system == parameter.system &&
             parameter.source.starts_with("https://" + home.address);
    }));
    CHECK(parameter.source.find(' ') == std::string::npos);
  }
}

TEST_CASE("every official address is used by its system", "[catalog_sources]") {
  for (const Home& home : k_homes) {
    CAPTURE(home.system, home.address);
    const auto parameters = Catalog::built_in().parameters();
    CHECK(std::any_of(parameters.begin(), parameters.end(), [&](const Parameter& parameter) {
      return home.system == parameter.system &&
             parameter.source.starts_with("https://" + home.address);
    }));
  }
}
