#include "analyzers/settings/embedded.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace leadline;

namespace {

Setting setting(std::vector<std::string> path, std::string value) {
  Setting made;
  made.key.segments = std::move(path);
  made.value = std::move(value);
  made.first_line = made.last_line = 3;
  made.context = "ctx";
  return made;
}

// The parts of one value: "name=value" each, separated by '|'.
std::string parts(const std::string& key, const std::string& value) {
  std::vector<Setting> settings = {setting({key}, value)};
  expand_embedded(settings);
  REQUIRE(settings.front() == setting({key}, value));
  std::string text;
  for (std::size_t i = 1; i < settings.size(); ++i) {
    CHECK(is_part_of(settings[i], settings.front()));
    CHECK(settings[i].context == "ctx");
    text += text.empty() ? "" : "|";
    text += settings[i].key.text().substr(key.size() + 1) + "=" + settings[i].value;
  }
  return text;
}

struct Row {
  const char* key;
  const char* value;
  const char* expected;
};

} // namespace

TEST_CASE("a part has its whole's lines and a longer key", "[embedded]") {
  const Setting whole = setting({"url"}, "x");
  Setting part = setting({"url", "port"}, "1");
  CHECK(is_part_of(part, whole));
  CHECK_FALSE(is_part_of(whole, part));
  CHECK_FALSE(is_part_of(part, setting({"uri"}, "x")));
  part.first_line = 2;
  CHECK_FALSE(is_part_of(part, whole));
}

TEST_CASE("addresses are taken apart and credentials stay out", "[embedded]") {
  const auto row = GENERATE(values<Row>({
      {"u", "postgres://u:p@db-prod:5432/app?pool_size=5&sslmode=disable",
       "scheme=postgres|host=db-prod|port=5432|database=app|pool_size=5|sslmode=disable"},
      {"u", "postgres://u:p@ss@db/app?password=x&user=y&a=1",
       "scheme=postgres|host=db|database=app|a=1"},
      {"u", "postgres://u:p/w@db/app", "scheme=postgres"},
      {"u", "jdbc:postgresql://db:5432/app?socketTimeout=30",
       "scheme=postgresql|host=db|port=5432|database=app|socketTimeout=30"},
      {"u", "jdbc:sqlserver://db:1433;databaseName=x;encrypt=false;password=y",
       "scheme=sqlserver|host=db|port=1433|databaseName=x|encrypt=false"},
      {"u", "mongodb+srv://a:b@c1.example.net,c2.example.net/app?retryWrites=true",
       "scheme=mongodb+srv|host=c1.example.net,c2.example.net|database=app|retryWrites=true"},
      {"u", "https://api.example.com/v1/items?limit=5",
       "scheme=https|host=api.example.com|path=/v1/items|limit=5"},
      {"u", "redis://[::1]:6379/0", "scheme=redis|host=[::1]|port=6379|database=0"},
      {"u", "postgres://${USER}:${PW}@${HOST:db}:5432/app",
       "scheme=postgres|host=${HOST:db}|port=5432|database=app"},
      {"u", "host=db port=5432 sslmode=require password=x", "host=db|port=5432|sslmode=require"},
      {"u", "Server=db;Database=app;User Id=x;Password=y;Max Pool Size=20;",
       "Server=db|Database=app|Max Pool Size=20"},
      {"u", "a=1,b=2", "a=1|b=2"},
      {"server", "10.0.0.1:80 weight=5 max_fails=3", "weight=5|max_fails=3"},
      {"u", "db-1.internal:5432", "host=db-1.internal|port=5432"},
      {"u", "localhost:80", "host=localhost|port=80"},
      {"u", "redis:6379", "host=redis|port=6379"},
      {"u", "[::1]:8080", "host=[::1]|port=8080"},
      {"u", "8080:8080", ""},
      {"u", "12:30", ""},
      {"u", "plain text", ""},
      {"u", "see https://example.com for more", ""},
      {"u", "a = b is prose", ""},
      {"u", "", ""},
      {"image", "nginx:1.25", "image=nginx|tag=1.25"},
      {"image", "registry.local:5000/team/app:v2@sha256:abc",
       "image=registry.local:5000/team/app|tag=v2|digest=sha256:abc"},
      {"image", "registry.local:5000/team/app", ""},
      {"baseImage", "python:3.12-slim", "image=python|tag=3.12-slim"},
  }));
  CAPTURE(row.value);
  CHECK(parts(row.key, row.value) == row.expected);
}

TEST_CASE("where a redirect goes is a setting of its own", "[embedded]") {
  CHECK(parts("return", "301 https://new.example$request_uri")
            .starts_with("url=https://new.example$request_uri"));
  CHECK(parts("return", "404").empty());
  CHECK(parts("return", "200 ok").empty());
  CHECK(parts("returns", "301 https://new.example").find("url=") == std::string::npos);
}

TEST_CASE("command lines are taken apart", "[embedded]") {
  const auto row = GENERATE(values<Row>({
      {"o",
       "-Xmx512m -Xms256m -XX:MaxRAMPercentage=75 -XX:+UseG1GC -XX:-OmitStackTraceInFastThrow "
       "-Dserver.port=80",
       "Xmx=512m|Xms=256m|MaxRAMPercentage=75|UseG1GC=true|OmitStackTraceInFastThrow=false|server."
       "port=80"},
      {"o", "-Xmx512m", "Xmx=512m"},
      {"o", "gunicorn app:app --workers 4 --timeout=30 --preload",
       "workers=4|timeout=30|preload=true"},
      {"o", "postgres -c shared_buffers=1GB -c max_connections=200",
       "shared_buffers=1GB|max_connections=200"},
      {"o", "helm upgrade --set a.b=c,d=5 --atomic", "a.b=c|d=5|atomic=true"},
      {"o", "env POOL=20 app -n 5", "POOL=20|n=5"},
      {"o", "app --dsn=postgres://db/app?pool=5",
       "dsn=postgres://db/app?pool=5|dsn.scheme=postgres|dsn.host=db|dsn.database=app|dsn.pool=5"},
      {"o", "app --name 'two words' && other --x 1", "name=two words|x=1"},
      {"o", "app --verbose | tee log", "verbose=true"},
      {"o", "tar -xvf file.tar", ""},
      {"o", "temperature: -5 degrees - cold", ""},
      {"o", "--flag", ""},
  }));
  CAPTURE(row.value);
  CHECK(parts(row.key, row.value) == row.expected);
}

TEST_CASE("a flag and its value may be two items of a list", "[embedded]") {
  std::vector<Setting> settings = {
      setting({"c", "args[0]"}, "--workers"), setting({"c", "args[1]"}, "4"),
      setting({"c", "args[2]"}, "-c"),        setting({"c", "args[3]"}, "shared_buffers=1GB"),
      setting({"c", "args[4]"}, "--x=1"),     setting({"c", "args[5]"}, "--insecure"),
      setting({"d", "env[0]"}, "POOL=20"),    setting({"d", "name"}, "4")};
  expand_embedded(settings);
  std::string text;
  for (const Setting& one : settings) {
    text += one.key.text() + "=" + one.value + "\n";
  }
  CHECK(text == "c.args[0]=--workers\nc.args[1]=4\nc.args[1].workers=4\nc.args[2]=-c\nc.args[3]="
                "shared_buffers=1GB\n"
                "c.args[3].shared_buffers=1GB\nc.args[4]=--x=1\nc.args[4].x=1\nc.args[5]=--"
                "insecure\nc.args[5].insecure=true\nd.env[0]=POOL=20\nd."
                "env[0].POOL=20\nd.name=4\n");
}

TEST_CASE("very long values are left as they are", "[embedded]") {
  std::vector<Setting> settings = {setting({"a"}, "--x=1 " + std::string(100000, 'y'))};
  expand_embedded(settings);
  CHECK(settings.size() == 1);
}

TEST_CASE("JSON in a value of one line is read", "[embedded]") {
  const auto row = GENERATE(values<Row>({
      {"a", R"({"pool": {"max": 20}, "tls": true})", "pool.max=20|tls=true"},
      {"a", R"({\"pool\": {\"max\": 20}})", "pool.max=20"},
      {"a", R"([{"name": "web", "timeout": "5s"}])", "[web].name=web|[web].timeout=5s"},
      {"a", R"({"cut": {"off": 1})", "cut.off=1"},
      {"a", "{{ .Values.pool }}", ""},
      {"a", "[a, b]", ""},
      {"a", "{ echo \"x\"; }", ""},
  }));
  CAPTURE(row.value);
  CHECK(parts(row.key, row.value) == row.expected);
}

TEST_CASE("lists of assignments are read where the key says that it is one", "[embedded]") {
  const auto row = GENERATE(values<Row>({
      {"load-balancer-attributes",
       "idle_timeout.timeout_seconds=60,deletion_protection.enabled=true",
       "idle_timeout.timeout_seconds=60|deletion_protection.enabled=true"},
      {"feature-gates", "NodeSwap=true", "NodeSwap=true"},
      {"attributes", "a,b", ""},
  }));
  CAPTURE(row.value);
  CHECK(parts(row.key, row.value) == row.expected);
}
