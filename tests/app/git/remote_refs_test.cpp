#include "app/git/remote_refs.hpp"

#include "base/error.hpp"
#include "tests/support/git_fixture.hpp"
#include "tests/support/git_http_server.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <httplib.h>

#include <thread>

using namespace leadline;
using namespace leadline::test;

namespace {

std::string packet(const std::string& text) {
  return fmt::format("{:04x}{}", text.size() + 4, text);
}

// Answers what it is told to.
struct Canned {
  Canned(std::string first, std::string second) {
    server.Get(".*", [=](const httplib::Request&, httplib::Response& response) {
      response.set_content(first, "application/x-git-upload-pack-advertisement");
    });
    server.Post(".*", [=](const httplib::Request&, httplib::Response& response) {
      response.set_content(second, "application/x-git-upload-pack-result");
    });
    server.set_keep_alive_timeout(1);
    port = server.bind_to_any_port("127.0.0.1");
    thread = std::thread([this] { server.listen_after_bind(); });
    while (!server.is_running()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  ~Canned() {
    server.stop();
    thread.join();
  }

  httplib::Server server;
  std::thread thread;
  int port = 0;
};

GitFetchOptions quick() {
  GitFetchOptions options;
  options.first_pause = std::chrono::milliseconds(1);
  return options;
}

const std::string k_id(40, 'a');
const std::string k_other(40, 'b');
const std::string k_version_2 = packet("version 2\n") + packet("ls-refs\n") + "0000";

} // namespace

TEST_CASE("the pull requests of a commit are listed by git, in either version of its protocol",
          "[remote_refs]") {
  const TempFolder folder;
  const GitFixture origin(folder.path() / "remote" / "acme" / "shop.git", GitFixture::Kind::bare);
  GitFixture work(folder.path() / "work");
  work.write("a.ini", "max = 200\n");
  const std::string first = work.commit();
  work.write("a.ini", "max = 20\n");
  const std::string head = work.commit();
  for (const std::string ref :
       {"main:refs/heads/main", "main:refs/pull/7/head", "main:refs/pull/31/head",
        "main:refs/pull/31/merge", "main~1:refs/pull/8/head", "main:refs/tags/pull"}) {
    work.git({"push", "-q", origin.path().string(), ref});
  }
  GitHttpServer server({(folder.path() / "remote").string(), "ghs_token", 0, "", ""});
  const GitRemote remote{server.url() + "/acme/shop.git", Secret("ghs_token")};
  const bool old_protocol = GENERATE(false, true);
  CAPTURE(old_protocol);
  server.ignore_version(old_protocol);
  const auto listed = [&](const std::string& commit) {
    return git::refs_at(remote, quick(), folder.path().string(), "refs/pull/", commit);
  };
  CHECK(listed(head) ==
        std::vector<std::string>{"refs/pull/31/head", "refs/pull/31/merge", "refs/pull/7/head"});
  CHECK(server.requests().size() == (old_protocol ? 1 : 2));
  CHECK(listed(first) == std::vector<std::string>{"refs/pull/8/head"});
  CHECK(listed(k_id).empty());
  // By way of the cache, and with a token that is refused.
  const auto cache = GitCache::create((folder.path() / "cache").string(), quick());
  CHECK(cache->refs_at(remote, "refs/pull/", head).size() == 3);
  try {
    cache->refs_at({remote.url, Secret("old")}, "refs/pull/", head);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::denied);
  }
}

TEST_CASE("a list of refs that is cut short is an error, and no shorter list", "[remote_refs]") {
  struct Row {
    const char* what;
    std::string first;
    std::string second;
    bool whole;
  };
  const std::string line = packet(k_id + " refs/pull/7/head\n");
  const std::string other = packet(k_other + " refs/pull/8/head\n");
  const std::string old =
      packet("# service=git-upload-pack\n") + "0000" +
      packet(k_id + " refs/pull/7/head" + std::string(1, '\0') + "multi_ack\n") + other;
  const std::vector<Row> rows = {
      {"whole", k_version_2, other + line + "0000", true},
      {"with a service line", packet("# service=git-upload-pack\n") + "0000" + k_version_2,
       line + "0000", true},
      {"old", old + "0000", "", true},
      {"old and cut", old, "", false},
      {"no flush", k_version_2, line, false},
      {"nothing", k_version_2, "", false},
      {"cut inside of a line", k_version_2, line.substr(0, 20), false},
      {"cut inside of a length", k_version_2, line + "00", false},
      {"no length", k_version_2, line + "zzzz", false},
      {"no name", k_version_2, packet(k_id) + "0000", false},
      {"an error", k_version_2, line + packet("ERR not now"), false},
      {"no answer at all", "", "", false},
  };
  const TempFolder folder;
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Canned server(row.first, row.second);
    const GitRemote remote{fmt::format("http://127.0.0.1:{}/o/r.git", server.port), Secret()};
    const auto listed = [&] {
      return git::refs_at(remote, quick(), folder.path().string(), "refs/pull/", k_id);
    };
    if (row.whole) {
      CHECK(listed() == std::vector<std::string>{"refs/pull/7/head"});
    } else {
      CHECK_THROWS_AS(listed(), Error);
    }
  }
}

TEST_CASE("a list of refs takes no more than a fetch may", "[remote_refs]") {
  const TempFolder folder;
  std::string refs;
  for (int number = 0; number < 1'000; ++number) {
    refs += packet(k_other + " refs/pull/" + std::to_string(number) + "/head\n");
  }
  const Canned server(k_version_2, refs + "0000");
  const GitRemote remote{fmt::format("http://127.0.0.1:{}/o/r.git", server.port), Secret()};
  GitFetchOptions options = quick();
  CHECK(git::refs_at(remote, options, folder.path().string(), "refs/", k_other).size() == 1'000);
  options.max_bytes = 10'000;
  CHECK_THROWS_WITH(git::refs_at(remote, options, folder.path().string(), "refs/", k_other),
                    Catch::Contains("more than 10000 bytes"));
}
