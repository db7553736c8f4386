#include "app/store/store.hpp"
#include "tests/app/web/raw_client.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/webhook_examples.hpp"
#include "webhooks/signature.hpp"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <sstream>
#include <thread>

using namespace leadline;
using namespace std::chrono_literals;
using leadline::tests::RawClient;

namespace {

constexpr const char* k_secret = "s3cret-of-20-letters";

// The shipped program, serving a GitHub that nobody answers for.
class Program {
public:
  // `prepare` gets the folder before the program starts there.
  explicit Program(const std::function<void(const std::filesystem::path&)>& prepare = {}) {
    if (prepare) {
      prepare(m_folder.path());
    }
    const std::string key = file("key.pem");
    REQUIRE(std::system(("openssl genrsa -out " + key + " 2048 2> /dev/null").c_str()) == 0);
    ::chmod(key.c_str(), 0600);
    m_child = ::fork();
    REQUIRE(m_child >= 0);
    if (m_child == 0) {
      const int log = ::open(file("log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      ::dup2(log, STDERR_FILENO);
      ::setenv("APP_ID", "29310", 1);
      ::setenv("PRIVATE_KEY_PATH", key.c_str(), 1);
      ::setenv("WEBHOOK_SECRET", k_secret, 1);
      ::setenv("GITHUB_API_URL", "http://127.0.0.1:9/api/v3", 1);
      ::setenv("LEADLINE_DATA", file("data").c_str(), 1);
      ::execl(LEADLINE_PROGRAM, LEADLINE_PROGRAM, "serve", "--port", "0", nullptr);
      ::_exit(127);
    }
    const std::regex address(
        "(?:listens on http://127.0.0.1:|answering with 503 on port )([0-9]+)");
    std::smatch match;
    std::string text;
    for (int i = 0; i < 1000 && m_port == 0; ++i) {
      std::this_thread::sleep_for(20ms);
      text = log();
      if (std::regex_search(text, match, address)) {
        m_port = std::stoi(match[1]);
      }
    }
    CAPTURE(text);
    REQUIRE(m_port != 0);
  }
  ~Program() {
    if (m_child > 0) {
      ::kill(m_child, SIGKILL);
      ::waitpid(m_child, nullptr, 0);
    }
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  std::string file(const std::string& name) const { return (m_folder.path() / name).string(); }
  std::string log() const {
    std::ostringstream text;
    text << std::ifstream(file("log")).rdbuf();
    return text.str();
  }
  std::string deliver(const std::string& id) const {
    const std::string& body = tests::webhook_example("pull_request", "opened").body;
    RawClient client(m_port);
    client.send("POST /api/github/webhooks HTTP/1.1\r\nHost: x\r\nX-GitHub-Event: pull_request"
                "\r\nX-GitHub-Delivery: " +
                id + "\r\nX-Hub-Signature-256: " + webhooks::sign(Secret(k_secret), body) +
                "\r\nContent-Type: application/json\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.receive_answer().substr(9, 3);
  }
  std::string get(const std::string& path, int port = 0) const {
    RawClient client(port == 0 ? m_port : port);
    client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    return client.receive_answer();
  }
  int port() const { return m_port; }
  // The most that it ever had resident (proc(5)).
  long peak_memory_mebibytes() const {
    std::ifstream status("/proc/" + std::to_string(m_child) + "/status");
    long kibibytes = 0;
    for (std::string word; status >> word;) {
      if (word == "VmHWM:") {
        status >> kibibytes;
      }
    }
    REQUIRE(kibibytes > 0);
    return kibibytes / 1024;
  }
  // Of the address space, as if the machine had no more.
  void allow_more_memory(std::size_t bytes) const {
    std::ifstream statm("/proc/" + std::to_string(m_child) + "/statm");
    std::size_t pages = 0;
    REQUIRE(statm >> pages);
    const rlim_t most = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + bytes;
    const rlimit limit{most, most};
    REQUIRE(::prlimit(m_child, RLIMIT_AS, &limit, nullptr) == 0);
  }
  void signal(int number) const { ::kill(m_child, number); }
  // The exit code, or 128 and the signal.
  int end(int signal) {
    ::kill(m_child, signal);
    int status = 0;
    ::waitpid(m_child, &status, 0);
    m_child = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

private:
  tests::TemporaryFolder m_folder;
  pid_t m_child = -1;
  int m_port = 0;
};

} // namespace

TEST_CASE("the program takes deliveries, survives a GitHub that is down, and stops when told",
          "[serve]") {
  Program program;
  CHECK(program.get("/healthz").find("HTTP/1.1 200") == 0);
  CHECK(program.get("/readyz").find("HTTP/1.1 200") == 0);
  CHECK(program.deliver("id-1") == "202");
  for (int i = 0; i < 500 && program.log().find("; again in") == std::string::npos; ++i) {
    std::this_thread::sleep_for(20ms);
  }
  const std::string log = program.log();
  CAPTURE(log);
  CHECK(log.find("; again in") != std::string::npos);
  CHECK(log.find("delivery=id-1 repo=Codertocat/Hello-World pr=2 sha=") != std::string::npos);
  CHECK(log.find(k_secret) == std::string::npos);
  CHECK(program.end(SIGTERM) == 0);
  CHECK(program.log().find(" stopped") != std::string::npos);
  const auto store = open_store("sqlite:" + program.file("data/leadline.sqlite"));
  CHECK(store->find_delivery("id-1")->state == DeliveryState::queued);
  CHECK(store->queue_stats(TimePoint{}).waiting == 1);
}

// Sanitizers keep what was freed.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("the bodies of strangers do not take the memory of the machine", "[serve]") {
  const Program program;
  const std::string piece(1'000'000, 'x');
  std::vector<std::thread> strangers;
  for (int i = 0; i < 14; ++i) {
    strangers.emplace_back([&] {
      RawClient client(program.port());
      client.send("POST /api/github/webhooks HTTP/1.1\r\nContent-Length: 26000000\r\n\r\n");
      for (int sent = 0; sent < 26; ++sent) {
        client.send(piece);
      }
      client.receive_answer();
    });
  }
  for (std::thread& stranger : strangers) {
    stranger.join();
  }
  CHECK(program.peak_memory_mebibytes() <
        220); // 64 for all bodies, as much while one grows, the rest
  CHECK(program.deliver("id-1") == "202");
}
#endif

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a server that gets no more memory refuses what it cannot hold, and lives", "[serve]") {
  ::setenv("LEADLINE_INTAKE_MEMORY_MB", "65536", 1); // it is the machine that has no more
  Program program;
  ::unsetenv("LEADLINE_INTAKE_MEMORY_MB");
  CHECK(program.deliver("id-1") == "202");
  program.allow_more_memory(100UL << 20U);
  const std::string piece(1'000'000, 'x');
  std::vector<std::unique_ptr<RawClient>> strangers;
  for (int i = 0; i < 20; ++i) {
    strangers.push_back(std::make_unique<RawClient>(program.port()));
    strangers.back()->send(
        "POST /api/github/webhooks HTTP/1.1\r\nContent-Length: 25000000\r\n\r\n");
    for (int sent = 0; sent < 20; ++sent) {
      strangers.back()->send(piece);
    }
  }
  CHECK(program.get("/healthz").find("HTTP/1.1 200") == 0);
  strangers.clear();
  CHECK(program.deliver("id-2") == "202");
  CHECK(program.get("/metrics").find("leadline_requests_cut_total{why=\"no_memory\"} 0") ==
        std::string::npos);
  CHECK(program.end(SIGTERM) == 0);
}
#endif

TEST_CASE("a server that is told to stop is not ready, and still takes deliveries for a time",
          "[serve]") {
  ::setenv("LEADLINE_DRAIN_SECONDS", "600", 1);
  Program program;
  ::unsetenv("LEADLINE_DRAIN_SECONDS");
  CHECK(program.get("/readyz").find("HTTP/1.1 200") == 0);
  program.signal(SIGTERM);
  for (int i = 0; i < 1000 && program.log().find(" stopping") == std::string::npos; ++i) {
    std::this_thread::sleep_for(20ms);
  }
  for (int i = 0; i < 100 && program.get("/readyz").find("HTTP/1.1 503") != 0; ++i) {
    std::this_thread::sleep_for(20ms);
  }
  CHECK(program.get("/readyz").find("HTTP/1.1 503") == 0);
  CHECK(program.deliver("id-1") == "202");
  CHECK(program.end(SIGTERM) == 128 + SIGTERM); // the second one does not wait
}

TEST_CASE("a program that is killed has every delivery that it accepted", "[serve]") {
  Program program;
  int accepted = 0;
  for (int i = 0; i < 20; ++i) {
    accepted += program.deliver("id-" + std::to_string(i)) == "202" ? 1 : 0;
  }
  CHECK(program.end(SIGKILL) == 128 + SIGKILL);
  CHECK(accepted == 20);
  const auto store = open_store("sqlite:" + program.file("data/leadline.sqlite"));
  for (int i = 0; i < 20; ++i) {
    CHECK(store->find_delivery("id-" + std::to_string(i)));
  }
}

TEST_CASE("the metrics are at the port that was named for them, and nowhere else", "[serve]") {
  ::setenv("LEADLINE_METRICS_PORT", "0", 1);
  const Program program;
  ::unsetenv("LEADLINE_METRICS_PORT");
  const std::regex address("metrics are at http://127.0.0.1:([0-9]+)/metrics");
  std::smatch match;
  std::string log;
  for (int i = 0; i < 1000 && !std::regex_search(log, match, address); ++i) {
    std::this_thread::sleep_for(20ms);
    log = program.log();
  }
  REQUIRE(std::regex_search(log, match, address));
  const int port = std::stoi(match[1]);
  const std::string metrics = program.get("/metrics", port);
  CHECK(metrics.find("HTTP/1.1 200") == 0);
  CHECK(metrics.find("\nleadline_queue_jobs{state=\"waiting\"} 0") != std::string::npos);
  CHECK(program.get("/metrics").find("HTTP/1.1 404") == 0);
  for (const char* path : {"/healthz", "/readyz", "/api/github/webhooks"}) {
    CHECK(program.get(path, port).find("HTTP/1.1 404") == 0);
  }
  CHECK(program.deliver("id-1") == "202");
}

TEST_CASE(
    "a server without a usable database says so, promises nothing, and serves once it has one",
    "[serve]") {
  struct Row {
    const char* what;
    std::function<void(const std::filesystem::path& data)> harm;
    const char* reason;
  };
  const std::vector<Row> rows = {
      {"damaged",
       [](const auto& data) {
         std::filesystem::create_directories(data);
         std::ofstream(data / "leadline.sqlite") << std::string(8192, 'x');
       },
       "the database is damaged"},
      {"no folder", [](const auto& data) { std::ofstream(data) << "a file"; },
       "the database cannot be opened"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Program program([&](const auto& folder) { row.harm(folder / "data"); });
    CHECK(program.get("/healthz").find("HTTP/1.1 200") == 0);
    const std::string ready = program.get("/readyz");
    CHECK(ready.find("HTTP/1.1 503") == 0);
    CHECK(ready.find(row.reason) != std::string::npos);
    CHECK(ready.find(program.file("")) == std::string::npos); // where it is stands in the log
    CHECK(program.log().find("not ready: sqlite:" + program.file("data/leadline.sqlite")) !=
          std::string::npos);
    CHECK(program.deliver("id-1") == "503");
    CHECK(program.get("/metrics").find("leadline_deliveries_total{outcome=\"unavailable\"} 1") !=
          std::string::npos);
    std::filesystem::remove_all(program.file("data"));
    for (int i = 0; i < 3000 && program.get("/readyz").find("HTTP/1.1 200") != 0; ++i) {
      std::this_thread::sleep_for(20ms);
    }
    CHECK(program.get("/readyz").find("HTTP/1.1 200") == 0);
    CHECK(program.deliver("id-1") == "202");
    CHECK(program.end(SIGTERM) == 0);
  }
}

TEST_CASE("a server that waits for its database stops when told", "[serve]") {
  Program program([](const auto& folder) { std::ofstream(folder / "data") << "a file"; });
  CHECK(program.end(SIGTERM) == 0);
  CHECK(program.log().find(" stopped") != std::string::npos);
}
