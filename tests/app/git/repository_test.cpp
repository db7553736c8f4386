#include "app/git/repository.hpp"

#include "base/error.hpp"
#include "tests/support/git_fixture.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using namespace leadline::test;

namespace {

struct World {
  TempFolder folder;
  GitFixture fixture{folder.path() / "repo"};

  std::unique_ptr<GitRepository> open(const DiffLimits& limits = {}) const {
    return GitRepository::open(fixture.path().string(), limits);
  }
  ChangeSet change_set(const std::string& range, const DiffLimits& limits = {}) const {
    const auto repository = open(limits);
    return repository->change_set(repository->resolve(range));
  }
};

std::string error_of(const std::function<void()>& action, ErrorKind kind = ErrorKind::bad_input) {
  try {
    action();
  } catch (const Error& e) {
    CHECK(e.kind() == kind);
    return e.what();
  }
  return "";
}

std::string object_path(const std::string& id) {
  return "objects/" + id.substr(0, 2) + "/" + id.substr(2);
}

} // namespace

TEST_CASE("ranges are resolved as git resolves them", "[repository]") {
  World world;
  const GitFixture& fixture = world.fixture;
  world.fixture.write("a", "1\n");
  const std::string root = world.fixture.commit();
  world.fixture.write("a", "2\n");
  const std::string main = world.fixture.commit();
  fixture.git({"checkout", "-q", "-b", "topic", root});
  world.fixture.write("b", "1\n");
  const std::string topic = world.fixture.commit();
  fixture.git({"tag", "-a", "-m", "v1", "v1", main});
  const auto repository = world.open();
  const auto is = [](const Range& range, const std::string& base, const std::string& head,
                     const std::string& merge_base) {
    return range.base == base && range.head == head && range.merge_base == merge_base;
  };
  const std::string empty_tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
  CHECK(is(repository->resolve("main...topic"), main, topic, root));
  CHECK(is(repository->resolve("main..."), main, topic, root));
  CHECK(is(repository->resolve("...main"), topic, main, root));
  CHECK(is(repository->resolve("main..topic"), main, topic, main));
  CHECK(is(repository->resolve("v1..HEAD"), main, topic, main));
  CHECK(is(repository->resolve("topic"), root, topic, root));
  CHECK(is(repository->resolve(topic.substr(0, 8) + "~1"), empty_tree, root, empty_tree));
  CHECK(repository->change_set(repository->resolve(root)).files.at(0).status == FileStatus::added);

  CHECK_THAT(error_of([&] { repository->resolve("main...nope"); }), Catch::Contains("nope"));
  CHECK_THAT(error_of([&] { repository->resolve("HEAD:b"); }), Catch::Contains("HEAD:b"));
  CHECK_THAT(error_of([&] { repository->resolve(" "); }), Catch::Contains("empty range"));
  CHECK_THAT(error_of([&] { repository->resolve(std::string("a\0b", 3)); }),
             Catch::Contains("unknown revision"));
  fixture.git({"checkout", "-q", "--orphan", "island"});
  world.fixture.commit();
  CHECK_THAT(error_of([&] { repository->resolve("main...island"); }),
             Catch::Contains("no merge base: main...island"));
}

TEST_CASE("a repository is opened where git -C opens it", "[repository]") {
  World world;
  world.fixture.write("deep/down/a", "1\n");
  const std::string id = world.fixture.commit();
  CHECK(GitRepository::open((world.fixture.path() / "deep" / "down").string())
            ->resolve("HEAD")
            .head == id);
  const auto bare = world.folder.path() / "bare.git";
  world.fixture.git({"clone", "-q", "--bare", ".", bare.string()});
  CHECK(GitRepository::open(bare.string())->resolve("main").head == id);
  const auto linked = world.folder.path() / "linked";
  world.fixture.git({"worktree", "add", "-q", linked.string()});
  CHECK(GitRepository::open(linked.string())->resolve("HEAD").head == id);
  std::filesystem::create_directories(world.folder.path() / "none");
  for (const std::string& path :
       {(world.folder.path() / "none").string(), std::string("/nonexistent"), std::string()}) {
    CHECK_THAT(error_of([&] { GitRepository::open(path); }),
               Catch::Contains("not a git repository: " + path));
  }
}

TEST_CASE("objects that are missing are named and the rest is read", "[repository]") {
  World world;
  world.fixture.write("gone.ini", "max = 200\n");
  world.fixture.write("here.ini", "min = 1\n");
  world.fixture.write("lost/x", "1\n");
  world.fixture.commit();
  world.fixture.write("gone.ini", "max = 20\n");
  world.fixture.write("here.ini", "min = 2\n");
  world.fixture.write("lost/x", "2\n");
  world.fixture.commit();
  const std::string blob = world.fixture.git_line({"rev-parse", "HEAD:gone.ini"});
  const std::string tree = world.fixture.git_line({"rev-parse", "HEAD:lost"});
  world.fixture.remove(".git/" + object_path(blob));
  world.fixture.remove(".git/" + object_path(tree));

  const auto repository = world.open();
  const Range range = repository->resolve("HEAD~1..HEAD");
  const ChangeSet changes = repository->change_set(range);
  REQUIRE(changes.files.size() == 1);
  CHECK(changes.files[0].path() == "here.ini");
  REQUIRE(changes.skipped.size() == 2);
  CHECK(changes.skipped[0].path == "lost");
  CHECK_THAT(changes.skipped[0].why, Catch::Contains(tree));
  CHECK(changes.skipped[1].path == "gone.ini");
  CHECK_THAT(changes.skipped[1].why, Catch::Contains(blob));

  const auto files = repository->files(range);
  CHECK(files->read(Side::base, "gone.ini") == "max = 200\n");
  CHECK_THAT(error_of([&] { files->read(Side::head, "gone.ini"); }, ErrorKind::not_found),
             Catch::Contains("gone.ini"));
  CHECK_THAT(error_of([&] { files->read(Side::head, "lost/x"); }, ErrorKind::not_found),
             Catch::Contains("lost/x"));
  CHECK_THAT(error_of([&] { repository->read(std::string(40, 'a'), "x"); }, ErrorKind::not_found),
             Catch::Contains("aaaa"));
}

TEST_CASE("files and diffs beyond the limits are named", "[repository]") {
  World world;
  world.fixture.write("keep", "1\n");
  world.fixture.commit();
  world.fixture.write("a", std::string(100, 'a') + "\n");
  world.fixture.write("b", "1\n2\n3\n4\n5\n");
  world.fixture.write("c", "1\n");
  world.fixture.commit();
  const auto skipped = [&](const DiffLimits& limits) {
    std::vector<std::string> paths;
    for (const Skipped& file : world.change_set("HEAD", limits).skipped) {
      paths.push_back(file.path);
    }
    return paths;
  };
  DiffLimits limits;
  CHECK(skipped(limits).empty());
  limits.max_file_bytes = 50;
  CHECK(skipped(limits) == std::vector<std::string>{"a"});
  limits.max_file_lines = 5;
  CHECK(skipped(limits) == std::vector<std::string>{"a", "b"});
  limits = {};
  limits.max_diff_lines = 12;
  CHECK(skipped(limits) == std::vector<std::string>{"b", "c"});
  limits = {};
  limits.max_files = 2;
  CHECK(skipped(limits) == std::vector<std::string>{"c"});
}

TEST_CASE("marks come from the .gitattributes of the merge base alone", "[repository]") {
  World world;
  world.fixture.write(".gitattributes",
                      "*.lock linguist-generated\nvendor/** linguist-vendored=true\n"
                      "[attr]ours linguist-generated=true\n*.mac ours\n*.bin -diff\n");
  world.fixture.write("sub/.gitattributes",
                      "*.lock -linguist-generated\nx.lock linguist-generated=false\n"
                      "y.lock !linguist-generated\n");
  for (const std::string path : {"hidden.ini", "a.bin", "b.bin"}) {
    world.fixture.write(path, "max = 200\n");
  }
  world.fixture.commit();
  world.fixture.write(".gitattributes", "*.ini linguist-generated -diff\n");
  for (const std::string path : {"hidden.ini", "a.bin"}) {
    world.fixture.write(path, "max = 20\n");
  }
  world.fixture.commit();
  const auto bare = world.folder.path() / "bare.git";
  world.fixture.git({"clone", "-q", "--bare", ".", bare.string()});
  for (const std::string& path : {world.fixture.path().string(), bare.string()}) {
    CAPTURE(path);
    const auto repository = GitRepository::open(path);
    const Range range = repository->resolve("HEAD");
    const auto files = repository->files(range);
    CHECK(files->marks("go.lock").generated == true);
    CHECK(files->marks("deep/go.lock").generated == true);
    CHECK(files->marks("x.mac").generated == true);
    CHECK(files->marks("vendor/a/b.c").vendored == true);
    CHECK(files->marks("vendor/a/b.c").generated == std::nullopt);
    CHECK(files->marks("sub/go.lock").generated == false);
    CHECK(files->marks("sub/x.lock").generated == false);
    CHECK(files->marks("sub/y.lock").generated == std::nullopt);
    CHECK(files->marks("hidden.ini").generated == std::nullopt); // the author's own attribute
    const ChangeSet changes = repository->change_set(range);
    REQUIRE(changes.files.size() == 3);
    CHECK(changes.files[1].path() == "a.bin");
    CHECK(changes.files[1].binary);
    CHECK(changes.files[2].path() == "hidden.ini");
    CHECK_FALSE(changes.files[2].binary);
    CHECK(changes.files[2].hunks.size() == 1);
  }
}

TEST_CASE("files of both sides and their neighbours are read", "[repository]") {
  World world;
  world.fixture.write("conf/pool.ini", "max = 200\n");
  world.fixture.write("conf/deep/x", "1\n");
  world.fixture.write("b", std::string("\0\xFF", 2));
  world.fixture.commit();
  world.fixture.write("conf/pool.ini", "max = 20\n");
  world.fixture.write("conf/app.ini", "y = 1\n");
  std::filesystem::create_symlink("pool.ini", world.fixture.path() / "conf" / "link");
  world.fixture.commit();
  const auto repository = world.open();
  const auto files = repository->files(repository->resolve("HEAD"));
  CHECK(files->read(Side::base, "conf/pool.ini") == "max = 200\n");
  CHECK(files->read(Side::head, "conf/pool.ini") == "max = 20\n");
  CHECK(files->read(Side::head, "b") == std::string("\0\xFF", 2));
  for (const std::string path :
       {"conf", "conf/link", "nope", "conf/nope", "", "/", "../x", "conf/pool.ini/x"}) {
    CAPTURE(path);
    CHECK(files->read(Side::head, path) == std::nullopt);
  }
  CHECK(files->siblings(Side::head, "conf/pool.ini") == std::vector<std::string>{"app.ini"});
  CHECK(files->siblings(Side::head, "conf/new.ini") ==
        std::vector<std::string>{"app.ini", "pool.ini"});
  CHECK(files->siblings(Side::base, "x") == std::vector<std::string>{"b"});
  CHECK(files->siblings(Side::base, "no/such/x").empty());
  CHECK(files->folders_beside(Side::head, "conf/deep/x").empty());
  CHECK(files->folders_beside(Side::head, "other/x") == std::vector<std::string>{"conf"});
  CHECK(files->folders_beside(Side::head, "conf/other/x") == std::vector<std::string>{"deep"});
  CHECK(files->folders_beside(Side::head, "b").empty());
  CHECK(files->folders_beside(Side::base, "no/such/x").empty());
  CHECK(files->entries(Side::head, "conf") ==
        std::vector<std::string>{"app.ini", "deep/", "link", "pool.ini"});
  CHECK(files->entries(Side::head, "") == std::vector<std::string>{"b", "conf/"});
  for (const std::string folder : {"conf/pool.ini", "nope", "conf/nope", "/", "../x"}) {
    CAPTURE(folder);
    CHECK(files->entries(Side::head, folder).empty());
  }
}

TEST_CASE("nobody's configuration changes a change set", "[repository]") {
  World world;
  world.fixture.write("a", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
  world.fixture.commit();
  world.fixture.write("a", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n");
  world.fixture.commit();
  const ChangeSet before = world.change_set("HEAD");
  world.fixture.git({"config", "diff.context", "0"});
  world.fixture.git({"config", "diff.noprefix", "true"});
  world.fixture.git({"config", "core.autocrlf", "true"});
  world.fixture.write(".git/info/attributes", "a -diff\n");
  CHECK(world.change_set("HEAD") == before);
  CHECK(before.files.at(0).hunks.at(0).lines.size() == 8);
}
