#include "analyzers/analyze.hpp"

#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

// Programs that say by a name who may do something, and how long they go on trying.

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

struct Row {
  const char* what;
  const char* path;
  const char* before;
  const char* after;
  const char* found; // severity and rule of the gravest finding of at least medium; "" none
};

std::string found_in(const Row& row) {
  ChangeBuilder builder;
  builder.file(row.path, row.before, row.after);
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  if (report.findings.empty() || report.findings[0].severity < Severity::medium) {
    return "";
  }
  return std::string(name_of(report.findings[0].severity)) + " " + report.findings[0].rule;
}

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(found_in(row) == row.found);
  }
}

} // namespace

TEST_CASE("who may call a function is told when it changes", "[guarded_code]") {
  check({
      {"Django's decorator goes", "shop/views.py",
       "@login_required\ndef purge(request):\n    return f(1)\n",
       "def purge(request):\n    return f(1)\n", "high protection.removed"},
      {"and with its function nothing is lost", "shop/views.py",
       "a = f()\n\n\n@login_required\ndef purge(request):\n    return f(1)\n\n\nb = g()\n",
       "a = f()\n\n\nb = g()\n", ""},
      {"nor when the function is renamed with it", "shop/views.py",
       "@login_required\ndef purge(request):\n    return f(1)\n",
       "@login_required\ndef purge_all(request):\n    return f(1)\n", ""},
      {"moved to another file", "shop/views.py",
       "@login_required\ndef purge(request):\n    return f(1)\n",
       "@login_required\n@never_cache\ndef purge(request):\n    return f(1)\n", ""},
      {"REST framework's list", "shop/views.py",
       "class A(APIView):\n    permission_classes = [IsAuthenticated]\n",
       "class A(APIView):\n    permission_classes = [AllowAny]\n", "high permission.widened"},
      {"as an empty list", "shop/views.py",
       "class A(APIView):\n    permission_classes = [IsAuthenticated]\n",
       "class A(APIView):\n    permission_classes = []\n", "high permission.widened"},
      {"as settings", "shop/settings.py",
       "REST_FRAMEWORK = {\n    'DEFAULT_PERMISSION_CLASSES': ['rest_framework.permissions."
       "IsAuthenticated'],\n}\n",
       "REST_FRAMEWORK = {\n    'DEFAULT_PERMISSION_CLASSES': ['rest_framework.permissions."
       "AllowAny'],\n}\n",
       "high permission.widened"},
      {"with the whole class", "shop/views.py",
       "a = 1\n\n\nclass A(APIView):\n    permission_classes = [IsAdminUser]\n    x = f()\n",
       "a = 1\n", ""},
      {"from one closed class to another", "shop/views.py",
       "class A(APIView):\n    permission_classes = [IsAuthenticated]\n",
       "class A(APIView):\n    permission_classes = [IsAdminUser]\n", ""},
      {"ASP.NET's attribute", "src/A.cs",
       "[Authorize(Roles = \"Admin\")]\npublic class A : ControllerBase { }\n",
       "[AllowAnonymous]\npublic class A : ControllerBase { }\n", "high permission.widened"},
      {"Spring's rule", "src/S.java",
       "class S { void f(H http) {\n  http.authorizeHttpRequests(a -> "
       "a.requestMatchers(\"/admin/**\").hasRole(\"ADMIN\"));\n} }\n",
       "class S { void f(H http) {\n  http.authorizeHttpRequests(a -> "
       "a.requestMatchers(\"/admin/**\").permitAll());\n} }\n",
       "high permission.widened"},
      {"a new rule of its own", "src/S.java",
       "class S { void f(H http) {\n  http.authorizeHttpRequests(a -> a\n"
       "    .requestMatchers(\"/admin/**\").hasRole(\"ADMIN\"));\n} }\n",
       "class S { void f(H http) {\n  http.authorizeHttpRequests(a -> a\n"
       "    .requestMatchers(\"/healthz\").permitAll()\n"
       "    .requestMatchers(\"/admin/**\").hasRole(\"ADMIN\"));\n} }\n",
       ""},
      {"NestJS' guards", "src/a.ts",
       "export class A {\n  @UseGuards(AdminGuard)\n  @Post()\n  purge() {}\n}\n",
       "export class A {\n  @Post()\n  purge() {}\n}\n", "high protection.removed"},
      {"a method of that name is no rule", "src/a.ts", "user.authenticated();\nf();\n", "f();\n",
       ""},
  });
}

TEST_CASE("layers in front of a program are told when they go", "[guarded_code]") {
  check({
      {"forged requests", "src/S.java", "class S { void f(H http) {\n  http.build();\n} }\n",
       "class S { void f(H http) {\n  http.csrf(csrf -> csrf.disable());\n  http.build();\n} }\n",
       "medium protection.disabled"},
      {"Django's exemption", "shop/views.py", "def pay(request):\n    return f(1)\n",
       "@csrf_exempt\ndef pay(request):\n    return f(1)\n", "medium protection.disabled"},
      {"Express' headers", "src/app.js", "app.use(helmet());\napp.listen(1);\n", "app.listen(1);\n",
       "medium protection.removed"},
      {"with options they are still there", "src/app.js", "app.use(helmet());\napp.listen(1);\n",
       "app.use(helmet({ hidePoweredBy: true }));\napp.listen(1);\n", ""},
      {"ASP.NET's question who it is", "src/P.cs",
       "app.UseRouting();\napp.UseAuthentication();\napp.Run();\n",
       "app.UseRouting();\napp.Run();\n", "high protection.removed"},
      {"the policy of a page as a list", "src/app.js",
       "app.use(helmet({ contentSecurityPolicy: { directives: {\n  scriptSrc: [\"'self'\"],\n} } "
       "}));\n",
       "app.use(helmet({ contentSecurityPolicy: { directives: {\n  scriptSrc: [\"'self'\", "
       "\"'unsafe-inline'\"],\n} } }));\n",
       "high protection.weakened"},
      {"pictures from one place more", "src/app.js",
       "app.use(helmet({ contentSecurityPolicy: { directives: {\n  imgSrc: [\"'self'\"],\n} } "
       "}));\n",
       "app.use(helmet({ contentSecurityPolicy: { directives: {\n  imgSrc: [\"'self'\", "
       "\"img.example.com\"],\n} } }));\n",
       ""},
      {"no policy at all", "src/app.js", "app.use(helmet());\n",
       "app.use(helmet({ contentSecurityPolicy: false }));\n", "medium protection.disabled"},
      {"the signer of a token", "src/S.cs",
       "var p = new TokenValidationParameters {\n  ValidateIssuer = true,\n};\n",
       "var p = new TokenValidationParameters {\n  ValidateIssuer = false,\n};\n",
       "high protection.disabled"},
  });
}

TEST_CASE("sites that may read answers are told when all are let in", "[guarded_code]") {
  check({
      {"Express, each site's own name sent back", "src/app.js",
       "app.use(cors({ origin: 'https://a.example', credentials: true }));\n",
       "app.use(cors({ origin: true, credentials: true }));\n", "high exposure.wildcard"},
      {"Express, no option left", "src/app.js", "app.use(cors({ origin: 'https://a.example' }));\n",
       "app.use(cors());\n", "medium exposure.wildcard"},
      {"Spring", "src/C.java",
       "class C { void f(R r) {\n  r.addMapping(\"/**\").allowedOrigins(\"https://a.example\");\n} "
       "}\n",
       "class C { void f(R r) {\n  r.addMapping(\"/**\").allowedOrigins(\"*\");\n} }\n",
       "high exposure.wildcard"},
      {"ASP.NET", "src/C.cs", "b.WithOrigins(\"https://a.example\").AllowAnyHeader();\n",
       "b.AllowAnyOrigin().AllowAnyHeader();\n", "high exposure.wildcard"},
      {"one site more", "src/C.java",
       "class C { void f(R r) {\n  r.addMapping(\"/**\").allowedOrigins(\"https://a.example\");\n} "
       "}\n",
       "class C { void f(R r) {\n  r.addMapping(\"/**\").allowedOrigins(\"https://a.example\", "
       "\"https://b.example\");\n} }\n",
       ""},
  });
}

TEST_CASE("retries that nothing ends are found", "[guarded_code]") {
  check({
      {"Go's loop", "pay.go",
       "package m\n\nfunc pay() error {\n\tfor i := 0; i < 5; i++ {\n\t\tif err := call(); err == "
       "nil {\n\t\t\treturn nil\n\t\t}\n\t\ttime.Sleep(time.Second)\n\t}\n\treturn e\n}\n",
       "package m\n\nfunc pay() error {\n\tfor {\n\t\tif err := call(); err == "
       "nil {\n\t\t\treturn nil\n\t\t}\n\t\ttime.Sleep(time.Second)\n\t}\n\treturn e\n}\n",
       "high retries.unbounded"},
      {"Python's loop", "pay.py",
       "def pay():\n    for attempt in range(5):\n        try:\n            return call()\n        "
       "except Timeout:\n            time.sleep(1)\n",
       "def pay():\n    while True:\n        try:\n            return call()\n        "
       "except Timeout:\n            time.sleep(1)\n",
       "high retries.unbounded"},
      {"a loop over orders is none", "pay.py",
       "def pay():\n    for n in range(5):\n        send(n)\n",
       "def pay():\n    while True:\n        send(n)\n", ""},
      {"a new loop that waits for work", "pay.py", "def pay():\n    pass\n",
       "def pay():\n    while True:\n        try:\n            work()\n        except Empty:\n"
       "            time.sleep(1)\n",
       ""},
      {"tenacity without its stop", "pay.py",
       "@retry(stop=stop_after_attempt(5), wait=wait_fixed(2))\ndef pay():\n    pass\n",
       "@retry(wait=wait_fixed(2))\ndef pay():\n    pass\n", "medium retries.unbounded"},
      {"tenacity for ever", "pay.py", "@retry(stop=stop_after_attempt(5))\ndef pay():\n    pass\n",
       "@retry(stop=stop_never)\ndef pay():\n    pass\n", "high retries.unbounded"},
      {"Celery without a number", "tasks.py", "@app.task(max_retries=5)\ndef pay():\n    pass\n",
       "@app.task(max_retries=None)\ndef pay():\n    pass\n", "high retries.unbounded"},
      {"Polly", "src/P.cs", "var p = Policy.Handle<E>().WaitAndRetryAsync(3, f);\n",
       "var p = Policy.Handle<E>().WaitAndRetryForeverAsync(f);\n", "high retries.unbounded"},
      {"a constant for the largest number", "src/R.java",
       "class R { RetryConfig c = RetryConfig.custom().maxAttempts(5).build(); }\n",
       "class R { RetryConfig c = RetryConfig.custom().maxAttempts(Integer.MAX_VALUE).build(); }\n",
       "high retries.unbounded"},
  });
}

TEST_CASE("times that a program waits are told when they go", "[guarded_code]") {
  check({
      {"requests without its timeout", "pay.py", "r = requests.post(url, json=x, timeout=10)\n",
       "r = requests.post(url, json=x)\n", "medium limit.removed"},
      {"httpx has another default", "pay.py", "c = httpx.Client(timeout=10)\n",
       "c = httpx.Client()\n", ""},
      {"None", "pay.py", "c = httpx.Client(timeout=10)\n", "c = httpx.Client(timeout=None)\n",
       "high limit.removed"},
      {"a constructor of a length of time", "src/A.cs", "o.Timeout = new TimeSpan(0, 0, 30);\n",
       "o.Timeout = new TimeSpan(0, 0, 3);\n", "high timeout.cut"},
      {"days become minutes", "app/jobs/purge_job.rb",
       "class P\n  def f\n    Order.where(\"created_at < ?\", 30.days.ago).delete_all\n  "
       "end\nend\n",
       "class P\n  def f\n    Order.where(\"created_at < ?\", 30.minutes.ago).delete_all\n  "
       "end\nend\n",
       "high unit.changed"},
      {"hours become years", "config/initializers/session_store.rb",
       "Rails.application.config.session_store :cookie_store, expire_after: 2.hours\n",
       "Rails.application.config.session_store :cookie_store, expire_after: 2.years\n",
       "high unit.changed"},
      {"a statement in a tagged template", "src/db.ts",
       "await sql<Row[]>`SET statement_timeout = 30000`;\n",
       "await sql<Row[]>`SET statement_timeout = 0`;\n", "medium limit.removed"},
  });
}

TEST_CASE("what keeps data when its resource goes is told when it changes", "[guarded_code]") {
  check({
      {"CDK in TypeScript", "infra/stack.ts",
       "new s3.Bucket(this, 'd', {\n  removalPolicy: cdk.RemovalPolicy.RETAIN,\n});\n",
       "new s3.Bucket(this, 'd', {\n  removalPolicy: cdk.RemovalPolicy.DESTROY,\n});\n",
       "high protection.disabled"},
      {"CDK in Python", "infra/stack.py",
       "rds.DatabaseInstance(self, 'd', removal_policy=RemovalPolicy.SNAPSHOT)\n",
       "rds.DatabaseInstance(self, 'd', removal_policy=RemovalPolicy.DESTROY)\n",
       "high protection.disabled"},
      {"kept from now on", "infra/stack.py",
       "rds.DatabaseInstance(self, 'd', removal_policy=RemovalPolicy.DESTROY)\n",
       "rds.DatabaseInstance(self, 'd', removal_policy=RemovalPolicy.RETAIN)\n", ""},
  });
}
