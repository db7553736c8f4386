#include "app/store/store.hpp"
#include "tests/app/cli/program.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using namespace std::chrono_literals;

namespace {

const TimePoint k_start{1'700'000'000'000ms};

void bury(Store& store, int number, const std::string& error, TimePoint now = k_start) {
  Job job;
  job.repository = "acme/shop";
  job.pull_number = number;
  job.head_sha = "0123456789abcdef";
  job.reason = "opened";
  job.delivery_id = "d" + std::to_string(number);
  store.record_delivery({job.delivery_id, "pull_request.opened", job.repository, now}, {job});
  store.bury(*store.lease_next({"worker", now, 60s}), error, now + 1s * number);
}

} // namespace

TEST_CASE("dead jobs can be listed, shown and retried from the command line", "[jobs]") {
  const TemporaryFolder folder;
  const std::string url = "sqlite:" + folder.path() + "/s.sqlite";
  const std::map<std::string, std::string> environment = {{"DATABASE_URL", url}};
  const auto jobs = [&](std::vector<std::string> args) {
    args.insert(args.begin(), "jobs");
    return run_leadline(args, "", environment);
  };
  const auto store = open_store(url);
  CHECK(jobs({"list"}).out == "no dead job\n");
  bury(*store, 7, "GitHub answered 503");
  bury(*store, 8, "a name\x1b[2J\nwith a second line");

  const ProgramRun list = jobs({"list"});
  CHECK(list.exit_code == 0);
  CHECK(list.out == "     2  2023-11-14T22:13:28Z  pull_request acme/shop#8  01234567  "
                    "a name[U+001B][2J\n"
                    "     1  2023-11-14T22:13:27Z  pull_request acme/shop#7  01234567  "
                    "GitHub answered 503\n");
  const ProgramRun show = jobs({"show", "1"});
  CHECK(show.exit_code == 0);
  for (const char* fact : {"state         dead\n", "delivery      d7\n", "tries         1\n",
                           "error         GitHub answered 503\n"}) {
    CAPTURE(fact, show.out);
    CHECK(show.out.find(fact) != std::string::npos);
  }
  CHECK(jobs({"show", "9"}).exit_code == 2);
  CHECK(jobs({"retry"}).exit_code == 2);
  CHECK(jobs({"drop"}).exit_code == 2);
  CHECK(jobs({"drop", "9"}).err == "leadline: no dead job 9\n");
  CHECK(jobs({"retry", "9"}).err == "leadline: no dead job 9\n");
  CHECK(jobs({"retry", "1"}).out == "1 job waits again\n");
  CHECK(store->find_delivery("d7")->state == DeliveryState::queued);
  CHECK(jobs({"list", "--state", "waiting"}).out.find("acme/shop#7") != std::string::npos);
  CHECK(jobs({"retry", "--all"}).out == "1 job waits again\n");
  CHECK(store->queue_stats(k_start).dead == 0);
  CHECK(store->queue_stats(k_start).waiting == 2);

  // A job that a server has, or will have, is not taken from it; what is right beside it is done.
  const auto later =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) + 1h;
  store->lease_next({"machine/1", later, 60s});
  store->put_off(*store->lease_next({"machine/1", later, 60s}), later + 30min);
  bury(*store, 9, "GitHub answered 503", later);
  const ProgramRun drop = jobs({"drop", "3", "5"});
  CHECK(drop.exit_code == 2);
  CHECK(drop.out == "1 dropped\n");
  CHECK(drop.err.find("leadline: job 3 runs, held by machine/1 until ") == 0);
  CHECK(jobs({"retry", "4"}).err == "leadline: job 4 waits: only a dead one can be retried\n");
  CHECK(store->queue_stats(k_start).running == 1);
  CHECK(store->queue_stats(k_start).waiting == 1);
  CHECK(jobs({"drop", "--all"}).out == "0 dropped\n");
}

TEST_CASE("a database that cannot be reached is no finding of the jobs command", "[jobs]") {
  const ProgramRun run =
      run_leadline({"jobs", "list"}, "",
                   {{"DATABASE_URL", "postgresql://me:hunter2@127.0.0.1:1/x?connect_timeout=2"}});
  CHECK(run.exit_code == 3);
  CHECK(run.err.find("hunter2") == std::string::npos);
  CHECK(run_leadline({"jobs", "list"}, "", {{"DATABASE_URL", "mysql://x"}}).exit_code == 2);
}
