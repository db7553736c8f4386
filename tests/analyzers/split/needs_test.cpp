#include "analyzers/split/needs.hpp"

#include "analyzers/split/plan.hpp"
#include "tests/analyzers/split/split_builder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace leadline;
using leadline::test::outline;
using leadline::test::SplitBuilder;

namespace {

using Rows = std::vector<std::string>;

struct Part {
  std::string path;
  Rows lines; // as in a diff; all '+' of a file that is added
  bool added = false;
};

SplitBuilder built(const std::vector<Part>& parts) {
  SplitBuilder builder;
  for (const Part& part : parts) {
    if (part.added) {
      builder.added(part.path, "application-code", part.lines);
    } else {
      builder.file(part.path, "application-code", {part.lines});
    }
  }
  return builder;
}

// "user > owner: name" for each need.
Rows needs_of(const std::vector<Part>& parts) {
  const SplitBuilder builder = built(parts);
  const std::vector<SplitUnit> units = make_units(builder.changes, builder.report);
  Rows rows;
  for (const UnitNeed& need : unit_needs(builder.changes, builder.report, units)) {
    const auto path = [&](std::size_t unit) {
      return builder.changes.files[units[unit].file].path();
    };
    rows.push_back(path(need.user) + " > " + path(need.owner) + ": " + need.name);
  }
  return rows;
}

} // namespace

TEST_CASE("what is used comes before its use, whatever the language", "[split][needs]") {
  struct Row {
    std::vector<Part> parts;
    Rows needs;
  };
  const std::vector<Row> rows = {
      {{{"src/db.js", {"+const { poolLogger } = require(\"../lib/pool_logger\");"}},
        {"lib/pool_logger.js", {"exports.other = 1;"}, true}},
       {"src/db.js > lib/pool_logger.js: lib/pool_logger.js"}},
      {{{"app/a.ts", {"+const { chargeCustomer } = await import(\"../util/billing\");"}},
        {"util/billing.ts", {"export { chargeCustomer } from \"./impl\";"}, true},
        {"util/impl.ts", {"exports.chargeCustomer = (n) => n;"}, true}},
       {"app/a.ts > util/billing.ts: util/billing.ts", "app/a.ts > util/impl.ts: chargeCustomer",
        "util/billing.ts > util/impl.ts: chargeCustomer"}},
      {{{"app/main.py", {"+from lib.billing import charge_it"}},
        {"src/lib/billing.py", {"x = 1"}, true}},
       {"app/main.py > src/lib/billing.py: src/lib/billing.py"}},
      {{{"app/main.py", {"+from .billing import charge_it"}}, {"app/billing.py", {"x = 1"}, true}},
       {"app/main.py > app/billing.py: app/billing.py"}},
      {{{"a/main.c", {"+#include \"pool.h\""}}, {"include/pool.h", {"int x;"}, true}},
       {"a/main.c > include/pool.h: include/pool.h"}},
      {{{"a/main.rb", {"+require_relative \"../lib/pool\""}}, {"lib/pool.rb", {"x = 1"}, true}},
       {"a/main.rb > lib/pool.rb: lib/pool.rb"}},
      {{{"src/A.java", {"+import org.acme.Pool;"}},
        {"src/org/acme/Pool.java", {"// nothing"}, true}},
       {"src/A.java > src/org/acme/Pool.java: src/org/acme/Pool.java"}},
      {{{"env/main.tf", {"+  source = \"../modules/db\""}}, {"modules/db/main.tf", {"# x"}, true}},
       {"env/main.tf > modules/db/main.tf: modules/db/main.tf"}},
      {{{"roles/p/tasks/main.yml", {"+    src: pool.ini.j2"}},
        {"roles/p/templates/pool.ini.j2", {"x"}, true}},
       {"roles/p/tasks/main.yml > roles/p/templates/pool.ini.j2: roles/p/templates/pool.ini.j2"}},
      {{{"base/kustomization.yaml", {"+  - pool.yaml"}}, {"base/pool.yaml", {"x"}, true}},
       {"base/kustomization.yaml > base/pool.yaml: base/pool.yaml"}},
      {{{"a.sh", {"+. ./lib.sh"}}, {"lib.sh", {"true"}, true}}, {"a.sh > lib.sh: lib.sh"}},
      {{{"a/run.sh", {"+compute_size 3"}}, {"z/lib.sh", {"+compute_size() {"}}},
       {"a/run.sh > z/lib.sh: compute_size"}},
      {{{"a/main.c", {"+  int x = parse_wide(3);"}},
        {"z/parse.h", {"+int parse_wide(int size);"}},
        {"z/parse.c", {"+int parse_wide(int size) {"}}},
       {"a/main.c > z/parse.h: parse_wide", "a/main.c > z/parse.c: parse_wide"}},
      {{{"c/templates/d.yaml", {"+  n: {{ .Values.replicaCount }}"}},
        {"c/values.yaml", {"+replicaCount: 3"}}},
       {"c/templates/d.yaml > c/values.yaml: replicaCount"}},
      {{{"a.ini.j2", {"+size = {{ pool_limit }}"}}, {"main.yml", {"+pool_limit: 3"}}},
       {"a.ini.j2 > main.yml: pool_limit"}},
      {{{"a.ini.tmpl", {"+size = {{ .MinPoolSize }}"}},
        {"index.ts", {"+export const values = { MinPoolSize: 5 };"}}},
       {"a.ini.tmpl > index.ts: MinPoolSize"}},
      {{{"a.py", {"+    sleep(conf.batch_window)"}}, {"conf.yml", {"+batch_window: 30"}}},
       {"a.py > conf.yml: batch_window"}},
      {{{"m/main.tf", {"+  mode = var.apply_mode"}},
        {"m/variables.tf", {"+variable \"apply_mode\" {"}}},
       {"m/main.tf > m/variables.tf: apply_mode"}},
      {{{"prod.tfvars", {"+apply_mode = 1"}}, {"m/variables.tf", {"+variable \"apply_mode\" {"}}},
       {"prod.tfvars > m/variables.tf: apply_mode"}},
      {{{"m/main.tf", {"+  mode = local.apply_mode"}}, {"m/locals.tf", {"+  apply_mode = 1"}}},
       {"m/main.tf > m/locals.tf: local.apply_mode"}},
      {{{"app/models/user.rb", {"+  validates :preferred_locale"}},
        {"db/migrate/1_add.rb", {"+    add_column :users, :preferred_locale, :string"}}},
       {"app/models/user.rb > db/migrate/1_add.rb: preferred_locale"}},
      {{{"spec/user_spec.rb", {"+  it { expect(user.preferred_locale).to eq 1 }"}},
        {"db/migrate/1_add.rb", {"+    add_column :users, :preferred_locale, :string"}}},
       {"spec/user_spec.rb > db/migrate/1_add.rb: preferred_locale"}},
      // Owned by several: an interface and what implements it, the values of two environments.
      {{{"a/use.go", {"+\tstore.FetchPool(3)"}},
        {"z/file.go", {"+func (f *File) FetchPool(n int) {"}},
        {"z/redis.go", {"+func (r *Redis) FetchPool(n int) {"}}},
       {"a/use.go > z/file.go: FetchPool", "a/use.go > z/redis.go: FetchPool"}},
      {{{"a/cm.yaml", {"+    batch = {{ .Values.batchWindow }}"}},
        {"z/dev.yaml", {"+batchWindow: 3"}},
        {"z/prod.yaml", {"+batchWindow: 3"}}},
       {"a/cm.yaml > z/dev.yaml: batchWindow", "a/cm.yaml > z/prod.yaml: batchWindow"}},
      {{{"a.py", {"+    run(batch_window)"}},
        {"dev.yml", {"+batch_window: 30"}},
        {"prod.yml", {"+batch_window: 60"}}},
       {"a.py > dev.yml: batch_window", "a.py > prod.yml: batch_window"}},
      // Members: by an access of a rare name, in one language; of messages in any.
      {{{"a/use.go", {"+\td.SetLimit(c.PoolIdleLimit)"}},
        {"z/conf.go", {"+\tPoolIdleLimit time.Duration"}}},
       {"a/use.go > z/conf.go: PoolIdleLimit"}},
      {{{"a/use.go", {"+\tx := msg.GetPoolSize()"}}, {"z/pool.proto", {"+  int32 pool_size = 3;"}}},
       {"a/use.go > z/pool.proto: GetPoolSize"}},
      {{{"a/use.go", {"+\tfmt.Println(PoolIdleLimit)"}},
        {"z/conf.go", {"+\tPoolIdleLimit time.Duration"}}},
       {}},
      {{{"a/use.go", {"+\td.SetLimit(c.PoolIdleLimit)"}},
        {"z/conf.go", {"-\tPoolIdleLimit int", "+\tPoolIdleLimit    int"}}},
       {}},
      // Nothing: prose, a common word, a name that two files define, another language's name.
      {{{"log.yml", {"+- source: postgres"}}, {"db.yml", {"+mode: 3 # let postgres breathe"}}}, {}},
      {{{"a.py", {"+    run(timeout)"}}, {"conf.yml", {"+timeout: 30"}}}, {}},
      {{{"a.py", {"+    run(timeouts)"}},
        {"dev.yml", {"+timeouts: 30"}},
        {"prod.yml", {"+timeouts: 60"}}},
       {}},
      {{{"a.go", {"+\tx := makePool(3)"}}, {"b.py", {"+def makePool(size):"}}}, {}},
      {{{"docs/a.md", {"+[billing](billing.py)"}}, {"docs/billing.py", {"x = 1"}, true}}, {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.parts[0].path, row.parts[0].lines[0]);
    CHECK(needs_of(row.parts) == row.needs);
  }
}

TEST_CASE("a name of a file is looked up only while few files have it", "[split][needs]") {
  for (const std::size_t count : {40, 41}) {
    std::vector<Part> parts = {{"site/list.yml", {"+  - pool7/values.yaml"}}};
    for (std::size_t i = 0; i < count; ++i) {
      parts.push_back({"charts/pool" + std::to_string(i) + "/values.yaml", {"x"}, true});
    }
    CHECK(needs_of(parts).size() == (count == 40 ? 1 : 0));
  }
}

TEST_CASE("what is taken away goes after its uses, and what only changes binds the other way",
          "[split][needs]") {
  CHECK(needs_of({{"a.py", {"-    run(fetch_rows())"}}, {"b.py", {"-def fetch_rows():"}}}) ==
        Rows{"b.py > a.py: fetch_rows"});
  CHECK(needs_of({{"a.py", {"-    run(fetch_rows())", "+    run(fetch_rows(3))"}},
                  {"b.py", {"-def fetch_rows():", "+def fetch_rows(count):"}}}) ==
        Rows{"a.py > b.py: fetch_rows"});
}

TEST_CASE("a name that may mean other things orders, and joins nothing", "[split][plan]") {
  SplitBuilder builder;
  builder.file("db/pool.py", "connection-pool", {{" x", "+size = limit(3)", "+def session(x):"}})
      .at_stake();
  builder.file("log/log.py", "logging", {{" y", "+def limit(x):", "+    open(session)"}});
  const SplitPlan plan = plan_split(builder.changes, builder.report, {});
  REQUIRE(plan.groups.size() == 2);
  CHECK(plan.groups[0].depends_on.empty());
}

TEST_CASE("what a risky line needs is taken out of a group of much else", "[split][plan]") {
  SplitBuilder builder;
  builder
      .file("src/db.js", "connection-pool",
            {{" x", "+const { poolLogger } = require(\"../lib/log\");", "+new Pool({ max: 2 });"}})
      .at_stake();
  std::vector<Rows> hunks;
  for (int i = 0; i < 30; ++i) {
    hunks.push_back({" log", "-  log_format plain" + std::to_string(i), "+  log_format json;"});
  }
  hunks.push_back({" end", "+exports.poolLogger = () => log_format;"});
  builder.file("lib/log.js", "logging", hunks);
  const SplitPlan plan = plan_split(builder.changes, builder.report, {});
  REQUIRE(plan.groups.size() == 3);
  CHECK(plan.groups[0].additions == 1);
  CHECK(plan.groups[0].why.find("poolLogger") != std::string::npos);
  CHECK(plan.groups[1].domain == "connection-pool");
  CHECK(plan.groups[2].additions == 30);
}
