#include "analyzers/domains/chunks.hpp"

#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <map>

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

std::vector<Chunk> chunks_of(const ChangeSet& changes) {
  DomainTable domains(built_in_domains(), {});
  std::vector<Chunk> all;
  for (std::size_t i = 0; i < changes.files.size(); ++i) {
    FileToChunk input;
    input.file = &changes.files[i];
    input.index = i;
    input.role = role_of_path(changes.files[i].path());
    for (Chunk& chunk : chunk_file(input, domains)) {
      all.push_back(std::move(chunk));
    }
  }
  return all;
}

// Every changed line is in exactly one chunk, in order, and ranges count as `git diff -U0` does.
void check_partition(const ChangeSet& changes, const std::vector<Chunk>& chunks) {
  std::map<std::pair<std::size_t, int>, int> old_seen;
  std::map<std::pair<std::size_t, int>, int> new_seen;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const Chunk& chunk = chunks[i];
    if (chunk.whole_file()) {
      CHECK(chunk.old_lines + chunk.new_lines + chunk.old_start + chunk.new_start == 0);
      continue;
    }
    CHECK(chunk.old_lines + chunk.new_lines > 0);
    for (int line = 0; line < chunk.old_lines; ++line) {
      ++old_seen[{chunk.file, chunk.old_start + line}];
    }
    for (int line = 0; line < chunk.new_lines; ++line) {
      ++new_seen[{chunk.file, chunk.new_start + line}];
    }
    if (i > 0 && chunks[i - 1].file == chunk.file && !chunks[i - 1].whole_file()) {
      const Chunk& before = chunks[i - 1];
      CHECK(chunk.old_start + (chunk.old_lines == 0 ? 1 : 0) >=
            before.old_start + before.old_lines);
      CHECK(chunk.new_start + (chunk.new_lines == 0 ? 1 : 0) >=
            before.new_start + before.new_lines);
    }
  }
  std::size_t changed = 0;
  for (std::size_t f = 0; f < changes.files.size(); ++f) {
    for (const Hunk& hunk : changes.files[f].hunks) {
      for (const DiffLine& line : hunk.lines) {
        if (line.kind == LineKind::removed) {
          CHECK(old_seen[{f, line.old_line}] == 1);
          ++changed;
        } else if (line.kind == LineKind::added) {
          CHECK(new_seen[{f, line.new_line}] == 1);
          ++changed;
        }
      }
    }
  }
  std::size_t seen = 0;
  for (const auto* side : {&old_seen, &new_seen}) {
    for (const auto& [line, times] : *side) {
      seen += static_cast<std::size_t>(times);
    }
  }
  CHECK(seen == changed);
}

} // namespace

TEST_CASE("every changed line is in exactly one chunk, whatever the change", "[chunks]") {
  // A small deterministic generator of files and edits.
  unsigned state = 7;
  const auto next = [&](unsigned bound) {
    state = state * 1664525U + 1013904223U;
    return (state >> 16U) % bound;
  };
  const std::vector<std::string> lines = {"ssl_certificate /etc/a.pem;",
                                          "log_level = info",
                                          "max_client_conn = 200",
                                          "pool_size: 5",
                                          "retention: 7d",
                                          "  image: a/b:1",
                                          "",
                                          "# comment",
                                          "backup_schedule = daily",
                                          "worker_processes 4;"};
  for (int round = 0; round < 60; ++round) {
    std::string old_text;
    std::string new_text;
    const unsigned length = 1 + next(40);
    for (unsigned i = 0; i < length; ++i) {
      const std::string line = lines[next(static_cast<unsigned>(lines.size()))] + "\n";
      const unsigned edit = next(6);
      old_text += edit == 0 ? "" : line;
      new_text += edit == 1   ? ""
                  : edit == 2 ? lines[next(static_cast<unsigned>(lines.size()))] + " x\n"
                              : line;
    }
    if (old_text == new_text) {
      continue;
    }
    ChangeBuilder builder;
    builder.file("deploy/app.conf", old_text, new_text).renamed("a", "b", "x\n");
    CAPTURE(round, old_text, new_text);
    check_partition(builder.changes, chunks_of(builder.changes));
  }
}

TEST_CASE("a run whose lines speak for different domains is cut, both sides in order", "[chunks]") {
  ChangeBuilder builder;
  builder.file("deploy/service.conf",
               "a = 1\nssl_certificate = /etc/old.pem\nssl_certificate_key = "
               "/etc/old.key\nlog_level = info\nlog_format = text\nb = 2\n",
               "a = 1\nssl_certificate = /etc/new.pem\nssl_certificate_key = "
               "/etc/new.key\nlog_level = debug\nlog_format = json\nb = 2\n");
  const FileChange& file = builder.changes.files[0];
  std::vector<Setting> settings;
  FileToChunk input;
  input.file = &file;
  const std::vector<std::string> keys = {"ssl_certificate", "ssl_certificate_key", "log_level",
                                         "log_format"};
  settings.reserve(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    Setting setting;
    setting.key.segments = {keys[i]};
    settings.push_back(setting);
    const int line = static_cast<int>(i) + 2;
    input.settings.push_back({line, line, line, line, &settings.back(), nullptr});
  }
  DomainTable domains(built_in_domains(), {});
  const std::vector<Chunk> chunks = chunk_file(input, domains);
  check_partition(builder.changes, chunks);
  REQUIRE(chunks.size() == 2);
  CHECK(chunks[0].domain == "tls");
  CHECK(chunks[0].old_start == 2);
  CHECK(chunks[0].old_lines == 2);
  CHECK(chunks[0].new_start == 2);
  CHECK(chunks[0].new_lines == 2);
  CHECK(chunks[1].domain == "logging");
  CHECK(chunks[1].old_start == 4);
  CHECK(chunks[1].new_start == 4);
  CHECK_FALSE(chunks[1].evidence.empty());
  CHECK(chunks[1].confidence > 0.3);
}

TEST_CASE("the name of a program does not decide what its lines are about", "[chunks]") {
  ChangeBuilder builder;
  builder
      .file("pipeline/vector.toml", "a = 1\n",
            "a = 1\n[transforms.parse_pgbouncer]\ninputs = [\"pgbouncer\"]\n"
            "log_format = \"json\"\n")
      .file("roles/main.yml", "- a: 1\n",
            "- a: 1\n- ca_bundle: /etc/pgbouncer/tls/ca.pem\n  certificate: pgbouncer.crt\n")
      .file("app/values.yaml", "a: 1\nb: 2\n", "a: 1\nmax_client_conn: 20\nb: 2\n");
  const std::vector<Chunk> chunks = chunks_of(builder.changes);
  REQUIRE(chunks.size() == 3);
  CHECK(chunks[0].domain == "logging");
  CHECK(chunks[1].domain == "tls");
  CHECK(chunks[2].domain == "connection-pool");
}

TEST_CASE("folders of a layout say nothing about a subject", "[chunks]") {
  ChangeBuilder builder;
  builder.file("ansible/roles/app/tasks/main.yml", "a: 1\n", "a: 1\nsome_thing: {{ other }}\n");
  const std::vector<Chunk> chunks = chunks_of(builder.changes);
  REQUIRE(chunks.size() == 1);
  CHECK(chunks[0].domain == "deploy");
}

TEST_CASE("a schema is about one thing, whatever it describes", "[chunks]") {
  ChangeBuilder builder;
  builder.file("crds/cluster.yaml", "a: 1\n",
               "a: 1\nterminationGracePeriodSeconds:\n  type: integer\nsecretName:\n  type: "
               "string\nstorageClass:\n  type: string\n");
  const std::vector<Chunk> chunks = chunks_of(builder.changes);
  REQUIRE(chunks.size() == 1);
  CHECK(chunks[0].evidence == std::vector<std::string>{"reference file"});
}

TEST_CASE("comments, white space and moved blocks are noise; commenting a line out is not",
          "[chunks]") {
  ChangeBuilder builder;
  const std::string block =
      "first_long_setting = alpha\nsecond_long_setting = beta\nthird_long_setting = gamma\n";
  const std::string rest = "x1 = 1\nx2 = 2\nx3 = 3\nx4 = 4\nx5 = 5\nx6 = 6\nx7 = 7\nx8 = 8\n";
  builder.file("a.conf", "k = 1\n# old words\nz = 1\n", "k = 1\n# new words\nz = 1\n")
      .file("b.conf", "k = 1\nlimit = 5\nz = 1\n", "k = 1\n# limit = 5\nz = 1\n")
      .file("c.conf", "k = 1\nq = a b\nz = 1\n", "k = 1\nq =  a b\nz = 1\n")
      .file("d.conf", block + rest, rest + block);
  std::vector<Chunk> chunks = chunks_of(builder.changes);
  mark_moved(builder.changes, chunks);
  REQUIRE(chunks.size() == 5);
  CHECK(chunks[0].noise);
  CHECK_FALSE(chunks[1].noise);
  CHECK(chunks[2].noise);
  CHECK(chunks[2].domain == "formatting");
  CHECK(chunks[3].noise);
  CHECK(chunks[4].noise);
}

TEST_CASE("chunks and hunks are numbered in diff order and refer to each other", "[chunks]") {
  ChangeBuilder builder;
  builder.renamed("old.conf", "new.conf", "a\n").file("a.conf", "a = 1\n", "a = 2\n");
  std::vector<Chunk> chunks = chunks_of(builder.changes);
  const std::vector<ReportHunk> hunks = number_chunks(builder.changes, chunks);
  REQUIRE(chunks.size() == 2);
  CHECK(chunks[0].whole_file());
  CHECK(chunks[1].id == "c2");
  REQUIRE(hunks.size() == 1);
  CHECK(hunks[0].id == "h1");
  CHECK(hunks[0].chunks == std::vector<std::string>{"c2"});
  CHECK(hunks[0].domains == std::vector<std::string>{chunks[1].domain});
}

TEST_CASE("a repository's own domain classifies its lines", "[chunks]") {
  Domain own;
  own.id = "billing";
  own.title = "Billing";
  own.words = {"invoice"};
  own.paths = {"billing/**"};
  ChangeBuilder builder;
  builder.file("billing/app.conf", "invoice_run = 1\n", "invoice_run = 2\n");
  DomainTable domains(built_in_domains(), {own});
  FileToChunk input;
  input.file = &builder.changes.files[0];
  const std::vector<Chunk> chunks = chunk_file(input, domains);
  REQUIRE(chunks.size() == 1);
  CHECK(chunks[0].domain == "billing");
}
