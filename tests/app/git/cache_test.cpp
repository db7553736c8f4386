#include "app/git/cache.hpp"

#include "app/git/libgit2.hpp"
#include "app/git/smart_http.hpp"
#include "base/error.hpp"
#include "tests/support/connect_proxy.hpp"
#include "tests/support/git_fixture.hpp"
#include "tests/support/git_http_server.hpp"
#include "tests/support/slow_server.hpp"

#include <fstream>
#include <sstream>
#include <thread>

#include <catch2/catch.hpp>

using namespace leadline;
using namespace leadline::test;

namespace {

namespace fs = std::filesystem;

const std::string k_token = "ghs_secretsecretsecret";

// A remote "acme/shop" with main and one pull request behind the server, and a cache beside it.
struct World {
  TempFolder folder;
  GitFixture origin{folder.path() / "remote" / "acme" / "shop.git", GitFixture::Kind::bare};
  GitFixture work{folder.path() / "work"};
  GitHttpServer server{{(folder.path() / "remote").string(), k_token, 0, "", ""}};
  std::string cache_folder = (folder.path() / "cache").string();
  GitFetchOptions options;
  std::unique_ptr<GitCache> cache;
  GitRemote remote{server.url() + "/acme/shop.git", Secret(k_token)};
  std::string first;
  std::string base;
  std::string head;

  World() {
    options.total_timeout = std::chrono::seconds(20);
    options.first_pause = std::chrono::milliseconds(1);
    cache = GitCache::create(cache_folder, options);
    work.write("a.ini", "max = 200\n");
    first = work.commit();
    work.write("b.ini", "x = 1\n");
    base = work.commit();
    head = new_head(7, "max = 20\n");
  }

  // A commit on top of main, pushed as a pull request's head; main is pushed too.
  std::string new_head(int number, const std::string& text) {
    work.git({"checkout", "-q", "-B", "topic", "main"});
    work.write("a.ini", text);
    const std::string id = work.commit();
    work.git({"checkout", "-q", "main"});
    work.git({"push", "-q", "-f", origin.path().string(), "main",
              "topic:refs/pull/" + std::to_string(number) + "/head"});
    return id;
  }

  std::unique_ptr<GitRepository> fetch(const std::vector<std::string>& wants) {
    return cache->fetch("acme/shop", remote, wants);
  }

  fs::path cached() const { return fs::path(cache_folder) / "acme" / "shop.git"; }
};

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& e) {
    CHECK_THAT(e.what(), !Catch::Contains(k_token));
    return e;
  }
  FAIL("no Error");
  return Error(ErrorKind::bad_input, "");
}

bool holds(const fs::path& folder, const std::string& text) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    std::ifstream stream(entry.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << stream.rdbuf();
    if (bytes.str().find(text) != std::string::npos) {
      return true;
    }
  }
  return false;
}

} // namespace

TEST_CASE("a pull request is fetched by ids and read from the cache", "[git_cache]") {
  World world;
  if (GENERATE(true, false)) {
    world.origin.git({"config", "uploadpack.allowAnySHA1InWant", "true"});
  }
  const auto repository = world.fetch({world.base, world.head});
  const ChangeSet changes =
      repository->change_set(repository->resolve(world.base + "..." + world.head));
  REQUIRE(changes.files.size() == 1);
  CHECK(changes.files[0].new_path == "a.ini");
  CHECK(changes.skipped.empty());
  CHECK_FALSE(holds(world.cache_folder, k_token));

  const std::size_t requests = world.server.requests().size();
  CHECK(requests > 0);
  world.fetch({world.base, world.head, world.first});
  CHECK(world.server.requests().size() == requests); // nothing missing: nothing sent
}

TEST_CASE("a commit that is no tip is fetched, whether or not the remote gives ids",
          "[git_cache]") {
  World world;
  if (GENERATE(true, false)) {
    world.origin.git({"config", "uploadpack.allowReachableSHA1InWant", "true"});
  }
  CHECK(world.fetch({world.first})->read(world.first, "a.ini") == "max = 200\n");
}

TEST_CASE("a ref is fetched by name and moves on", "[git_cache]") {
  World world;
  auto repository = world.fetch({"refs/heads/main", "refs/pull/7/head"});
  CHECK(repository->resolve("refs/heads/main...refs/pull/7/head").head == world.head);
  const std::string newer = world.new_head(7, "max = 30\n");
  repository = world.fetch({"refs/pull/7/head"});
  CHECK(repository->resolve("refs/pull/7/head").head == newer);
  CHECK(repository->read(world.head, "a.ini") == "max = 20\n");
}

TEST_CASE("a force-pushed pull request is fetched beside the old one", "[git_cache]") {
  World world;
  world.fetch({world.base, world.head});
  world.work.git({"checkout", "-q", "--orphan", "other"});
  world.work.write("c", "c\n");
  world.work.commit();
  world.work.git({"checkout", "-q", "main"});
  const std::string newer = world.new_head(7, "max = 40\n");
  CHECK(world.fetch({world.base, newer})->resolve(world.base + "..." + newer).head == newer);
}

TEST_CASE("what the remote does not have is named", "[git_cache]") {
  World world;
  const std::string unknown(40, 'd');
  const Error id = error_of([&] { world.fetch({world.base, unknown}); });
  CHECK(id.kind() == ErrorKind::bad_input);
  CHECK_THAT(id.what(), Catch::Contains(unknown));
  const Error ref = error_of([&] { world.fetch({"refs/pull/99/head"}); });
  CHECK(ref.kind() == ErrorKind::bad_input);
  CHECK_THAT(ref.what(), Catch::Contains("refs/pull/99/head"));
}

TEST_CASE("what fails in passing is asked for again, a refusal is not", "[git_cache]") {
  World world;
  const int status = GENERATE(429, 500, 502, 503);
  CAPTURE(status);
  world.server.answer_with(status, 2);
  CHECK(world.fetch({world.base})->resolve(world.base).head == world.base);
  CHECK(world.server.requests().size() == 4); // twice in vain, what is there, and the pack

  world.server.answer_with(status);
  const std::size_t before = world.server.requests().size();
  const std::string newer = world.new_head(8, "max = 60\n");
  CHECK(error_of([&] { world.fetch({newer}); }).kind() == ErrorKind::unavailable);
  CHECK(world.server.requests().size() == before + 3);

  world.server.answer_with(403, 1);
  CHECK(error_of([&] { world.fetch({newer}); }).kind() == ErrorKind::denied);
  CHECK(world.server.requests().size() == before + 4);
}

TEST_CASE("refusals and failures of the remote are told apart", "[git_cache]") {
  World world;
  struct Row {
    int status;
    ErrorKind kind;
  };
  for (const Row row : {Row{401, ErrorKind::denied}, Row{403, ErrorKind::denied},
                        Row{404, ErrorKind::not_found}, Row{429, ErrorKind::unavailable},
                        Row{500, ErrorKind::unavailable}, Row{503, ErrorKind::unavailable}}) {
    CAPTURE(row.status);
    world.server.answer_with(row.status);
    CHECK(error_of([&] { world.fetch({world.base}); }).kind() == row.kind);
  }
  world.server.answer_with(0);
  world.remote.token = Secret("wrong");
  CHECK(error_of([&] { world.fetch({world.base}); }).kind() == ErrorKind::denied);
  world.remote.token = Secret(k_token);
  GitRemote gone{world.server.url() + "/acme/gone.git", Secret(k_token)};
  CHECK(error_of([&] { world.cache->fetch("acme/gone", gone, {world.base}); }).kind() ==
        ErrorKind::not_found);
  gone.url = "http://127.0.0.1:1/acme/gone.git";
  CHECK(error_of([&] { world.cache->fetch("acme/gone", gone, {world.base}); }).kind() ==
        ErrorKind::unavailable);
  CHECK(world.fetch({world.base})->resolve(world.base).head ==
        world.base); // all that left nothing broken
}

TEST_CASE("a renamed repository is followed, another origin is not and sees no token",
          "[git_cache]") {
  World world;
  const std::string path = "/acme/old.git";
  world.remote.url = world.server.url() + path;
  world.server.redirect(path, world.server.url() + "/acme/shop.git");
  CHECK(world.fetch({world.head})->read(world.head, "a.ini") == "max = 20\n");

  const GitHttpServer other({(world.folder.path() / "remote").string(), k_token, 0, "", ""});
  world.server.redirect(path, other.url() + "/acme/shop.git");
  const std::string newer = world.new_head(8, "max = 50\n");
  CHECK(error_of([&] { world.fetch({newer}); }).kind() == ErrorKind::unavailable);
  CHECK(other.requests().empty());
}

TEST_CASE("names and addresses that could lead elsewhere are refused", "[git_cache]") {
  World world;
  for (const std::string name : {"", "acme", "acme/shop/x", "../shop", "acme/..", "acme/.", "/shop",
                                 "acme/", "ac me/shop", "acme/sh\\op", "a.b/shop"}) {
    CAPTURE(name);
    CHECK(error_of([&] { world.cache->fetch(name, world.remote, {world.base}); }).kind() ==
          ErrorKind::bad_input);
  }
  for (const std::string want : {"", "main", "HEAD", "refs/", "refs/../x", "refs/heads/*",
                                 "refs/leadline/want/x", "-x", "ABCDEF"}) {
    CAPTURE(want);
    CHECK(error_of([&] { world.fetch({want}); }).kind() == ErrorKind::bad_input);
  }
  for (const std::string url :
       {"file:///etc", "/tmp/x", "ssh://h/x", "http://example.com/acme/shop.git",
        "https://u:ghs_secretsecretsecret@h/x", "https://h/x?y"}) {
    CAPTURE(url);
    const GitRemote remote{url, Secret(k_token)};
    CHECK(error_of([&] { world.cache->fetch("acme/shop", remote, {world.base}); }).kind() ==
          ErrorKind::bad_input);
  }
  CHECK(world.cache->fetch("ACME/Shop", world.remote, {world.base})->path() ==
        world.fetch({world.base})->path());
}

TEST_CASE("a broken cache is cloned anew", "[git_cache]") {
  World world;
  world.fetch({world.base, world.head});
  const auto what = GENERATE(0, 1, 2, 3);
  CAPTURE(what);
  if (what == 0) {
    fs::remove(world.cached() / "HEAD");
  } else if (what == 1) { // packs gone, refs left
    fs::remove_all(world.cached() / "objects");
    fs::create_directories(world.cached() / "objects" / "pack");
  } else if (what == 2) { // packs cut short
    for (const auto& entry : fs::directory_iterator(world.cached() / "objects" / "pack")) {
      fs::permissions(entry.path(), fs::perms::owner_all);
      fs::resize_file(entry.path(), 40);
    }
  } else {
    std::ofstream(world.cached() / "config") << "[core\n";
  }
  const std::string newer = world.new_head(9, "max = 9\n");
  const auto repository = world.fetch({world.base, newer});
  const ChangeSet changes = repository->change_set(repository->resolve(world.base + "..." + newer));
  CHECK(changes.files.size() == 1);
  CHECK(changes.skipped.empty());
}

TEST_CASE("a cache that grew too large is cloned anew, but not under a reader", "[git_cache]") {
  World world;
  world.options.max_packs = 1;
  world.cache = GitCache::create(world.cache_folder, world.options);
  world.fetch({world.head});
  const std::string second = world.new_head(8, "max = 8\n");
  {
    const auto reader = world.fetch({second});
    const std::string third = world.new_head(9, "max = 9\n");
    world.fetch({third});
    CHECK(reader->read(second, "a.ini") == "max = 8\n");
    CHECK(reader->read(world.head, "a.ini") == "max = 20\n"); // nothing was deleted
  }
  const auto repository = world.fetch({second});
  CHECK_THROWS_AS(repository->read(world.head, "a.ini"), Error);
}

TEST_CASE("refs do not grow without bound", "[git_cache]") {
  World world;
  world.options.max_refs = 3;
  world.cache = GitCache::create(world.cache_folder, world.options);
  for (int number = 10; number < 16; ++number) {
    const std::string head = world.new_head(number, "max = " + std::to_string(number) + "\n");
    world.fetch({head, "refs/pull/" + std::to_string(number) + "/head"});
  }
  const ProcessResult refs = run_program({"git", "-C", world.cached().string(), "for-each-ref"});
  CHECK(std::count(refs.output.begin(), refs.output.end(), '\n') <= 7);
}

TEST_CASE("threads share one cache", "[git_cache]") {
  World world;
  std::vector<std::string> heads;
  for (int number = 10; number < 14; ++number) {
    heads.push_back(world.new_head(number, "max = " + std::to_string(number) + "\n"));
  }
  std::vector<std::string> read(heads.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    threads.emplace_back([&, i] {
      read[i] = world.fetch({world.base, heads[i]})->read(heads[i], "a.ini").value_or("");
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  for (std::size_t i = 0; i < heads.size(); ++i) {
    CHECK(read[i] == "max = " + std::to_string(10 + i) + "\n");
  }
}

TEST_CASE("a remote that is slow or sends too much is given up", "[git_cache]") {
  World world;
  world.options.max_bytes = 100;
  const auto small = GitCache::create(world.cache_folder, world.options);
  CHECK(error_of([&] { small->fetch("acme/shop", world.remote, {world.base}); }).kind() ==
        ErrorKind::bad_input);
  world.options.max_bytes = 1'000'000;
  world.options.transport.read_timeout = std::chrono::seconds(1);
  world.server.delay_milliseconds(1500);
  const auto impatient = GitCache::create(world.cache_folder, world.options);
  CHECK(error_of([&] { impatient->fetch("acme/shop", world.remote, {world.base}); }).kind() ==
        ErrorKind::unavailable);
}

TEST_CASE("a remote that trickles is given up, whatever of its answer it holds back",
          "[git_cache]") {
  struct Row {
    const char* what;
    std::string first;
    std::string piece;
    bool secure = false;
    bool proxy = false;
  };
  const std::string head =
      "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n";
  const std::vector<Row> rows = {
      {"headers", head, tests::k_slow_header},
      {"the body", head + "Content-Length: 100000\r\n\r\n", "0"},
      {"the handshake", tests::k_slow_handshake, "x", true},
      {"the answer of the proxy", "HTTP/1.1 200 OK\r\n", tests::k_slow_header, true, true},
  };
  const TempFolder folder;
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const tests::SlowServer server(row.first, row.piece);
    const std::string address = "127.0.0.1:" + std::to_string(server.port());
    GitFetchOptions options;
    options.total_timeout = std::chrono::seconds(1);
    options.first_pause = std::chrono::milliseconds(1);
    options.transport.https_proxy = row.proxy ? "http://" + address : "";
    const auto cache = GitCache::create((folder.path() / "cache").string(), options);
    const GitRemote remote{(row.secure ? "https://" : "http://") + address + "/acme/shop.git",
                           Secret(k_token)};
    const auto began = std::chrono::steady_clock::now();
    const Error error =
        error_of([&] { cache->fetch("acme/shop", remote, {std::string(40, 'a')}); });
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(30));
    CHECK(error.kind() == ErrorKind::unavailable);
    CHECK_THAT(error.what(), Catch::EndsWith(": the answer took longer than 1 s"));
  }
}

TEST_CASE("a pack that unpacks to more memory than a fetch may take is given up", "[git_cache]") {
  World world;
  // Two blobs of which one is sent as its difference to the other: a few kilobytes in all.
  std::string text(24UL * 1024 * 1024, '\n');
  world.work.write("large.txt", text);
  world.work.commit();
  text.front() = 'x';
  world.work.write("large.txt", text);
  const std::string head = world.work.commit();
  world.work.git({"push", "-q", world.origin.path().string(), "main"});
  world.options.max_memory_bytes = 16UL * 1024 * 1024;
  const auto small = GitCache::create(world.cache_folder, world.options);
  const Error error = error_of([&] { small->fetch("acme/shop", world.remote, {head}); });
  CHECK(error.kind() == ErrorKind::bad_input);
  CHECK_THAT(error.what(), Catch::Contains("more than 16 MiB of memory"));
  // Nothing of it stays, and another fetch of this thread is not held to it.
  CHECK(small->fetch("acme/shop", world.remote, {world.head}) != nullptr);
  CHECK(world.fetch({head}) != nullptr);
}

TEST_CASE("unpacking is held to the time of its fetch", "[git_cache]") {
  const TempFolder folder;
  git::start_libgit2();
  GitFetchOptions options;
  options.total_timeout = std::chrono::seconds(0);
  git::SmartHttp http({"https://github.example/acme/shop.git", {}}, options,
                      folder.path().string());
  CHECK(git::SmartHttp::check_time(nullptr, &http) < 0);
  const Error error = error_of([&] { std::rethrow_exception(http.problem()); });
  CHECK(error.kind() == ErrorKind::bad_input);
  CHECK_THAT(error.what(), Catch::Contains("unpacking took longer than 0 s"));
}

TEST_CASE("certificates are verified, against one's own authority too, and through a proxy",
          "[git_cache]") {
  World world;
  const std::string key = (world.folder.path() / "key.pem").string();
  const std::string certificate = (world.folder.path() / "cert.pem").string();
  REQUIRE(run_program({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                       "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out",
                       certificate, "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
                       "subjectAltName=IP:127.0.0.1"})
              .exit_code == 0);
  const GitHttpServer server(
      {(world.folder.path() / "remote").string(), k_token, 0, certificate, key});
  world.remote.url = server.url() + "/acme/shop.git";
  CHECK(error_of([&] { world.fetch({world.base}); }).kind() == ErrorKind::unavailable);
  CHECK(server.requests().empty());
  world.options.transport.ca_file = certificate;
  const auto trusting = GitCache::create(world.cache_folder, world.options);
  CHECK(trusting->fetch("acme/shop", world.remote, {world.base})->read(world.base, "b.ini") ==
        "x = 1\n");

  // Through a proxy, which sees no more than where to.
  const tests::ConnectProxy proxy;
  world.options.transport.https_proxy = "http://127.0.0.1:" + std::to_string(proxy.port());
  const auto behind = GitCache::create(world.cache_folder + "-behind", world.options);
  CHECK(behind->fetch("acme/shop", world.remote, {world.base})->read(world.base, "b.ini") ==
        "x = 1\n");
  REQUIRE_FALSE(proxy.heads().empty());
  for (const std::string& head : proxy.heads()) {
    CHECK(head.starts_with("CONNECT 127.0.0.1:"));
  }
  CHECK_THAT(proxy.seen(), !Catch::Contains(k_token));
}
