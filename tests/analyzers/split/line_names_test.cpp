#include "analyzers/split/line_names.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace leadline;

namespace {

using Names = std::vector<std::string>;

Names defined(const std::string& path, const std::string& line) {
  return NameReader(path).read(line).defines;
}

bool holds(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

TEST_CASE("definitions are found by word, shape and place", "[split][names]") {
  struct Row {
    const char* path;
    const char* line;
    const char* name; // "" the line defines nothing
  };
  const std::vector<Row> rows = {
      {"a.c", "int parse_wide_header(const char *text, int size)", "parse_wide_header"},
      {"a.c", "static inline struct conn *open_pool(void) {", "open_pool"},
      {"a.c", "  return parse_wide_header(text, 3);", ""},
      {"a.c", "  int width = parse_wide_header(text);", ""},
      {"a.c", "  if (parse_wide_header(text)) {", ""},
      {"a.c", "#define POOL_LIMIT 20", "POOL_LIMIT"},
      {"a.c", "struct pool *pool_of(void);", ""},
      {"a.h", "struct pool *pool_of(void);", "pool_of"},
      {"a.c", "struct pool_state {", "pool_state"},
      {"a.c", "static const int pool_limit = 3;", "pool_limit"},
      {"a.cpp", "void Pool::reconnect(int times) {", "reconnect"},
      {"a.cpp", "enum class PoolMode { open };", "PoolMode"},
      {"a.cpp", "template <typename T> class PoolOf {", "PoolOf"},
      {"a.cpp", "class PoolOf;", ""},
      {"a.cpp", "  Pool pool(make_pool());", ""},
      {"a.sh", "compute_cluster_size() {", "compute_cluster_size"},
      {"a.sh", "compute_cluster_size 3", ""},
      {"a.sh", "export CLUSTER_SIZE=3", "CLUSTER_SIZE"},
      {"a.rb", "  def self.normalise_currency(x)", "normalise_currency"},
      {"a.rb", "module Billing", "Billing"},
      {"a.rb", "LOCALES = %w[en]", "LOCALES"},
      {"a.rb", "total = 3", ""},
      {"A.java", "  static int quantizeShipment(int x) { return x; }", "quantizeShipment"},
      {"A.java", "  Invoice findInvoice(String id);", "findInvoice"},
      {"A.java", "    return quantizeShipment(3);", ""},
      {"A.java", "    new Invoice(3);", ""},
      {"A.java", "  private static final int LIMIT = 3;", "LIMIT"},
      {"A.java", "import org.acme.Invoice;", ""},
      {"A.cs", "  public async Task<Invoice> FindInvoice(int id)", "FindInvoice"},
      {"A.kt", "data class Invoice(val total: Int)", "Invoice"},
      {"a.go", "func (s *S) FlushTelemetry(x int) int {", "FlushTelemetry"},
      {"a.go", "func TokenBucket[T any](rate int) int {", "TokenBucket"},
      {"a.go", "\tbucket := TokenBucket(3)", ""},
      {"a.rs", "pub(crate) async fn poll_once() {", "poll_once"},
      {"a.py", "RETRY_HORIZON_SECONDS = 30", "RETRY_HORIZON_SECONDS"},
      {"a.py", "    horizon = 30", ""},
      {"a.py", "horizon == 30", ""},
      {"a.py", "    async def fetch_rows(self):", "fetch_rows"},
      {"a.py", "# def fetch_rows(self):", ""},
      {"a.py", "from lib.billing import charge_customer", ""},
      {"a.js", "const { poolLogger } = require(\"../lib/pool_logger\");", ""},
      {"a.js", "const poolLogger = require(\"../lib/pool_logger\");", ""},
      {"a.js", "import { poolLogger } from '../lib/pool_logger';", ""},
      {"a.js", "export { poolLogger } from './impl';", ""},
      {"a.js", "exports.poolLogger = () => {};", "poolLogger"},
      {"a.ts", "export const poolLogger = () => {};", "poolLogger"},
      {"a.ts", "  const poolLogger = 3;", ""},
      {"a.ts", "import type { PoolLogger } from './types';", ""},
      {"a.ts", "  async chargeCustomer(amount: number): Promise<void> {", "chargeCustomer"},
      {"a.ts", "  chargeCustomer(amount);", ""},
      {"a.ts", "  while (chargeCustomer) {", ""},
      {"a.tf", "variable \"apply_mode\" {", "apply_mode"},
      {"a.tf", "resource \"aws_instance\" \"worker\" {", "worker"},
      {"a.yml", "type: session", ""},
      {"a.yml", "pool_mode: session # let postgres breathe", ""},
      {"a.md", "def compute_cluster_size():", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path, row.line);
    const std::string name = row.name;
    CHECK(defined(row.path, row.line) == (name.empty() ? Names{} : Names{name}));
  }
}

TEST_CASE("comments and strings are no uses, and code inside of strings is", "[split][names]") {
  const auto uses = [](const std::string& path, const std::string& line) {
    return NameReader(path).read(line).uses;
  };
  CHECK(uses("a.py", "x = \"the fetch_rows of old\"  # fetch_more") == Names{});
  CHECK(uses("a.py", "x = f\"{fetch_rows()} rows\"") == Names{"fetch_rows"});
  CHECK(uses("a.js", "run(`${fetchRows()} rows` /* fetchMore */);") == Names{"fetchRows"});
  CHECK(uses("a.rb", "puts \"#{fetch_rows} rows\"") == Names{"fetch_rows"});
  CHECK(uses("a.sh", "echo \"$fetch_rows rows\" 'fetch_more'") == Names{"fetch_rows"});
  CHECK(uses("a.c", " * of fetch_rows") == Names{});
  NameReader python("a.py");
  CHECK(python.read("\"\"\"The fetch_rows").uses.empty());
  CHECK(python.read("of old, of fetch_rows\"\"\"").uses.empty());
  CHECK(python.read("fetch_rows()").uses == Names{"fetch_rows"});
}

TEST_CASE("keys, columns, and what reads them", "[split][names]") {
  struct Row {
    const char* path;
    const char* line;
    const char* key;
    const char* read;
  };
  const std::vector<Row> rows = {
      {"values.yaml", "  replicaCount: 3", "replicaCount", ""},
      {"values.yaml", "  - name: PREFETCH_LIMIT", "PREFETCH_LIMIT", ""},
      {"a.json", "  \"pool_size\": 3,", "pool_size", ""},
      {"a.properties", "spring.pool.maxActive=3", "maxActive", ""},
      {".env", "POOL_LIMIT=3", "POOL_LIMIT", ""},
      {"a.ini.j2", "size = {{ pool_limit }}", "", "pool_limit"},
      {"c/templates/d.yaml", "  replicas: {{ .Values.replicaCount }}", "", "replicaCount"},
      {"a.yml", "url: ${SERVICE_ADDRESS:-none}", "", "SERVICE_ADDRESS"},
      {"a.py", "x = os.environ[\"POOL_LIMIT\"]", "", "POOL_LIMIT"},
      {"a.py", "x = config.get(\"timeout\")", "", "timeout"},
      {"a.tf", "  apply_mode = \"immediate\"", "", "apply_mode"},
      {"prod.tfvars", "apply_mode = \"immediate\"", "", "apply_mode"},
      {"db/migrate/1_x.rb", "    add_column :users, :preferred_locale, :string", "preferred_locale",
       ""},
      {"db/migrate/1_x.rb", "      t.string :preferred_locale", "preferred_locale", ""},
      {"migrations/2.sql", "ALTER TABLE users ADD COLUMN IF NOT EXISTS preferred_locale text;",
       "preferred_locale", ""},
      {"migrations/3.py", "    op.add_column('users', sa.Column('preferred_locale', sa.String()))",
       "preferred_locale", ""},
      {"user.rb", "  validates :preferred_locale, presence: true", "", "preferred_locale"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path, row.line);
    const LineNames names = NameReader(row.path).read(row.line);
    CHECK((*row.key == 0 || holds(names.keys, row.key) || holds(names.columns, row.key)));
    CHECK((*row.read == 0 || holds(names.reads, row.read)));
  }
  CHECK(NameReader("a.py").read("x = \"timeout\"").reads.empty());
  CHECK(NameReader("a.yml").read("# pool_size: 3").keys.empty());
}
