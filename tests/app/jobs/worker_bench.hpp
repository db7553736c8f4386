#pragma once

#include "app/github/clock.hpp"
#include "app/jobs/worker.hpp"
#include "app/store/store.hpp"
#include "base/error.hpp"
#include "tests/support/temporary_folder.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

// Workers over a SQLite store, with a clock that stands still and a handler that a test replaces.
namespace leadline {

using namespace std::chrono_literals;

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
  Uptime uptime = machine_uptime;
  std::function<bool()> refused;

  std::unique_ptr<Workers> workers() {
    return Workers::create(options,
                           {*store, handler, clock, logger, [] { return 0.5; },
                            [this](const Job&, JobResult result, std::chrono::milliseconds) {
                              const std::lock_guard lock(results_mutex);
                              results.push_back(result);
                            },
                            uptime, refused});
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

} // namespace leadline
