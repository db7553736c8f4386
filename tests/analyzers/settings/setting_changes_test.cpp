#include "analyzers/settings/setting_changes.hpp"

#include "base/text.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace leadline;

namespace {

// A diff of two texts by their longest common subsequence, as git would print it with `context`
// lines around.
FileChange diff_of(const std::string& path, const std::string& before, const std::string& after,
                   int context) {
  const auto olds = split_lines(before);
  const auto news = split_lines(after);
  const std::size_t rows = olds.size(), columns = news.size();
  std::vector<std::vector<int>> best(rows + 1, std::vector<int>(columns + 1));
  for (std::size_t r = rows; r-- > 0;) {
    for (std::size_t c = columns; c-- > 0;) {
      best[r][c] =
          olds[r] == news[c] ? best[r + 1][c + 1] + 1 : std::max(best[r + 1][c], best[r][c + 1]);
    }
  }
  std::vector<DiffLine> all;
  std::size_t r = 0, c = 0;
  while (r < rows || c < columns) {
    DiffLine line;
    if (r < rows && c < columns && olds[r] == news[c]) {
      line = {LineKind::context,   static_cast<int>(r + 1), static_cast<int>(c + 1), 0, false,
              std::string(olds[r])};
      ++r, ++c;
    } else if (r < rows && (c == columns || best[r + 1][c] >= best[r][c + 1])) {
      line = {LineKind::removed, static_cast<int>(r + 1), 0, 0, false, std::string(olds[r])};
      ++r;
    } else {
      line = {LineKind::added, 0, static_cast<int>(c + 1), 0, false, std::string(news[c])};
      ++c;
    }
    all.push_back(line);
  }
  FileChange file;
  file.old_path = file.new_path = path;
  file.diff_line = 1;
  int diff_line = 4;
  const auto near = [&](std::size_t i) {
    const auto reach = static_cast<std::size_t>(context);
    const std::size_t first = i > reach ? i - reach : 0;
    for (std::size_t k = first; k < std::min(all.size(), i + reach + 1); ++k) {
      if (all[k].kind != LineKind::context) {
        return true;
      }
    }
    return false;
  };
  bool open = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!near(i)) {
      open = false;
      continue;
    }
    if (!open) {
      file.hunks.emplace_back();
      file.hunks.back().diff_line = ++diff_line;
      open = true;
    }
    Hunk& hunk = file.hunks.back();
    all[i].diff_line = ++diff_line;
    hunk.lines.push_back(all[i]);
    hunk.old_start = hunk.old_start == 0 ? all[i].old_line : hunk.old_start;
    hunk.new_start = hunk.new_start == 0 ? all[i].new_line : hunk.new_start;
    hunk.old_lines += all[i].old_line != 0 ? 1 : 0;
    hunk.new_lines += all[i].new_line != 0 ? 1 : 0;
  }
  return file;
}

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
           diff_of(path, before, after, 3), 0, FileVersion{before, {}}, FileVersion{after, {}})) {
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
      {"quotes only", "a.yml", "a: true\nb: '5'\nc: x\n", "a: \"true\"\nb: 5\nc: 'x'\n", ""},
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
  const FileChange file = diff_of("a.yaml", before, after, 3);
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
