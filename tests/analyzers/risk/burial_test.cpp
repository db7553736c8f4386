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
