#include "analyzers/split/imports.hpp"

#include "analyzers/split/plan.hpp"
#include "tests/analyzers/split/split_builder.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::SplitBuilder;

namespace {

using Rows = std::vector<std::string>;

// "user > owner: name" for each need between the two chunks of one file.
Rows needs_of(const std::string& path, const Rows& import, const Rows& use) {
  SplitBuilder builder;
  builder.file(path, "application-code", {import, use});
  Rows found;
  each_import_need(builder.changes, builder.report, make_units(builder.changes, builder.report),
                   [&](const UnitNeed& need) {
                     found.push_back(std::to_string(need.user) + " > " +
                                     std::to_string(need.owner) + ": " + need.name);
                   });
  return found;
}

} // namespace

TEST_CASE("an import comes with what uses it in its file", "[split][imports]") {
  struct Row {
    std::string path;
    std::string import;
    std::string use;
    std::string name; // "": nothing binds them
  };
  const std::vector<Row> rows = {
      {"a.py", "+import hashlib", "+    return hashlib.sha256(x)", "hashlib"},
      {"a.py", "+import os.path", "+    return os.getcwd()", "os"},
      {"a.py", "+import numpy as np", "+    return np.zeros(3)", "np"},
      {"a.py", "+from lib.pool import Pool, Limiter as Lim", "+    return Lim(3)", "Lim"},
      {"a.py", "+from lib.pool import Pool", "+    return lib", ""},
      {"a.py", "+import hashlib", "+    return \"hashlib\"", ""},
      {"a.ts", "+import { PoolLog } from \"./pool\";", "+  new PoolLog();", "PoolLog"},
      {"a.ts", "+const { fmtLine } = require(\"./fmt\");", "+  fmtLine(3);", "fmtLine"},
      {"a.go", "+\t\"github.com/acme/boulder/core\"", "+\tk := core.Make(3)", "core"},
      {"a.go", "+\t\"github.com/acme/pool/v2\"", "+\tk := pool.Make(3)", "pool"},
      {"a.go", "+\tpb \"github.com/acme/proto\"", "+\tk := pb.Make(3)", "pb"},
      {"A.java", "+import org.acme.Pool;", "+    Pool p = open();", "Pool"},
      {"a.rs", "+use crate::pool::{Limit, Pool};", "+    let p = Pool::new();", "Pool"},
      {"a.rs", "+use crate::pool::Pool;", "+    let p = Pool::new();", "Pool"},
      {"a.cpp", "+#include \"pool/limiter.h\"", "+  Limiter limiter(3);", "limiter"},
      {"a.rb", "+require \"digest\"", "+  Digest::SHA256.new", "digest"},
      {"a.md", "+import hashlib", "+hashlib is good", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path, row.import, row.use);
    const Rows wanted = row.name.size() < 2 ? Rows{} : Rows{"1 > 0: " + row.name};
    CHECK(needs_of(row.path, {" #", row.import}, {" #", row.use}) == wanted);
  }
}

TEST_CASE("a list over several lines is an import, one that goes goes last, one that only changes "
          "binds nothing",
          "[split][imports]") {
  CHECK(needs_of("a.py", {" from lib.pool import (", "     Pool,", "+    Limiter,", " )"},
                 {" def f():", "+    return Limiter(3)"}) == Rows{"1 > 0: Limiter"});
  CHECK(needs_of("a.py", {" from lib.pool import (", "     Pool,", " )", "+Limiter = 3"},
                 {" def f():", "+    return Limiter + 3"})
            .empty());
  CHECK(needs_of("a.py", {" #", "-import hashlib"}, {" #", "-    hashlib.sha256(x)"}) ==
        Rows{"0 > 1: hashlib"});
  CHECK(needs_of("a.py", {" #", "-from a import Pool", "+from a import Limit, Pool"},
                 {" #", "+    return Pool(3)"})
            .empty());
}

TEST_CASE("an import moves to the draft that uses it", "[split][imports]") {
  const auto moved = [](int lines, bool at_home) {
    std::vector<SplitUnit> units(4);
    units[0].lines = lines;
    UnitNeed need;
    need.user = 2;
    need.owner = 0;
    need.import = ImportEnd::owner;
    std::vector<UnitNeed> needs = {need};
    if (at_home) {
      need.user = 1;
      needs.push_back(need);
    }
    std::vector<std::vector<std::size_t>> found;
    for (const Draft& draft :
         with_imports(units, needs, {{{0, 1}, 1, {}, {}}, {{2}, 2, {}, {}}, {{3}, 3, {}, {}}})) {
      found.push_back(draft.units);
    }
    return found;
  };
  using Groups = std::vector<std::vector<std::size_t>>;
  CHECK(moved(1, false) == Groups{{1}, {0, 2}, {3}});
  CHECK(moved(7, false) == Groups{{0, 1}, {2}, {3}});
  CHECK(moved(1, true) == Groups{{0, 1}, {2}, {3}});
}
