#include "analyzers/settings/setting_changes.hpp"

#include "tests/support/text_diff.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace leadline;

namespace {

std::string text_of(const SettingChange& change) {
  const std::string key = change.any().key.text();
  switch (change.change) {
  case ChangeKind::modified:
    return "~ " + key + ": " + change.old_setting->value + " -> " + change.new_setting->value;
  case ChangeKind::added:
    return "+ " + key + ": " + change.new_setting->value;
  case ChangeKind::removed:
    return "- " + key + ": " + change.old_setting->value;
  }
  return {};
}

std::string changes_between(const std::string& path, const std::string& before,
                            const std::string& after) {
  std::string text;
  for (const SettingChange& change : setting_changes(
           text_diff(path, before, after, 3), 0, FileVersion{before, {}}, FileVersion{after, {}})) {
    text += text_of(change) + "\n";
  }
  return text;
}

struct Row {
  const char* what;
  const char* path;
  const char* before;
  const char* after;
  const char* expected;
};

} // namespace

TEST_CASE("two versions of a file yield what changed in it", "[setting_changes]") {
  const std::vector<Row> rows = {
      {"a value", "pgbouncer.ini", "[pgbouncer]\nmax_client_conn = 200\n",
       "[pgbouncer]\nmax_client_conn = 20\n", "~ pgbouncer.max_client_conn: 200 -> 20\n"},
      {"values exchanged between two sections", "prod/app.ini",
       "[pgbouncer]\nmax_client_conn = 800\n[other]\nmax_client_conn = 80\n",
       "[pgbouncer]\nmax_client_conn = 80\n[other]\nmax_client_conn = 800\n",
       "~ pgbouncer.max_client_conn: 800 -> 80\n~ other.max_client_conn: 80 -> 800\n"},
      {"a value that git shows in another section", "prod/app.ini",
       "[api]\npool_size = 60\n[worker]\npool_size = 6\n",
       "[api]\npool_size = 6\n[worker]\npool_size = 12\n",
       "~ api.pool_size: 60 -> 6\n~ worker.pool_size: 6 -> 12\n"},
      {"values exchanged in YAML", "prod/v.yaml", "api:\n  memory: 4Gi\nweb:\n  memory: 1Gi\n",
       "api:\n  memory: 1Gi\nweb:\n  memory: 4Gi\n",
       "~ api.memory: 4Gi -> 1Gi\n~ web.memory: 1Gi -> 4Gi\n"},
      {"names of blocks exchanged", "values-prod.yaml",
       "api:\n  replicas: 6\n  pool: 40\nworker:\n  replicas: 1\n  pool: 4\n",
       "worker:\n  replicas: 6\n  pool: 40\napi:\n  replicas: 1\n  pool: 4\n",
       "~ worker.replicas: 1 -> 6\n~ worker.pool: 4 -> 40\n"
       "~ api.replicas: 6 -> 1\n~ api.pool: 40 -> 4\n"},
      {"names of items exchanged", "prod/v.yaml",
       "items:\n- name: api\n  pool: 60\n- name: worker\n  pool: 6\n",
       "items:\n- name: worker\n  pool: 60\n- name: api\n  pool: 6\n",
       "~ items[api].pool: 60 -> 6\n~ items[worker].pool: 6 -> 60\n"},
      {"a section that goes leaves its value to the one above", "a.ini", "[a]\nx = 1\n[b]\nx = 2\n",
       "[a]\nx = 2\n", "~ a.x: 1 -> 2\n- b.x: 2\n"},
      {"blocks in another order", "v.yaml", "api:\n  pool: 60\nweb:\n  pool: 6\n",
       "web:\n  pool: 6\napi:\n  pool: 60\n", ""},
      {"an item without a name before others", "a.yml", "a:\n- x: 1\n  y: 1\n- x: 2\n  y: 2\n",
       "a:\n- x: 0\n  y: 0\n- x: 1\n  y: 1\n- x: 2\n  y: 2\n", "+ a[0].x: 0\n+ a[0].y: 0\n"},
      {"quotes only", "a.yml", "a: true\nb: '5'\nc: x\n", "a: \"true\"\nb: 5\nc: 'x'\n", ""},
      {"nothing and its name in quotes", "a.py", "SAMESITE = None\n", "SAMESITE = \"None\"\n",
       "~ SAMESITE: None -> None\n"},
      {"lines that end with a return alone", "prod/pgbouncer.ini",
       "[pgbouncer]\rmax_client_conn = 200\rpool_mode = session\r",
       "[pgbouncer]\rmax_client_conn = 20\rpool_mode = session\r",
       "~ pgbouncer.max_client_conn: 200 -> 20\n"},
      {"of a file without a telling name", "settings.conf", "[a]\rsize_x = 200\rsize_y = 1\r",
       "[a]\rsize_x = 20\rsize_y = 1\r", "~ a.size_x: 200 -> 20\n"},
      {"of a program", "a.py", "MAX = 200\rMIN = 1\r", "MAX = 20\rMIN = 1\r", "~ MAX: 200 -> 20\n"},
      {"one that hides behind a comment", "app.ini", "[a]\nx = 1\n",
       "[a]\n# note\rsize_x = 20\nx = 1\n", "+ a.size_x: 20\n"},
      {"the ends of Windows are none", "a.ini", "[a]\r\nx = 1\r\n", "[a]\r\nx = 2\r\n",
       "~ a.x: 1 -> 2\n"},
      {"a language with braces that nobody reads", "modules/db.nix",
       "{ config, ... }:\n{\n  services.postgresql = {\n    enable = true;\n"
       "    settings.max_connections = 200;\n  };\n}\n",
       "{ config, ... }:\n{\n  services.postgresql = {\n    enable = true;\n"
       "    settings.max_connections = 20;\n  };\n}\n",
       "~ settings.max_connections: 200 -> 20\n"},
      {"a style sheet", "web/a.css", ".a {\n  display: block;\n  z-index: 10;\n}\n",
       ".a {\n  display: none;\n  z-index: 1;\n}\n", ""},
      {"another alias", "a.yml", "x: &a 5\ny: &b 6\nz: *a\n", "x: &a 5\ny: &b 6\nz: *b\n",
       "~ z: *a -> *b\n"},
      {"an anchor's value where it stands", "a.yml", "x: &a 5\nz: *a\n", "x: &a 7\nz: *a\n",
       "~ x: 5 -> 7\n"},
      {"a header that is always set", "apache2.conf", "Header set X-A \"b\"\n",
       "Header always set X-A \"b\"\n", ""},
      {"a default within a template", "redis.conf.j2", "timeout {{ t | default(300) }}\n",
       "timeout {{ t | default(30) }}\n",
       "~ timeout: {{ t | default(300) }} -> {{ t | default(30) }}\n"
       "~ timeout.timeout[default]: 300 -> 30\n"},
      {"the case of a switch", "a.yml", "a: True\n", "a: true\n", ""},
      {"a comment behind a value", "a.ini", "a = 1\n", "a = 1 ; one\n", ""},
      {"commented out", "a.yml", "a: 1\nb: 2\n", "a: 1\n# b: 2\n", "- b: 2\n"},
      {"moved", "a.ini", "a = 1\nb = 2\nc = 3\n", "b = 2\nc = 3\na = 1\n", ""},
      {"wrapped in a parent", "v.yaml", "pool:\n  size: 5\n  wait: 3\n",
       "app:\n  pool:\n    size: 5\n    wait: 3\n", ""},
      {"wrapped and changed", "v.yaml", "pool:\n  size: 5\n", "app:\n  pool:\n    size: 2\n",
       "~ app.pool.size: 5 -> 2\n"},
      {"a renamed parent of unchanged lines", "d.yaml",
       "r:\n  limits:\n    memory: 1Gi\n    cpu: 2\n",
       "r:\n  requests:\n    memory: 1Gi\n    cpu: 2\n",
       "- r.limits.memory: 1Gi\n- r.limits.cpu: 2\n+ r.requests.memory: 1Gi\n+ r.requests.cpu: "
       "2\n"},
      {"a renamed section", "my.cnf", "[mysqld]\nmax_connections=500\n",
       "[mysql]\nmax_connections=500\n",
       "- mysqld.max_connections: 500\n+ mysql.max_connections: 500\n"},
      {"a section header between", "a.ini", "[a]\nx=1\ny=2\n", "[a]\nx=1\n[b]\ny=2\n",
       "- a.y: 2\n+ b.y: 2\n"},
      {"an item inserted before others", "d.yaml", "args:\n  - a\n  - b\n",
       "args:\n  - new\n  - a\n  - b\n", "+ args[0]: new\n"},
      {"an item changed and one inserted", "d.yaml",
       "hosts:\n  - web-1.example.com\n  - db-1.example.com\n",
       "hosts:\n  - cache\n  - web-2.example.com\n  - db-1.example.com\n",
       "+ hosts[0]: cache\n~ hosts[1]: web-1.example.com -> web-2.example.com\n"},
      {"a renamed parent and another value", "a.yml", "mem_60_6:\n  limit: 1\n",
       "mem_60_7:\n  limit: 2\n", "~ mem_60_7.limit: 1 -> 2\n"},
      {"another parent with the same value", "a.yml", "limits:\n  cpu: 1\n",
       "requests:\n  cpu: 1\n", "- limits.cpu: 1\n+ requests.cpu: 1\n"},
      {"a renamed item changes its name only", "d.yaml",
       "containers:\n- name: web\n  image: a:1\n  tty: true\n",
       "containers:\n- name: app\n  image: a:1\n  tty: true\n",
       "~ containers[app].name: web -> app\n"},
      {"another key", "a.ini", "timeout = 5\n", "deadline = 5\n", "- timeout: 5\n+ deadline: 5\n"},
      {"another spelling", "my.cnf", "query-cache-size = 5\n", "query_cache_size = 5\n", ""},
      {"values swapped between documents", "d.yaml", "a:\n  n: 3\n---\na:\n  n: 2\n",
       "a:\n  n: 2\n---\na:\n  n: 3\n", "~ a.n: 3 -> 2\n~ a.n: 2 -> 3\n"},
      {"a block removed", "a.yml", "keep: 1\ntls:\n  verify: true\n  min: '1.2'\n", "keep: 1\n",
       "- tls.verify: true\n- tls.min: 1.2\n"},
      {"a value given to an empty key", "a.yml", "a:\nb: 1\n", "a: 5\nb: 1\n", "~ a:  -> 5\n"},
      {"an environment entry", "d.yaml", "env:\n- name: MAX\n  value: \"20\"\n",
       "env:\n- name: MAX\n  value: \"2\"\n", "~ env.MAX: 20 -> 2\n"},
      {"a line of a folded value", "a.yml", "a: one\n  two\n  three\nb: 1\n",
       "a: one\n  2\n  three\nb: 1\n", "~ a: one two three -> one 2 three\n"},
      {"a list on one line", "a.yml", "tls: [a, b]\n", "tls: ['a',  'c']\n",
       "~ tls: [a, b] -> ['a',  'c']\n"},
      {"white space of a list", "a.yml", "tls: [a, b]\n", "tls: [ 'a',\"b\" ]\n", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(changes_between(row.path, row.before, row.after) == row.expected);
  }
}

TEST_CASE("a diff alone tells the changes with the file's line numbers", "[setting_changes]") {
  std::string before = "data:\n  pool:\n";
  for (int i = 0; i < 30; ++i) {
    before += "    key" + std::to_string(i) + ": " + std::to_string(i) + "\n";
  }
  std::string after = before;
  after.replace(after.find("key20: 20"), 9, "key20: 2");
  const FileChange file = text_diff("a.yaml", before, after, 3);
  const auto changes = setting_changes(file, 7, FileVersion::from_hunks(file, Side::base),
                                       FileVersion::from_hunks(file, Side::head));
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].file == 7);
  CHECK(changes[0].change == ChangeKind::modified);
  CHECK(changes[0].any().key.leaf() == "key20");
  CHECK(changes[0].old_setting->first_line == 23);
  CHECK(changes[0].new_setting->first_line == 23);
  CHECK(changes[0].diff_line == file.hunks[0].lines[4].diff_line);
}

TEST_CASE("an exchange is told on changed lines, in a diff alone as well", "[setting_changes]") {
  const std::string before = "[pgbouncer]\nmax_client_conn = 800\n[other]\nmax_client_conn = 80\n";
  const std::string after = "[pgbouncer]\nmax_client_conn = 80\n[other]\nmax_client_conn = 800\n";
  const FileChange file = text_diff("prod/app.ini", before, after, 3);
  for (const bool whole : {true, false}) {
    CAPTURE(whole);
    const auto changes = setting_changes(
        file, 0, whole ? FileVersion{before, {}} : FileVersion::from_hunks(file, Side::base),
        whole ? FileVersion{after, {}} : FileVersion::from_hunks(file, Side::head));
    REQUIRE(changes.size() == 2);
    for (const SettingChange& change : changes) {
      CHECK(change.change == ChangeKind::modified);
      CHECK(std::any_of(
          file.hunks[0].lines.begin(), file.hunks[0].lines.end(), [&](const DiffLine& line) {
            return line.kind != LineKind::context && line.diff_line == change.diff_line;
          }));
    }
  }
}

TEST_CASE("what is nested too deeply to be read is named", "[setting_changes]") {
  const auto nested = [](const std::string& open, const std::string& close, int depth,
                         const std::string& value) {
    std::string text;
    for (int i = 0; i < depth; ++i) {
      text += open;
    }
    text += value;
    for (int i = 0; i < depth; ++i) {
      text += close;
    }
    return text + "\n";
  };
  const auto unread = [&](const std::string& path, int depth, const std::string& before,
                          const std::string& open, const std::string& close) {
    const std::string old_text = before + nested(open, close, depth, "1");
    const std::string new_text = before + nested(open, close, depth, "2");
    return compare_settings(text_diff(path, old_text, new_text, 3), 0, FileVersion{old_text, {}},
                            FileVersion{new_text, {}})
        .unread;
  };
  CHECK(unread("a.json", 300, "", "[\n", "]\n") == "too deeply nested to be read");
  CHECK(unread("a.json", 300, "", "{\"a\":\n", "}\n") == "too deeply nested to be read");
  CHECK(unread("a.yaml", 300, "a: ", "[", "]") == "too deeply nested to be read");
  CHECK(unread("nginx.conf", 70, "", "http {\n", "}\n") == "too deeply nested to be read");
  CHECK(unread("nginx.conf", 50, "", "http {\n", "}\n").empty());
  CHECK(unread("a.json", 200, "", "{\"a\":\n", "}\n").empty());
  CHECK(unread("a.py", 500, "a = ", "[", "]") ==
        "too large, too deeply nested or with too long a line to be read");
  CHECK(unread("a.py", 100, "a = ", "[", "]").empty());
}
