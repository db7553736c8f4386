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
#include <thread>

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

namespace {

class FakeClock final : public Clock {
public:
  std::chrono::system_clock::time_point now() const override {
    return std::chrono::system_clock::time_point(m_now.load());
  }
  void sleep_for(std::chrono::milliseconds duration) override { m_now = m_now.load() + duration; }

private:
  std::atomic<std::chrono::system_clock::duration> m_now{24h * 365};
};

template <typename F>
bool eventually(F condition) {
  for (int i = 0; i < 3000; ++i) {
    if (condition()) {
      return true;
    }
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

} // namespace

TEST_CASE("a chore that fails is done again soon, and not when it would be due the next time",
          "[chores]") {
  const tests::TemporaryFolder folder;
  const auto store = open_sqlite_store((folder.path() / "s.sqlite").string());
  spdlog::logger logger("test", std::make_shared<spdlog::sinks::null_sink_mt>());
  FakeClock clock;
  std::atomic<int> tried = 0;
  std::atomic<int> looks = 0;
  const auto sweep = [&] {
    if (++tried <= 2) {
      throw std::runtime_error("GitHub is down");
    }
  };
  std::vector<Chore> chores = {{"sweep", 6h, 10min, sweep},
                               {"look", 0ms, 0ms, [&] { ++looks; }, Chore::Whose::each_server}};
  {
    Chores first(chores, *store, clock, logger, {}, 1ms);
    first.start();
    CHECK(eventually([&] { return tried == 1; }));
    clock.sleep_for(3min);
    CHECK(eventually([&] { return tried == 2; }));
    CHECK(first.stop(20s));
  }
  // Another server, or the same after a restart, need not wait either.
  clock.sleep_for(3min);
  Chores second(chores, *store, clock, logger, {}, 1ms);
  second.start();
  CHECK(eventually([&] { return tried == 3; }));
  for (int i = 0; i < 3; ++i) { // done: it is due in six hours
    clock.sleep_for(1h);
    const int before = looks;
    CHECK(eventually([&] { return looks > before + 1; }));
  }
  CHECK(tried == 3);
  clock.sleep_for(3h);
  CHECK(eventually([&] { return tried == 4; }));
  CHECK(second.stop(20s));
}

TEST_CASE("a chore whose server dies with it is done by another one within minutes", "[chores]") {
  const tests::TemporaryFolder folder;
  const auto store = open_sqlite_store((folder.path() / "s.sqlite").string());
  spdlog::logger logger("test", std::make_shared<spdlog::sinks::null_sink_mt>());
  FakeClock clock;
  SECTION("for the first time") {}
  SECTION("that another one has done lately, and that its start made due") {
    store->claim_chore(
        "sweep", std::chrono::time_point_cast<std::chrono::milliseconds>(clock.now()), 6h, 6h);
  }
  std::promise<void> begun;
  std::promise<void> end;
  Chores first({{"sweep", 6h, 10min,
                 [&] {
                   begun.set_value();
                   end.get_future().wait(); // as far as others can see, it has died
                 }}},
               *store, clock, logger);
  first.start();
  begun.get_future().wait();
  std::atomic<int> done = 0;
  std::atomic<int> looks = 0;
  Chores second({{"sweep", 6h, 10min, [&] { ++done; }},
                 {"look", 0ms, 0ms, [&] { ++looks; }, Chore::Whose::each_server}},
                *store, clock, logger, {}, 1ms);
  second.start();
  CHECK(eventually([&] { return looks > 1; }));
  CHECK(done == 0);
  clock.sleep_for(15min);
  CHECK(eventually([&] { return done == 1; }));
  end.set_value();
  CHECK(first.stop(20s));
  CHECK(second.stop(20s));
}

TEST_CASE("a server that is believed at last has not lost the round of its start", "[chores]") {
  const tests::TemporaryFolder folder;
  const auto store = open_sqlite_store((folder.path() / "s.sqlite").string());
  spdlog::logger logger("test", std::make_shared<spdlog::sinks::null_sink_mt>());
  FakeClock clock;
  store->claim_chore("sweep", std::chrono::time_point_cast<std::chrono::milliseconds>(clock.now()),
                     6h, 6h); // done lately: only a start makes it due
  std::atomic<bool> refused = true;
  std::atomic<int> done = 0;
  std::atomic<int> looks = 0;
  Chores chores(
      {{"sweep", 6h, 10min, [&] { ++done; }},
       {"look", 0ms, 0ms, [&] { ++looks; }, Chore::Whose::each_server}},
      *store, clock, logger, [&] { return refused.load(); }, 1ms);
  chores.start();
  CHECK(eventually([&] { return looks > 2; }));
  CHECK(done == 0);
  refused = false;
  CHECK(eventually([&] { return done == 1; }));
  CHECK(chores.stop(20s));
}
