// What events change beside pull requests: names, access, defaults, groups of a merge queue.
#include "ack_fixture.hpp"
#include "app/github/api_urls.hpp"
#include "app/jobs/changed_defaults.hpp"
#include "app/jobs/destroyed_group.hpp"
#include "app/jobs/installation_job.hpp"
#include "app/jobs/job_context.hpp"
#include "app/jobs/job_handlers.hpp"
#include "app/jobs/lost_access.hpp"
#include "app/jobs/merge_queue_ref.hpp"
#include "app/jobs/moved_repository.hpp"

#include <catch2/catch.hpp>

#include <functional>

using namespace leadline;

TEST_CASE("other defaults of the organisation are heeded by every open pull request at once",
          "[changed_by_event]") {
  JobFixture f;
  f.github.installed = {"o/.github", "o/r", "o2/r"};
  f.run(f.job());
  CHECK(f.last_check()["conclusion"] == "failure");
  f.github.organisation_files[".github/leadline.yml"] = "fail_on: never\n";
  Job changed;
  changed.kind = JobKind::command;
  changed.installation_id = 1;
  changed.repository = "o/.github";
  changed.command = changed.reason = k_defaults_changed;
  f.run(changed);
  REQUIRE(f.queue.jobs.size() == 1); // neither its own repository nor another owner's
  CHECK(f.queue.jobs[0].kind == JobKind::sweep);
  CHECK(f.queue.jobs[0].repository == "o/r");
  f.run_queued(); // within the minute for which they are remembered
  CHECK(f.last_check()["conclusion"] == "success");
  CHECK(f.github.checks.size() == 2);
}

TEST_CASE("a late delivery judges the head as it is now", "[changed_by_event]") {
  JobFixture f;
  f.run(f.job("d1"));
  const Job first = f.job("d2"); // asked for again, after it was found by a sweep
  f.push("dddd", k_fixed);       // and the delivery of this one never came
  f.run(first);
  REQUIRE(f.github.checks.size() == 2);
  CHECK(f.github.checks[1].head_sha == "dddd");
  CHECK(f.last_check()["conclusion"] == "success");
  f.github.forget_calls();
  f.run(first);
  CHECK(f.github.calls ==
        std::vector<std::string>{"graphql PullRequestsByNumber", "graphql PullRequestsByNumber"});
  CHECK(f.github.checks.size() == 2);
}

TEST_CASE("a push that lists not all of its commits sweeps only where defaults are other ones",
          "[changed_by_event]") {
  JobFixture f;
  f.github.installed = {"o/.github", "o/r"};
  f.github.organisation_files[".github/leadline.yml"] = "fail_on: high\n";
  Job changed;
  changed.kind = JobKind::command;
  changed.installation_id = 1;
  changed.repository = "o/.github";
  changed.command = k_defaults_changed;
  changed.reason = k_defaults_may_have_changed;
  f.run(changed); // nobody knows
  CHECK(f.queue.jobs.size() == 1);
  f.queue.jobs.clear();
  f.run(changed);
  CHECK(f.queue.jobs.empty());
  f.github.organisation_files[".github/leadline.yml"] = "fail_on: low\n";
  f.run(changed);
  CHECK(f.queue.jobs.size() == 1);
  f.queue.jobs.clear();
  f.github.organisation_files.clear();
  f.github.fault = [](int, const HttpRequest& request) {
    return request.path.starts_with("/installation/repositories") ? GitHubDouble::Fault::before
                                                                  : GitHubDouble::Fault::none;
  };
  CHECK_THROWS_AS(f.run(changed), Error);
  f.github.fault = nullptr;
  f.run(changed); // not forgotten
  CHECK(f.queue.jobs.size() == 1);
  changed.reason = k_defaults_changed; // it is listed: GitHub may show the old file yet
  f.run(changed);
  CHECK(f.queue.jobs.size() == 2);
}

TEST_CASE("a repository with another name keeps its comment and its waiting work",
          "[changed_by_event]") {
  JobFixture f;
  f.run(f.job());
  f.log.publications["o/old#7"] = f.log.publications.at("o/r#7");
  f.log.publications.erase("o/r#7");
  Job waiting = f.job("d2");
  waiting.repository = "o/old";
  f.queue.jobs = {waiting};
  Job moved;
  moved.kind = JobKind::command;
  moved.installation_id = 1;
  moved.repository = "o/r";
  moved.command = std::string(k_moved_from) + "o/old";
  f.run(moved);
  CHECK(f.log.publications.count("o/r#7") == 1);
  CHECK(f.log.publications.count("o/old#7") == 0);
  CHECK(f.queue.jobs.at(0).repository == "o/r");
}

TEST_CASE("stricter defaults of the organisation reach verdicts whatever became of their event",
          "[changed_by_event]") {
  JobFixture f;
  Job sweep = f.sweep();
  f.github.organisation_files[".github/leadline.yml"] = "fail_on: never\n";
  f.run(f.job("d1"));
  CHECK(f.last_check()["conclusion"] == "success");
  f.run(sweep);
  CHECK(f.queue.jobs.empty());
  f.github.organisation_files[".github/leadline.yml"] = "fail_on: medium\n"; // nobody tells us
  f.clock.pass(std::chrono::minutes(1));
  f.run(sweep);
  REQUIRE(f.queue.jobs.size() == 1);
  CHECK(f.queue.jobs[0].reason == k_defaults_changed);
  f.run_queued();
  CHECK(f.last_check()["conclusion"] == "failure");
  f.run(sweep);
  CHECK(f.queue.jobs.empty());

  // Another server that has read them a moment ago hears of a change that this one was told.
  const auto other = f.handler_with({});
  Job asked = f.job("d2");
  asked.again = true;
  other->run(asked);
  f.github.organisation_files[".github/leadline.yml"] = "fail_on: never\n";
  Job changed;
  changed.kind = JobKind::command;
  changed.installation_id = 1;
  changed.repository = "o/.github";
  changed.command = changed.reason = k_defaults_changed;
  changed.delivery_id = "d3";
  f.run(changed);
  f.push("eeee", f.git.commits["aaaa"]);
  other->run(f.job("d4"));
  CHECK(f.github.checks.back().head_sha == "eeee");
  CHECK(f.last_check()["conclusion"] == "success");
}

TEST_CASE("a group that its merge queue takes apart is not judged, and its check ends",
          "[changed_by_event]") {
  JobFixture f;
  f.log.publications["o/r#0"].check_name = "leadline";
  Job group = f.job("d1");
  group.kind = JobKind::merge_group;
  group.pull_number = 0;
  group.head_sha = "aaaa";
  group.base_sha = "bbbb";
  Job destroyed = f.job("d2");
  destroyed.kind = JobKind::command;
  destroyed.pull_number = 0;
  destroyed.head_sha = "aaaa";
  destroyed.command = destroyed.reason = k_group_destroyed;
  SECTION("while it waits, shown as queued") {
    f.handler->announce(group);
    CHECK(f.last_check()["status"] == "queued");
    f.queue.jobs = {group};
    f.run(destroyed);
    CHECK(f.queue.jobs.empty());
    CHECK(f.last_check()["conclusion"] == "cancelled");
    f.run(destroyed); // as often as it is tried
    CHECK(f.github.checks.size() == 1);
  }
  SECTION("after a try that failed") {
    f.git.on_fetch = [] { throw Error(ErrorKind::unavailable, "down"); };
    CHECK_THROWS_AS(f.run(group), Error);
    f.queue.jobs = {group};
    f.run(destroyed);
    CHECK(f.queue.jobs.empty());
    CHECK(f.last_check()["conclusion"] == "cancelled");
  }
  SECTION("after it was judged") {
    f.run(group);
    f.github.forget_calls();
    f.run(destroyed);
    CHECK(f.last_check()["conclusion"] == "failure");
    CHECK(f.github.calls.empty());
  }
  SECTION("before anything was shown") {
    f.queue.jobs = {group};
    f.run(destroyed);
    CHECK(f.queue.jobs.empty());
    CHECK(f.github.calls.empty());
  }
  SECTION("before its checks were asked for, as deliveries have no order") {
    f.run(destroyed);
    group.head_ref = "gh-readonly-queue/main/pr-7-0000";
    f.handler->announce(group);
    f.run(group);
    CHECK(f.github.checks.empty());
    Job again = group;
    again.again = true; // a person wants it
    f.run(again);
    CHECK(f.last_check()["conclusion"] == "failure");
  }
  SECTION("and the queue has it all the same") {
    f.run(destroyed);
    group.head_ref = "gh-readonly-queue/main/pr-7-0000";
    f.github.tips[url_encode(group.head_ref)] = "aaaa";
    SECTION("its delivery came later") { f.run(group); }
    SECTION("a sweep has found it") {
      f.github.branches[group.head_ref] = "aaaa";
      Job look = f.job("d3");
      look.kind = JobKind::sweep;
      look.pull_number = 0;
      look.head_sha.clear();
      look.head_ref = "gh-readonly-queue";
      f.github.tips["main"] = "bbbb";
      f.run(look);
      f.run_queued();
    }
    CHECK(f.last_check()["conclusion"] == "failure");
  }
}

namespace {

// Of a run that is under way while its job is dropped.
class RunningQueue final : public JobQueue {
public:
  RunningQueue(JobQueue& inner, std::function<void()> on_drop)
      : m_inner(inner), m_on_drop(std::move(on_drop)) {}
  void enqueue(const Job& job) override { m_inner.enqueue(job); }
  void move_jobs(const std::string& from, const std::string& to,
                 std::int64_t installation_id) override {
    m_inner.move_jobs(from, to, installation_id);
  }
  void cancel(const Job& job) override { m_inner.cancel(job); }
  std::size_t drop(std::int64_t installation_id, const std::string& repository) override {
    m_on_drop();
    return m_inner.drop(installation_id, repository);
  }
  std::vector<JobRecord> standing(const Job& job) override { return m_inner.standing(job); }

private:
  JobQueue& m_inner;
  const std::function<void()> m_on_drop;
};

} // namespace

TEST_CASE("what a run writes until its job is dropped is forgotten too", "[changed_by_event]") {
  JobFixture f;
  RunningQueue queue(f.queue, [&] { f.log.save_report("o/r", 7, "aaaa", "{}"); });
  const auto handler = f.handler_over(queue);
  Job lost = f.job("d2");
  lost.kind = JobKind::command;
  lost.pull_number = 0;
  lost.command = lost.reason = k_repository_lost;
  handler->run(lost);
  CHECK(f.log.reports.empty());
}

TEST_CASE("where the App was taken away nothing is tried, and reports are forgotten",
          "[changed_by_event]") {
  JobFixture f;
  f.run(f.job("d1"));
  REQUIRE(f.log.reports.size() == 1);
  Job lost = f.job("d2");
  lost.kind = JobKind::command;
  lost.pull_number = 0;
  lost.command = lost.reason = k_installation_lost;
  lost.repository.clear();
  f.queue.jobs = {f.job("d3")};
  f.github.forget_calls();
  f.run(lost);
  CHECK(f.queue.jobs.empty());
  CHECK(f.log.reports.size() == 1); // suspended, perhaps
  lost.command = k_repository_lost;
  lost.repository = "o/r";
  f.run(lost);
  CHECK(f.log.reports.empty());
  CHECK(f.log.publications.count("o/r#7") == 0);
  CHECK(f.github.calls.empty());
}

TEST_CASE("what one server writes of a repository is not lost by what another has read before",
          "[changed_by_event]") {
  JobFixture f;
  f.log.after_load = [&] { f.log.publications["o/r#0"].defaults = "of another server"; };
  f.run(f.job()); // learns under which name checks stand
  f.log.after_load = nullptr;
  CHECK(f.log.load("o/r", 0)->named_bases.size() == 1);
  CHECK(f.log.load("o/r", 0)->defaults == "of another server");
}

TEST_CASE("a group that passed by a word which somebody takes back is judged again",
          "[changed_by_event]") {
  AckFixture f;
  f.say("/leadline ack " + f.id + " fine");
  const std::string branch = "gh-readonly-queue/main/pr-7-bbbb";
  f.git.commits["gggg"] = f.git.commits["aaaa"];
  f.github.branches[branch] = "gggg";
  Job group = f.job("group");
  group.kind = JobKind::merge_group;
  group.pull_number = 0;
  group.head_sha = "gggg";
  group.base_sha = "bbbb";
  group.head_ref = branch;
  f.run(group);
  const auto of_group = [&] {
    for (auto check = f.github.checks.rbegin(); check != f.github.checks.rend(); ++check) {
      if (check->head_sha == "gggg") {
        return check->fields["conclusion"].get<std::string>();
      }
    }
    return std::string();
  };
  CHECK(of_group() == "success");
  f.run(look_at_groups(1, "o/r", "nothing has changed"));
  CHECK(f.queue.jobs.empty());
  f.say("/leadline unack " + f.id, "robin");
  CHECK(of_group() == "failure");
  f.run(look_at_groups(1, "o/r", "once is enough"));
  CHECK(f.queue.jobs.empty());
}

TEST_CASE("a word that is taken back while a run reads it passes nothing", "[changed_by_event]") {
  AckFixture f;
  f.say("/leadline ack " + f.id + " fine");
  CHECK(f.conclusion() == "success");
  const std::string branch = "gh-readonly-queue/main/pr-7-bbbb";
  f.git.commits["gggg"] = f.git.commits["aaaa"];
  Job run = f.job("d-again");
  run.again = true;
  if (GENERATE(false, true)) {
    f.github.branches[branch] = "gggg";
    run = f.job("group");
    run.kind = JobKind::merge_group;
    run.pull_number = 0;
    run.head_sha = "gggg";
    run.base_sha = "bbbb";
    run.head_ref = branch;
  }
  CAPTURE(run.head_sha);
  f.queue.jobs.clear();
  f.github.refuse = [&](const HttpRequest& request) { // its giver is asked about: it has been read
    if (contains(request.path, "/permission")) {
      f.acknowledgements.withdraw(f.acknowledgements.rows.at(0).id, "robin", {});
    }
    return HttpResponse();
  };
  const auto passed = [&] {
    return std::any_of(f.github.checks.begin(), f.github.checks.end(), [&](const auto& check) {
      return check.head_sha == run.head_sha && check.fields["external_id"] == run_key(run) &&
             check.fields.value("conclusion", "") == "success";
    });
  };
  f.run(run);
  REQUIRE_FALSE(f.acknowledgements.rows.at(0).withdrawn_by.empty());
  CHECK_FALSE(passed());
  REQUIRE(f.queue.jobs.size() == 1);
  CHECK(f.queue.jobs[0].again);
  f.run_queued();
  CHECK(f.github.checks.back().head_sha == run.head_sha);
  CHECK(f.github.checks.back().fields["conclusion"] == "failure");
  CHECK(f.queue.jobs.empty());
}

TEST_CASE("an installation whose event lists no repositories has them listed",
          "[changed_by_event]") {
  JobFixture f;
  f.github.installed = {"new/a", "new/b"};
  Job job;
  job.kind = JobKind::command;
  job.installation_id = 1;
  job.repository = place_of("new");
  SECTION("when it is back") {
    job.command = k_installation_back;
    f.run(job);
    REQUIRE(f.queue.jobs.size() == 2);
    CHECK(f.queue.jobs[1].kind == JobKind::sweep);
    CHECK(f.queue.jobs[1].repository == "new/b");
    CHECK(f.queue.jobs[1].installation_id == 1);
  }
  SECTION("when its account has another login") {
    job.command = std::string(k_account_was) + "old";
    f.log.publications["old/b#7"].judged_head = "aaaa";
    f.run(job);
    REQUIRE(f.queue.jobs.size() == 2);
    CHECK(is_move(f.queue.jobs[1]));
    CHECK(moved_from(f.queue.jobs[1]) == "old/b");
    f.run_queued();
    CHECK(f.log.load("new/b", 7)->judged_head == "aaaa");
    f.github.installed = {"old/a"}; // GitHub does not know yet
    CHECK_THROWS_AS(f.run(job), Error);
  }
}
