#include "analyzers/settings/code/read_code.hpp"

#include "tests/analyzers/settings/code/show.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

struct Row {
  const char* what;
  Format format;
  const char* code;
  const char* expected; // as show() prints
};

std::string read(Format format, const std::string& code, bool with_context = false) {
  return show(read_code(format, "file", code, {}), with_context);
}

} // namespace

TEST_CASE("formats that are no code yield nothing", "[read_code]") {
  CHECK(read_code(Format::yaml, "a.yaml", "a: 1\n", {}).empty());
  CHECK(read_code(Format::prose, "a.md", "a = 1\n", {}).empty());
}

TEST_CASE("calls in a chain state their settings each", "[read_code]") {
  CHECK(read(Format::rust, "fn f() {\n  let p = Pool::new().max_connections(20)"
                           ".acquire_timeout(Duration::from_secs(3)).connect(&url).await?;\n"
                           "  assert_eq!(x, H { ttl: None, n: 5 });\n}\n") ==
        "2 acquire_timeout = Duration::from_secs(3)\n2 max_connections = 20\n"
        "3 ttl = None\n3 n = 5\n");
  CHECK(read(Format::csharp, "class A { void F() { p.HasMaxLength(2000); } }\n") ==
        "1 HasMaxLength = 2000\n");
}

TEST_CASE("Puma's configuration states its settings", "[read_code]") {
  CHECK(read(Format::ruby, "workers ENV.fetch(\"WEB_CONCURRENCY\") { 2 }\n"
                           "threads 1, 5\nport ENV.fetch('PORT', 3000)\n") ==
        "1 WEB_CONCURRENCY = 2\n2 threads = 1, 5\n3 PORT = 3000\n");
}

TEST_CASE("a heredoc that a shell runs is read as such", "[read_code]") {
  CHECK(show(read_code(Format::hcl, "main.tf",
                       "resource \"a\" \"b\" {\n  user_data = <<-EOF\n    #!/bin/bash\n"
                       "    sysctl -w net.core.somaxconn=1024\n  EOF\n}\n",
                       {})) == "4 resource.a[b].user_data.sysctl.net.core.somaxconn = 1024\n");
}

TEST_CASE("a command's address is its setting", "[read_code]") {
  CHECK(read(Format::shell, "psql \"postgres://db/x?sslmode=require\" -c 'select 1'\n") ==
        "1 psql.c = select 1\n1 psql = postgres://db/x?sslmode=require\n");
}

TEST_CASE("assignments, constants and literals state settings", "[read_code]") {
  const auto row = GENERATE(values<Row>({
      {"Python constant", Format::python, "MAX_CONN = 20\n", "1 MAX_CONN = 20\n"},
      {"Python annotated constant", Format::python, "MAX: int = 1_000\n", "1 MAX = 1_000\n"},
      {"Python attribute, self left out", Format::python,
       "class A:\n  def f(self):\n    self.timeout = 5\n", "3 timeout = 5\n"},
      {"Python nested dict", Format::python, "DB = {'pool': {'max': 5}, \"on\": True}\n",
       "1 DB.pool.max = 5\n1 DB.on = True\n"},
      {"Python subscript", Format::python, "app.config['POOL'] = 5\n", "1 app.config.POOL = 5\n"},
      {"Python several at once", Format::python, "a, b = 1, 2\n", "1 a = 1\n1 b = 2\n"},
      {"Python enumeration member", Format::python, "mode = ssl.CERT_NONE\n",
       "1 mode = ssl.CERT_NONE\n"},
      {"Python variable is no value", Format::python, "a = b\nc = f(x)\n", ""},
      {"Python documentation is no setting", Format::python,
       "def f():\n  \"\"\"Notes.\n\n  a = 1\n  b = 2\n  \"\"\"\n", ""},
      {"Python arithmetic stays text", Format::python, "T = 60  *  60\n", "1 T = 60 * 60\n"},
      {"Python default of a parameter", Format::python, "def f(a, timeout=5, n: int = 6): pass\n",
       "1 timeout = 5\n1 n = 6\n"},
      {"Python timedelta", Format::python, "T = timedelta(seconds=5)\n",
       "1 T = timedelta(seconds=5)\n"},
      {"Python negative", Format::python, "T = -1\n", "1 T = -1\n"},
      {"Python list", Format::python, "A = ['x', 'y']\n", "1 A[0] = x\n1 A[1] = y\n"},
      {"Python list of named", Format::python, "A = [{'name': 'web', 'n': 1}]\n",
       "1 A[web].name = web\n1 A[web].n = 1\n"},
      {"Python choice", Format::python, "n = 5 if prod else 6\n", "1 n = 5\n1 n = 6\n"},
      {"TypeScript const", Format::typescript, "export const poolSize: number = 20;\n",
       "1 poolSize = 20\n"},
      {"TypeScript object", Format::typescript,
       "const pgbouncer = {\n  maxClientConn: 20,\n  'x-y': { z: true },\n} as const;\n",
       "2 pgbouncer.maxClientConn = 20\n3 pgbouncer.x-y.z = true\n"},
      {"TypeScript class field", Format::typescript,
       "class A { private timeout = 5; static readonly B = 'x'; }\n", "1 timeout = 5\n1 B = x\n"},
      {"TypeScript parameter default", Format::typescript, "function f(a: number = 5) {}\n",
       "1 a = 5\n"},
      {"TypeScript destructuring default", Format::typescript, "const { t = 5 } = options;\n",
       "1 t = 5\n"},
      {"TypeScript default", Format::typescript, "const t = options.timeout ?? 5_000;\n",
       "1 t = 5_000\n"},
      {"TypeScript comparison is no value", Format::typescript,
       "const a = b > 5;\nif (x === 3) { f(); }\n", ""},
      {"TypeScript exports", Format::javascript, "module.exports = { pool: { max: 20 } };\n",
       "1 pool.max = 20\n"},
      {"JavaScript with JSX", Format::javascript, "const a = <Pool max={20} name=\"x\" />;\n",
       "1 a.max = 20\n1 a.name = x\n"},
      {"JavaScript function in an object starts anew", Format::javascript,
       "const a = { f() { const b = 1; } };\n", "1 b = 1\n"},
      {"Go constants", Format::go, "package m\nconst (\n\tA = 5\n\tB int = 1 << 20\n)\n",
       "3 A = 5\n4 B = 1 << 20\n"},
      {"Go several", Format::go, "package m\nvar x, y = 1, 2\n", "2 x = 1\n2 y = 2\n"},
      {"Go struct literal", Format::go,
       "package m\nvar srv = &http.Server{\n\tReadTimeout: 5 * time.Second,\n\tTLS: "
       "tls.Config{MinVersion: tls.VersionTLS10},\n}\n",
       "3 srv.ReadTimeout = 5 * time.Second\n4 srv.TLS.MinVersion = tls.VersionTLS10\n"},
      {"Go map", Format::go, "package m\nvar m = map[string]int{\"a\": 1}\n", "2 m.a = 1\n"},
      {"Go struct literal without a variable", Format::go,
       "package m\nfunc f() *C { return &C{Max: 5} }\n", "2 C.Max = 5\n"},
      {"Go struct tag", Format::go,
       "package m\ntype T struct { P int `env:\"POOL\" envDefault:\"20\"` }\n", "2 POOL = 20\n"},
      {"Java fields", Format::java, "class C { static final int M = 20; long t = 5L * 60; }\n",
       "1 M = 20\n1 t = 5L * 60\n"},
      {"Java duration", Format::java, "class C { Duration t = Duration.ofSeconds(5); }\n",
       "1 t = Duration.ofSeconds(5)\n"},
      {"Java annotation", Format::java, "@Retry(maxAttempts = 3)\nclass C {}\n",
       "1 Retry.maxAttempts = 3\n"},
      {"Java annotation with one value", Format::java, "class C { @Timeout(5) void f() {} }\n",
       "1 Timeout = 5\n"},
      {"Spring value", Format::java, "class C { @Value(\"${pool.size:20}\") int p; }\n",
       "1 pool.size = 20\n"},
      {"Java map", Format::java,
       "class C { Map<String, Integer> m = Map.of(\"a\", 1, \"b\", 2); }\n",
       "1 m.a = 1\n1 m.b = 2\n"},
      {"Kotlin property", Format::kotlin, "class C { companion object { const val POOL = 20 } }\n",
       "1 POOL = 20\n"},
      {"Kotlin default", Format::kotlin, "class C(val timeout: Int = 5)\n", "1 timeout = 5\n"},
      {"Kotlin map", Format::kotlin, "val m = mapOf(\"a\" to 1)\n", "1 m.a = 1\n"},
      {"Kotlin block", Format::kotlin,
       "val h = HikariConfig().apply {\n  maximumPoolSize = 20\n}\n", "2 maximumPoolSize = 20\n"},
      {"Kotlin annotation", Format::kotlin, "@Retry(maxAttempts = 3)\nclass C\n",
       "1 Retry.maxAttempts = 3\n"},
      {"C# constants and properties", Format::csharp,
       "class C { const int Max = 20; public int Pool { get; set; } = 5; }\n",
       "1 Max = 20\n1 Pool = 5\n"},
      {"C# initialiser", Format::csharp, "var c = new Options { MaxPool = 20, [\"k\"] = 5 };\n",
       "1 c.MaxPool = 20\n1 c.k = 5\n"},
      {"C# dictionary", Format::csharp, "var d = new Dictionary<string, int> { {\"a\", 1} };\n",
       "1 d.a = 1\n"},
      {"C# attribute", Format::csharp, "class C { [Retry(MaxAttempts = 3)] void F() {} }\n",
       "1 Retry.MaxAttempts = 3\n"},
      {"Rust", Format::rust, "const MAX: u32 = 20;\nstatic T: Duration = Duration::from_secs(5);\n",
       "1 MAX = 20\n2 T = Duration::from_secs(5)\n"},
      {"Rust struct", Format::rust,
       "fn f() { let c = Config { max: 5, inner: Inner { on: true } }; }\n",
       "1 c.max = 5\n1 c.inner.on = true\n"},
      {"Rust attribute", Format::rust, "#[retry(max = 3)]\nfn f() {}\n", "1 retry.max = 3\n"},
      {"PHP", Format::php, "<?php\n$config['db']['pool'] = 5;\nconst A = 1;\n",
       "2 config.db.pool = 5\n3 A = 1\n"},
      {"PHP array", Format::php, "<?php\nreturn ['pool' => ['max' => 5, 'on' => true]];\n",
       "2 pool.max = 5\n2 pool.on = true\n"},
      {"PHP class", Format::php,
       "<?php\nclass C { public int $t = 5; function f() { $this->max = 20; } }\n",
       "2 t = 5\n2 max = 20\n"},
      {"Ruby", Format::ruby, "POOL = 20\nconfig.pool_size = 5\n@timeout ||= 5.seconds\n",
       "1 POOL = 20\n2 config.pool_size = 5\n3 timeout = 5.seconds\n"},
      {"Ruby hash", Format::ruby, "x = { pool: { max: 5 }, 'y' => :debug }\n",
       "1 x.pool.max = 5\n1 x.y = debug\n"},
      {"Ruby keyword parameter", Format::ruby, "def f(a, b = 1, c: 2)\nend\n",
       "1 b = 1\n1 c = 2\n"},
  }));
  CAPTURE(row.what);
  CHECK(read(row.format, row.code) == row.expected);
}

TEST_CASE("calls state settings under their callee's or their own name", "[read_code]") {
  const auto row = GENERATE(values<Row>({
      {"keyword arguments", Format::python,
       "engine = create_engine(url, pool_size=5, pool_pre_ping=True)\n",
       "1 create_engine.pool_size = 5 [create_engine]\n1 create_engine.pool_pre_ping = True "
       "[create_engine]\n"},
      {"keywords of a splat", Format::python, "f(**{'a': 1})\n", "1 f.a = 1 [f]\n"},
      {"dict() is its keywords", Format::python, "x = dict(a=1)\n", "1 x.a = 1\n"},
      {"argparse", Format::python, "parser.add_argument('--workers', type=int, default=4)\n",
       "1 workers = 4 [parser.add_argument]\n"},
      {"Java setter", Format::java, "class C { void f() { config.setMaximumPoolSize(20); } }\n",
       "1 MaximumPoolSize = 20 [config.setMaximumPoolSize]\n"},
      {"Java property", Format::java,
       "class C { void f() { p.setProperty(\"max.poll.records\", \"5\"); } }\n",
       "1 max.poll.records = 5 [p.setProperty]\n"},
      {"Java builder", Format::java,
       "class C { void f() { a.builder().withTimeout(Duration.ofSeconds(5)).readTimeout(3, "
       "TimeUnit.SECONDS).build(); } }\n",
       "1 readTimeout = 3, TimeUnit.SECONDS [a.builder.withTimeout.readTimeout]\n1 Timeout = "
       "Duration.ofSeconds(5) [a.builder.withTimeout]\n"},
      {"Go setter", Format::go, "package m\nfunc f() { db.SetMaxOpenConns(20) }\n",
       "2 MaxOpenConns = 20 [db.SetMaxOpenConns]\n"},
      {"Go setter with a context", Format::go,
       "package m\nfunc f() { ctx, c := context.WithTimeout(ctx, 5*time.Second) }\n",
       "2 Timeout = 5*time.Second [context.WithTimeout]\n"},
      {"Go flag", Format::go, "package m\nvar n = flag.Int(\"max-conns\", 20, \"how many\")\n",
       "2 max-conns = 20 [flag.Int]\n"},
      {"Go flag into a variable", Format::go,
       "package m\nfunc f() { flag.IntVar(&n, \"max-conns\", 20, \"how many\") }\n",
       "2 max-conns = 20 [flag.IntVar]\n"},
      {"viper", Format::go, "package m\nfunc f() { viper.SetDefault(\"pool.size\", 20) }\n",
       "2 pool.size = 20 [viper.SetDefault]\n"},
      {"options of a constructor", Format::typescript,
       "const p = new Pool({ max: 20, ssl: { rejectUnauthorized: false } });\n",
       "1 Pool.max = 20 [Pool]\n1 Pool.ssl.rejectUnauthorized = false [Pool]\n"},
      {"a resource with its name", Format::typescript,
       "new k8s.apps.v1.Deployment(\"web\", { spec: { replicas: 3 } });\n",
       "1 Deployment[web].spec.replicas = 3 [k8s.apps.v1.Deployment]\n"},
      {"freeze passes on", Format::javascript, "const c = Object.freeze({ max: 5 });\n",
       "1 c.max = 5\n"},
      {"a position says nothing", Format::javascript,
       "setTimeoutOf(a); items.slice(0, 5); x.toFixed(2); log('a', 5);\n", ""},
      {"text work is no setting", Format::javascript,
       "s.replace('a', 'b'); console.log('pool', 5); expect('a', 1);\n", ""},
      {"Kotlin named arguments", Format::kotlin, "val x = pool(size = 5)\n",
       "1 pool.size = 5 [pool]\n"},
      {"C# named arguments", Format::csharp, "services.AddPool(maxSize: 10);\n",
       "1 AddPool.maxSize = 10 [services.AddPool]\n"},
      {"C# options", Format::csharp, "services.AddPool(o => o.Max = 5);\n",
       "1 o.Max = 5 [services.AddPool]\n"},
      {"Rust builder", Format::rust,
       "fn f() { PgPoolOptions::new().max_connections(20).connect(&url); }\n",
       "1 max_connections = 20 [PgPoolOptions::new.max_connections]\n"},
      {"PHP setter and define", Format::php,
       "<?php\n$c->setMax(20);\nini_set('memory_limit', '128M');\n",
       "2 Max = 20 [c.setMax]\n3 memory_limit = 128M [ini_set]\n"},
      {"PHP named argument", Format::php, "<?php\nfoo(max: 5);\n", "2 foo.max = 5 [foo]\n"},
      {"Ruby", Format::ruby, "Pool.new(size: 5, 'b' => 6)\n",
       "1 Pool.size = 5 [Pool.new]\n1 Pool.b = 6 [Pool.new]\n"},
      {"Ruby's puma", Format::ruby, "workers 2\nset :pool, 10\n",
       "1 workers = 2 [workers]\n2 pool = 10 [set]\n"},
  }));
  CAPTURE(row.what);
  CHECK(read(row.format, row.code, true) == row.expected);
}

TEST_CASE("a look-up in the environment states the default of its variable", "[read_code]") {
  const auto row = GENERATE(values<Row>({
      {"Python get", Format::python, "n = int(os.environ.get('POOL_SIZE', '20'))\n",
       "1 POOL_SIZE = 20\n"},
      {"Python or", Format::python, "n = int(os.getenv('POOL_SIZE') or 20)\n",
       "1 POOL_SIZE = 20\n"},
      {"Python without default", Format::python, "n = os.environ['POOL_SIZE']\n", ""},
      {"django-environ", Format::python, "n = env.int('POOL_SIZE', default=20)\n",
       "1 POOL_SIZE = 20\n"},
      {"Node", Format::typescript, "const n = process.env.POOL ?? 20;\n", "1 POOL = 20\n"},
      {"Node, quoted and converted", Format::javascript,
       "const n = Number(process.env['POOL'] || '20');\n", "1 POOL = 20\n"},
      {"Ruby fetch", Format::ruby, "threads ENV.fetch('RAILS_MAX_THREADS', 5)\n",
       "1 RAILS_MAX_THREADS = 5\n"},
      {"Ruby or", Format::ruby, "x = ENV['POOL'] || 5\n", "1 POOL = 5\n"},
      {"Java", Format::java, "class C { String s = System.getProperty(\"pool.size\", \"20\"); }\n",
       "1 pool.size = 20\n"},
      {"Kotlin", Format::kotlin, "val n = System.getenv(\"POOL\")?.toInt() ?: 20\n",
       "1 POOL = 20\n"},
      {"C#", Format::csharp, "var n = Environment.GetEnvironmentVariable(\"POOL\") ?? \"20\";\n",
       "1 POOL = 20\n"},
      {"Rust", Format::rust, "fn f() { let n = env::var(\"POOL\").unwrap_or(\"20\".into()); }\n",
       "1 POOL = 20\n"},
      {"Rust closure", Format::rust,
       "fn f() { let n = env::var(\"POOL\").unwrap_or_else(|_| \"20\".to_string()); }\n",
       "1 POOL = 20\n"},
      {"PHP", Format::php, "<?php\n$n = getenv('POOL') ?: 20;\n", "2 POOL = 20\n"},
      {"Laravel", Format::php, "<?php\nreturn ['pool' => env('DB_POOL', 20)];\n",
       "2 DB_POOL = 20\n"},
      {"Go helper", Format::go, "package m\nvar n = getEnv(\"POOL\", \"20\")\n", "2 POOL = 20\n"},
  }));
  CAPTURE(row.what);
  CHECK(read(row.format, row.code) == row.expected);
}

TEST_CASE("a configuration inside a string is read at its own lines", "[read_code]") {
  const auto row = GENERATE(values<Row>({
      {"template literal", Format::typescript,
       "export const ini = `\n[databases]\n* = host=${host}\n[pgbouncer]\nmax_client_conn = 20 ; "
       "small\npool_mode = transaction\n`;\n",
       "5 ini.pgbouncer.max_client_conn = 20\n6 ini.pgbouncer.pool_mode = transaction\n"},
      {"template literal as argument", Format::typescript, "write('x', `a = 1\nb = 2\n`);\n",
       "1 write.a = 1\n2 write.b = 2\n"},
      {"text block", Format::java, "class C { String s = \"\"\"\n  a=1\n  \"\"\"; }\n",
       "2 s.a = 1\n"},
      {"raw string", Format::go,
       "package m\nvar s = `worker_connections 512;\nhttp {\n  keepalive_timeout 65;\n}\n`\n",
       "2 s.worker_connections = 512\n4 s.http.keepalive_timeout = 65\n"},
      {"triple quotes with YAML", Format::python,
       "s = '''\nspec:\n  replicas: 3\n  limits:\n    memory: \"1Gi\"\nkind: x\n'''\n",
       "3 s.spec.replicas = 3\n5 s.spec.limits.memory = 1Gi\n6 s.kind = x\n"},
      {"heredoc", Format::ruby, "s = <<~INI\n  a = 1\nINI\n", "2 a = 1\n"},
      {"PHP heredoc", Format::php, "<?php\n$s = <<<EOT\na = 1\nEOT;\n", "3 s.a = 1\n"},
      {"shell heredoc", Format::shell, "cat > /etc/x.ini <<EOF\nmax_client_conn = 20\nEOF\n",
       "2 max_client_conn = 20\n"},
      {"lines joined", Format::javascript,
       "const s = [\n  '[pgbouncer]',\n  'max_client_conn = 20',\n].join('\\n');\n",
       "2 s[0] = [pgbouncer]\n3 s.max_client_conn = 20\n"},
      {"escaped line breaks", Format::python, "s = 'a=1\\nb=2\\n'\n", "1 s.a = 1\n1 s.b = 2\n"},
      {"prose is no setting", Format::typescript,
       "const s = `Dear reader,\nthis is = a letter of\nmany lines that say\nnothing at all.\n`;\n",
       ""},
  }));
  CAPTURE(row.what);
  CHECK(read(row.format, row.code) == row.expected);
}

TEST_CASE("around errors the rest is read", "[read_code]") {
  CHECK(read(Format::python, "A = 1\ndef f(:\nB = 2\n").find("1 A = 1") == 0);
  CHECK(read(Format::typescript, "const a = 1;\nconst = ;\nconst b = { c: 2 };\n")
            .find("3 b.c = 2") != std::string::npos);
  CHECK(read(Format::go, "A = 5\n").find("A = 5") != std::string::npos);
}

TEST_CASE("a template literal with a tag is read like one without", "[read_code]") {
  const std::string ini = "[pool]\nmax_clients = 800\nidle = ${idle}\n";
  const std::string url = "postgres://app@${host}/shop?sslmode=require&pool_size=40";
  for (const std::string& text : {ini, url}) {
    for (const std::string tag :
         {"pulumi.interpolate", "dedent", "String.raw", "make(cfg)", "sql"}) {
      for (const auto& [before, after] : {std::pair{"const data = { \"pool.ini\": ", " };\n"},
                                          {"export const conf = ", ";\n"},
                                          {"write(", ");\n"},
                                          {"f({ a: [", "] });\n"},
                                          {"const c = (", " as string);\n"}}) {
        CAPTURE(tag, before);
        const std::string plain = read(Format::typescript, before + ("`" + text) + "`" + after);
        CHECK(read(Format::typescript, before + tag + "`" + text + "`" + after) == plain);
      }
    }
  }
  CHECK(read(Format::typescript, "const data = { \"pool.ini\": tag`" + ini + "` };\n")
            .find("max_clients = 800") != std::string::npos);
}

TEST_CASE("a template literal of another language states nothing", "[read_code]") {
  for (const char* tag : {"css", "styled.div", "styled(Button)", "keyframes", "gql", "Lit.html"}) {
    CAPTURE(tag);
    CHECK(read(Format::typescript,
               "const a = " + std::string(tag) + "`\nwidth = 300\nmax_items = 20\n`;\n") == "");
  }
}
