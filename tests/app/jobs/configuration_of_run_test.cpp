#include "app/jobs/job_handlers.hpp"

#include "ack_fixture.hpp"
#include "app/jobs/lost_access.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <tuple>

using namespace leadline;

TEST_CASE("mistakes in the configuration of the merge base are shown and nothing is passed",
          "[pull_request_job]") {
  JobFixture f;
  f.git.commits["bbbb"][".github/leadline.yml"] = "fail_onn: high\n";
  f.run(f.job());
  CHECK(f.last_check()["conclusion"] == "action_required");
  CHECK(summary_of(f.last_check()).find("fail_onn") != std::string::npos);
  CHECK(f.github.comments.empty());
}

TEST_CASE("a configured name is the check's name from its first moment", "[pull_request_job]") {
  JobFixture f;
  f.git.commits["bbbb"][".github/leadline.yml"] = "publish: {check_name: risk}\n";
  f.git.commits["aaaa"][".github/leadline.yml"] = "publish: {check_name: risk}\n";
  const auto names = [&] {
    std::set<std::string> found;
    for (const HttpRequest& request : f.github.requests) {
      if (request.path.find("/check-runs") != std::string::npos && !request.body.empty()) {
        found.insert(nlohmann::json::parse(request.body).value("name", "(as before)"));
      }
    }
    return found;
  };
  f.run(f.job("d1"));
  CHECK(names() == std::set<std::string>{"risk"});
  // The second run knows the name before it has fetched anything, and so does a failure.
  f.github.forget_calls();
  f.push("cccc", k_fixed);
  f.git.on_fetch = [] { throw Error(ErrorKind::unavailable, "fetching o/r: timed out"); };
  CHECK_THROWS_AS(f.run(f.job("d2")), Error);
  f.handler->give_up(f.job("d2"), "fetching https://host.internal/o/r: timed out");
  CHECK(names() == std::set<std::string>{"risk"});
  CHECK(f.last_check()["conclusion"] == "action_required");
}

TEST_CASE("a name that is configured for one base branch is no other's", "[pull_request_job]") {
  JobFixture f;
  const auto configure = [&](const std::string& base, const std::string& head,
                             const std::string& name) {
    f.git.commits[base] = f.git.commits["bbbb"];
    f.git.commits[head] = f.git.commits["aaaa"];
    for (const std::string& commit : {base, head}) {
      f.git.commits[commit][".github/leadline.yml"] = "publish: {check_name: " + name + "}\n";
    }
  };
  configure("b1b1", "1111", "risk");
  configure("b2b2", "2222", "old-risk");
  const auto go = [&](int number, const std::string& base_ref, const std::string& base,
                      const std::string& head) {
    f.github.pull.number = number;
    f.github.pull.base_ref = base_ref;
    f.github.pull.base_sha = base;
    f.github.pull.head_sha = head;
    Job job = f.job("d " + std::to_string(number) + head);
    job.pull_number = number;
    return job;
  };
  f.run(go(1, "main", "b1b1", "1111"));
  CHECK(f.last_check()["name"] == "risk");
  f.run(go(2, "release", "b2b2", "2222"));
  CHECK(f.last_check()["name"] == "old-risk");
  // A run that fails before it has read anything goes by its own branch.
  f.git.on_fetch = [] { throw Error(ErrorKind::unavailable, "down"); };
  for (const auto& [number, base_ref, base, name] :
       {std::tuple(3, "main", "b1b1", "risk"), std::tuple(4, "release", "b2b2", "old-risk")}) {
    f.git.commits["ffff"] = f.git.commits["1111"];
    const Job job = go(number, base_ref, base, "fff" + std::to_string(number));
    CHECK_THROWS_AS(f.run(job), Error);
    f.handler->give_up(job, "x");
    CHECK(f.last_check()["name"] == name);
    CHECK(f.last_check()["conclusion"] == "action_required");
  }
  // Where it is not known which branch a job is about, nothing is shown under a name that may be
  // another one's.
  const std::size_t shown = f.github.checks.size();
  f.handler->announce(go(5, "main", "b1b1", "5555"));
  CHECK(f.github.checks.size() == shown);
  Job again = go(2, "release", "b2b2", "2222");
  again.again = true;
  again.delivery_id = "again";
  f.handler->announce(again);
  REQUIRE(f.github.checks.size() == shown + 1);
  CHECK(f.last_check()["name"] == "old-risk");
  // The base was changed: what was shown ends, and there is one of the other name.
  f.git.on_fetch = nullptr;
  Job moved = go(2, "main", "b1b1", "2222");
  moved.again = true;
  f.run(moved);
  REQUIRE(f.github.checks.size() == shown + 2);
  CHECK(f.github.checks[shown].fields["name"] == "old-risk");
  CHECK(f.github.checks[shown].fields["conclusion"] == "cancelled");
  CHECK(f.last_check()["name"] == "risk");
  CHECK(f.last_check()["status"] == "completed");
  // The configuration of the branch has another name since its last run.
  configure("b3b3", "3333", "newest");
  f.run(go(6, "main", "b3b3", "3333"));
  REQUIRE(f.github.checks.size() == shown + 4);
  CHECK(f.github.checks[shown + 2].fields["name"] == "risk");
  CHECK(f.github.checks[shown + 2].fields["conclusion"] == "cancelled");
  CHECK(f.last_check()["name"] == "newest");
  CHECK(f.last_check()["status"] == "completed");
}

TEST_CASE("pull requests from before and after a new name do not take each other's away",
          "[pull_request_job]") {
  JobFixture f;
  for (const auto& [base, name] : {std::pair("b1b1", "old"), std::pair("b2b2", "new")}) {
    f.git.commits[base] = f.git.commits["bbbb"];
    f.git.commits[base][".github/leadline.yml"] =
        std::string("publish: {check_name: ") + name + "}\n";
  }
  const auto run = [&](int number, const std::string& base, const std::string& head) {
    f.github.pull.number = number;
    f.github.pull.base_sha = base;
    f.github.pull.head_sha = head;
    f.git.commits[head] = f.git.commits[base];
    Job job = f.job("d" + std::to_string(f.github.calls.size()));
    job.pull_number = number;
    job.again = true;
    f.run(job);
    return f.last_check()["name"].get<std::string>();
  };
  CHECK(run(1, "b1b1", "1111") == "old");
  CHECK(run(2, "b2b2", "2222") == "new"); // its branch is known by the other name: two calls more
  const std::size_t checks = f.github.checks.size();
  CHECK(run(1, "b1b1", "1111") == "old");
  CHECK(run(2, "b2b2", "2222") == "new");
  CHECK(run(1, "b1b1", "1111") == "old");
  CHECK(f.github.checks.size() == checks + 3); // one for each run, none of them taken back
}

TEST_CASE("a base branch that is in use never loses its name", "[pull_request_job]") {
  JobFixture f;
  std::vector<NamedBase>& bases = f.log.publications["o/r#0"].named_bases;
  for (std::size_t i = 0; i < k_most_named_bases; ++i) {
    bases.push_back({"branch-" + std::to_string(i), "old"});
  }
  bases[0].base_ref = "main"; // the one that was named first
  f.git.commits["bbbb"][".github/leadline.yml"] = "publish: {check_name: old}\n";
  f.run(f.job("d1"));
  REQUIRE(f.last_check()["name"] == "old");
  CHECK(bases.size() == k_most_named_bases);
  f.github.pull.base_ref = "another";
  f.push("cccc", k_fixed);
  f.run(f.job("d2"));
  CHECK(bases.size() == k_most_named_bases);
  const auto named = [&](const std::string& base_ref) {
    return std::count_if(bases.begin(), bases.end(),
                         [&](const NamedBase& each) { return each.base_ref == base_ref; });
  };
  CHECK(named("main") == 1);
  CHECK(named("another") == 1);
  CHECK(named("branch-1") == 0);
}

TEST_CASE("organisation's defaults that GitHub does not tell are no missing ones",
          "[pull_request_job]") {
  JobFixture f;
  f.github.organisation_files[".github/leadline.yml"] = "fail_on: medium\n";
  for (const char* answer :
       {R"({"data": {"repository": null}, "errors": [{"type": "FORBIDDEN", "path": ["repository"],
            "message": "the organization has an IP allow list enabled"}]})",
        R"({"data": {"repository": null}})", R"({"data": null})", R"({"data": {}})",
        R"({"data": {"repository": {"object": null}},
            "errors": [{"type": "FORBIDDEN", "path": ["repository", "object"]}]})"}) {
    CAPTURE(answer);
    f.github.refuse = [&](const HttpRequest& request) {
      HttpResponse response;
      if (request.body.find("FileOfDefaultBranch") != std::string::npos) {
        response.status = 200;
        response.body = answer;
      }
      return response;
    };
    CHECK_THROWS_AS(f.run(f.job()), Error);
    CHECK(f.github.checks.empty());
  }
}

TEST_CASE("organisation's defaults that were there are not dropped because nobody sees them",
          "[pull_request_job]") {
  JobFixture f;
  f.push("cccc", k_fixed);
  f.run(f.job("d0")); // most owners have none
  CHECK(f.last_check()["conclusion"] == "success");
  f.github.organisation_files[".github/leadline.yml"] = "fail_on: low\n";
  f.clock.pass(std::chrono::minutes(2));
  f.push("dddd", k_fixed);
  f.run(f.job("d1"));
  CHECK(f.last_check()["conclusion"] == "success");

  f.github.organisation_files.clear();
  f.clock.pass(std::chrono::hours(24 * 3));
  Job lost; // the App loses the repository: what was published there is forgotten, and not this
  lost.kind = JobKind::command;
  lost.installation_id = 1;
  lost.repository = "o/.github";
  lost.command = lost.reason = k_repository_lost;
  f.run(lost);
  f.push("eeee", k_fixed);
  f.run(f.job("d2"));
  CHECK(f.last_check()["conclusion"] == "action_required");
  CHECK(f.last_check()["output"]["title"] == "The organisation's defaults cannot be seen any more");
  CHECK(contains(summary_of(f.last_check()), "o/.github/.github/leadline.yml"));
  Job sweep = f.sweep();
  f.queue.jobs.clear();
  f.run(sweep);
  CHECK(f.queue.jobs.empty()); // it would say the same

  const bool again = GENERATE(true, false); // it is seen again, with the file or without
  const auto see_no_file = [](const HttpRequest& request) {
    HttpResponse response;
    if (request.body.find("FileOfDefaultBranch") != std::string::npos) {
      response.status = 200;
      response.body = R"({"data": {"repository": {"object": null}}})";
    }
    return response;
  };
  f.github.refuse = see_no_file;
  if (again) {
    f.github.refuse = nullptr;
    f.github.organisation_files[".github/leadline.yml"] = "fail_on: low\n";
  }
  f.clock.pass(std::chrono::minutes(2));
  f.run(sweep);
  REQUIRE(f.queue.jobs.size() == 1);
  f.run_queued();
  CHECK(f.last_check()["conclusion"] == "success");
  f.github.organisation_files.clear();
  f.github.refuse = nullptr;
  f.clock.pass(std::chrono::minutes(2));
  f.push("ffff", k_fixed);
  f.run(f.job("d3"));
  CHECK(f.last_check()["conclusion"] == (again ? "action_required" : "success"));
}

TEST_CASE("an organisation's file that was emptied is one that may go", "[pull_request_job]") {
  JobFixture f;
  for (const auto& [head, yaml] : {std::pair("cccc", "fail_on: low\n"), std::pair("eeee", "\n")}) {
    f.push(head, k_fixed);
    f.github.organisation_files[".github/leadline.yml"] = yaml;
    f.clock.pass(std::chrono::minutes(2));
    f.run(f.job(head));
  }
  f.github.organisation_files.clear();
  f.clock.pass(std::chrono::minutes(2));
  f.push("dddd", k_fixed);
  f.run(f.job("d1"));
  CHECK(f.last_check()["conclusion"] == "success");
}

TEST_CASE("the organisation's defaults hold where a repository says nothing else",
          "[pull_request_job]") {
  JobFixture f;
  f.github.organisation_files[".github/leadline.yml"] = "fail_on: never\n";
  f.run(f.job("d1"));
  CHECK(f.last_check()["conclusion"] == "success");
  f.git.commits["bbbb"][".github/leadline.yml"] = "fail_on: high\n";
  f.git.commits["aaaa"][".github/leadline.yml"] = "fail_on: high\n";
  Job again = f.job("d2");
  again.again = true;
  f.run(again);
  CHECK(f.last_check()["conclusion"] == "failure");
  f.github.organisation_files[".github/leadline.yml"] = "fail_onn: never\n";
  f.clock.pass(std::chrono::minutes(2)); // asked for once a minute
  again.delivery_id = "d3";
  f.run(again);
  CHECK(f.last_check()["conclusion"] == "action_required");
  CHECK(summary_of(f.last_check()).find("o/.github/.github/leadline.yml:1") != std::string::npos);
}

TEST_CASE("a pull request that judges less strictly says so and is stopped", "[pull_request_job]") {
  struct Row {
    const char* before;
    const char* after;
    const char* title; // "" for no finding
  };
  const std::vector<Row> rows = {
      {"fail_on: high\n", "fail_on: critical\n", "fail_on"},
      {"fail_on: high\n", "fail_on: never\n", "fail_on"},
      {"fail_on: critical\n", "fail_on: high\n", ""},
      {"fail_on: critical\n", "fail_on: never\n", "fail_on"},
      {"fail_on: never\n", "ignore: ['**']\nfail_on: never\n", "ignore **"},
      {"fail_on: critical\n", "acknowledge: {by_author: true}\nfail_on: critical\n",
       "acknowledge.by_author"},
      {"", "ignore: ['deploy/**']\n", "ignore deploy/**"},
      {"ignore: ['deploy/**']\n", "", ""},
      {"baselines: [{key: max_client_conn, min: 100}]\n", "", "baselines max_client_conn"},
      {"baselines: [{key: max_client_conn, min: 100}]\n",
       "baselines: [{key: max_client_conn, min: 1}]\n", "baselines max_client_conn"},
      {"", "baselines: [{key: max_client_conn, min: 100}]\n", ""},
      {"", "rules: {capacity.drop: off}\n", "rules capacity.drop"},
      {"rules: {capacity.drop: medium}\n", "rules: {capacity.drop: low}\n", "rules capacity.drop"},
      {"rules: {capacity.drop: low}\n", "", ""},
      {"", "acknowledge: {by_author: true}\n", "acknowledge.by_author"},
      {"acknowledge: {owners: {tls: ['@o/sec']}}\n", "", "acknowledge.owners tls"},
      {"", "acknowledge: {override_label: ok}\n", "acknowledge.override_label"},
      {"", "commands: {teams: ['@o/all']}\n", "commands.teams @o/all"},
      {"split: {required: true}\n", "", "split.required"},
      {"", "split: {required: true}\n", ""},
      {"", "split: {required: true, max_lines: 900}\n", ""},
      {"split: {max_lines: 300}\n", "split: {max_lines: 900}\n", ""},
      {"split: {required: true}\n", "split: {required: true, max_lines: 900}\n", "split.max_lines"},
      {"split: {required: true}\n", "split: {required: true, buried_percent: 80}\n",
       "split.buried_percent"},
      {"split: {required: true}\n", "split: {required: true, risky_domains: 3}\n",
       "split.risky_domains"},
      {"", "environments: [{environment: development, paths: ['prod/**']}]\n",
       "environments prod/**"},
      {"", "publish: {sticky_comment: false}\n", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.before, row.after);
    JobFixture f;
    f.push("cccc", {{"README.md", "hello\n"}, {".github/leadline.yml", row.after}});
    f.git.commits["bbbb"] = {{"README.md", "hello\n"}, {".github/leadline.yml", row.before}};
    f.run(f.job());
    const std::string title = row.title;
    CHECK(f.last_check()["conclusion"] == (title.empty() ? "success" : "failure"));
    CHECK(summary_of(f.last_check()).find("This changes how pull requests are judged") !=
          std::string::npos);
    const nlohmann::json findings =
        nlohmann::json::parse(f.log.reports.begin()->second)["findings"];
    REQUIRE(findings.size() == (title.empty() ? 0 : 1));
    if (!title.empty()) {
      CHECK(findings[0]["rule"] == "policy.weakened");
      CHECK(findings[0]["setting"]["key"] == title);
      CHECK(findings[0]["line"] == 1);
    }
  }
}

TEST_CASE("a pull request that renames the check says what has to require the new name",
          "[pull_request_job]") {
  JobFixture f;
  f.git.commits["bbbb"][".github/leadline.yml"] = "fail_on: high\n";
  GitDouble::Files files = f.git.commits["aaaa"];
  files[".github/leadline.yml"] = "fail_on: high\npublish: {check_name: risk}\n";
  f.push("cccc", files);
  f.run(f.job());
  CHECK(summary_of(f.last_check())
            .find("| `publish.check_name` | `leadline` | `risk` | branch protection has to require "
                  "this name |") != std::string::npos);
}

TEST_CASE("no fail_on lets a configuration through that nobody could use", "[pull_request_job]") {
  for (const char* fail_on : {"critical", "never"}) {
    JobFixture f;
    const std::string yaml = std::string("fail_on: ") + fail_on + "\n";
    f.push("cccc", {{"README.md", "hello\n"}, {".github/leadline.yml", yaml + "split: 4\n"}});
    f.git.commits["bbbb"] = {{"README.md", "hello\n"}, {".github/leadline.yml", yaml}};
    f.run(f.job());
    CHECK(f.last_check()["conclusion"] == "failure");
  }
}

TEST_CASE("a second person acknowledges what no fail_on lets through", "[pull_request_job]") {
  AckFixture f;
  const std::string yaml = "fail_on: critical\nacknowledge: {max_severity: high}\n";
  f.push("cccc", {{"README.md", "hello\n"}, {".github/leadline.yml", yaml + "ignore: ['**']\n"}});
  f.git.commits["bbbb"] = {{"README.md", "hello\n"}, {".github/leadline.yml", yaml}};
  f.run(f.job("d2"));
  CHECK(f.conclusion() == "failure");
  f.say("/leadline ack all it is an archive from now on");
  CHECK(f.conclusion() == "success");
}

TEST_CASE("what weakens most is named, and nothing can be added behind what was acknowledged",
          "[pull_request_job]") {
  const auto findings_of = [](const std::string& yaml) {
    JobFixture f;
    f.push("cccc", {{"README.md", "hello\n"}, {".github/leadline.yml", yaml}});
    f.git.commits["bbbb"] = {{"README.md", "hello\n"}, {".github/leadline.yml", "version: 1\n"}};
    f.run(f.job());
    CHECK(f.last_check()["conclusion"] == "failure");
    return nlohmann::json::parse(f.log.reports.begin()->second)["findings"];
  };
  std::string yaml = "ignore:\n";
  for (int i = 10; i < 55; ++i) {
    yaml += "  - docs/old/page" + std::to_string(i) + ".md\n";
  }
  const nlohmann::json many = findings_of(yaml);
  const nlohmann::json more = findings_of(
      yaml + "  - deploy/**\n  - docs/old/page55.md\n"
             "acknowledge: {by_author: true, override_label: ok}\nrules: {capacity.drop: off}\n");
  REQUIRE(many.size() == 21);
  REQUIRE(more.size() == 21);
  CHECK(many[20]["title"] == "and 25 more changes like these");
  CHECK(more[0]["setting"]["key"] == "acknowledge.by_author");
  CHECK(more[1]["setting"]["key"] == "acknowledge.override_label");
  CHECK(more[2]["setting"]["key"] == "rules capacity.drop");
  CHECK(more[3]["setting"]["key"] == "ignore deploy/**");
  CHECK(more[20]["title"] == "and 30 more changes like these");
  CHECK(more[20]["id"] != many[20]["id"]);
  // Another one among the rest, as many as before.
  const std::string last = "docs/old/page54.md";
  const nlohmann::json other =
      findings_of(std::string(yaml).replace(yaml.find(last), last.size(), "docs/old/page77.md"));
  CHECK(other[20]["title"] == many[20]["title"]);
  CHECK(other[20]["id"] != many[20]["id"]);
  CHECK(findings_of(yaml)[20]["id"] == many[20]["id"]);
}

TEST_CASE("a configuration that nobody could use is not merged unseen, and can be mended",
          "[pull_request_job]") {
  JobFixture f;
  f.push("cccc",
         {{"README.md", "hello\n"}, {".github/leadline.yml", "version: 1\nfail_onn: low\n"}});
  f.git.commits["bbbb"] = {{"README.md", "hello\n"}, {".github/leadline.yml", "version: 1\n"}};
  f.run(f.job("d1"));
  CHECK(f.last_check()["conclusion"] == "failure");
  REQUIRE(f.github.checks.back().annotations.size() == 1);
  CHECK(f.github.checks.back().annotations[0]["start_line"] == 2);
  CHECK(summary_of(f.last_check()).find("policy") == std::string::npos);

  // Merged all the same: nothing passes by it but what mends it.
  std::swap(f.git.commits["bbbb"], f.git.commits["cccc"]);
  f.push("dddd", f.git.commits["cccc"]);
  f.run(f.job("d2"));
  CHECK(f.last_check()["conclusion"] == "success");
  CHECK(summary_of(f.last_check()).find("which this change mends") != std::string::npos);
  f.git.commits["dddd"]["README.md"] = "and more\n";
  f.push("eeee", f.git.commits["dddd"]);
  f.run(f.job("d3"));
  CHECK(f.last_check()["conclusion"] == "action_required");
}

TEST_CASE("the configuration of the head counts for nothing", "[pull_request_job]") {
  JobFixture f;
  f.git.commits["aaaa"][".github/leadline.yml"] = "fail_on: never\nignore: ['**']\n";
  f.run(f.job());
  CHECK(f.last_check()["conclusion"] == "failure");
}
