#include "analyzers/split/parallel_folders.hpp"

#include "base/error.hpp"
#include "tests/analyzers/split/folder_double.hpp"
#include "tests/analyzers/split/split_builder.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::FolderDouble;
using leadline::test::SplitBuilder;

namespace {

using Rows = std::vector<std::string>;

// Folder number i of a parent holds what `entries` says.
template <typename Entries>
FolderDouble folders(int count, Entries entries) {
  FolderDouble files;
  for (int i = 0; i < count; ++i) {
    files.add("charts", "c" + std::to_string(1000 + i), entries(i));
  }
  return files;
}

std::string own(int i) { return "own" + std::to_string(i); }

class NoTrees final : public FileSource {
public:
  std::optional<std::string> read(Side, const std::string&) const override { return std::nullopt; }
  PathMarks marks(const std::string&) const override { return {}; }
  std::vector<std::string> siblings(Side, const std::string&) const override { return {}; }
  std::vector<std::string> entries(Side, const std::string& folder) const override {
    throw Error(ErrorKind::not_found, "reading folder " + folder);
  }
};

} // namespace

TEST_CASE("folders are parallel when they are many and alike", "[split][parallel_folders]") {
  const auto alike = [](int) { return Rows{"Chart.yaml", "templates/", "values.yaml"}; };
  CHECK(holds_parallel_folders(folders(8, alike), "charts"));
  CHECK(holds_parallel_folders(folders(900, alike), "charts"));
  CHECK_FALSE(holds_parallel_folders(folders(7, alike), "charts"));
  CHECK_FALSE(holds_parallel_folders(folders(8, alike), "other"));
  // No entry that four of five have.
  CHECK_FALSE(holds_parallel_folders(
      folders(20, [](int i) { return i % 4 == 0 ? Rows{own(i)} : Rows{"Chart.yaml"}; }), "charts"));
  CHECK(holds_parallel_folders(
      folders(20, [](int i) { return i % 5 == 0 ? Rows{own(i)} : Rows{"Chart.yaml"}; }), "charts"));
  // One entry in common among many of their own.
  CHECK_FALSE(holds_parallel_folders(folders(10,
                                             [](int i) {
                                               return Rows{"README.md", own(i), own(100 + i)};
                                             }),
                                     "charts"));
  CHECK(holds_parallel_folders(folders(10,
                                       [](int i) {
                                         return Rows{"README.md", own(i)};
                                       }),
                               "charts"));
  FolderDouble hidden;
  for (int i = 0; i < 20; ++i) {
    hidden.add("", "." + own(i), {"x"});
  }
  CHECK_FALSE(holds_parallel_folders(hidden, ""));
  CHECK_FALSE(holds_parallel_folders(NoTrees(), "charts"));
}

TEST_CASE("files are apart when they are below two parallel folders", "[split][parallel_folders]") {
  SplitBuilder builder;
  for (const char* path : {"charts/c1001/values.yaml", "charts/c1001/templates/a.yaml",
                           "charts/c1002/values.yaml", "charts/README.md", "docs/c1001/x.md"}) {
    builder.file(path, "deploy", {{"-replicas: 3", "+replicas: 4"}});
  }
  const FolderDouble files = folders(9, [](int) { return Rows{"Chart.yaml"}; });
  const ParallelFolders parallel(builder.changes, make_units(builder.changes, builder.report),
                                 files);
  CHECK(parallel.apart(0, 2));
  CHECK(parallel.apart(2, 1));
  CHECK_FALSE(parallel.apart(0, 1));
  CHECK_FALSE(parallel.apart(0, 3));
  CHECK_FALSE(parallel.apart(2, 4));
}
