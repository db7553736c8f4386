#include "analyzers/split/members.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace leadline;

namespace {

using Rows = std::vector<std::string>;

Rows members_of(const std::string& path, std::string_view code) {
  Rows found;
  each_member(code, language_of(path), [&](std::string_view name) { found.emplace_back(name); });
  return found;
}

} // namespace

TEST_CASE("a member of a block is told by the shape of its line", "[split][members]") {
  struct Row {
    std::string path;
    std::string code;
    Rows members;
  };
  const std::vector<Row> rows = {
      {"a.go", "\tPoolIdleLimit time.Duration", {"PoolIdleLimit"}},
      {"a.go", "\tKindPool Kind = iota", {"KindPool"}},
      {"a.go", "\tKindIdle", {"KindIdle"}},
      {"a.go", "\tFetchPool(n int) error", {"FetchPool"}},
      {"a.go", "\tPoolIdleLimit: 3,", {}},
      {"a.go", "\treturn PoolIdleLimit", {}},
      {"a.go", "\tpool.Fetch(3)", {}},
      {"a.go", "PoolIdleLimit time.Duration", {}},
      {"a.rs", "    pub pool_size: usize,", {"pool_size"}},
      {"a.rs", "    pub(crate) pool_size: usize,", {"pool_size"}},
      {"a.rs", "    pool_size: 3,", {}},
      {"a.rs", "    PoolIdle(u32),", {"PoolIdle"}},
      {"a.rs", "    PoolIdle(u32);", {}},
      {"a.h", "  int pool_size = 3;", {"pool_size"}},
      {"a.h", "  std::vector<int> pool_sizes;", {"pool_sizes"}},
      {"a.h", "  kPoolIdle,", {"kPoolIdle"}},
      {"a.h", "  POOL_IDLE = 2,", {"POOL_IDLE"}},
      {"a.c", "  return pool_size;", {}},
      {"a.c", "  pool->size = 3;", {}},
      {"A.java", "  private final int poolSize;", {"poolSize"}},
      {"A.java", "  POOL_IDLE,", {"POOL_IDLE"}},
      {"A.cs", "  public int PoolSize { get; set; }", {"PoolSize"}},
      {"a.ts", "  poolSize?: number;", {"poolSize"}},
      {"a.ts", "  poolSize: 3,", {}},
      {"a.py", "    pool_size: int = 3", {"pool_size"}},
      {"a.py", "        self.pool_size = 3", {"pool_size"}},
      {"a.py", "        self.pool_size == 3", {}},
      {"a.py", "    else:", {}},
      {"a.rb", "  attr_accessor :pool_size, :pool_name", {"pool_size", "pool_name"}},
      {"a.proto", "  repeated string pool_names = 3;", {"pool_names"}},
      {"a.proto", "  option deprecated = true;", {}},
      {"a.yaml", "  pool_size: 3", {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path, row.code);
    CHECK(members_of(row.path, row.code) == row.members);
  }
}

TEST_CASE("what reaches into a block names a member", "[split][members]") {
  Rows found;
  for (const std::string_view code : {"a.one(b->two, C::three)", "{four: 4}", "a::b five ...six"}) {
    each_access(code, [&](std::string_view name) { found.emplace_back(name); });
  }
  CHECK(found == Rows{"one", "two", "three", "four", "b"});
}

TEST_CASE("a field is one whatever generated code makes of its name", "[split][members]") {
  CHECK(without_spelling("pool_size") == "poolsize");
  CHECK(without_spelling("PoolSize") == "poolsize");
  CHECK(without_spelling("GetPoolSize") == "poolsize");
  CHECK(without_spelling("set_pool_size") == "poolsize");
  CHECK(without_spelling("settings") == "settings");
}
