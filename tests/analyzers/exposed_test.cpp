#include "analyzers/analyze.hpp"

#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

// Edits that let somebody in, or let a program out of its place.

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

struct Row {
  std::string what;
  std::string path;
  std::string before;
  std::string after;
  std::string severity; // of the gravest finding, "" none
};

void check_rows(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    CAPTURE(row.what);
    ChangeBuilder builder;
    builder.file(row.path, row.before, row.after);
    const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
    CAPTURE(report.findings.empty() ? "" : report.findings[0].title);
    const std::string severity =
        report.findings.empty() ? "" : std::string(name_of(report.findings[0].severity));
    CHECK(severity == row.severity);
  }
}

// A pod with these lines below its spec and below its container.
std::string pod(const std::string& spec, const std::string& container) {
  return "kind: Deployment\nspec:\n  template:\n    spec:\n" + spec +
         "      containers:\n        - name: till\n          image: acme/till:4\n" + container;
}

std::string volume(const std::string& path) {
  return "      volumes:\n        - name: store\n          hostPath:\n            path: " + path +
         "\n";
}

const std::string k_gate = "http {\n  server {\n    location /ops {\n";

} // namespace

TEST_CASE("containers that get hold of their machine are found", "[exposed]") {
  check_rows({
      {"the engine's socket", "k8s/till.yaml", pod("", ""),
       pod("", "") + volume("/run/docker.sock"), "high"},
      {"in Compose", "compose.yaml",
       "services:\n  till:\n    image: acme/till:4\n    volumes:\n      - ./store:/store\n",
       "services:\n  till:\n    image: acme/till:4\n    volumes:\n      - ./store:/store\n"
       "      - /var/run/docker.sock:/var/run/docker.sock:ro\n",
       "high"},
      {"the machine's root", "k8s/till.yaml", pod("", "") + volume("/srv/till"),
       pod("", "") + volume("/"), "high"},
      {"a folder of its own", "k8s/till.yaml", pod("", "") + volume("/srv/till"),
       pod("", "") + volume("/srv/till2"), ""},
      {"privileged", "k8s/till.yaml", pod("", ""),
       pod("", "          securityContext:\n            privileged: true\n"), "high"},
      {"the machine's network", "k8s/till.yaml", pod("", ""), pod("      hostNetwork: true\n", ""),
       "high"},
      {"a capability", "compose.yaml", "services:\n  till:\n    image: acme/till:4\n",
       "services:\n  till:\n    image: acme/till:4\n    cap_add:\n      - SYS_ADMIN\n", "high"},
      {"a small capability", "compose.yaml", "services:\n  till:\n    image: acme/till:4\n",
       "services:\n  till:\n    image: acme/till:4\n    cap_add:\n      - NET_BIND_SERVICE\n", ""},
  });
}

TEST_CASE("roles that may do everything are found", "[exposed]") {
  const std::string role = "kind: ClusterRoleBinding\nroleRef:\n  kind: ClusterRole\n  name: ";
  check_rows({
      {"a binding", "k8s/role.yaml", role + "edit\n", role + "cluster-admin\n", "high"},
      {"a new binding", "k8s/role.yaml", "kind: Secret\nmetadata:\n  name: a\n",
       "kind: Secret\nmetadata:\n  name: a\n---\n" + role + "cluster-admin\n", "medium"},
      {"another role", "k8s/role.yaml", role + "edit\n", role + "view\n", ""},
      {"sudo", "etc/sudoers.d/ops", "ops ALL=(root) /usr/bin/true\n",
       "ops ALL=(ALL) NOPASSWD: ALL\n", "high"},
      {"sudo for one more", "etc/sudoers", "%ops ALL=(ALL:ALL) ALL\n",
       "%ops ALL=(ALL:ALL) ALL\nbot ALL=(ALL) NOPASSWD:ALL\n", "high"},
      {"sudo for one command", "etc/sudoers", "%ops ALL=(ALL:ALL) ALL\n",
       "%ops ALL=(ALL:ALL) ALL\nbot ALL=(root) NOPASSWD: /usr/bin/true\n", "medium"},
      {"sudo in a list of one", "init.yaml", "users:\n  sudo: ['ALL=(ALL) NOPASSWD:ALL']\n",
       "users:\n  sudo: ALL=(ALL) NOPASSWD:ALL\n", ""},
      {"a gate of a workflow", ".github/workflows/ship.yml",
       "on: push\njobs:\n  ship:\n    steps:\n    - run: ./ship\n      if: github.ref == "
       "'refs/heads/main'\n",
       "on: push\njobs:\n  ship:\n    steps:\n    - run: ./ship\n", "medium"},
      {"a condition on what came before", ".github/workflows/ship.yml",
       "on: push\njobs:\n  ship:\n    steps:\n    - run: ./ship\n      if: success()\n",
       "on: push\njobs:\n  ship:\n    steps:\n    - run: ./ship\n", ""},
      {"how MySQL checks passwords", "my.cnf",
       "[mysqld]\ndefault_authentication_plugin = caching_sha2_password\n",
       "[mysqld]\ndefault_authentication_plugin = mysql_native_password\n", "medium"},
      {"a certificate that is renewed before it is made", "k8s/cert.yaml",
       "kind: Certificate\nspec:\n  duration: 2160h\n  renewBefore: 360h\n",
       "kind: Certificate\nspec:\n  duration: 2160h\n  renewBefore: 3600h\n", "medium"},
      {"retries without end", "src/Till.java",
       "class A {\n  Object p = RetryPolicy.builder().withMaxRetries(3).build();\n}\n",
       "class A {\n  Object p = RetryPolicy.builder().withMaxRetries(-1).build();\n}\n", "high"},
      {"sudo asks again", "etc/sudoers", "ops ALL=(ALL) NOPASSWD: ALL\n",
       "ops ALL=(ALL) NOPASSWD: /usr/bin/true\n", ""},
      {"an API server", "k8s/prod/api.yaml",
       "kind: Pod\nspec:\n  containers:\n  - command:\n    - kube-apiserver\n    - "
       "--authorization-mode=RBAC\n",
       "kind: Pod\nspec:\n  containers:\n  - command:\n    - kube-apiserver\n    - "
       "--authorization-mode=AlwaysAllow\n",
       "high"},
      {"actions of a list", "prod/role.tf",
       "data \"aws_iam_policy_document\" \"till\" {\n  statement {\n    actions = [\n      "
       "\"sqs:SendMessage\",\n      \"sqs:ReceiveMessage\",\n    ]\n  }\n}\n",
       "data \"aws_iam_policy_document\" \"till\" {\n  statement {\n    actions = [\n      "
       "\"sqs:*\",\n    ]\n  }\n}\n",
       "high"},
  });
}

TEST_CASE("addresses that are let in are found", "[exposed]") {
  const std::string list = "      allow 10.20.0.0/16;\n      deny all;\n";
  const std::string end = "    }\n  }\n}\n";
  const std::string ingress = "kind: Ingress\nmetadata:\n  annotations:\n    a: b\n    "
                              "nginx.ingress.kubernetes.io/whitelist-source-range: ";
  check_rows({
      {"nobody is refused", "nginx/nginx.conf", k_gate + list + end,
       k_gate + "      allow 10.20.0.0/16;\n" + end, "high"},
      {"everybody is admitted", "nginx/nginx.conf", k_gate + list + end,
       k_gate + "      allow all;\n      deny all;\n" + end, "high"},
      {"a neighbour", "nginx/nginx.conf", k_gate + list + end,
       k_gate + "      allow 10.21.0.0/16;\n      deny all;\n" + end, ""},
      {"a larger network of ours", "nginx/nginx.conf", k_gate + list + end,
       k_gate + "      allow 10.0.0.0/8;\n      deny all;\n" + end, "medium"},
      {"a larger network of anybody's", "nginx/nginx.conf",
       k_gate + "      allow 198.51.100.7;\n      deny all;\n" + end,
       k_gate + "      allow 198.51.0.0/16;\n      deny all;\n" + end, "high"},
      {"an ingress without its list", "k8s/in.yaml", ingress + "10.20.0.0/16\n",
       "kind: Ingress\nmetadata:\n  annotations:\n    a: b\n", "high"},
      {"an ingress for all", "k8s/in.yaml", ingress + "10.20.0.0/16\n",
       ingress + "10.20.0.0/16,0.0.0.0/0\n", "high"},
      {"Redis on every interface", "redis.conf", "bind 127.0.0.1 -::1\nport 6379\n",
       "bind * -::*\nport 6379\n", "high"},
      {"Redis leaves its network", "redis.conf", "bind 10.20.0.9\nport 6379\n",
       "bind *\nport 6379\n", "high"},
      {"Redis without a word", "redis.conf", "bind 127.0.0.1\nport 6379\n", "port 6379\n", "high"},
      {"Redis on another address", "redis.conf", "bind 10.20.0.9\nport 6379\n",
       "bind 10.20.0.8\nport 6379\n", "medium"},
  });
}

TEST_CASE("a command that loses its password or its acknowledgement is found", "[exposed]") {
  const auto compose = [](const std::string& image, const std::string& command) {
    return "services:\n  store:\n    image: " + image + "\n    command: " + command + "\n";
  };
  check_rows({
      {"a password of the environment", "compose.yaml",
       compose("redis:7", "redis-server --requirepass ${WORD} --save 60 1"),
       compose("redis:7", "redis-server --save 60 1"), "high"},
      {"in a list", "compose.yaml",
       compose("redis:7", "[\"redis-server\", \"--requirepass\", \"${WORD}\"]"),
       compose("redis:7", "[\"redis-server\"]"), "high"},
      {"MongoDB", "compose.yaml", compose("mongo:7", "mongod --auth --quiet"),
       compose("mongo:7", "mongod --quiet"), "high"},
      {"a write that nobody confirms", "till.js", "mongoose.connect(url, { w: 'majority' });\n",
       "mongoose.connect(url, { w: 0 });\n", "high"},
      {"Kafka by its constants", "Till.java",
       "class A {\n  void f(Properties p) {\n    p.put(ProducerConfig.ACKS_CONFIG, \"all\");\n  "
       "}\n}\n",
       "class A {\n  void f(Properties p) {\n    p.put(ProducerConfig.ACKS_CONFIG, \"0\");\n  "
       "}\n}\n",
       "high"},
      {"Kafka in Go", "till.go",
       "package a\n\nvar w = kafka.Writer{\n\tRequiredAcks: kafka.RequireAll,\n}\n",
       "package a\n\nvar w = kafka.Writer{\n\tRequiredAcks: kafka.RequireNone,\n}\n", "high"},
      {"one replica is enough", "kafka/server.properties", "min.insync.replicas=2\nbroker.id=1\n",
       "min.insync.replicas=1\nbroker.id=1\n", "high"},
      {"all copies at once", "k8s/till.yaml",
       "kind: Deployment\nspec:\n  strategy:\n    rollingUpdate:\n      maxSurge: 1\n",
       "kind: Deployment\nspec:\n  strategy:\n    rollingUpdate:\n      maxSurge: 1\n      "
       "maxUnavailable: 100%\n",
       "high"},
      {"another engine", "prod/db.tf",
       "resource \"aws_db_instance\" \"till\" {\n  engine = \"mysql\"\n  username = \"a\"\n}\n",
       "resource \"aws_db_instance\" \"till\" {\n  engine = \"mariadb\"\n  username = \"a\"\n}\n",
       "medium"},
      {"a major version", "db.tf",
       "resource \"aws_db_instance\" \"till\" {\n  engine_version = \"13.8\"\n}\n",
       "resource \"aws_db_instance\" \"till\" {\n  engine_version = \"14.6\"\n}\n", "medium"},
      {"a minor version", "db.tf",
       "resource \"aws_db_instance\" \"till\" {\n  engine_version = \"14.5\"\n}\n",
       "resource \"aws_db_instance\" \"till\" {\n  engine_version = \"14.6\"\n}\n", ""},
      {"the newest image in production", "k8s/prod/till.yaml", pod("", ""),
       "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: till\n "
       " "
       "        image: acme/till:latest\n",
       "medium"},
      {"the newest image elsewhere", "k8s/till.yaml", pod("", ""),
       "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: till\n "
       " "
       "        image: acme/till:latest\n",
       "low"},
  });
}

TEST_CASE("what loses TLS on the way is found", "[exposed]") {
  const auto url = [](const std::string& value) { return "billing_url: " + value + "\nx: 1\n"; };
  check_rows({
      {"in production", "deploy/prod/till.yaml", url("https://pay.example/v1"),
       url("http://pay.example/v1"), "high"},
      {"anywhere", "deploy/till.yaml", url("https://pay.example/v1"), url("http://pay.example/v1"),
       "medium"},
      {"a queue, with its port", "deploy/prod/till.env", "MQ=amqps://mq.example:5671\nX=1\n",
       "MQ=amqp://mq.example:5672\nX=1\n", "high"},
      {"a cache", "deploy/prod/till.env", "CACHE=rediss://c.example:6379/0\nX=1\n",
       "CACHE=redis://c.example:6379/0\nX=1\n", "high"},
      {"inside of a cluster", "deploy/prod/till.yaml", url("https://pay.shop.svc.cluster.local"),
       url("http://pay.shop.svc.cluster.local"), "medium"},
      {"the name of a schema", "deploy/till.yaml", "schema: https://s.example/1\nx: 1\n",
       "schema: http://s.example/1\nx: 1\n", ""},
  });
}

TEST_CASE("conditions of alerts that are turned round are found", "[exposed]") {
  const auto rule = [](const std::string& expr) {
    return "groups:\n- name: a\n  rules:\n  - alert: TillDown\n    expr: " + expr +
           "\n    for: 5m\n    labels: {severity: page}\n";
  };
  const std::string path = "monitoring/prod/till.rules.yml";
  check_rows({
      {"a state", path, rule("up == 0"), rule("up == 1"), "high"},
      {"not", path, rule("up == 0"), rule("up != 0"), "high"},
      {"above", path, rule("errors > 5"), rule("errors < 5"), "high"},
      {"of two", path, rule("a > 5 and b > 3"), rule("a > 5 and b <= 3"), "high"},
      {"absent", path, rule("absent(up{job=\"till\"})"), rule("up{job=\"till\"}"), "high"},
      {"never reached", path, rule("rate(e[5m]) / rate(r[5m]) > 0.05"),
       rule("rate(e[5m]) / rate(r[5m]) > 5"), "high"},
      {"another matcher", path, rule("up{job=\"a\"} == 0"), rule("up{job!=\"a\"} == 0"), "low"},
      {"one more", path, rule("errors >= 5"), rule("errors > 5"), "low"},
      {"two words for one", path,
       "groups:\n- name: a\n  rules:\n  - alert: A\n    expr: a > 1\n    labels: {severity: "
       "critical}\n",
       "groups:\n- name: a\n  rules:\n  - alert: A\n    expr: a > 1\n    labels: {severity: "
       "page}\n",
       ""},
  });
}

TEST_CASE("passwords that are easier to guess are found", "[exposed]") {
  check_rows({
      {"a constant", "src/auth.ts", "const SALT_ROUNDS = 12;\n", "const SALT_ROUNDS = 4;\n",
       "high"},
      {"a call", "src/auth.js", "const h = await bcrypt.hash(word, 12);\n",
       "const h = await bcrypt.hash(word, 6);\n", "high"},
      {"Go", "auth.go", "package a\n\nvar h, _ = bcrypt.GenerateFromPassword(word, 12)\n",
       "package a\n\nvar h, _ = bcrypt.GenerateFromPassword(word, 8)\n", "high"},
      {"Python", "auth.py", "h = bcrypt.hashpw(word, bcrypt.gensalt(rounds=12))\n",
       "h = bcrypt.hashpw(word, bcrypt.gensalt(rounds=5))\n", "high"},
      {"Java", "Auth.java", "class A {\n  Object e = new BCryptPasswordEncoder(12);\n}\n",
       "class A {\n  Object e = new BCryptPasswordEncoder(4);\n}\n", "high"},
      {"PBKDF2", "auth.py", "k = hashlib.pbkdf2_hmac('sha256', word, salt, 600000)\n",
       "k = hashlib.pbkdf2_hmac('sha256', word, salt, 1000)\n", "high"},
      {"configuration", "app.yaml", "login:\n  bcrypt:\n    cost: 12\n",
       "login:\n  bcrypt:\n    cost: 4\n", "high"},
      {"one step, still good", "app.yaml", "login:\n  bcrypt:\n    cost: 12\n",
       "login:\n  bcrypt:\n    cost: 11\n", "medium"},
      {"dearer", "app.yaml", "login:\n  bcrypt:\n    cost: 10\n",
       "login:\n  bcrypt:\n    cost: 12\n", ""},
      {"tests", "tests/auth.py", "h = bcrypt.hashpw(word, bcrypt.gensalt(rounds=12))\n",
       "h = bcrypt.hashpw(word, bcrypt.gensalt(rounds=4))\n", "low"},
      {"rounds of a game", "game.ts", "const rounds = 12;\n", "const rounds = 4;\n", ""},
  });
}
