#include "worker_bench.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

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

TEST_CASE("what could not be announced because GitHub refuses the App is announced later",
          "[jobs]") {
  Bench bench;
  bool is_refused = false;
  bench.refused = [&] { return is_refused; };
  const auto workers = bench.workers();
  bench.add(7);
  bench.clock.pass(2s);
  bench.handler.on_announce = [&] { // as its request for a token shows it
    is_refused = true;
    throw Error(ErrorKind::denied, "asking for a token: GitHub answered 401");
  };
  CHECK(workers->announce_one());
  CHECK_FALSE(workers->announce_one());
  is_refused = false;
  bench.handler.on_announce = {};
  bench.clock.pass(bench.options.refused_pause);
  CHECK(workers->announce_one());
  CHECK(bench.handler.announced == std::vector<int>{7, 7});
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
