#include "app/git/commit_stack.hpp"
#include "app/git/patch_series.hpp"

#include "analyzers/split/patch.hpp"
#include "analyzers/split/plan.hpp"
#include "app/git/repository.hpp"
#include "base/error.hpp"
#include "tests/support/git_fixture.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <string>

using namespace leadline;
using leadline::test::GitFixture;
using leadline::test::run_program;
using leadline::test::TempFolder;
namespace fs = std::filesystem;

namespace {

// A chunk for each run of changed lines, and one for what changes about a file as a whole; domains
// by chance, so that plans cut where they like.
std::vector<Chunk> chunks_of(const ChangeSet& changes, std::mt19937& random) {
  const std::vector<std::string> domains = {"tls", "logging", "connection-pool",
                                            "application-code"};
  std::vector<Chunk> chunks;
  const auto start = [&](std::size_t file, int hunk) -> Chunk& {
    Chunk chunk;
    chunk.id = "c" + std::to_string(chunks.size() + 1);
    chunk.path = changes.files[file].path();
    chunk.file = file;
    chunk.hunk = hunk;
    chunk.domain = domains[random() % domains.size()];
    chunk.confidence = 0.9;
    return chunks.emplace_back(chunk);
  };
  for (std::size_t file = 0; file < changes.files.size(); ++file) {
    if (changes.files[file].has_file_level_change()) {
      start(file, -1);
    }
    for (std::size_t hunk = 0; hunk < changes.files[file].hunks.size(); ++hunk) {
      bool open = false;
      for (const DiffLine& line : changes.files[file].hunks[hunk].lines) {
        if (line.kind == LineKind::context) {
          open = false;
          continue;
        }
        Chunk& chunk = open ? chunks.back() : start(file, static_cast<int>(hunk));
        open = true;
        int& first = line.kind == LineKind::removed ? chunk.old_start : chunk.new_start;
        int& lines = line.kind == LineKind::removed ? chunk.old_lines : chunk.new_lines;
        first =
            lines++ == 0 ? (line.kind == LineKind::removed ? line.old_line : line.new_line) : first;
      }
    }
  }
  return chunks;
}

std::string text_file(std::mt19937& random, int lines) {
  std::string text;
  for (int i = 0; i < lines; ++i) {
    text += "line " + std::to_string(random() % 50) + (random() % 9 == 0 ? "\r\n" : "\n");
  }
  return text;
}

std::string edited(std::mt19937& random, const std::string& text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    const auto roll = random() % 12;
    if (roll == 0) {
      result += "new " + std::to_string(random() % 50) + "\n" + line + "\n";
    } else if (roll == 1) {
      result += line + " edited\n";
    } else if (roll != 2) {
      result += line + "\n";
    }
  }
  if (random() % 4 == 0 && !result.empty()) {
    result.pop_back(); // no newline at the end
  }
  return result;
}

// A commit with every kind of change to a file, after one that made them.
Range random_change(GitFixture& git, unsigned seed) {
  std::mt19937 random(seed);
  const fs::path root = git.path();
  std::vector<std::string> texts;
  for (int i = 0; i < 8; ++i) {
    texts.push_back(text_file(random, 5 + static_cast<int>(random() % 60)));
    git.write("d" + std::to_string(i % 3) + "/f " + std::to_string(i) + ".txt", texts.back());
  }
  git.write("goes.txt", "a\nb\n");
  git.write("moves.txt", text_file(random, 40));
  git.write("becomes-link", "plain\n");
  git.write("becomes-folder", "plain\n");
  git.write("binary.bin", std::string("\0\1\2", 3) + text_file(random, 4));
  git.write("tool.sh", "#!/bin/sh\nexit 0\n");
  git.write("empty-goes", "");
  git.write("ends", "one\ntwo");
  fs::create_symlink("goes.txt", root / "link");
  fs::create_symlink("tool.sh", root / "link-goes");
  fs::create_symlink("tool.sh", root / "becomes-file");
  git.write("moves-only.txt", text_file(random, 20));
  git.write("moves-and-runs.txt", text_file(random, 20));
  git.write("mode-and-text.sh", "#!/bin/sh\nexit 0\n");
  git.write("binary-goes.bin", std::string("\0gone", 5));
  git.write("binary-moves.bin", std::string("\0", 1) + text_file(random, 60));
  git.write("becomes-binary", text_file(random, 6));
  git.write("crlf.txt", "one\ntwo\nthree\n");
  git.write("folder/inside.txt", "a\n");
  git.write("odd \"name\t\xFF", text_file(random, 9));
  const std::string zero = git.git_line({"hash-object", "-t", "tree", "-w", "--stdin"});
  const std::string module = git.git_line({"commit-tree", "-m", "module", zero});
  const std::string newer_module = git.git_line({"commit-tree", "-m", "newer", zero});
  git.git({"add", "--all"});
  git.git({"update-index", "--add", "--cacheinfo", "160000," + module + ",module-moves",
           "--cacheinfo", "160000," + module + ",module-goes"});
  git.git(
      {"commit", "-q", "-m", "base"}); // not commit(): it would drop submodules without a folder
  const std::string base = git.git_line({"rev-parse", "HEAD"});
  for (int i = 0; i < 8; ++i) {
    if (random() % 3 != 0) {
      git.write("d" + std::to_string(i % 3) + "/f " + std::to_string(i) + ".txt",
                edited(random, texts[static_cast<std::size_t>(i)]));
    }
  }
  git.remove("goes.txt");
  git.write("moved/moves \xC3\xA9.txt", git.read("moves.txt") + "tail\n");
  git.remove("moves.txt");
  git.remove("becomes-link");
  fs::create_symlink("binary.bin", root / "becomes-link");
  git.remove("becomes-folder");
  git.write("becomes-folder/inside.txt", text_file(random, 3));
  git.write("binary.bin", std::string("\0\3\2", 3) + text_file(random, 4));
  git.write("new.bin", std::string("\0new", 4));
  fs::permissions(root / "tool.sh", fs::perms::owner_exec, fs::perm_options::add);
  if (seed % 2 == 0) { // both at once would be a rename
    git.remove("empty-goes");
  } else {
    git.write("empty-comes", "");
  }
  git.write("ends", random() % 2 == 0 ? "one\n2\n" : "1\ntwo\nthree");
  fs::remove(root / "link");
  fs::create_symlink("ends", root / "link");
  fs::remove(root / "link-goes");
  fs::remove(root / "becomes-file");
  git.write("becomes-file", "plain now\n");
  git.write("moved/only.txt", git.read("moves-only.txt"));
  git.remove("moves-only.txt");
  git.write("moved/runs.txt", git.read("moves-and-runs.txt") + "tail\n");
  git.remove("moves-and-runs.txt");
  fs::permissions(root / "moved/runs.txt", fs::perms::owner_exec, fs::perm_options::add);
  git.write("mode-and-text.sh", "#!/bin/sh\nexit 1\n");
  fs::permissions(root / "mode-and-text.sh", fs::perms::owner_exec, fs::perm_options::add);
  git.remove("binary-goes.bin");
  git.write("moved/binary.bin", git.read("binary-moves.bin") + "more\n");
  git.remove("binary-moves.bin");
  git.write("becomes-binary", std::string("\0", 1) + git.read("becomes-binary"));
  git.write("crlf.txt", "one\r\ntwo\r\nthree\r\n");
  fs::remove_all(root / "folder");
  git.write("folder", "a file now\n");
  git.write("odd \"name\t\xFF", edited(random, git.read("odd \"name\t\xFF")));
  git.git({"add", "--all", "--", ".", ":!module-moves", ":!module-goes"});
  git.git({"update-index", "--add", "--cacheinfo", "160000," + base + ",module", "--cacheinfo",
           "160000," + newer_module + ",module-moves"});
  git.git({"update-index", "--force-remove", "module-goes"});
  git.git({"commit", "-q", "-m", "head"});
  return {base, git.git_line({"rev-parse", "HEAD"}), base};
}

struct Split {
  Report report;
  std::vector<std::string> patches;
};

Split split(const GitFixture& git, const Range& range, PatchSeries& series, unsigned seed) {
  std::mt19937 random(seed);
  const ChangeSet changes = GitRepository::open(git.path())->change_set(range);
  Split made;
  made.report.chunks = chunks_of(changes, random);
  made.report.split = plan_split(changes, made.report, {});
  made.patches = group_patches(changes, made.report.chunks, made.report.split,
                               [&](const FileChange& file) { return series.binary_patch(file); });
  return made;
}

// Every kind of change that a diff can show, by name.
std::set<std::string> kinds_of(const ChangeSet& changes) {
  std::set<std::string> kinds;
  for (const FileChange& file : changes.files) {
    const bool comes = file.status == FileStatus::added;
    const bool goes = file.status == FileStatus::removed;
    const bool moves = file.status == FileStatus::renamed;
    const std::string verb = comes ? "comes" : goes ? "goes" : moves ? "moves" : "changes";
    const std::uint32_t mode = goes ? file.old_mode : file.new_mode;
    kinds.insert((mode == k_mode_link        ? "link "
                  : mode == k_mode_submodule ? "submodule "
                  : file.binary              ? "binary "
                  : file.hunks.empty()       ? "no lines "
                                             : "text ") +
                 verb);
    if (file.mode_changed() && !comes && !goes) {
      kinds.insert("mode and " + verb);
    }
    for (const Hunk& hunk : file.hunks) {
      for (const DiffLine& line : hunk.lines) {
        if (line.no_newline) {
          kinds.insert("no newline at the end");
        }
        if (line.kind != LineKind::context && !line.text.empty() && line.text.back() == '\r') {
          kinds.insert("CRLF");
        }
      }
    }
  }
  return kinds;
}

} // namespace

TEST_CASE("the random changes are of every kind", "[git][patch_series]") {
  std::set<std::string> kinds;
  for (unsigned seed = 1; seed <= 3; ++seed) {
    const TempFolder folder;
    GitFixture git(folder.path() / "repository");
    const Range range = random_change(git, seed);
    kinds.merge(kinds_of(GitRepository::open(git.path())->change_set(range)));
  }
  for (const char* kind : {"text comes",
                           "text goes",
                           "text moves",
                           "text changes",
                           "no lines comes",
                           "no lines goes",
                           "no lines moves",
                           "no lines changes",
                           "binary comes",
                           "binary goes",
                           "binary moves",
                           "binary changes",
                           "link comes",
                           "link goes",
                           "link changes",
                           "submodule comes",
                           "submodule goes",
                           "submodule changes",
                           "mode and changes",
                           "mode and moves",
                           "no newline at the end",
                           "CRLF"}) {
    CAPTURE(kind);
    CHECK(kinds.count(kind) == 1);
  }
}

TEST_CASE("a patch that says something else does not rebuild the head", "[git][patch_series]") {
  const TempFolder folder;
  GitFixture git(folder.path() / "repository");
  const Range range = random_change(git, 2);
  const auto series = PatchSeries::open(git.path(), range);
  const std::vector<std::string> patches = split(git, range, *series, 2).patches;
  REQUIRE(series->apply(patches).back() == series->head_tree());
  const auto rebuilds = [&](std::vector<std::string> tampered) {
    try {
      return series->apply(tampered).back() == series->head_tree();
    } catch (const Error&) {
      return false;
    }
  };
  for (std::size_t i = 0; i < patches.size(); ++i) {
    std::vector<std::string> missing = patches;
    missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_FALSE((!missing.empty() && rebuilds(missing)));
    std::vector<std::string> other = patches;
    const std::size_t added = other[i].find("\n+", other[i].find("@@ "));
    if (added != std::string::npos) {
      other[i].insert(added + 2, "x");
      CHECK_FALSE(rebuilds(other));
    }
  }
}

TEST_CASE("the patches of a plan rebuild the head bit for bit, here and with git apply",
          "[git][patch_series]") {
  std::size_t most_groups = 0;
  for (unsigned seed = 1; seed <= 15; ++seed) {
    CAPTURE(seed);
    const TempFolder folder;
    GitFixture git(folder.path() / "repository");
    const Range range = random_change(git, seed);
    const auto series = PatchSeries::open(git.path(), range);
    const Split made = split(git, range, *series, seed);
    most_groups = std::max(most_groups, made.patches.size());

    const std::string head_tree = git.git_line({"rev-parse", range.head + "^{tree}"});
    CHECK(series->head_tree() == head_tree);
    const std::vector<std::string> trees = series->apply(made.patches);
    REQUIRE(trees.size() == made.patches.size());
    CHECK(trees.back() == head_tree);

    // git itself says the same of every step.
    git.git({"checkout", "-q", "--detach", range.merge_base});
    for (std::size_t i = 0; i < made.patches.size(); ++i) {
      CAPTURE(i, made.patches[i]);
      git.git({"apply", "--cached", "--whitespace=nowarn", "-"}, made.patches[i]);
      CHECK(git.git_line({"write-tree"}) == trees[i]);
    }
  }
  CHECK(most_groups >= 4);
}

TEST_CASE("a proof writes nothing into the repository", "[git][patch_series]") {
  const TempFolder folder;
  GitFixture git(folder.path() / "repository");
  const Range range = random_change(git, 3);
  const auto count = [&] { return git.git({"count-objects", "-v"}); };
  const std::string before = count();
  const auto series = PatchSeries::open(git.path(), range);
  const Split made = split(git, range, *series, 3);
  REQUIRE(made.patches.size() > 1);
  series->apply(made.patches);
  CHECK(count() == before);
}

TEST_CASE("a patch that does not fit is refused with patch, file and line", "[git][patch_series]") {
  const TempFolder folder;
  GitFixture git(folder.path() / "repository");
  git.write("a.ini", "one\ntwo\nthree\n");
  const std::string base = git.commit("base");
  git.write("a.ini", "one\n2\nthree\n");
  const std::string head = git.commit("head");
  const auto series = PatchSeries::open(git.path(), {base, head, base});
  const std::string header = "diff --git a/a.ini b/a.ini\n--- a/a.ini\n+++ b/a.ini\n";
  CHECK_THROWS_WITH(series->apply({header + "@@ -1,3 +1,3 @@\n one\n-TWO\n+2\n three\n"}),
                    "applying patch 1: a.ini:2: the patch expects another line");
  CHECK_THROWS_WITH(series->apply({header + "@@ -9,1 +9,1 @@\n-one\n+1\n"}),
                    "applying patch 1: a.ini:9: the hunk lies outside the file");
  CHECK_THROWS_WITH(series->apply({"diff --git a/b b/b\n--- a/b\n+++ b/b\n@@ -1 +1 @@\n-x\n+y\n"}),
                    "applying patch 1: b: does not exist");
  CHECK_THROWS_AS(PatchSeries::open(folder.path().string(), {base, head, base}), Error);
}

TEST_CASE("a stack of branches builds the head's tree, keeps the author and refuses what exists",
          "[git][patch_series]") {
  const TempFolder folder;
  GitFixture git(folder.path() / "repository");
  const Range range = random_change(git, 5);
  const auto series = PatchSeries::open(git.path(), range);
  const Split made = split(git, range, *series, 5);
  std::vector<StackedCommit> commits;
  for (std::size_t i = 0; i < made.patches.size(); ++i) {
    commits.push_back({"split/" + std::to_string(i + 1), "Part " + std::to_string(i + 1) + "\n",
                       made.patches[i]});
  }
  const std::vector<std::string> ids = write_stack(git.path(), range, commits);
  REQUIRE(ids.size() == commits.size());
  CHECK(git.git({"diff", range.head, commits.back().branch}).empty());
  CHECK(git.git_line({"rev-parse", ids.front() + "^"}) == range.merge_base);
  CHECK(git.git_line({"log", "-1", "--format=%an %ae %at", ids.back()}) ==
        git.git_line({"log", "-1", "--format=%an %ae %at", range.head}));
  CHECK_THROWS_WITH(write_stack(git.path(), range, commits), "branch \"split/1\" exists already");
  commits.resize(1);
  commits[0].branch = "other..name";
  CHECK_THROWS_WITH(write_stack(git.path(), range, commits),
                    "\"other..name\" is no valid branch name");
  commits[0].branch = "other";
  CHECK_THROWS_AS(write_stack(git.path(), range, commits), Error); // a part alone is not the head
  CHECK(git.git({"branch", "--list", "other"}).empty());
}
