#include "analyzers/diff/unified_diff.hpp"

#include "base/error.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

std::string error_of(const std::string& text) {
  try {
    parse_unified_diff(text);
  } catch (const Error& e) {
    CHECK(e.kind() == ErrorKind::bad_input);
    return e.what();
  }
  return "";
}

const std::string k_entry = "diff --git a/x b/x\nindex 1111111..2222222 100644\n--- a/x\n+++ b/x\n";

} // namespace

TEST_CASE("an entry of git becomes a file change with numbered lines", "[unified_diff]") {
  const ChangeSet changes = parse_unified_diff("diff --git a/conf/pool.ini b/conf/pool.ini\n"
                                               "index 1111111..2222222 100755\n"
                                               "--- a/conf/pool.ini\n"
                                               "+++ b/conf/pool.ini\n"
                                               "@@ -8,3 +9,4 @@ [pgbouncer]\n"
                                               " pool_mode = session\n"
                                               "-max = 200\n"
                                               "+max = 20\r\n"
                                               "+min = 1\n"
                                               "\\ No newline at end of file\n"
                                               " \n");
  CHECK(changes.diff_lines == 11);
  REQUIRE(changes.files.size() == 1);
  const FileChange& file = changes.files[0];
  CHECK(file.status == FileStatus::modified);
  CHECK(file.old_path == "conf/pool.ini");
  CHECK(file.new_path == "conf/pool.ini");
  CHECK(file.old_mode == k_mode_executable);
  CHECK(file.new_mode == k_mode_executable);
  CHECK(file.old_id == "1111111");
  CHECK(file.new_id == "2222222");
  CHECK(file.diff_line == 1);
  REQUIRE(file.hunks.size() == 1);
  const Hunk& hunk = file.hunks[0];
  CHECK(hunk.section == "[pgbouncer]");
  CHECK(hunk.diff_line == 5);
  const std::vector<DiffLine> expected = {
      {LineKind::context, 8, 9, 6, false, "pool_mode = session"},
      {LineKind::removed, 9, 0, 7, false, "max = 200"},
      {LineKind::added, 0, 10, 8, false, "max = 20\r"},
      {LineKind::added, 0, 11, 9, true, "min = 1"},
      {LineKind::context, 10, 12, 11, false, ""},
  };
  CHECK(hunk.lines == expected);
}

TEST_CASE("file-level changes are read from the extended headers", "[unified_diff]") {
  struct Row {
    std::string what;
    std::string text;
    FileChange expected; // diff_line 1
  };
  const auto file = [](FileStatus status, std::string old_path, std::string new_path,
                       std::uint32_t old_mode, std::uint32_t new_mode, std::string old_id = "",
                       std::string new_id = "", int similarity = 0, bool binary = false) {
    return FileChange{status,
                      std::move(old_path),
                      std::move(new_path),
                      old_mode,
                      new_mode,
                      std::move(old_id),
                      std::move(new_id),
                      similarity,
                      binary,
                      1,
                      {}};
  };
  const std::vector<Row> rows = {
      {"mode only", "diff --git a/a b b/a b\nold mode 100644\nnew mode 100755\n",
       file(FileStatus::modified, "a b", "a b", 0100644, 0100755)},
      {"empty file added", "diff --git a/e b/e\nnew file mode 100644\nindex 0000000..e69de29\n",
       file(FileStatus::added, "e", "e", 0, 0100644, "", "e69de29")},
      {"empty file removed",
       "diff --git a/e b/e\ndeleted file mode 100755\nindex e69de29..0000000\n",
       file(FileStatus::removed, "e", "e", 0100755, 0, "e69de29", "")},
      {"rename with spaces",
       "diff --git a/old name b/new name\nsimilarity index 100%\nrename from old name\nrename to "
       "new name\n",
       file(FileStatus::renamed, "old name", "new name", 0100644, 0100644, "", "", 100)},
      {"copy", "diff --git a/x b/y\nsimilarity index 97%\ncopy from x\ncopy to y\n",
       file(FileStatus::copied, "x", "y", 0100644, 0100644, "", "", 97)},
      {"rename and mode",
       "diff --git a/x b/y\nold mode 100644\nnew mode 100755\nsimilarity index 100%\nrename from "
       "x\nrename to y\n",
       file(FileStatus::renamed, "x", "y", 0100644, 0100755, "", "", 100)},
      {"binary",
       "diff --git a/p.png b/p.png\nindex 1111111..2222222 100644\nBinary files a/p.png and "
       "b/p.png differ\n",
       file(FileStatus::modified, "p.png", "p.png", 0100644, 0100644, "1111111", "2222222", 0,
            true)},
      {"binary patch",
       "diff --git a/p b/p\nindex 1111111..2222222 100644\nGIT binary patch\nliteral "
       "3\nKcmZQzU|;|M\n\ndelta 2\nJcmZQz000IC\n\n",
       file(FileStatus::modified, "p", "p", 0100644, 0100644, "1111111", "2222222", 0, true)},
      {"octal escapes",
       "diff --git \"a/\\303\\244\\t\\\"x\" \"b/\\303\\244\\t\\\"x\"\nold mode 100644\nnew mode "
       "100755\n",
       file(FileStatus::modified, "\xC3\xA4\t\"x", "\xC3\xA4\t\"x", 0100644, 0100755)},
      {"one side quoted",
       "diff --git a/x \"b/\\377\"\nsimilarity index 100%\nrename from x\nrename to \"\\377\"\n",
       file(FileStatus::renamed, "x", "\xFF", 0100644, 0100644, "", "", 100)},
      {"no prefix", "diff --git src/a b src/a b\nold mode 100644\nnew mode 100755\n",
       file(FileStatus::modified, "src/a b", "src/a b", 0100644, 0100755)},
      {"mnemonic prefix", "diff --git i/src/a w/src/a\nold mode 100644\nnew mode 100755\n",
       file(FileStatus::modified, "src/a", "src/a", 0100644, 0100755)},
      {"prefixes of two lengths",
       "diff --git old/a b new-side/a b\nold mode 100644\nnew mode 100755\n",
       file(FileStatus::modified, "a b", "a b", 0100644, 0100755)},
      {"text with CRLF", "diff --git a/x b/x\r\nold mode 100644\r\nnew mode 100755\r\n",
       file(FileStatus::modified, "x", "x", 0100644, 0100755)},
      {"submodule in words", "Submodule lib/sub dir 1234567..89abcde (new submodule)\n",
       file(FileStatus::added, "lib/sub dir", "lib/sub dir", 0, k_mode_submodule, "1234567",
            "89abcde")},
      {"submodule rewound", "Submodule lib 1234567...89abcde (rewind):\n  < older\n",
       file(FileStatus::modified, "lib", "lib", k_mode_submodule, k_mode_submodule, "1234567",
            "89abcde")},
      {"binary of diff -r", "Binary files old/p and new/p differ\n",
       file(FileStatus::modified, "p", "p", 0100644, 0100644, "", "", 0, true)},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const ChangeSet changes = parse_unified_diff(row.text);
    REQUIRE(changes.files.size() == 1);
    CHECK(changes.files[0] == row.expected);
    CHECK(changes.files[0].has_file_level_change());
  }
}

TEST_CASE("counts decide which lines belong to a hunk, not their looks", "[unified_diff]") {
  const ChangeSet changes = parse_unified_diff(k_entry +
                                               "@@ -1,2 +1,3 @@\n"
                                               "--- a/y\n"
                                               "+++ b/y\n"
                                               "+diff --git a/z b/z\n"
                                               " @@ -1 +1 @@\n" +
                                               k_entry + "@@ -4 +4 @@\n-a\n+b\n");
  REQUIRE(changes.files.size() == 2);
  CHECK(changes.files[0].hunks[0].lines.size() == 4);
  CHECK(changes.files[0].hunks[0].lines[0].text == "-- a/y");
  CHECK(changes.files[1].diff_line == 10);
  CHECK(changes.files[1].hunks[0].lines[1].diff_line == 16);
}

TEST_CASE("entries of diff -u have no headers", "[unified_diff]") {
  const auto one = [](const std::string& text) {
    const ChangeSet changes = parse_unified_diff(text);
    REQUIRE(changes.files.size() == 1);
    return changes.files[0];
  };
  const FileChange changed =
      one("diff -ru old/my app/x new/my app/x\n--- old/my app/x\t2024-01-01 00:00:00\n"
          "+++ new/my app/x\t2024-01-02 00:00:00\n@@ -1 +1 @@\n-a\n+b\n");
  CHECK(changed.status == FileStatus::modified);
  CHECK(changed.new_path == "my app/x");
  CHECK(changed.diff_line == 2);
  CHECK(changed.old_mode == k_mode_file);
  CHECK(one("--- x.orig\n+++ x\n@@ -1 +1 @@\n-a\n+b\n").old_path == "x");
  CHECK(one("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n").old_path == "x");
  CHECK(one("--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+b\n").status == FileStatus::added);
  const FileChange removed = one("--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n");
  CHECK(removed.status == FileStatus::removed);
  CHECK(removed.path() == "x");
  CHECK(removed.new_mode == 0);
  CHECK(one("--- old/x\t1970-01-01\n+++ new/x\t2024-01-01\n@@ -0,0 +1 @@\n+b\n").status ==
        FileStatus::added);

  const ChangeSet skipped = parse_unified_diff("Only in new/conf: pool.ini\n");
  REQUIRE(skipped.skipped.size() == 1);
  CHECK(skipped.skipped[0].path == "new/conf/pool.ini");
}

TEST_CASE("a mail's text before and after its diff is passed over, its lines count",
          "[unified_diff]") {
  const ChangeSet changes = parse_unified_diff(
      "From 1234 Mon Sep 17 00:00:00 2001\nSubject: [PATCH] x\n\n- a point\n---\n"
      " x | 2 +-\n\n" +
      k_entry + "@@ -1 +1 @@\n-a\n+b\n-- \n2.39.5\n\n");
  REQUIRE(changes.files.size() == 1);
  CHECK(changes.files[0].diff_line == 8);
  CHECK(changes.files[0].hunks[0].lines[1].diff_line == 14);
  CHECK(changes.diff_lines == 17);
}

TEST_CASE("blank text is an empty change set", "[unified_diff]") {
  CHECK(parse_unified_diff("").files.empty());
  CHECK(parse_unified_diff("\n \r\n").diff_lines == 2);
}

TEST_CASE("a diff that cannot be trusted is refused with its line", "[unified_diff]") {
  struct Row {
    std::string text;
    std::string message; // part of it
  };
  const std::vector<Row> rows = {
      {"hello\n", "no file entry"},
      {k_entry + "@@ -1,2 +1,2 @@\n a\n",
       "diff line 5: the diff ends inside this hunk: 1 old and 1 new"},
      {k_entry + "@@ -1,2 +1,2 @@\n a\ndiff --git a/y b/y\n",
       "diff line 7: hunk of line 5 is cut short"},
      {k_entry + "@@ -1 +1 @@\n-a\n+b\n+c\n", "diff line 8: hunk has more lines"},
      {k_entry + "@@ -1,2 +1 @@\n-a\n+b\n+c\n", "diff line 8: hunk of line 5 has more lines"},
      {k_entry + "@@ -1 +1 @@\n-a\n-- \n", "more lines"},
      {k_entry + "@@ -99999999999 +1 @@\n-a\n+b\n", "bad hunk header"},
      {k_entry + "@@ -2147483647,2 +1 @@\n-a\n+b\n", "bad hunk header"},
      {k_entry + "@@ -1,-2 +1 @@\n-a\n+b\n", "bad hunk header"},
      {k_entry + "@@ -0 +1 @@\n-a\n+b\n", "bad hunk header"},
      {k_entry + "@@ -1,0 +1,0 @@\n", "bad hunk header"},
      {k_entry + "@@ -1 +1\n-a\n+b\n", "bad hunk header"},
      {k_entry + "@@ -5 +5 @@\n-a\n+b\n@@ -4 +6 @@\n-a\n+b\n", "before the end of the one above"},
      {k_entry + "@@ -1 +1 @@\n\\ No newline at end of file\n-a\n+b\n", "before any line"},
      {k_entry, "no hunk follows"},
      {"diff --git a/x b/x\n--- a/x\n", "no \"+++\" line"},
      {"diff --git a/x b/x\nindex 1111111..2222222 100644\n", "ends before the change of \"x\""},
      {"diff --git a/x b/x\n", "ends before the change"},
      {"diff --git a/x\nold mode 100644\nnew mode 100755\n", "no file name"},
      {"diff --git \"a/x b/x\nold mode 100644\nnew mode 100755\n", "no file name"},
      {"diff --git a/x b/x\nold mode 999999\n", "bad file mode"},
      {"diff --git a/x b/y\nsimilarity index 101%\n", "bad percentage"},
      {"diff --git a/x b/y\nindex zz..yy\n", "bad index line"},
      {"diff --git a/x b/y\nrename from \"x\n", "bad file name"},
      {"diff --git a/x b/x\nGIT binary patch\nliteral 3\nKcmZQzU|;|M\n",
       "ends inside a binary patch"},
      {"diff --git a/x b/x\nGIT binary patch\nliteral 3\n+max = 1\n\n",
       "bad line of a binary patch"},
      {"diff --git a/x b/x\nGIT binary patch\n", "no data follows"},
      {"diff --cc x\nindex 1,2..3\n", "combined diff"},
      {"diff --combined x\n", "combined diff"},
      {"--- a/x\n+++ b/\n@@ -1 +1 @@\n-a\n+b\n", "diff line 1: bad file name"},
      {"Binary files a/ and b/ differ\n", "bad file name"},
      {"@@ -1 +1 @@\n-a\n+b\n", "hunk without a file"},
      {"diff --git a/x b/x\n@@ -1 +1 @@\n-a\n+b\n", "hunk without \"---\""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK_THAT(error_of(row.text), Catch::Contains(row.message));
  }
}
