#include "analyzers/catalog/catalog.hpp"
#include "analyzers/settings/code/read_code.hpp"

#include "tests/analyzers/settings/code/show.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("Terraform's blocks, maps, lists and heredocs are read", "[brace_reader]") {
  const char* text = R"code(variable "pool" {
  type    = number
  default = 20
}
locals { x = 5, y = { a = 1, "b" : true } }
resource "aws_db_instance" "main" {
  instance_class = "db.t3.micro" # c
  allocated_storage = var.size
  tags = { Name = "x" }
  parameter {
    name  = "max_connections"
    value = "200"
    apply = "x"
  }
  lifecycle { prevent_destroy = true }
  ingress { from_port = 80 }
  user_data = <<-EOF
    [pgbouncer]
    max_client_conn = 20
  EOF
  cfg = jsonencode({ max = 5, list = [1, 2], objs = [{ name = "n", value = 3 }, { k = 1 }] })
  t = 60 * 60
  c = var.prod ? 200 : 20
  s = "${var.a}-x"
  d = max(1, 5)
  l = ["a", ["b", "c"], "d"]
}
replicas = 3
)code";
  CHECK(show(read_code(Format::hcl, "main.tf", text, {})) == R"(2 variable.pool.type = number
3 variable.pool = 20
5 locals.x = 5
5 locals.y.a = 1
5 locals.y.b = true
7 resource.aws_db_instance[main].instance_class = db.t3.micro
8 resource.aws_db_instance[main].allocated_storage = var.size
9 resource.aws_db_instance[main].tags.Name = x
11 resource.aws_db_instance[main].parameter[max_connections].name = max_connections
12 resource.aws_db_instance[main].parameter.max_connections = 200
13 resource.aws_db_instance[main].parameter[max_connections].apply = x
15 resource.aws_db_instance[main].lifecycle.prevent_destroy = true
16 resource.aws_db_instance[main].ingress.from_port = 80
19 resource.aws_db_instance[main].user_data.pgbouncer.max_client_conn = 20
21 resource.aws_db_instance[main].cfg.max = 5
21 resource.aws_db_instance[main].cfg.list[0] = 1
21 resource.aws_db_instance[main].cfg.list[1] = 2
21 resource.aws_db_instance[main].cfg.objs[n].name = n
21 resource.aws_db_instance[main].cfg.objs.n = 3
21 resource.aws_db_instance[main].cfg.objs[1].k = 1
22 resource.aws_db_instance[main].t = 60 * 60
23 resource.aws_db_instance[main].c = var.prod ? 200 : 20
24 resource.aws_db_instance[main].s = ${var.a}-x
25 resource.aws_db_instance[main].d = max(1, 5)
26 resource.aws_db_instance[main].l[0] = a
26 resource.aws_db_instance[main].l[1][0] = b
26 resource.aws_db_instance[main].l[1][1] = c
26 resource.aws_db_instance[main].l[2] = d
28 replicas = 3
)");
}

TEST_CASE("the context of a Terraform setting is its resource's type", "[brace_reader]") {
  const auto settings = read_code(
      Format::hcl, "a.tf", "resource \"aws_x\" \"m\" { a { b = 1 } }\nlocals { c = 2 }\n", {});
  CHECK(show(settings, true) == "1 resource.aws_x[m].a.b = 1 [aws_x]\n2 locals.c = 2\n");
}

TEST_CASE("variable files state their variables", "[brace_reader]") {
  CHECK(show(read_code(Format::hcl, "prod.tfvars",
                       "pool = 20 # small\nmap = {\n  a = true\n}\nx = <<EOT\nplain\nEOT\n", {})) ==
        "1 pool = 20\n3 map.a = true\n");
}

TEST_CASE("Jsonnet's fields, locals, arguments and text blocks are read", "[brace_reader]") {
  const char* text = R"code(local k = import 'k.libsonnet';
local max = 20;
{
  _config+:: { replicas: 3, 'pool-size':: 5, nested+: { on: true } },
  args: ['--x=1', { name: 'n', value: 2 }],
  dep: k.deployment.new(name='x', replicas=3),
  sum: 5 * 60, ref: $._config.replicas,
  f(a=5):: a,
  ini: |||
    a = 1
    b = 2
  |||,
  ["c" + x]: 5,
  cond: if x then { m: 1 } else { m: 2 },
}
)code";
  CHECK(show(read_code(Format::jsonnet, "a.jsonnet", text, {})) == R"(2 max = 20
4 _config.replicas = 3
4 _config.pool-size = 5
4 _config.nested.on = true
5 args[0] = --x=1
5 args[n].name = n
5 args.n = 2
6 dep.name = x
6 dep.replicas = 3
7 sum = 5 * 60
8 a = 5
10 ini.a = 1
11 ini.b = 2
14 cond.m = 1
14 cond.m = 2
)");
}

TEST_CASE("unclosed braces, strings and text blocks end with the text", "[brace_reader]") {
  CHECK(show(read_code(Format::hcl, "a.tf", "a {\n b = \"x\n c = 5\n", {})) ==
        "2 a.b = x\n3 a.c = 5\n");
  CHECK(show(read_code(Format::hcl, "a.tf", "}}}\na = 1\n", {})) == "2 a = 1\n");
  CHECK(show(read_code(Format::hcl, "a.tf", "a = <<EOF\nb = 1\n", {})) == "2 a.b = 1\n");
  CHECK(show(read_code(Format::jsonnet, "a.jsonnet", "{ a: |||\n  b = 1\n", {})) == "2 a.b = 1\n");
}

TEST_CASE("a parameter group says whose parameters it holds", "[brace_reader]") {
  const auto parameter_of = [](const std::string& family) {
    const std::string text = "resource \"aws_db_parameter_group\" \"a\" {\n  name = \"a\"\n" +
                             family +
                             "  parameter {\n    name  = \"max_connections\"\n    value = \"200\"\n"
                             "  }\n}\n";
    for (const Setting& setting : read_code(Format::hcl, "groups.tf", text, {})) {
      if (setting.value == "200") {
        const Parameter* found = Catalog::built_in().find("groups.tf", setting);
        return found == nullptr ? std::string() : found->id;
      }
    }
    return std::string("unread");
  };
  CHECK(parameter_of("  family = \"postgres16\"\n") == "postgresql.max_connections");
  CHECK(parameter_of("  family = \"mysql8.0\"\n") == "mysql.max_connections");
  CHECK(parameter_of("  family = \"oracle-ee-19\"\n").empty());
}
