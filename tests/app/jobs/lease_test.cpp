#include "app/jobs/lease.hpp"

#include "app/github/transport.hpp"
#include "app/log.hpp"
#include "worker_bench.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <future>
#include <thread>

using namespace leadline;

namespace {

// GitHub, as far as it counts what is written there.
class CountedWrites final : public HttpTransport {
public:
  HttpResponse send(const HttpRequest&) override {
    ++count;
    return {};
  }
  int count = 0;
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

HttpRequest comment() {
  HttpRequest request;
  request.method = "POST";
  request.installation_id = 1;
  return request;
}

} // namespace

TEST_CASE("a worker that stood still for longer than its lease writes nothing more to GitHub",
          "[jobs]") {
  Bench bench;
  // Both clocks go on while a process is stopped.
  bench.uptime = [&] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        bench.clock.now().time_since_epoch());
  };
  CountedWrites github;
  const auto leased = make_leased(github);
  std::optional<LeasedJob> other;
  bool refused = false;
  bench.handler.on_run = [&](const Job& job) {
    if (job.attempt > 1) {
      return;
    }
    leased->send(comment());
    bench.clock.pass(
        85s); // longer than the lease, and nobody else has taken the job: it is renewed
    leased->send(comment());
    bench.clock.pass(85s);
    other = bench.store->lease_next({"other", bench.now(), 60s});
    HttpRequest read;
    read.installation_id = 1;
    leased->send(read); // who only looks disturbs nobody
    try {
      leased->send(comment());
    } catch (const Error& e) {
      refused = e.kind() == ErrorKind::unavailable;
      throw;
    }
  };
  const auto workers = bench.workers();
  bench.add(7);
  CHECK(workers->run_one());
  REQUIRE(other);
  CHECK(refused);
  CHECK(github.count == 3);
  CHECK(bench.results == std::vector<JobResult>{JobResult::lost});
  CHECK(bench.handler.given_up().empty());
  CHECK(bench.store->finish(*other)); // what became of the job is not ours to say
  // Outside of a job nothing is held back: the App asks for its tokens so.
  leased->send(comment());
  CHECK(github.count == 4);
}

TEST_CASE("nothing is written under a lease while the store cannot be asked for it", "[jobs]") {
  Bench bench;
  bench.add(7);
  std::chrono::milliseconds uptime = 1'000s;
  const auto leased = bench.store->lease_next({"worker", bench.now(), 60s});
  REQUIRE(leased);
  Lease lease(
      *bench.store, bench.clock, *leased, 60s, [&] { return uptime; }, uptime);
  const std::string path = bench.folder.path() / "s.sqlite";
  std::filesystem::rename(path, path + ".away");
  uptime += 999ms;
  CHECK_NOTHROW(lease.require()); // it has just said so
  uptime += 1ms;
  CHECK_THROWS_AS(lease.require(), Error);
  CHECK_FALSE(lease.is_lost());
  std::filesystem::rename(path + ".away", path);
  CHECK_NOTHROW(lease.require());
}

TEST_CASE("a clock that is set ahead takes no job from a thread of the same server", "[jobs]") {
  Bench bench;
  bench.uptime = [] { return 1h; }; // no time passes
  bool again = true;
  std::unique_ptr<Workers> workers;
  bench.handler.on_run = [&](const Job& job) {
    if (job.attempt == 1) {
      bench.clock.pass(90s);
      again = workers->run_one(); // as another thread does before the heartbeat
    }
  };
  workers = bench.workers();
  bench.add(7);
  CHECK(workers->run_one());
  CHECK_FALSE(again);
  CHECK(bench.handler.ran().size() == 1);
  CHECK(bench.results == std::vector<JobResult>{JobResult::done});
}

TEST_CASE("whatever the clocks show, who takes a job over sees all that its holder has written",
          "[jobs]") {
  Bench bench;
  std::chrono::milliseconds uptime = 1h;
  bench.uptime = [&] { return uptime; };
  CountedWrites github;
  const auto leased = make_leased(github);
  HttpRequest read;
  read.installation_id = 1;
  bench.handler.on_run = [&](const Job&) {
    leased->send(comment());
    bench.clock.pass(90s); // set ahead: neither of the two has waited
    const auto taken = bench.store->lease_next({"other", bench.now(), 60s});
    REQUIRE(taken);
    CHECK(taken->lapsed);
    Lease other(*bench.store, bench.clock, *taken, 60s, bench.uptime, uptime);
    leased->send(comment()); // it was told of its lease just now
    uptime += 1s;
    CHECK_THROWS_AS(leased->send(comment()), Error);
    CHECK(github.count == 2);
    const UnderLease under(other);
    const TimePoint before = bench.now();
    leased->send(read);
    CHECK(bench.now() == before + k_landing); // a second is over, within which it had written
  };
  const auto workers = bench.workers();
  bench.add(7);
  CHECK(workers->run_one());
  CHECK(bench.results == std::vector<JobResult>{JobResult::lost});
}

TEST_CASE("a job that was taken from somebody is not begun before what was written has landed",
          "[jobs]") {
  Bench bench;
  bench.uptime = [] { return 1h; };
  bench.add(7);
  REQUIRE(bench.store->lease_next({"other", bench.now(), 60s}));
  bench.clock.pass(60s);
  const TimePoint before = bench.now();
  bench.handler.on_run = [&](const Job&) { CHECK(bench.now() >= before + k_landing); };
  CHECK(bench.workers()->run_one());
  CHECK(bench.handler.ran().size() == 1);
}

namespace {

// GitHub that takes its time with what is written there.
class SlowGitHub final : public HttpTransport {
public:
  HttpResponse send(const HttpRequest&) override {
    asked.set_value();
    answered.get_future().wait();
    return {};
  }
  std::promise<void> asked;
  std::promise<void> answered;
};

} // namespace

TEST_CASE("under a lease that was handed back at a stop nothing more is written", "[jobs]") {
  Bench bench;
  bench.options.threads = 3; // of which one installation holds two at most
  CountedWrites github;
  const auto leased = make_leased(github);
  std::promise<void> release;
  std::atomic<int> refused = 0;
  bench.handler.on_run = [&, future = release.get_future().share()](const Job&) {
    future.wait();
    try {
      leased->send(comment());
    } catch (const Error& e) {
      refused += e.kind() == ErrorKind::unavailable ? 1 : 0;
      throw;
    }
  };
  const auto workers = bench.workers();
  bench.add(7);
  bench.add(8);
  workers->start();
  REQUIRE(eventually([&] { return bench.handler.ran().size() == 2; }));
  CHECK_FALSE(workers->stop(0ms));
  CHECK(bench.store->lease_next({"other", bench.now(), 60s}));
  CHECK(bench.store->lease_next({"other", bench.now(), 60s}));
  release
      .set_value(); // the other one works on it, and the lease of this one would be good for 60 s
  CHECK(workers->stop(30s));
  CHECK(refused == 2);
  CHECK(github.count == 0);
}

TEST_CASE("a job that writes at the moment of a stop is not handed back but lapses", "[jobs]") {
  Bench bench;
  bench.options.threads = 1;
  SlowGitHub github;
  const auto leased = make_leased(github);
  bench.handler.on_run = [&](const Job&) { leased->send(comment()); };
  const auto workers = bench.workers();
  bench.add(7);
  workers->start();
  github.asked.get_future().wait();
  CHECK_FALSE(workers->stop(0ms));
  // Nobody is beside it until what it writes stands there or never will.
  CHECK_FALSE(bench.store->lease_next({"other", bench.now(), 60s}));
  CHECK(bench.store->lease_next({"other", bench.now() + 60s, 60s}));
  github.answered.set_value();
  CHECK(workers->stop(30s));
  CHECK(bench.results == std::vector<JobResult>{JobResult::lost});
}

namespace {

// GitHub that does what is asked, sooner or later, and does not answer.
class SilentGitHub final : public HttpTransport {
public:
  HttpResponse send(const HttpRequest& request) override {
    asked.push_back(request.method);
    if (request.method == "POST") {
      throw Error(ErrorKind::unavailable, "no whole answer within the time allowed");
    }
    return {};
  }
  std::vector<std::string> asked;
};

} // namespace

TEST_CASE("what was written and not answered lands before anybody looks for it", "[jobs]") {
  Bench bench;
  bench.uptime = [&] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        bench.clock.now().time_since_epoch());
  };
  bench.options.first_retry = 10ms;
  SilentGitHub github;
  const auto leased = make_leased(github);
  HttpRequest read;
  read.installation_id = 1;
  bench.add(7);
  const auto workers = bench.workers();
  const TimePoint began = bench.now();
  SECTION("in the same try") {
    bench.handler.on_run = [&](const Job&) {
      leased->send(read);
      CHECK_THROWS_AS(leased->send(comment()), Error);
      CHECK(bench.now() == began); // who waits for nothing of GitHub's may go on
      leased->send(read);
      CHECK(bench.now() == began + k_landing);
      leased->send(read);
      CHECK(bench.now() == began + k_landing);
    };
    CHECK(workers->run_one());
    CHECK(bench.results == std::vector<JobResult>{JobResult::done});
  }
  SECTION("in the next one") {
    bench.handler.on_run = [&](const Job&) { leased->send(comment()); };
    CHECK(workers->run_one());
    CHECK(bench.results == std::vector<JobResult>{JobResult::retried});
    CHECK(bench.now() == began + k_landing);
  }
  SECTION("when it is announced") {
    bench.handler.on_announce = [&] { leased->send(comment()); };
    bench.clock.pass(2s);
    CHECK(workers->announce_one());
    CHECK(bench.now() == began + 2s + k_landing);
  }
  SECTION("before its failure is told") {
    bench.options.max_attempts = 1;
    const auto impatient = bench.workers();
    bench.handler.on_run = [&](const Job&) { leased->send(comment()); };
    bench.handler.on_give_up = [&](const Job&) {
      CHECK(bench.now() == began + k_landing);
      leased->send(comment());
    };
    CHECK(impatient->run_one());
    CHECK(bench.now() == began + 2 * k_landing);
    CHECK(bench.results == std::vector<JobResult>{JobResult::retried});
  }
  SECTION("and its job is nobody else's before") {
    const auto job = bench.store->lease_next({"worker", bench.now(), 60s});
    REQUIRE(job);
    const auto lease = [&] {
      return std::make_unique<Lease>(*bench.store, bench.clock, *job, 60s, bench.uptime,
                                     bench.uptime());
    };
    const auto first = lease();
    const auto second = lease();
    for (Lease* each : {first.get(), second.get()}) {
      const UnderLease under(*each);
      CHECK_THROWS_AS(leased->send(comment()), Error);
    }
    bench.clock.pass(k_landing - 1ms);
    CHECK_FALSE(first->give_up());
    bench.clock.pass(1ms);
    CHECK(second->give_up());
  }
}

TEST_CASE("every line about a job says which one", "[jobs]") {
  Bench bench;
  bench.logger.set_formatter(make_log_formatter(LogFormat::text));
  bench.options.heartbeat = 5ms;
  bench.options.threads = 1;
  std::promise<void> release;
  bench.handler.on_run = [future = release.get_future().share()](const Job&) { future.wait(); };
  const auto line_with = [&](const std::string& words) {
    bench.logger.flush();
    std::istringstream lines(bench.log.str());
    for (std::string line; std::getline(lines, line);) {
      if (line.find(words) != std::string::npos) {
        return line;
      }
    }
    return std::string();
  };
  bench.add(7, "d1");
  const auto workers = bench.workers();
  workers->start();
  REQUIRE(eventually([&] { return bench.handler.ran().size() == 1; }));
  CHECK_FALSE(workers->stop(0ms));
  CHECK(line_with("handed back").find("delivery=d1 repo=o/r pr=7") != std::string::npos);
  release.set_value();
  CHECK(workers->stop(5s));
}

TEST_CASE("while GitHub refuses the App itself no try counts and no other job is taken", "[jobs]") {
  Bench bench;
  bool is_refused = true;
  bench.refused = [&] { return is_refused; };
  bench.uptime = [&] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        bench.clock.now().time_since_epoch());
  };
  bench.handler.on_run = [&](const Job&) {
    if (is_refused) {
      throw Error(ErrorKind::denied, "GitHub answered 401");
    }
  };
  const auto workers = bench.workers();
  bench.add(7, "d1");
  bench.add(8, "d2");
  for (int i = 0; i < 40; ++i) { // more than any job has tries
    CHECK(workers->run_one());
    CHECK_FALSE(workers->run_one());
    CHECK_FALSE(workers->announce_one());
    CHECK(bench.store->queue_stats(bench.now()).waiting == 2); // for another server
    bench.clock.pass(60s);
  }
  CHECK(bench.handler.given_up().empty());
  CHECK(bench.log.str().find("is its clock right") != std::string::npos);
  is_refused = false;
  CHECK(workers->run_one());
  CHECK(workers->run_one());
  CHECK(bench.store->find_delivery("d1")->state == DeliveryState::done);
  CHECK(bench.store->find_delivery("d2")->state == DeliveryState::done);
}
