#include "app/jobs/announcing_turns.hpp"
#include "app/jobs/heartbeat.hpp"
#include "app/jobs/running_jobs.hpp"
#include "app/jobs/worker_name.hpp"
#include "base/text.hpp"
#include "worker_bench.hpp"

#include <catch2/catch.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

using namespace leadline;

namespace {

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

TEST_CASE("what an ended process was running is taken back when what it had sent has landed, not "
          "after its lease",
          "[jobs]") {
  Bench bench;
  std::atomic<std::chrono::milliseconds> uptime{1h};
  bench.uptime = [&] { return uptime.load(); };
  bench.options.threads = 1;
  bench.options.poll = 1ms;
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
  const tests::TemporaryFolder hidden; // as with ProtectProc=invisible, of another user's processes
  std::filesystem::create_directories(hidden.path() / "sys/kernel/random");
  std::ofstream(hidden.path() / "sys/kernel/random/boot_id")
      << std::ifstream("/proc/sys/kernel/random/boot_id").rdbuf();
  CHECK_FALSE(has_ended(living, hidden.path().string()));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK(has_ended(living));
  CHECK(has_ended(living, hidden.path().string()));

  bench.add(7);
  bench.add(8);
  REQUIRE(bench.store->lease_next({living, bench.now(), 60s}));
  REQUIRE(bench.store->lease_next({"another machine", bench.now(), 60s}));
  const auto workers = bench.workers();
  workers->start();
  // A comment of its last moment may not be there yet: nobody looks for it, also not for what has
  // come meanwhile. What is about others need not wait.
  bench.add(7);
  bench.add(9);
  uptime = uptime.load() + k_landing - 1ms;
  CHECK(eventually([&] { return !bench.handler.ran().empty(); }));
  CHECK(bench.handler.ran().at(0).pull_number == 9);
  bench.add(10);
  CHECK(eventually([&] { return bench.handler.ran().size() == 2; }));
  CHECK(bench.handler.ran().at(1).pull_number == 10);
  uptime = uptime.load() + 1ms;
  CHECK(eventually([&] { return bench.handler.ran().size() == 3; }));
  CHECK(workers->stop(5s));
  CHECK(bench.handler.ran().at(2).pull_number == 7);
  CHECK(bench.store->queue_stats(bench.now()).running == 1);
}

TEST_CASE("of a machine whose boot is not known no process is taken for ended", "[jobs]") {
  // As with ProcSubset=pid. A machine of the same name has its first process namespace, too, and
  // processes that there are not here.
  const tests::TemporaryFolder hidden;
  const std::string proc = hidden.path().string();
  const std::string seen = worker_name();
  const std::string host = seen.substr(0, seen.find('/'));
  const std::string behind_boot = seen.substr(seen.find('/', host.size() + 1));
  const std::string space = behind_boot.substr(0, behind_boot.find('/', 1));
  const std::string missing = space + "/2147483647/17";
  CHECK_FALSE(has_ended(host + "/" + missing, proc)); // as it named itself once
  CHECK(worker_name(proc).find("//") == std::string::npos);

  ::setenv(k_boot_variable, "0123", 1); // the unit of systemd says it
  CHECK(worker_name(proc).starts_with(host + "/0123" + space));
  CHECK(has_ended(host + "/0123" + missing, proc));
  CHECK_FALSE(has_ended(host + "/4567" + missing, proc));
  CHECK(worker_name() == seen); // what the kernel says counts before it
  ::unsetenv(k_boot_variable);
}

namespace {

// GitHub does not answer for installation 1 until the test lets it.
class HangingHandler final : public JobHandler {
public:
  void run(const Job&) override {}
  void give_up(const Job&, const std::string&) override {}
  void announce(const Job& job) override {
    if (job.installation_id == 1) {
      ++hanging;
      released.wait();
    }
    ++announced;
  }

  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<int> hanging = 0;
  std::atomic<int> announced = 0;
};

} // namespace

TEST_CASE("an installation that GitHub hangs for holds up no other's announcements", "[jobs]") {
  Bench bench;
  HangingHandler handler;
  bench.options.threads = 0; // every job has to wait
  bench.options.poll = 5ms;
  const auto add = [&](std::int64_t installation, int number) {
    Job job;
    job.installation_id = installation;
    job.repository = "o" + std::to_string(installation) + "/r";
    job.pull_number = number;
    bench.store->enqueue(job, bench.now());
  };
  for (int number = 1; number <= 6; ++number) {
    add(1, number);
  }
  bench.clock.pass(1min);
  const auto workers = Workers::create(bench.options, {*bench.store,
                                                       handler,
                                                       bench.clock,
                                                       bench.logger,
                                                       [] { return 0.5; },
                                                       {},
                                                       [] { return 0ms; }});
  workers->start();
  CHECK(eventually([&] { return handler.hanging == 1; }));
  for (int number = 1; number <= 3; ++number) {
    add(2, number);
    add(3, number);
  }
  bench.clock.pass(1min);
  CHECK(eventually([&] { return handler.announced == 6; }));
  CHECK(handler.hanging == 1); // it has one thread, however much waits there
  handler.release.set_value();
  CHECK(eventually([&] { return handler.announced == 12; }));
  CHECK(workers->stop(10s));
}

TEST_CASE("an installation that took long rests for four times as long", "[jobs]") {
  std::chrono::milliseconds now = 1h;
  AnnouncingTurns turns([&] { return now; });
  CHECK(turns.resting().empty());
  turns.begin(1);
  turns.begin(2);
  CHECK(turns.resting() == std::vector<std::int64_t>{1, 2});
  now += 1s;
  turns.end(1);
  CHECK(turns.resting() == std::vector<std::int64_t>{2});
  now += 29s;
  turns.end(2); // after half a minute
  now += 119s;
  CHECK(turns.resting() == std::vector<std::int64_t>{2});
  now += 1s;
  CHECK(turns.resting().empty());
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

TEST_CASE("the leases of all jobs are renewed before anything is done about one that stands still",
          "[jobs]") {
  Bench bench;
  bench.options.heartbeat = 1ms;
  RunningJobs running;
  const auto begin = [&](int number, std::chrono::steady_clock::time_point began) {
    bench.add(number);
    const auto leased = bench.store->lease_next({"worker", bench.now(), bench.options.lease});
    REQUIRE(leased);
    const auto lease = std::make_shared<Lease>(
        *bench.store, bench.clock, *leased, bench.options.lease, machine_uptime, machine_uptime());
    running.begin(lease, began);
    return lease;
  };
  const auto now = std::chrono::steady_clock::now();
  const auto stuck = begin(7, now - 1h);
  const auto alive = begin(8, now);
  bench.clock.pass(30s);
  running.stop();
  int told = 0;
  const WorkerParts parts{*bench.store, bench.handler, bench.clock, bench.logger, {}, {}};
  beat(running, bench.options, parts, [&](const std::shared_ptr<Lease>& lease) {
    ++told;
    CHECK(lease == stuck);
    const auto record = bench.store->job(alive->leased().job.id);
    CHECK(record->lease_until == bench.now() + bench.options.lease);
    running.end(*stuck);
    running.end(*alive);
  });
  CHECK(told == 1);
  CHECK(bench.handler.given_up().empty()); // which asks GitHub: not in this thread
}

TEST_CASE("a job that stands still is given up, and another thread goes on with the others",
          "[jobs]") {
  Bench bench;
  bench.options.threads = 1;
  bench.options.heartbeat = 5ms;
  bench.options.poll = 5ms;
  bench.options.budget.time = 50ms;
  bench.options.stuck_after = 0ms;
  std::promise<void> release;
  bench.handler.on_run = [future = release.get_future().share()](const Job& job) {
    if (job.pull_number == 7) {
      future.wait();
    }
  };
  bench.add(7, "d1");
  const auto workers = bench.workers();
  workers->start();
  CHECK(eventually([&] { return bench.store->queue_stats(bench.now()).dead == 1; }));
  CHECK(bench.handler.given_up() ==
        std::vector<std::string>{"the analysis stood still for longer than its time"});
  bench.add(8);
  CHECK(eventually([&] { return bench.handler.ran().size() >= 2; }));
  release.set_value();
  CHECK(workers->stop(30s));
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
    other = bench.store->lease_next({"other", bench.now() + 1min, 60s});
    return other.has_value();
  }));
  release.set_value();
  CHECK(workers->stop(5s));
  CHECK(bench.results == std::vector<JobResult>{JobResult::lost});
  CHECK(bench.store->finish(*other));
}
