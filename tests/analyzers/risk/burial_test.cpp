#include "analyzers/risk/burial.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

// `files` files of `lines` changed lines about `domain` each, then one line about the pool.
double score(std::size_t files, int lines, const std::string& domain, bool noise) {
  ChangeSet changes;
  changes.files.resize(files + 1);
  changes.diff_lines = static_cast<int>(files) * lines + 10;
  std::vector<Chunk> chunks;
  for (std::size_t f = 0; f <= files; ++f) {
    Chunk chunk;
    chunk.file = f;
    chunk.hunk = 0;
    chunk.new_lines = f == files ? 1 : lines;
    chunk.domain = f == files ? "connection-pool" : domain;
    chunk.noise = f != files && noise;
    chunks.push_back(chunk);
  }
  const Burial burial =
      BurialMap(changes, chunks).of("connection-pool", files, changes.diff_lines - 2);
  CHECK(burial.score >= 0);
  CHECK(burial.score <= 1);
  CHECK(burial.same_domain_lines + burial.other_lines == static_cast<int>(files) * lines + 1);
  return burial.score;
}

} // namespace

TEST_CASE("a line is hidden by what surrounds it", "[burial]") {
  CHECK(score(0, 0, "tls", false) < 0.05);
  CHECK(score(5, 100, "tls", false) > score(5, 5, "tls", false));
  CHECK(score(5, 100, "tls", false) > score(5, 100, "connection-pool", false));
  CHECK(score(5, 100, "tls", true) > score(5, 100, "tls", false));
  CHECK(score(5, 100, "tls", true) > 0.7);
}

TEST_CASE("the founding incident is hidden as docs/burial.md computes it", "[burial]") {
  ChangeSet changes;
  changes.files.resize(18);
  changes.diff_lines = 847;
  std::vector<Chunk> chunks(2);
  chunks[0].new_lines = 474;
  chunks[0].old_lines = 89;
  chunks[0].domain = "tls";
  chunks[1].file = 13;
  chunks[1].new_lines = chunks[1].old_lines = 1;
  chunks[1].domain = "connection-pool";
  const Burial burial = BurialMap(changes, chunks).of("connection-pool", 13, 643);
  CHECK(burial.other_lines == 563);
  CHECK(burial.same_domain_lines == 2);
  CHECK(burial.score == Approx(0.580).margin(0.0005));
  CHECK(BurialMap::describe(burial, 13, 18, "connection-pool") ==
        "it is line 643 of 847 of the diff, in file 14 of 18, and only 2 of 565 changed lines are "
        "about connection pool");
}

TEST_CASE("an earlier place hides less", "[burial]") {
  ChangeSet changes;
  changes.files.resize(3);
  changes.diff_lines = 300;
  std::vector<Chunk> chunks(3);
  for (std::size_t f = 0; f < 3; ++f) {
    chunks[f].file = f;
    chunks[f].hunk = 0;
    chunks[f].new_lines = 100;
    chunks[f].domain = "tls";
  }
  const BurialMap map(changes, chunks);
  CHECK(map.of("tls", 0, 10).score < map.of("tls", 2, 290).score);
}
