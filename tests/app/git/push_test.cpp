#include "analyzers/split/patch.hpp"
#include "app/git/cache.hpp"
#include "app/git/commit_stack.hpp"
#include "app/git/patch_series.hpp"
#include "base/error.hpp"
#include "tests/support/git_fixture.hpp"
#include "tests/support/git_http_server.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace leadline;
using namespace leadline::test;

namespace {

const std::string k_token = "ghs_secretsecretsecret";
const Committer k_bot = {"leadline", "bot@example.com"};

// A remote with main and a pull request of two files, and a cache that has fetched both.
struct World {
  TempFolder folder;
  GitFixture origin{folder.path() / "remote" / "acme" / "shop.git", GitFixture::Kind::bare};
  GitFixture work{folder.path() / "work"};
  GitHttpServer server{{(folder.path() / "remote").string(), k_token, 0, "", ""}};
  std::unique_ptr<GitCache> cache;
  GitRemote remote{server.url() + "/acme/shop.git", Secret(k_token)};
  std::unique_ptr<GitRepository> repository;
  Range range;

  World() {
    GitFetchOptions options;
    options.total_timeout = std::chrono::seconds(20);
    options.first_pause = std::chrono::milliseconds(1);
    cache = GitCache::create((folder.path() / "cache").string(), options);
    work.write("pool.ini", "max = 200\n");
    work.write("tls.conf", "cert = old\n");
    const std::string base = work.commit();
    work.git({"checkout", "-q", "-b", "topic"});
    work.write("pool.ini", "max = 20\n");
    work.write("tls.conf", "cert = new\r\n");
    const std::string head = work.commit("Release");
    work.git({"push", "-q", origin.path().string(), "main", "topic:refs/pull/7/head"});
    repository = cache->fetch("acme/shop", remote, {base, head});
    range = repository->resolve(base + "..." + head);
  }

  // A commit for each file, one on the other.
  std::vector<std::string> stack(const std::string& note = "") const {
    const auto series = PatchSeries::open(repository->path(), range);
    const ChangeSet changes = repository->change_set(range);
    std::vector<Chunk> chunks;
    SplitPlan plan;
    for (std::size_t i = 0; i < changes.files.size(); ++i) {
      Chunk chunk;
      chunk.id = "c" + std::to_string(i);
      chunk.file = i;
      chunk.hunk = 0;
      chunk.old_start = chunk.new_start = chunk.old_lines = chunk.new_lines = 1;
      chunks.push_back(chunk);
      SplitGroup group;
      group.chunks = {chunk.id};
      plan.groups.push_back(group);
    }
    std::vector<StackedCommit> commits;
    for (const std::string& patch :
         group_patches(changes, chunks, plan, [](const FileChange&) { return ""; })) {
      commits.push_back({"", "Part" + note + "\n", patch});
    }
    return write_commits(repository->path(), range, commits, k_bot);
  }

  std::vector<std::string> push(const std::vector<BranchPush>& pushes) const {
    return cache->push("acme/shop", remote, pushes);
  }

  std::string tip(const std::string& branch) const {
    return origin.git_line({"rev-parse", "refs/heads/" + branch});
  }
};

using Rows = std::vector<std::string>;

} // namespace

TEST_CASE("pushed branches stand on each other and build the head's tree", "[git][push]") {
  const World world;
  const Rows ids = world.stack();
  CHECK(world.push({{"split/7/a", ids[0], ""}, {"split/7/b", ids[1], ""}}) == Rows{"", ""});
  CHECK(world.tip("split/7/a") == ids[0]);
  CHECK(world.origin.git({"diff", world.range.head, "split/7/b"}).empty());
  CHECK(world.origin.git_line({"rev-parse", "split/7/b^^"}) == world.range.merge_base);
  CHECK(world.origin.git_line({"log", "-1", "--format=%an %at %cn %ct", "split/7/b"}) ==
        world.work.git_line({"log", "-1", "--format=%an %at leadline %ct", "topic"}));
  const Rows requests = world.server.requests();
  CHECK(std::none_of(requests.begin(), requests.end(), [](const std::string& request) {
    return request.find(k_token) != std::string::npos;
  }));
  // The same split again gives the same commits, and pushing them again is nothing new.
  CHECK(world.stack() == ids);
  CHECK(world.push({{"split/7/a", ids[0], ids[0]}, {"split/7/b", ids[1], ""}}) == Rows{"", ""});
}

TEST_CASE("a branch of ours is replaced, one that moved since is not", "[git][push]") {
  const World world;
  const Rows ids = world.stack();
  REQUIRE(world.push({{"a", ids[0], ""}}) == Rows{""});
  const Rows newer = world.stack(" again");
  CHECK(world.push({{"a", newer[0], ids[0]}}) == Rows{""});
  CHECK(world.tip("a") == newer[0]);

  world.origin.git({"update-ref", "refs/heads/a", world.range.head}); // somebody else's push
  CHECK(world.push({{"a", ids[0], newer[0]}, {"b", ids[1], ""}}) ==
        Rows{"it stands elsewhere now", "nothing was sent, because of another branch"});
  CHECK(world.tip("a") == world.range.head);
  CHECK(world.origin.git({"branch", "--list", "b"}).empty());
  CHECK(world.push({{"a", ids[0], ""}}) == Rows{"it stands elsewhere now"});
}

TEST_CASE("what the remote does not take is told by branch", "[git][push]") {
  const World world;
  world.origin.write("hooks/update", "#!/bin/sh\n[ \"$1\" != refs/heads/b ] || exit 1\n");
  std::filesystem::permissions(world.origin.path() / "hooks" / "update",
                               std::filesystem::perms::owner_all);
  const Rows ids = world.stack();
  const Rows refusals = world.push({{"a", ids[0], ""}, {"b", ids[1], ""}});
  CHECK(refusals[0].empty());
  CHECK(refusals[1].find("hook declined") != std::string::npos);
}

TEST_CASE("a push that may not be made fails by its kind and keeps the token to itself",
          "[git][push]") {
  const World world;
  const std::string id = world.stack()[0];
  const auto kind_of = [&](const GitRemote& remote, const BranchPush& push) {
    try {
      world.cache->push("acme/shop", remote, {push});
    } catch (const Error& error) {
      CHECK(std::string(error.what()).find(k_token) == std::string::npos);
      return std::string(error.kind() == ErrorKind::denied      ? "denied"
                         : error.kind() == ErrorKind::not_found ? "not found"
                         : error.kind() == ErrorKind::bad_input ? "bad input"
                                                                : "unavailable") +
             ": " + error.what();
    }
    return std::string("pushed");
  };
  CHECK(
      kind_of({world.remote.url, Secret("ghs_other")}, {"a", id, ""}).find("denied: pushing to") ==
      0);
  CHECK(kind_of(world.remote, {"a..b", id, ""}).find("bad input: \"a..b\"") == 0);
  CHECK(kind_of(world.remote, {"a", std::string(40, 'd'), ""}).find("bad input") == 0);
  CHECK(kind_of({"http://x:" + k_token + "@127.0.0.1/a.git", Secret()}, {"a", id, ""})
            .find("bad input") == 0);
  world.origin.git({"config", "http.receivepack", "false"});
  CHECK(kind_of(world.remote, {"a", id, ""}).find("denied: pushing to") == 0);
}
