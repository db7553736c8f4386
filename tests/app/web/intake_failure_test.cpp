#include "app/serve_front.hpp"
#include "app/store/store.hpp"
#include "base/error.hpp"
#include "tests/app/web/served_store.hpp"
#include "tests/support/webhook_examples.hpp"

#include <catch2/catch.hpp>

#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace leadline;
using leadline::tests::ServedStore;
using leadline::tests::TemporaryFolder;
using leadline::tests::webhook_example;
using namespace std::chrono_literals;

namespace {

// A file system of `size_bytes` in memory. Who may not mount one gets a folder in which files
// cannot grow while it is full, nor be written while it is read-only.
class SmallDisk {
public:
  explicit SmallDisk(std::size_t size_bytes)
      : m_mounted(::mount("leadline-test", m_folder.path().c_str(), "tmpfs", 0,
                          ("size=" + std::to_string(size_bytes)).c_str()) == 0) {}
  ~SmallDisk() {
    if (m_mounted) {
      ::umount2(m_folder.path().c_str(), MNT_DETACH);
    } else {
      free();
      set_read_only(false);
    }
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  std::string file(const std::string& name) const { return (m_folder.path() / name).string(); }

  void set_read_only(bool read_only) const {
    if (m_mounted) {
      const unsigned long flags = read_only ? MS_REMOUNT | MS_RDONLY : MS_REMOUNT;
      REQUIRE(::mount("leadline-test", m_folder.path().c_str(), "tmpfs", flags, "") == 0);
      return;
    }
    for (const auto& entry : std::filesystem::directory_iterator(m_folder.path())) {
      ::chmod(entry.path().c_str(), read_only ? 0444 : 0644);
    }
    ::chmod(m_folder.path().c_str(), read_only ? 0555 : 0755);
    if (::geteuid() == 0) { // whom no mode stops
      ::setfsuid(read_only ? 65534 : 0);
    }
  }

  // Takes all that is left.
  void fill() const {
    if (!m_mounted) {
      std::uintmax_t largest = 0;
      for (const auto& entry : std::filesystem::directory_iterator(m_folder.path())) {
        largest = std::max(largest, entry.file_size());
      }
      set_file_limit(largest);
      return;
    }
    std::ofstream filler(file("filler"), std::ios::app | std::ios::binary);
    const std::string block(4096, 'x');
    while (filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void free() const {
    if (m_mounted) {
      std::filesystem::remove(file("filler"));
    } else {
      set_file_limit(RLIM_INFINITY);
    }
  }

private:
  static void set_file_limit(rlim_t most) {
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = std::min(most, limit.rlim_max);
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }

  TemporaryFolder m_folder;
  bool m_mounted;
};

std::string deliver(const ServedStore& served, int number) {
  return served.deliver_signed("id-" + std::to_string(number), "pull_request",
                               webhook_example("pull_request", "opened").body);
}

bool is_ready(const ServedStore& served) { return served.get("/readyz").find("HTTP/1.1 200") == 0; }

} // namespace

TEST_CASE(
    "a server that GitHub refuses stays ready for deliveries and says so; one that only works "
    "is not ready",
    "[intake_failure]") {
  ServedStore served;
  CHECK(served.get("/readyz").find("ready\n") != std::string::npos);
  CHECK(served.get("/readyz").find("refuses") == std::string::npos);
  served.refused = true;
  CHECK(is_ready(served));
  CHECK(served.get("/readyz").find("GitHub refuses this server as the App (401)") !=
        std::string::npos);
  const auto routes = status_routes(
      {*served.store, Clock::system(), *served.metrics, served.logger, served.intake,
       [] { return false; }, [&] { return served.refused.load(); }, StatusParts::Duty::works_only});
  const auto readyz = std::find_if(routes.begin(), routes.end(),
                                   [](const WebRoute& route) { return route.path == "/readyz"; });
  REQUIRE(readyz != routes.end());
  CHECK(readyz->handler({}).status == 503);
  served.refused = false;
  CHECK(readyz->handler({}).status == 200);
}

TEST_CASE("every server shows the missed deliveries that any of them has found",
          "[intake_failure]") {
  const ServedStore served;
  CHECK(served.get("/metrics").find("\nleadline_deliveries_missed 0\n") != std::string::npos);
  open_sqlite_store(served.path)->save_missed(3, 1); // by another one
  const std::string metrics = served.get("/metrics");
  CHECK(metrics.find("\nleadline_deliveries_missed 3\n") != std::string::npos);
  CHECK(metrics.find("\nleadline_deliveries_given_up 1\n") != std::string::npos);
  served.metrics->count_missed({7, 2, 5}); // its own look says nothing that the store does not
  CHECK(served.get("/metrics").find("\nleadline_deliveries_missed 3\n") != std::string::npos);
  CHECK(served.get("/metrics").find("\nleadline_app_refused 0\n") != std::string::npos);
  served.metrics->set_app_refused(true);
  CHECK(served.get("/metrics").find("\nleadline_app_refused 1\n") != std::string::npos);
}

TEST_CASE("a full disk is 503 and not ready, and what was answered with 202 is there",
          "[intake_failure]") {
  const SmallDisk disk(1UL << 20U);
  std::vector<int> accepted;
  std::vector<int> refused;
  {
    const ServedStore served(disk.file("s.sqlite"));
    CHECK(is_ready(served));
    int number = 0;
    const auto send = [&] {
      const std::string status = deliver(served, ++number);
      CAPTURE(number, status);
      CHECK((status == "202" || status == "503"));
      (status == "202" ? accepted : refused).push_back(number);
    };
    send();
    REQUIRE(accepted.size() == 1);
    disk.fill();
    while (refused.size() < 5 && number < 5000) {
      send();
    }
    CHECK(refused.size() == 5);
    CHECK_FALSE(is_ready(served));
    disk.free();
    const std::size_t before = accepted.size();
    for (int i = 0; i < 20; ++i) {
      send();
    }
    CHECK(accepted.size() == before + 20);
    std::this_thread::sleep_for(1100ms); // a probe a second
    CHECK(is_ready(served));
  }
  const auto store = open_sqlite_store(disk.file("s.sqlite"));
  CHECK(store->find_damage().empty());
  for (const int number : accepted) {
    CHECK(store->find_delivery("id-" + std::to_string(number)));
  }
  for (const int number : refused) {
    CHECK_FALSE(store->find_delivery("id-" + std::to_string(number)));
  }
}

TEST_CASE("a read-only database is refused by name at the start", "[intake_failure]") {
  const SmallDisk disk(1UL << 20U);
  open_sqlite_store(disk.file("s.sqlite"));
  disk.set_read_only(true);
  try {
    open_sqlite_store(disk.file("s.sqlite"));
    FAIL("it was opened");
  } catch (const Error& e) {
    CHECK_THAT(e.what(), Catch::Contains("ead-only") || Catch::Contains("denied"));
    CHECK(e.kind() == ErrorKind::unavailable); // serve() waits for it
    CHECK_THAT(public_reason(e), Catch::Equals("the database is read-only") ||
                                     Catch::Equals("the database may not be opened"));
  }
  disk.set_read_only(false);
  CHECK_NOTHROW(open_sqlite_store(disk.file("s.sqlite")));
}

TEST_CASE("a damaged database promises nothing", "[intake_failure]") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "s.sqlite").string();
  {
    const ServedStore served(path);
    for (int number = 0; number < 200; ++number) {
      REQUIRE(deliver(served, number) == "202");
    }
  }
  CHECK(open_sqlite_store(path)->find_damage().empty());
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(0, std::ios::end);
    const std::streamoff size = file.tellp();
    file.seekp(4096); // behind the page that says what is where
    const std::string garbage(static_cast<std::size_t>(size - 4096), 'x');
    file.write(garbage.data(), static_cast<std::streamsize>(garbage.size()));
  }
  SECTION("found by the first delivery") {
    // What opening reads is damaged as well, unless it fails here.
    try {
      const ServedStore served(path);
      CHECK(deliver(served, 1000) == "503");
      CHECK_FALSE(is_ready(served));
    } catch (const Error& e) {
      CHECK(std::string(e.what()).find("malformed") != std::string::npos);
    }
  }
  SECTION("known from the start") {
    ServedStore served;
    CHECK(deliver(served, 1) == "202");
    served.intake.set_damaged();
    CHECK(deliver(served, 2) == "503");
    CHECK_FALSE(is_ready(served));
    CHECK_FALSE(served.store->find_delivery("id-2"));
  }
}

TEST_CASE("a failed delivery is remembered for a short time only, so that the next one is let in",
          "[intake_failure]") {
  IntakeState state;
  const auto now = std::chrono::steady_clock::now();
  CHECK_FALSE(state.is_failing(now));
  state.failed(now);
  CHECK(state.is_failing(now + IntakeState::k_remembered - 1ms));
  CHECK_FALSE(state.is_failing(now + IntakeState::k_remembered));
  state.failed(now);
  state.stored();
  CHECK_FALSE(state.is_failing(now));
}
