#include "app/jobs/worker.hpp"

#include "app/github/clock.hpp"
#include "app/jobs/worker_name.hpp"
#include "app/store/store.hpp"
#include "base/text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <future>
#include <mutex>
#include <sstream>
#include <thread>

using namespace leadline;
using namespace std::chrono_literals;

namespace {

class FakeClock final : public Clock {
public:
  std::chrono::system_clock::time_point now() const override {
    return std::chrono::system_clock::time_point(m_now.load());
  }
  void sleep_for(std::chrono::milliseconds duration) override { pass(duration); }
  void pass(std::chrono::milliseconds duration) { m_now = m_now.load() + duration; }

private:
  std::atomic<std::chrono::system_clock::duration> m_now{std::chrono::hours(24)};
};

class FakeHandler final : public JobHandler {
public:
  std::function<void(const Job&)> on_run = [](const Job&) {};

  void run(const Job& job) override {
    {
      const std::lock_guard lock(m_mutex);
      m_ran.push_back(job);
    }
    on_run(job);
  }
  std::function<void(const Job&)> on_give_up = [](const Job&) {};

  void give_up(const Job& job, const std::string& why) override {
    on_give_up(job);
    const std::lock_guard lock(m_mutex);
    m_given_up.push_back(why);
  }
  void announce(const Job& job) override {
    announced.push_back(job.pull_number);
    if (on_announce) {
      on_announce();
    }
  }
  std::chrono::milliseconds closed_for(const Job&) override { return closed.load(); }
  std::atomic<std::chrono::milliseconds> closed{0ms};
  std::vector<int> announced; // by announce_one() of the test's thread
  std::function<void()> on_announce;
  std::vector<Job> ran() {
    const std::lock_guard lock(m_mutex);
    return m_ran;
  }
  std::vector<std::string> given_up() {
    const std::lock_guard lock(m_mutex);
    return m_given_up;
  }

private:
  std::mutex m_mutex;
  std::vector<Job> m_ran;
  std::vector<std::string> m_given_up;
};

struct Bench {
  tests::TemporaryFolder folder;
  std::unique_ptr<Store> store = open_sqlite_store(folder.path() / "s.sqlite");
  FakeClock clock;
  FakeHandler handler;
  std::ostringstream log;
  spdlog::logger logger{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)};
  WorkerOptions options;
  std::vector<JobResult> results;
  std::mutex results_mutex;

  std::unique_ptr<Workers> workers() {
    return Workers::create(options,
                           {*store, handler, clock, logger, [] { return 0.5; },
                            [this](const Job&, JobResult result, std::chrono::milliseconds) {
                              const std::lock_guard lock(results_mutex);
                              results.push_back(result);
                            }});
  }
  TimePoint now() const {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(clock.now());
  }
  void add(int number, const std::string& delivery = "") {
    Job job;
    job.repository = "o/r";
    job.pull_number = number;
    job.reason = "opened";
    job.delivery_id = delivery;
    if (delivery.empty()) {
      store->enqueue(job, now());
    } else {
      store->record_delivery({delivery, "e", "o/r", now()}, {job});
    }
  }
};

template <typename F>
bool eventually(F condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) {
      return true;
    }
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

} // namespace

TEST_CASE("a job is run once and forgotten", "[jobs]") {
  Bench bench;
  const auto workers = bench.workers();
  CHECK_FALSE(workers->run_one());
  bench.add(7, "d1");
  CHECK(workers->run_one());
  CHECK_FALSE(workers->run_one());
  REQUIRE(bench.handler.ran().size() == 1);
  CHECK(bench.handler.ran()[0].pull_number == 7);
  CHECK(bench.results == std::vector<JobResult>{JobResult::done});
  CHECK(bench.store->find_delivery("d1")->state == DeliveryState::done);
}

TEST_CASE("what may work later is tried again, later and later, and given up at last", "[jobs]") {
  Bench bench;
  bench.options.max_attempts = 3;
  bench.handler.on_run = [](const Job&) {
    throw Error(ErrorKind::unavailable, "GitHub answers 503");
  };
  const auto workers = bench.workers();
  bench.add(7, "d1");
  CHECK(workers->run_one());
  CHECK_FALSE(workers->run_one());
  bench.clock.pass(3749ms); // 5 s / 2, and half of the other half
  CHECK_FALSE(workers->run_one());
  bench.clock.pass(1ms);
  CHECK(workers->run_one());
  bench.clock.pass(7499ms);
  CHECK_FALSE(workers->run_one());
  CHECK(bench.handler.given_up().empty());
  bench.clock.pass(1ms);
  CHECK(workers->run_one());
  CHECK(bench.results ==
        std::vector<JobResult>{JobResult::retried, JobResult::retried, JobResult::buried});
  CHECK(bench.handler.given_up() == std::vector<std::string>{"GitHub answers 503"});
  CHECK(bench.store->jobs(JobState::dead, 1).at(0).error == "GitHub answers 503");
  CHECK(bench.store->find_delivery("d1")->state == DeliveryState::failed);
  bench.clock.pass(24h);
  CHECK_FALSE(workers->run_one());
}

TEST_CASE("what cannot work is given up at once, and a bug does not end the server", "[jobs]") {
  Bench bench;
  const auto workers = bench.workers();
  struct Row {
    std::function<void(const Job&)> run;
    const char* why;
  };
  const std::vector<Row> rows = {
      {[](const Job&) { throw Error(ErrorKind::bad_input, "no merge base"); }, "no merge base"},
      {[](const Job&) { throw std::out_of_range("at"); }, "internal error: at"},
      {[](const Job&) { throw 7; }, "internal error of unknown type"},
      {[](const Job&) {
         try {
           throw std::runtime_error("inner");
         } catch (...) {
           std::throw_with_nested(std::runtime_error("outer"));
         }
       },
       "internal error: outer: inner"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    bench.handler.on_run = row.run;
    bench.add(7);
    CHECK(workers->run_one());
    CHECK(bench.handler.given_up().back() == row.why);
    CHECK(bench.store->jobs(JobState::dead, 1).at(0).error == row.why);
  }
  CHECK(bench.handler.given_up().size() == rows.size());
}

TEST_CASE("a job that has to wait is announced once, and run all the same", "[jobs]") {
  Bench bench;
  const auto workers = bench.workers();
  bench.add(7, "d1");
  CHECK_FALSE(workers->announce_one()); // it may start at once
  bench.clock.pass(1001ms);
  bench.handler.on_announce = [] { throw Error(ErrorKind::unavailable, "GitHub is away"); };
  CHECK(workers->announce_one());
  CHECK_FALSE(workers->announce_one());
  bench.handler.on_announce = [&bench] { // GitHub's limit is reached by it
    bench.handler.closed = 60s;
    throw Error(ErrorKind::unavailable, "the rate limit");
  };
  bench.clock.pass(30s);
  CHECK(workers->announce_one()); // it was not announced yet
  bench.clock.pass(59s);
  CHECK_FALSE(workers->announce_one());
  CHECK(bench.handler.announced == std::vector<int>{7, 7});
  bench.handler.on_announce = nullptr;
  bench.clock.pass(1s);
  CHECK(workers->announce_one()); // still closed: no call is made
  CHECK(bench.handler.announced == std::vector<int>{7, 7});
  bench.handler.closed = 0ms;
  bench.clock.pass(60s);
  CHECK(workers->announce_one());
  CHECK_FALSE(workers->announce_one());
  bench.clock.pass(1h);
  CHECK_FALSE(workers->announce_one());
  CHECK(bench.handler.announced == std::vector<int>{7, 7, 7});
  CHECK(bench.store->find_delivery("d1")->state == DeliveryState::queued);
  CHECK(workers->run_one());
  REQUIRE(bench.handler.ran().size() == 1);
  CHECK(bench.handler.ran()[0].attempt == 1);

  // What runs already has a check of its own: its lane is left alone.
  bench.handler.on_announce = nullptr;
  bench.add(8);
  REQUIRE(bench.store->lease_next({"other", bench.now(), 60s}));
  bench.add(8);
  bench.clock.pass(2s);
  CHECK_FALSE(workers->announce_one());
}

TEST_CASE("who may not be announced is not asked for again and again", "[jobs]") {
  Bench bench;
  const auto workers = bench.workers();
  bench.add(7);
  bench.clock.pass(2s);
  bench.handler.on_announce = [] { throw Error(ErrorKind::denied, "suspended"); };
  CHECK(workers->announce_one());
  bench.clock.pass(1h);
  CHECK_FALSE(workers->announce_one());
}

TEST_CASE("what GitHub's limit puts off is no try", "[jobs]") {
  Bench bench;
  bench.options.max_attempts = 2;
  const auto workers = bench.workers();
  bench.add(7, "d1");
  bench.handler.closed = 1h;
  bench.handler.on_run = [](const Job&) {
    throw Error(ErrorKind::unavailable, "GitHub's rate limit, to be tried again in 3600 s");
  };
  for (int i = 0; i < 5; ++i) {
    CHECK(workers->run_one());
    bench.clock.pass(1h);
    CHECK_FALSE(workers->run_one()); // not in the moment in which all come back
    bench.clock.pass(1min);
  }
  CHECK(bench.handler.given_up().empty());
  bench.handler.closed = 0ms;
  bench.handler.on_run = [](const Job& job) { CHECK(job.attempt == 1); };
  CHECK(workers->run_one());
  CHECK(bench.results.back() == JobResult::done);
}

TEST_CASE("a failure that cannot be told is told later", "[jobs]") {
  Bench bench;
  bench.options.max_attempts = 1;
  bench.handler.on_run = [](const Job&) {
    throw Error(ErrorKind::unavailable, "GitHub answers 503");
  };
  bool reachable = false;
  bench.handler.on_give_up = [&](const Job&) {
    if (!reachable) {
      throw Error(ErrorKind::unavailable, "creating the check run: cannot connect");
    }
  };
  const auto workers = bench.workers();
  bench.add(7, "d1");
  CHECK(workers->run_one());
  CHECK(bench.handler.given_up().empty());
  CHECK(bench.store->find_delivery("d1")->state == DeliveryState::queued);
  CHECK(bench.store->queue_stats(bench.now()).dead == 0);
  CHECK_FALSE(workers->run_one());
  reachable = true;
  bench.clock.pass(15min);
  CHECK(workers->run_one());
  CHECK(bench.handler.ran().size() == 1); // it has no try left, only something to say
  REQUIRE(bench.handler.given_up().size() == 1);
  CHECK(bench.handler.given_up()[0].find("GitHub answers 503") != std::string::npos);
  CHECK(bench.results == std::vector<JobResult>{JobResult::retried, JobResult::buried});
}

TEST_CASE("a refusal and an absence are tried three times before they are given up", "[jobs]") {
  Bench bench;
  const auto workers = bench.workers();
  for (const ErrorKind kind : {ErrorKind::denied, ErrorKind::not_found}) {
    CAPTURE(name_of(kind));
    bench.handler.on_run = [&](const Job&) { throw Error(kind, "refused"); };
    const std::size_t before = bench.handler.given_up().size();
    bench.add(7);
    CHECK(workers->run_one());
    bench.clock.pass(1h);
    CHECK(workers->run_one());
    CHECK(bench.handler.given_up().size() == before);
    bench.clock.pass(1h);
    CHECK(workers->run_one());
    CHECK(bench.handler.given_up().size() == before + 1);
    bench.clock.pass(1h);
    CHECK_FALSE(workers->run_one());
  }
}

TEST_CASE("a refusal after other failures is tried once more", "[jobs]") {
  Bench bench;
  const auto workers = bench.workers();
  int run = 0;
  bench.handler.on_run = [&](const Job&) {
    throw ++run <= 5 ? Error(ErrorKind::unavailable, "GitHub answers 503")
                     : Error(ErrorKind::denied, "GitHub answers 403");
  };
  bench.add(7);
  for (int i = 0; i < 6; ++i) {
    CHECK(workers->run_one());
    bench.clock.pass(1h);
  }
  CHECK(bench.handler.given_up().empty());
  CHECK(workers->run_one());
  CHECK(bench.handler.given_up() == std::vector<std::string>{"GitHub answers 403"});
}

TEST_CASE("a job that kills its process runs out of tries", "[jobs]") {
  Bench bench;
  bench.options.max_attempts = 2;
  const auto workers = bench.workers();
  bench.add(7);
  for (int crash = 0; crash < 2; ++crash) {
    REQUIRE(bench.store->lease_next({"crashed", bench.now(), 1s}));
    bench.clock.pass(2s);
  }
  CHECK(workers->run_one());
  CHECK(bench.handler.ran().empty());
  REQUIRE(bench.handler.given_up().size() == 1);
  CHECK(bench.handler.given_up()[0] ==
        "none of 2 tries came to an end; the last: try 2 stopped without a word: the process "
        "crashed was killed, crashed or stood still");
  CHECK(bench.store->queue_stats(bench.now()).dead == 1);
}

TEST_CASE("what an ended process was running is taken back at the start, not after its lease",
          "[jobs]") {
  Bench bench;
  bench.options.threads = 1;
  const pid_t child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  // The child's name: ours with its process and start.
  std::string name = worker_name();
  name = name.substr(0, name.rfind('/', name.rfind('/') - 1) + 1) + std::to_string(child) + "/";
  std::ostringstream stat;
  stat << std::ifstream("/proc/" + std::to_string(child) + "/stat").rdbuf();
  const std::string text = stat.str();
  const auto fields = split(text, ' ');
  CHECK_FALSE(has_ended(worker_name()));
  CHECK_FALSE(has_ended("elsewhere/1"));
  CHECK(has_ended(name + "1")); // another process had its number
  const std::string living = name + std::string(fields.at(21));
  CHECK_FALSE(has_ended(living));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK(has_ended(living));

  bench.add(7);
  bench.add(8);
  REQUIRE(bench.store->lease_next({living, bench.now(), 60s}));
  REQUIRE(bench.store->lease_next({"another machine", bench.now(), 60s}));
  const auto workers = bench.workers();
  workers->start();
  CHECK(eventually([&] { return bench.handler.ran().size() == 1; }));
  CHECK(workers->stop(5s));
  CHECK(bench.handler.ran().at(0).pull_number == 7);
  CHECK(bench.handler.ran().at(0).attempt == 2);
  CHECK(bench.store->queue_stats(bench.now()).running == 1);
}

TEST_CASE("a job that is over its time or memory is given up, and the worker lives", "[jobs]") {
  if (!JobBudget::is_enforced()) {
    return; // sanitizers bring their own allocator
  }
  struct Row {
    std::string what;
    std::function<void()> work;
    std::string why;
  };
  const Row row = GENERATE(values<Row>({
      {"one large block", [] { std::vector<char>(100UL << 20U, 'x'); },
       "the analysis needed more than its 64 MiB of memory"},
      {"many small ones",
       [] {
         std::vector<std::unique_ptr<std::string>> all;
         while (true) {
           all.push_back(std::make_unique<std::string>(1000, 'x'));
         }
       },
       "the analysis needed more than its 64 MiB of memory"},
      {"no end",
       [] {
         for (std::uint64_t i = 0;; ++i) {
           if (std::to_string(i).size() + std::string(100, 'x').size() == 0) {
             return;
           }
         }
       },
       "the analysis took longer than its 1 s"},
      {"made into an error of its own on the way",
       [] {
         try {
           std::vector<char>(100UL << 20U, 'x');
         } catch (const std::exception& e) {
           throw Error(ErrorKind::unavailable, std::string("no answer: ") + e.what());
         }
       },
       "the analysis needed more than its 64 MiB of memory"},
  }));
  CAPTURE(row.what);
  Bench bench;
  bench.options.budget = {1s, 64UL << 20U};
  bench.handler.on_run = [&](const Job& job) {
    if (job.pull_number == 7) {
      row.work();
    }
  };
  const auto workers = bench.workers();
  bench.add(7);
  CHECK(workers->run_one());
  CHECK(bench.handler.given_up() == std::vector<std::string>{row.why});
  CHECK(bench.store->jobs(JobState::dead, 1).at(0).error == row.why);
  bench.add(8);
  CHECK(workers->run_one());
  CHECK(bench.results == std::vector<JobResult>{JobResult::buried, JobResult::done});
}

TEST_CASE("delays double, stay below the longest and keep half of themselves", "[jobs]") {
  const WorkerOptions options;
  CHECK(retry_delay(options, 1, 0) == 2500ms);
  CHECK(retry_delay(options, 1, 0.999) < 5000ms);
  CHECK(retry_delay(options, 3, 0) == 10'000ms);
  CHECK(retry_delay(options, 8, 0) == 320'000ms);
  CHECK(retry_delay(options, 1'000'000, 0) == 450'000ms);
}

TEST_CASE("threads share the work, one job of a pull request at a time", "[jobs]") {
  Bench bench;
  bench.options.threads = 4;
  bench.options.poll = 10s; // only wake() makes this quick
  std::atomic<int> in_lane = 0;
  std::atomic<bool> overlap = false;
  bench.handler.on_run = [&](const Job& job) {
    if (job.pull_number == 1) {
      overlap = overlap || ++in_lane != 1;
      std::this_thread::sleep_for(5ms);
      --in_lane;
    }
  };
  const auto workers = bench.workers();
  workers->start();
  for (int i = 0; i < 40; ++i) {
    Job job;
    job.repository = "o/r";
    job.pull_number = i % 2 == 0 ? 1 : i;
    job.kind = JobKind::command;
    bench.store->enqueue(job, bench.now());
    workers->wake();
  }
  CHECK(eventually([&] { return bench.handler.ran().size() == 40; }));
  CHECK(workers->stop(5s));
  CHECK_FALSE(overlap);
  CHECK(bench.store->queue_stats(bench.now()).waiting == 0);
  CHECK(bench.store->queue_stats(bench.now()).running == 0);
}

TEST_CASE("a long job keeps its lease", "[jobs]") {
  Bench bench;
  bench.options.threads = 1;
  bench.options.heartbeat = 5ms;
  bench.options.lease = 1s;
  std::promise<void> release;
  bench.handler.on_run = [future = release.get_future().share()](const Job&) { future.wait(); };
  const auto workers = bench.workers();
  bench.add(7);
  workers->start();
  REQUIRE(eventually([&] { return bench.handler.ran().size() == 1; }));
  for (int i = 0; i < 5; ++i) {
    bench.clock.pass(900ms);
    std::this_thread::sleep_for(50ms);
    CHECK_FALSE(bench.store->lease_next({"other", bench.now(), 1s}));
  }
  release.set_value();
  CHECK(workers->stop(5s));
  CHECK(bench.results == std::vector<JobResult>{JobResult::done});
}

TEST_CASE("a stop waits for what runs, then hands it back", "[jobs]") {
  Bench bench;
  bench.options.threads = 1;
  std::promise<void> release;
  bench.handler.on_run = [future = release.get_future().share()](const Job&) { future.wait(); };
  const auto workers = bench.workers();
  bench.add(7, "d1");
  bench.add(8, "d2");
  workers->start();
  REQUIRE(eventually([&] { return bench.handler.ran().size() == 1; }));
  CHECK_FALSE(workers->stop(50ms));
  // Another process takes it over at once, and the try did not count.
  const auto leased = bench.store->lease_next({"other", bench.now(), 60s});
  REQUIRE(leased);
  CHECK(leased->job.pull_number == 7);
  CHECK(leased->job.attempt == 1);
  release.set_value();
  CHECK(workers->stop(5s));
  CHECK(bench.results == std::vector<JobResult>{JobResult::lost});
  CHECK(bench.handler.ran().size() == 1);
  CHECK(bench.store->queue_stats(bench.now()).running == 1);
  CHECK(bench.store->queue_stats(bench.now()).waiting == 1);
}

TEST_CASE("a lapsed lease is noticed and the result of its job is dropped", "[jobs]") {
  Bench bench;
  bench.options.threads = 1;
  bench.options.heartbeat = 5ms;
  std::promise<void> release;
  bench.handler.on_run = [future = release.get_future().share()](const Job&) { future.wait(); };
  const auto workers = bench.workers();
  bench.add(7);
  workers->start();
  REQUIRE(eventually([&] { return bench.handler.ran().size() == 1; }));
  // As if this process had been stopped for longer than its lease.
  std::optional<LeasedJob> other;
  CHECK(eventually([&] {
    other = bench.store->lease_next({"other", bench.now() + 24h, 60s});
    return other.has_value();
  }));
  release.set_value();
  CHECK(workers->stop(5s));
  CHECK(bench.results == std::vector<JobResult>{JobResult::lost});
  CHECK(bench.store->finish(*other));
}
