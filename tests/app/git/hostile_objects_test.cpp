// Objects that no git command makes, as whoever may push to a fork can make them.
#include "app/git/repository.hpp"
#include "base/error.hpp"
#include "tests/support/git_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>

using namespace leadline;
using namespace leadline::test;

namespace {

struct World {
  TempFolder folder;
  GitFixture fixture{folder.path() / "repo"};
  std::string base;

  World() {
    fixture.write("a.ini", "max = 200\n");
    base = fixture.commit();
  }

  static std::string line_of(const std::string& text) { return text.substr(0, text.find('\n')); }

  std::string object(const std::string& type, std::string_view bytes) const {
    return line_of(fixture.git({"hash-object", "-w", "-t", type, "--literally", "--stdin"}, bytes));
  }
  std::string blob(std::string_view bytes) const { return object("blob", bytes); }

  // One entry of a tree, as git stores it (gitformat: "MODE NAME\0" and the id in bytes).
  static std::string entry(const std::string& mode, const std::string& name,
                           const std::string& id) {
    std::string bytes = mode + " " + name + '\0';
    for (std::size_t i = 0; i < id.size(); i += 2) {
      bytes += static_cast<char>(std::stoi(id.substr(i, 2), nullptr, 16));
    }
    return bytes;
  }
  std::string tree(const std::string& entries) const { return object("tree", entries); }

  // A commit on top of `base` with that tree.
  std::string commit(const std::string& tree_id) const {
    return object("commit", "tree " + tree_id + "\nparent " + base +
                                "\nauthor A <a@b> 1700000000 +0000\ncommitter A <a@b> 1700000000 "
                                "+0000\n\nhostile\n");
  }

  ChangeSet changes(const std::string& head, const DiffLimits& limits = {}) const {
    const auto repository = GitRepository::open(fixture.path().string(), limits);
    return repository->change_set(repository->resolve(base + ".." + head));
  }
};

std::vector<std::string> paths_of(const ChangeSet& changes) {
  std::vector<std::string> paths;
  for (const FileChange& file : changes.files) {
    paths.push_back(file.path());
  }
  return paths;
}

// `depth` folders, each ten times the one below, around `leaf`.
std::string bomb(const World& world, std::string leaf, int depth) {
  for (int level = 0; level < depth; ++level) {
    std::string entries;
    for (int i = 0; i < 10; ++i) {
      entries += World::entry("40000", "d" + std::to_string(i), leaf);
    }
    leaf = world.tree(entries);
  }
  return leaf;
}

} // namespace

TEST_CASE("a tree that names one folder billions of times ends at a limit, which is told",
          "[hostile]") {
  const World world;
  const std::string file = world.blob("x = 1\n");
  DiffLimits limits;
  limits.max_files = 1000;
  SECTION("with files in it") {
    const std::string leaf = world.tree(World::entry("100644", "f", file));
    const ChangeSet changes = world.changes(world.commit(bomb(world, leaf, 10)), limits);
    CHECK(changes.files.size() <= 1000);
    REQUIRE_FALSE(changes.skipped.empty());
    CHECK_THAT(changes.skipped.back().why, Catch::Contains("more than 1000 files"));
  }
  SECTION("with nothing in it") {
    const ChangeSet changes = world.changes(world.commit(bomb(world, world.tree(""), 10)), limits);
    REQUIRE_FALSE(changes.skipped.empty());
    CHECK_THAT(changes.skipped.back().why, Catch::Contains("folders"));
  }
}

TEST_CASE("a path of more than a thousand folders is told, and the rest is read", "[hostile]") {
  const World world;
  std::string tree = world.tree(World::entry("100644", "f", world.blob("x = 1\n")));
  for (int depth = 0; depth < 1100; ++depth) {
    tree = world.tree(World::entry("40000", "d", tree));
  }
  const std::string root = world.tree(World::entry("100644", "a.ini", world.blob("max = 20\n")) +
                                      World::entry("40000", "d", tree));
  const ChangeSet changes = world.changes(world.commit(root));
  CHECK(paths_of(changes) == std::vector<std::string>{"a.ini"});
  REQUIRE(changes.skipped.size() == 1);
  CHECK_THAT(changes.skipped[0].why, Catch::Contains("nested deeper than"));
}

TEST_CASE("a blob that unpacks to far more than it takes is not unpacked", "[hostile]") {
  const World world;
  const std::string root = world.tree(
      World::entry("100644", "a.ini", world.blob(std::string(80UL * 1024 * 1024, '\n'))));
  const ChangeSet changes = world.changes(world.commit(root));
  CHECK(changes.files.empty());
  REQUIRE(changes.skipped.size() == 1);
  CHECK_THAT(changes.skipped[0].why, Catch::Contains("83886080 bytes"));
}

TEST_CASE("a symbolic link is its own text, whatever it points to", "[hostile]") {
  const World world;
  const std::string root = world.tree(World::entry("120000", "a.ini", world.blob("/etc/passwd")) +
                                      World::entry("120000", "up", world.blob("../../../../etc")));
  const std::string head = world.commit(root);
  const ChangeSet changes = world.changes(head);
  const auto repository = GitRepository::open(world.fixture.path().string());
  CHECK_FALSE(repository->read(head, "a.ini"));
  CHECK_FALSE(repository->read(head, "up/passwd"));
  for (const FileChange& file : changes.files) {
    for (const Hunk& hunk : file.hunks) {
      for (const DiffLine& line : hunk.lines) {
        CAPTURE(file.path(), line.text);
        CHECK((line.text == "max = 200" || line.text == "/etc/passwd" ||
               line.text == "../../../../etc"));
      }
    }
  }
  CHECK(changes.files.size() == 3); // a.ini goes and comes as another type
}

TEST_CASE("names that no work tree may have are only names", "[hostile]") {
  const World world;
  const std::string file = world.blob("max = 20\n");
  const std::string inner = world.tree(World::entry("100644", "passwd", file));
  std::string entries;
  for (const std::string name : {"-rf", ".GIT", ".git", "a b", "a\"b", "a\nb", "c:\\x"}) {
    entries += World::entry("100644", name, file);
  }
  entries += World::entry("40000", "..", inner);
  const std::string head = world.commit(world.tree(entries));
  const ChangeSet changes = world.changes(head);
  CHECK(changes.files.size() + changes.skipped.size() >= 2); // nothing passes unseen
  const auto repository = GitRepository::open(world.fixture.path().string());
  CHECK_NOTHROW(
      repository->files(repository->resolve(world.base + ".." + head))->siblings(Side::head, "x"));
}

TEST_CASE("trees in the wrong order, with one name twice or cut off, do no harm", "[hostile]") {
  const World world;
  const std::string one = world.blob("max = 20\n");
  const std::string two = world.blob("max = 2\n");
  const std::string good = World::entry("100644", "a.ini", one);
  for (const std::string& entries :
       {World::entry("100644", "z", one) + World::entry("100644", "a", two),
        World::entry("100644", "a.ini", one) + World::entry("100644", "a.ini", two),
        good.substr(0, good.size() - 3), std::string("100644"), std::string(40, '\0'),
        World::entry("777777777777", "a", one), World::entry("040000", "a", one),
        World::entry("160000", "a", one), World::entry("100644", "", one)}) {
    CAPTURE(entries);
    const std::string head = world.commit(world.tree(entries));
    try {
      const ChangeSet changes = world.changes(head);
      CHECK_FALSE((changes.files.empty() && changes.skipped.empty()));
    } catch (const Error& e) {
      CHECK_THAT(e.what(), Catch::Contains(head.substr(0, 7)) || Catch::Contains("tree"));
    }
  }
}

TEST_CASE("what is no commit is refused by name", "[hostile]") {
  const World world;
  const std::string garbage = world.object("commit", "tree\n\n\n");
  const std::string of_blob = world.commit(world.blob("no tree\n"));
  const std::string lost = world.commit(std::string(40, 'a'));
  for (const std::string& head : {garbage, of_blob, lost, world.blob("x\n")}) {
    CAPTURE(head);
    CHECK_THROWS_AS(world.changes(head), Error);
  }
}

TEST_CASE("a pack whose bytes were changed is an error, whichever byte it is", "[hostile]") {
  World world;
  world.fixture.write("a.ini", "max = 20\n");
  const std::string head = world.fixture.commit();
  world.fixture.git({"gc", "-q"});
  std::filesystem::path pack;
  for (const auto& entry :
       std::filesystem::directory_iterator(world.fixture.path() / ".git/objects/pack")) {
    pack = entry.path().extension() == ".pack" ? entry.path() : pack;
  }
  std::ifstream stream(pack, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
  REQUIRE(bytes.size() > 100);
  std::filesystem::permissions(pack, std::filesystem::perms::owner_all);
  int refused = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string broken = bytes;
    broken[at] = static_cast<char>(broken[at] ^ 0x55);
    std::ofstream(pack, std::ios::binary) << broken;
    try {
      const ChangeSet changes = world.changes(head);
      // Read in spite of it, as the checksum at the end is not, or told; never something else.
      if (changes.skipped.empty()) {
        REQUIRE(changes.files.size() == 1);
        REQUIRE(changes.files[0].hunks.size() == 1);
        CHECK(changes.files[0].hunks[0].lines.at(1).text == "max = 20");
      }
      refused += changes.skipped.empty() ? 0 : 1;
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > static_cast<int>(bytes.size()) / 2);
}
