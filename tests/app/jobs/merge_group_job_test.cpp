#include "app/jobs/merge_group_job.hpp"

#include "ack_fixture.hpp"
#include "app/jobs/job_handlers.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("a merge group is judged by its combined diff, on its own head", "[merge_group_job]") {
  JobFixture f;
  f.git.commits["gggg"] = f.git.commits["aaaa"];
  Job job = f.job();
  job.kind = JobKind::merge_group;
  job.pull_number = 0;
  job.head_sha = "gggg";
  job.base_sha = "bbbb";
  f.run(job);
  REQUIRE(f.github.checks.size() == 1);
  CHECK(f.github.checks[0].head_sha == "gggg");
  CHECK(f.last_check()["conclusion"] == "failure");
  CHECK(f.github.comments.empty());
  f.git.commits.erase("gggg");
  job.delivery_id = "d2";
  CHECK_THROWS_AS(f.run(job), Error);
  f.handler->give_up(job, "gone");
  CHECK(f.last_check()["conclusion"] == "action_required");
}

TEST_CASE("a merge group's check can be run again, and says where to acknowledge",
          "[merge_group_job]") {
  JobFixture f;
  const ReportLinks links("https://leadline.example", {Secret("s3cret")});
  f.handler = f.handler_with(links);
  f.git.commits["gggg"] = f.git.commits["aaaa"];
  Job job = f.job();
  job.kind = JobKind::merge_group;
  job.pull_number = 0;
  job.head_sha = "gggg";
  job.base_sha = "bbbb";
  job.head_ref = "gh-readonly-queue/main/pr-7-bbbb";
  f.run(job);
  CHECK(summary_of(f.last_check()).find("on pull request 7") != std::string::npos);
  CHECK(f.last_check()["details_url"] == links.link({"o/r", 0, "gggg"}, f.clock.now()));
  CHECK(f.last_check()["actions"].size() == 1); // Re-run
  SECTION("its branch is named") {
    Job again = job;
    again.delivery_id = "d2";
    again.base_sha.clear(); // a check's event does not say
    again.again = true;
    f.run(again);
  }
  SECTION("its branch is looked for") {
    f.github.pull.head_sha = "eeee";
    f.github.branches["gh-readonly-queue/main/pr-7-bbbb"] = "gggg";
    Job again = f.job("d2");
    again.pull_number = 0;
    again.head_sha = "gggg";
    again.again = true;
    f.run(again);
    REQUIRE(f.queue.jobs.size() == 1);
    CHECK(f.queue.jobs[0].kind == JobKind::merge_group);
    f.run_queued();
  }
  REQUIRE(f.github.checks.size() == 2);
  CHECK(f.github.checks[1].head_sha == "gggg");
  CHECK(f.last_check()["conclusion"] == "failure");
}

namespace {

std::string commit_id(char digit) { return std::string(40, digit); }
std::string pool_of(int clients) {
  return "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = " + std::to_string(clients) + "\n";
}

// main stands at bbb...; pull request 7 is the first in its queue, 8 the second, by other people.
struct QueueFixture : AckFixture {
  QueueFixture() {
    git.commits[commit_id('b')] = git.commits["bbbb"];
    github.tips["main"] = github.pull.base_sha = commit_id('b');
    github.other_pulls.push_back({8, "open", false, "8888", commit_id('b'), 1, "robin"});
  }

  void build(const GitDouble::Files& first, const GitDouble::Files& second) {
    git.commits[commit_id('1')] = first;
    git.commits[commit_id('2')] = second;
    github.branches["gh-readonly-queue/main/pr-7-" + commit_id('b')] = commit_id('1');
    github.branches["gh-readonly-queue/main/pr-8-" + commit_id('1')] = commit_id('2');
  }

  std::string judge(int number) {
    Job group = job("group-" + std::to_string(++comment));
    group.kind = JobKind::merge_group;
    group.pull_number = 0;
    group.head_sha = commit_id(number == 7 ? '1' : '2');
    group.base_sha = commit_id(number == 7 ? 'b' : '1');
    group.head_ref = "gh-readonly-queue/main/pr-" + std::to_string(number) + "-" + group.base_sha;
    run(group);
    return conclusion();
  }

  // Of its own check: what pull request 8 changes, and what is found there.
  std::string judge_eight(const GitDouble::Files& files) {
    git.commits["8888"] = files;
    const GitHubDouble::Pull seven = github.pull;
    github.pull = github.other_pulls.back();
    Job own = job("own-" + std::to_string(++comment));
    own.pull_number = 8;
    own.head_sha = "8888";
    own.sender = "robin";
    run(own);
    github.pull = seven;
    return conclusion();
  }

  const GitDouble::Files risky = git.commits["aaaa"];
  GitDouble::Files risky_and_docs = {{"pgbouncer.ini", pool_of(20)}, {"README.md", "docs\n"}};
};

} // namespace

TEST_CASE("pull requests that are risky only together are stopped in a merge queue",
          "[merge_group_job]") {
  QueueFixture f;
  f.github.merging_strategy = GENERATE("ALLGREEN", "HEADGREEN", "");
  CAPTURE(f.github.merging_strategy);
  f.build({{"pgbouncer.ini", pool_of(60)}, {"README.md", "hello\n"}},
          {{"pgbouncer.ini", pool_of(20)}, {"README.md", "hello\n"}});
  CHECK(f.judge(7) == "success");
  CHECK(f.judge(8) == "failure");
  CHECK(contains(f.summary(), "(pull request 7)"));
  CHECK(contains(f.summary(), "one of 7 and 8"));
  SECTION("and what of them is in the branch already is not judged again") {
    f.github.tips["main"] = commit_id('1');
    CHECK(f.judge(8) == "success");
  }
}

TEST_CASE("a merge queue that merges what fails with what passes has it stopped in both",
          "[merge_group_job]") {
  QueueFixture f;
  f.build(f.risky, f.risky_and_docs);
  CHECK(f.judge(7) == "failure");
  SECTION("all entries have to pass") {
    CHECK(f.judge(8) == "success"); // the queue builds it anew without the other one
    CHECK(contains(f.summary(), "1 of what is found there is brought by those before it alone"));
    CHECK(f.judge(7) == "failure");
  }
  SECTION("the last one has to pass") {
    f.github.merging_strategy = "HEADGREEN";
    CHECK(f.judge(8) == "failure");
    CHECK(contains(f.summary(), "merges entries that fail together with one that passes"));
  }
  SECTION("GitHub does not say") {
    f.github.merging_strategy = "";
    CHECK(f.judge(8) == "failure");
    CHECK(contains(f.summary(), "does not tell"));
  }
  SECTION("the App may not ask") {
    f.github.queues_permission = false;
    CHECK(f.judge(8) == "failure");
    CHECK(contains(f.summary(), "Merge queues: read"));
  }
  SECTION("its branch is not known") {
    Job group = f.job("again");
    group.kind = JobKind::merge_group;
    group.pull_number = 0;
    group.head_sha = commit_id('2');
    group.base_sha = commit_id('1');
    f.run(group);
    CHECK(f.conclusion() == "failure");
  }
  SECTION("no event says what it stands on, and whoever has made its branch may have named it") {
    Job group = f.job("swept");
    group.kind = JobKind::merge_group;
    group.pull_number = 0;
    group.head_sha = commit_id('2');
    group.head_ref = "gh-readonly-queue/main/pr-8-" + commit_id('1');
    f.run(group);
    CHECK(f.conclusion() == "failure");
  }
}

TEST_CASE("the policy of what stands before a group in its queue does not judge it",
          "[merge_group_job]") {
  QueueFixture f;
  f.github.merging_strategy = "HEADGREEN";
  GitDouble::Files lax = f.git.commits["bbbb"];
  lax[".github/leadline.yml"] = "fail_on: never\n";
  GitDouble::Files both = f.risky;
  both[".github/leadline.yml"] = "fail_on: never\n";
  f.git.commits[commit_id('b')][".github/leadline.yml"] = "fail_on: high\n";
  f.build(lax, both);
  CHECK(f.judge(8) == "failure");
  CHECK(contains(f.summary(), "max_client_conn"));
}

TEST_CASE("who wrote any pull request of a group acknowledges nothing of it there",
          "[merge_group_job]") {
  QueueFixture f;
  f.github.merging_strategy = "HEADGREEN";
  f.github.permissions["author"] = f.github.permissions["robin"] = "write";
  f.build(f.risky, f.risky_and_docs);
  SECTION("a word for one of them by whoever wrote none counts for it") {
    f.say("/leadline ack " + f.id + " fine");
    CHECK(f.judge(8) == "success");
  }
  SECTION("so does one by who wrote another one, as that is not what it is about") {
    CHECK(f.judge_eight({{"pgbouncer.ini", pool_of(200)}, {"README.md", "docs\n"}}) == "success");
    f.say("/leadline ack " + f.id + " fine", "robin");
    CHECK(f.judge(8) == "success");
  }
  SECTION("but not where that one makes the same change") {
    CHECK(f.judge_eight(f.risky) == "failure");
    f.say("/leadline ack " + f.id + " fine", "robin");
    CHECK(f.judge(8) == "failure");
    CHECK(contains(f.summary(), "has opened pull request 8"));
  }
  SECTION("nor where nobody has looked at that one") {
    f.say("/leadline ack " + f.id + " fine", "robin");
    CHECK(f.judge(8) == "failure");
  }
  SECTION("where it is not known which they are nobody can tell who wrote them") {
    f.say("/leadline ack " + f.id + " fine");
    f.github.branches.erase("gh-readonly-queue/main/pr-7-" + commit_id('b'));
    CHECK(f.judge(8) == "failure");
    CHECK(contains(f.summary(), "cannot be told"));
  }
}

TEST_CASE("what stands before a group in its queue leads no place of an edit that the group adds",
          "[merge_group_job]") {
  QueueFixture f;
  const auto files = [](int a, int b) {
    return GitDouble::Files{{"a/pgbouncer.ini", pool_of(a)}, {"b/pgbouncer.ini", pool_of(b)}};
  };
  f.git.commits[commit_id('b')] = files(200, 200);
  f.build(files(20, 200), files(20, 20));
  REQUIRE(f.judge(7) == "failure");
  CHECK(f.judge(8) == "failure"); // though nobody has to look at the other place here
  CHECK(contains(f.summary(), "1 of what is found there"));
  const auto report = nlohmann::json::parse(f.log.reports.at("0 " + commit_id('2')));
  REQUIRE(report["findings"].size() == 1);
  CHECK(report["findings"][0]["path"] == "b/pgbouncer.ini");
}

TEST_CASE("no merge queue's group is asked for a split", "[merge_group_job]") {
  QueueFixture f;
  f.github.merging_strategy = GENERATE("ALLGREEN", "HEADGREEN");
  const auto lines = [](int count, const std::string& text) {
    std::string all;
    for (int i = 0; i < count; ++i) {
      all += text + " " + std::to_string(i) + "\n";
    }
    return all;
  };
  const GitDouble::Files config = {
      {".github/leadline.yml", "split: {required: true, max_lines: 40}\n"}};
  const auto files = [&](bool first, bool second) {
    GitDouble::Files made = config;
    made["docs/guide.md"] = first ? lines(30, "words") : "words\n";
    made["src/app.py"] = second ? lines(30, "print(1) #") : "print(1)\n";
    return made;
  };
  f.git.commits[commit_id('b')] = files(false, false);
  SECTION("whose pull requests are large together only") {
    f.build(files(true, false), files(true, true));
  }
  SECTION("nor for that of what stands before it") {
    GitDouble::Files more = files(true, true);
    more["docs/guide.md"] += "the end\n";
    f.build(files(true, true), more);
  }
  CHECK(f.judge(7) == "success");
  CHECK(f.judge(8) == "success");
  CHECK(contains(f.summary(), "Judged with what stands before it"));
}

TEST_CASE("what stands before a group and cannot be judged with it is left to its own checks",
          "[merge_group_job]") {
  QueueFixture f;
  SECTION("as it cannot be read whole, whatever else is found there") {
    f.git.commits[commit_id('b')]["big.bin"] = "small";
    f.git.unreadable = {"big.bin"};
    GitDouble::Files first = f.risky;
    GitDouble::Files both = f.risky_and_docs;
    first["big.bin"] = both["big.bin"] = "large";
    f.build(first, both);
    CHECK(f.judge(7) == "failure");
    CHECK(f.judge(8) == "success");
    CHECK(contains(f.summary(), "could not be read whole"));
  }
  SECTION("as it mends the configuration") {
    GitDouble::Files first = f.git.commits[commit_id('b')];
    GitDouble::Files both = first;
    both["README.md"] = "docs\n";
    first[".github/leadline.yml"] = both[".github/leadline.yml"] = "fail_on: high\n";
    f.git.commits[commit_id('b')][".github/leadline.yml"] = "fail_onn: high\n";
    f.build(first, both);
    CHECK(f.judge(7) == "success");
    CHECK(f.judge(8) == "success");
    CHECK(contains(f.summary(), "configuration of the branch has mistakes"));
  }
}

TEST_CASE("a group that is run again stands on what it stood on", "[merge_group_job]") {
  QueueFixture f;
  f.build(f.risky, f.risky_and_docs);
  Job group = f.job("first");
  group.kind = JobKind::merge_group;
  group.pull_number = 0;
  group.head_sha = commit_id('2');
  group.base_sha = commit_id('1');
  group.head_ref = "gh-readonly-queue/main/pr-8";
  f.run(group);
  REQUIRE(f.conclusion() == "success");
  group.delivery_id = "again"; // of a check, which does not tell
  group.again = true;
  group.base_sha.clear();
  f.run(group);
  CHECK(f.github.checks.back().head_sha == commit_id('2'));
  CHECK(f.conclusion() == "success");
}
