#include "app/serve_chores.hpp"

#include "app/github/clock.hpp"
#include "app/store/store.hpp"
#include "tests/support/temporary_folder.hpp"

#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>

using namespace leadline;
using namespace std::chrono_literals;

TEST_CASE("of several servers one does a chore, and each what it has for itself", "[chores]") {
  const tests::TemporaryFolder folder;
  const auto store = open_sqlite_store((folder.path() / "s.sqlite").string());
  spdlog::logger logger("test", std::make_shared<spdlog::sinks::null_sink_mt>());
  std::atomic<int> shared = 0;
  std::atomic<int> own = 0;
  for (int server = 1; server <= 3; ++server) {
    std::promise<void> done;
    Chores chores({{"shared", 1h, 10min, [&] { ++shared; }},
                   {"failing", 1h, 0ms, [] { throw std::runtime_error("a chore fails"); }},
                   {"own", 1h, 10min, [&] { ++own; }, Chore::Whose::each_server},
                   {"last", 1h, 0ms, [&] { done.set_value(); }, Chore::Whose::each_server}},
                  *store, Clock::system(), logger);
    chores.start();
    done.get_future().wait();
    CHECK(chores.stop(20s));
    CHECK(shared == 1);
    CHECK(own == server);
  }
}

TEST_CASE("a server that GitHub refuses leaves the shared chores to the others", "[chores]") {
  const tests::TemporaryFolder folder;
  const auto store = open_sqlite_store((folder.path() / "s.sqlite").string());
  spdlog::logger logger("test", std::make_shared<spdlog::sinks::null_sink_mt>());
  std::atomic<bool> refused = false;
  for (const bool is_believed : {false, true}) {
    std::atomic<int> shared = 0;
    std::promise<void> done;
    Chores chores({{"who", 1h, 0ms, [&] { refused = !is_believed; }, Chore::Whose::each_server},
                   {"shared", 1h, 10min, [&] { ++shared; }},
                   {"last", 1h, 0ms, [&] { done.set_value(); }, Chore::Whose::each_server}},
                  *store, Clock::system(), logger, [&] { return refused.load(); });
    chores.start();
    done.get_future().wait();
    CHECK(chores.stop(20s));
    CHECK(shared == (is_believed ? 1 : 0));
  }
}
