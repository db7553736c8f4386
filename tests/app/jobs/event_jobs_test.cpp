#include "app/jobs/event_jobs.hpp"

#include "app/jobs/destroyed_group.hpp"
#include "app/jobs/installation_job.hpp"
#include "app/jobs/lost_access.hpp"

#include "app/jobs/changed_defaults.hpp"
#include "app/jobs/merge_queue_ref.hpp"
#include "app/jobs/moved_repository.hpp"
#include "job_fixture.hpp"
#include "tests/support/webhook_examples.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace leadline;
using namespace std::chrono_literals;
using leadline::tests::webhook_example;
using leadline::tests::webhook_examples;
using nlohmann::json;

namespace {

constexpr const char* k_app = "29310"; // of the check events in GitHub's examples

std::vector<Job> jobs(const std::string& name, const json& payload,
                      const std::string& app = k_app) {
  return jobs_for(webhooks::parse_event(name, payload.dump()), app);
}

json example(const std::string& event, const std::string& action) {
  return json::parse(webhook_example(event, action).body);
}

json comment(const std::string& body) {
  json payload = example("issue_comment", "created");
  payload["issue"]["pull_request"] = {{"url", "https://api.github.com/"}};
  payload["issue"]["number"] = 7;
  payload["comment"]["body"] = body;
  payload["comment"]["id"] = 42;
  return payload;
}

} // namespace

TEST_CASE("a pull request is analysed when its head or base is new", "[event_jobs]") {
  for (const char* action : {"opened", "synchronize", "reopened", "ready_for_review", "labeled",
                             "unlabeled", "closed"}) {
    CAPTURE(action);
    json payload = example("pull_request", action);
    payload["pull_request"]["updated_at"] = "2019-05-15T15:20:33Z";
    const std::vector<Job> found = jobs("pull_request", payload);
    REQUIRE(found.size() == 1);
    CHECK(found[0].kind == JobKind::pull_request);
    CHECK(found[0].pull_number == 2);
    CHECK(found[0].head_sha == "ec26c3e57ca3a959ca5aad62de7213c562f8c821");
    CHECK(found[0].reason == action);
    CHECK(found[0].label.empty() ==
          (std::string_view(action).find("labeled") == std::string::npos));
    // While it was closed, words may have ended and the policy have changed.
    CHECK(found[0].again == (std::string_view(action) == "reopened"));
    CHECK(found[0].repository == "Codertocat/Hello-World");
    // When it happened, not when its delivery came.
    const auto day = std::chrono::sys_days(std::chrono::year(2019) / 5 / 15);
    CHECK(found[0].asked_at == day + 15h + 20min + 33s + 999ms);
    payload["pull_request"]["updated_at"] = "2019-05-15T15:20:33.000-04:00"; // not as GitHub writes
    CHECK(jobs("pull_request", payload)[0].asked_at == std::chrono::sys_days());
  }
  json edited = example("pull_request", "opened");
  edited["action"] = "edited";
  edited["changes"] = {{"title", {{"from", "old"}}}};
  CHECK(jobs("pull_request", edited).empty());
  edited["changes"] = {{"base", {{"ref", {{"from", "old"}}}}}};
  REQUIRE(jobs("pull_request", edited).size() == 1);
  CHECK(jobs("pull_request", edited)[0].again);
}

TEST_CASE("a comment runs its commands, each as its own job", "[event_jobs]") {
  const std::vector<Job> found =
      jobs("issue_comment", comment("Sorry!\r\n/leadline rerun\r\n/leadline ack LL-1 known\r\n"));
  REQUIRE(found.size() == 2);
  CHECK(found[0].kind == JobKind::command); // who asked may not be allowed to
  CHECK(found[0].command == "/leadline rerun");
  CHECK_FALSE(found[0].again);
  CHECK(found[0].head_sha.empty());
  CHECK(found[0].comment_id == 42);
  CHECK(found[0].sender_id == 21031067);
  CHECK(found[0].association == "OWNER");
  CHECK(found[0].asked_at == std::chrono::sys_days(std::chrono::year(2019) / 5 / 15) +
                                 std::chrono::milliseconds(55'221'999)); // 15:20:21
  CHECK(found[1].kind == JobKind::command);
  CHECK(found[1].command == "/leadline ack LL-1 known");
  CHECK(found[1].pull_number == 7);
  CHECK(found[1].sender == "Codertocat");
  CHECK_FALSE(found[1].review_comment);

  CHECK(jobs("issue_comment", comment("no command")).empty());
  json by_bot = comment("/leadline rerun");
  by_bot["sender"]["type"] = "Bot";
  CHECK(jobs("issue_comment", by_bot).empty());
  json on_issue = comment("/leadline rerun");
  on_issue["issue"].erase("pull_request");
  CHECK(jobs("issue_comment", on_issue).empty());
  json edited = comment("/leadline rerun");
  edited["action"] = "edited";
  CHECK(jobs("issue_comment", edited).empty()); // does not say what stood there before
}

TEST_CASE("an edited comment runs only what was added", "[event_jobs]") {
  json edited = comment("Sorry!\n/leadline rerun\n/leadline config\n");
  edited["action"] = "edited";
  edited["changes"]["body"]["from"] = "/leadline rerun\n";
  const std::vector<Job> found = jobs("issue_comment", edited);
  REQUIRE(found.size() == 1);
  CHECK(found[0].command == "/leadline config");
  edited["changes"]["body"]["from"] = edited["comment"]["body"];
  CHECK(jobs("issue_comment", edited).empty());
}

TEST_CASE("a new configuration on the default branch looks for waiting pull requests",
          "[event_jobs]") {
  json push = example("push", "");
  push["repository"]["default_branch"] = "main";
  push["ref"] = "refs/heads/main";
  push["commits"] = {{{"added", json::array()},
                      {"removed", json::array()},
                      {"modified", {".github/leadline.yml"}}}};
  REQUIRE(jobs("push", push).size() == 1);
  CHECK(jobs("push", push)[0].kind == JobKind::sweep);
  push["ref"] = "refs/heads/topic";
  CHECK(jobs("push", push).empty());
  push["ref"] = "refs/heads/main";
  push["commits"][0]["modified"] = {"README.md"};
  CHECK(jobs("push", push).empty());
  push["forced"] = true; // what it took away is not listed
  CHECK(jobs("push", push).size() == 1);
}

TEST_CASE("a push that does not list all of its commits may have changed the configuration",
          "[event_jobs]") {
  json push = example("push", "");
  push["repository"]["full_name"] = "acme/.github";
  push["repository"]["default_branch"] = "main";
  push["ref"] = "refs/heads/main";
  push["forced"] = false;
  push["before"] = std::string(40, '1');
  push["after"] = std::string(40, '2');
  const json commit = {
      {"added", json::array()}, {"removed", json::array()}, {"modified", {"README.md"}}};
  push["commits"] = json::array({commit});
  CHECK(jobs("push", push).empty());
  SECTION("a full list") {
    push["commits"] = json::array();
    for (int i = 0; i < 19; ++i) {
      push["commits"].push_back(commit);
    }
    CHECK(jobs("push", push).empty());
    push["commits"].push_back(commit); // an older Enterprise Server lists no more
  }
  SECTION("an empty one") { push["commits"] = json::array(); }
  SECTION("none") { push.erase("commits"); }
  SECTION("a commit without its paths") {
    push["commits"].push_back({{"id", std::string(40, '2')}});
  }
  SECTION("a commit of very many paths") {
    for (int i = 0; i < 300; ++i) {
      push["commits"][0]["added"].push_back("docs/" + std::to_string(i));
    }
  }
  const std::vector<Job> found = jobs("push", push);
  REQUIRE(found.size() == 2);
  CHECK(found[0].kind == JobKind::sweep);
  CHECK(is_change_of_defaults(found[1]));
  CHECK(found[1].reason == k_defaults_may_have_changed);
  push["after"] = push["before"];
  push["commits"] = json::array();
  CHECK(jobs("push", push).empty());
}

TEST_CASE("a push of the organisation's defaults has its repositories swept", "[event_jobs]") {
  json push = example("push", "");
  push["repository"]["full_name"] = "acme/.github";
  push["repository"]["default_branch"] = "main";
  push["ref"] = "refs/heads/main";
  push["commits"] = {{{"added", {".github/leadline.yml"}},
                      {"removed", json::array()},
                      {"modified", json::array()}}};
  const std::vector<Job> found = jobs("push", push);
  REQUIRE(found.size() == 2);
  CHECK(found[0].kind == JobKind::sweep); // of its own pull requests
  CHECK(is_change_of_defaults(found[1]));
  CHECK_FALSE(is_move(found[1]));
  push["repository"]["full_name"] = "acme/my.github";
  CHECK(jobs("push", push).size() == 1);
}

TEST_CASE("re-run buttons work for our own checks only", "[event_jobs]") {
  for (const char* event : {"check_suite", "check_run"}) {
    CAPTURE(event);
    json payload = example(event, "rerequested");
    payload[event]["app"]["id"] = 29310;
    payload[event]["pull_requests"] =
        example("check_suite", "rerequested")["check_suite"]["pull_requests"];
    payload["repository"]["id"] = payload[event]["pull_requests"][0]["base"]["repo"]["id"];
    const std::string head = payload[event]["head_sha"];
    std::vector<Job> found = jobs(event, payload);
    REQUIRE(found.size() == payload[event]["pull_requests"].size());
    CHECK(found[0].again);
    CHECK(found[0].pull_number == 2);
    CHECK(found[0].head_sha == head);
    CHECK(jobs(event, payload, "1").empty());
    payload[event]["app"]["client_id"] = "Iv1.abc";
    CHECK(jobs(event, payload, "Iv1.abc").size() == 1);
    CHECK(jobs(event, payload, "").empty());

    payload[event]["pull_requests"] = json::array();
    found = jobs(event, payload);
    REQUIRE(found.size() == 1);
    CHECK(found[0].pull_number == 0);
    CHECK(found[0].head_sha == head);
  }
  CHECK(jobs("check_suite", example("check_suite", "requested")).empty());
}

TEST_CASE("a button does what its identifier says", "[event_jobs]") {
  json payload = example("check_run", "requested_action");
  payload["check_run"]["app"]["id"] = 29310;
  payload["requested_action"]["identifier"] = k_rerun_action;
  REQUIRE(jobs("check_run", payload).size() == 1);
  CHECK(jobs("check_run", payload)[0].again);
  payload["requested_action"]["identifier"] = k_split_action;
  REQUIRE(jobs("check_run", payload).size() == 1);
  CHECK(jobs("check_run", payload)[0].kind == JobKind::command);
  CHECK(jobs("check_run", payload)[0].command == "/leadline split");
  payload["requested_action"]["identifier"] = k_split_push_action;
  REQUIRE(jobs("check_run", payload).size() == 1);
  CHECK(jobs("check_run", payload)[0].command == "/leadline split --push");
  payload["requested_action"]["identifier"] = k_acknowledge_action;
  REQUIRE(jobs("check_run", payload).size() == 1);
  CHECK(jobs("check_run", payload)[0].command.starts_with("/leadline ack all "));
  CHECK(jobs("check_run", payload)[0].check_run_id == payload["check_run"]["id"]);
  payload["requested_action"]["identifier"] = "other";
  CHECK(jobs("check_run", payload).empty());
}

TEST_CASE("a button acts on the pull request whose findings its check shows, and on no other",
          "[event_jobs]") {
  json payload = example("check_run", "requested_action");
  json& check = payload["check_run"];
  check["app"]["id"] = 29310;
  json pull = check["pull_requests"][0];
  pull["number"] = 7;
  check["pull_requests"] = json::array({pull, pull});
  check["pull_requests"][1]["number"] = 8; // of the same head, into another branch
  struct Row {
    const char* external_id;
    std::vector<int> expected; // pull requests that a command is for
  };
  const auto numbers = [&] {
    std::vector<int> found;
    for (const Job& job : jobs("check_run", payload)) {
      found.push_back(job.pull_number);
    }
    return found;
  };
  for (const char* button : {k_acknowledge_action, k_split_action, k_split_push_action}) {
    payload["requested_action"]["identifier"] = button;
    for (const Row& row : std::vector<Row>{{"d1#7", {7}},
                                           {"d1#8", {8}},
                                           {"gave up d1#8", {8}},
                                           {"d1#0", {}}, // a merge queue's group has such a head
                                           {"", {}},
                                           {"d1", {}},
                                           {"d1#x", {}},
                                           {"d1#-8", {}}}) {
      CAPTURE(button, row.external_id);
      check["external_id"] = row.external_id;
      CHECK(numbers() == row.expected);
    }
  }
  payload["requested_action"]["identifier"] = k_rerun_action;
  check["external_id"] = "d1#7";
  CHECK(numbers() == std::vector<int>{7, 8});

  payload["requested_action"]["identifier"] = k_acknowledge_action;
  check["pull_requests"] = json::array(); // a fork's
  CHECK(numbers() == std::vector<int>{7});
  check["external_id"] = nullptr; // it is found by its head
  CHECK(numbers() == std::vector<int>{0});
  check["pull_requests"] = json::array({pull});
  CHECK(numbers() == std::vector<int>{7});
}

TEST_CASE("the check of a merge queue's group is run again as one", "[event_jobs]") {
  for (const char* event : {"check_suite", "check_run"}) {
    CAPTURE(event);
    json payload = example(event, "rerequested");
    json& suite = payload.contains("check_run") ? payload["check_run"]["check_suite"]
                                                : payload["check_suite"];
    payload[event]["app"]["id"] = 29310;
    suite["head_branch"] = "gh-readonly-queue/release/2.x/pr-104-929f8209";
    const std::vector<Job> found = jobs(event, payload);
    REQUIRE(found.size() == 1);
    CHECK(found[0].kind == JobKind::merge_group);
    CHECK(found[0].again);
    CHECK(found[0].head_sha == payload[event]["head_sha"]);
    CHECK(found[0].head_ref == "gh-readonly-queue/release/2.x/pr-104-929f8209");
    CHECK(jobs(event, payload, "1").empty());
  }
  const auto ref = parse_merge_queue_ref("gh-readonly-queue/release/2.x/pr-104-929f8209");
  REQUIRE(ref);
  CHECK(ref->base == "release/2.x");
  CHECK(ref->pull_number == 104);
  for (const char* other :
       {"", "main", "gh-readonly-queue/", "gh-readonly-queue/pr-1-a", "gh-readonly-queue/main/pr-",
        "gh-readonly-queue/main/pr-x-1", "gh-readonly-queue/main/pr-7x",
        "gh-readonly-queue/main/pr-0-a", "gh-readonly-queue/main/pr-99999999999-a",
        "x/gh-readonly-queue/main/pr-1-a"}) {
    CAPTURE(other);
    CHECK_FALSE(parse_merge_queue_ref(other));
  }
}

TEST_CASE("merge queues and installations get their jobs", "[event_jobs]") {
  const std::vector<Job> group = jobs("merge_group", example("merge_group", "checks_requested"));
  REQUIRE(group.size() == 1);
  CHECK(group[0].kind == JobKind::merge_group);
  CHECK_FALSE(group[0].head_sha.empty());
  CHECK_FALSE(group[0].base_sha.empty());
  CHECK(group[0].head_ref.starts_with("gh-readonly-queue/main/pr-104-"));

  const std::vector<Job> sweep = jobs("installation", example("installation", "created"));
  REQUIRE(sweep.size() == 1);
  CHECK(sweep[0].kind == JobKind::sweep);
  CHECK(sweep[0].repository == "Codertocat/Hello-World");
  CHECK(sweep[0].installation_id > 0);
  CHECK(jobs("installation_repositories", example("installation_repositories", "added")).size() ==
        1);
  json destroyed = example("merge_group", "checks_requested");
  destroyed["action"] = "destroyed";
  const std::vector<Job> gone = jobs("merge_group", destroyed);
  REQUIRE(gone.size() == 1);
  CHECK(is_destroyed_group(gone[0]));
  CHECK_FALSE(gone[0].head_sha.empty());
}

TEST_CASE("where the App is taken away, what waits there is dropped", "[event_jobs]") {
  for (const char* action : {"deleted", "suspend"}) {
    CAPTURE(action);
    const std::vector<Job> lost = jobs("installation", example("installation", action));
    REQUIRE_FALSE(lost.empty());
    CHECK(lost[0].command == k_installation_lost);
    CHECK(lost[0].installation_id > 0);
  }
  for (const char* action : {"unsuspend", "created"}) {
    json back = example("installation", action);
    back.erase("repositories");
    back["installation"]["account"]["login"] = "acme";
    const std::vector<Job> listed = jobs("installation", back);
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].command == k_installation_back);
    CHECK(listed[0].repository == "acme/.github");
    CHECK(listed[0].installation_id > 0);
  }
  const json renamed = {{"action", "renamed"},
                        {"account", {{"login", "new"}}},
                        {"changes", {{"login", {{"from", "old"}}}}},
                        {"installation", {{"id", 5}}}};
  const std::vector<Job> account = jobs("installation_target", renamed);
  REQUIRE(account.size() == 1);
  CHECK(account[0].command == std::string(k_account_was) + "old");
  CHECK(account[0].repository == "new/.github");
  json hostile = renamed;
  hostile["changes"]["login"]["from"] = "../old";
  CHECK(jobs("installation_target", hostile).empty());
  const std::vector<Job> lost = jobs("installation", example("installation", "deleted"));
  REQUIRE(lost.size() == 2);
  CHECK(lost[1].command == k_repository_lost);
  CHECK(lost[1].repository == "octocat/Hello-World");
  json removed = example("installation_repositories", "added");
  removed["action"] = "removed";
  removed["repositories_removed"] = removed["repositories_added"];
  removed["repositories_added"] = json::array();
  const std::vector<Job> taken = jobs("installation_repositories", removed);
  REQUIRE(taken.size() == 1);
  CHECK(taken[0].command == k_repository_lost);
  CHECK_FALSE(taken[0].repository.empty());
}

TEST_CASE("what stood acknowledged moves with a repository's name", "[event_jobs]") {
  json payload = example("repository", "renamed");
  payload["repository"]["full_name"] = "acme/store";
  payload["changes"] = {{"repository", {{"name", {{"from", "shop"}}}}}};
  const std::vector<Job> moved = jobs("repository", payload);
  REQUIRE(moved.size() == 1);
  CHECK(moved[0].repository == "acme/store");
  CHECK(is_move(moved[0]));

  MemoryAcknowledgements log;
  Acknowledgement word;
  word.request = "d1 1";
  word.repository = "acme/shop";
  word.finding_id = "LL-1";
  word.by = "sam";
  log.acknowledge(word);
  CHECK(move_acknowledgements(log, moved[0], Acknowledgement::Time(std::chrono::seconds(5))) == 1);
  CHECK(log.acknowledgements("acme/shop").empty()); // for whoever takes the name next
  REQUIRE(log.acknowledgements("acme/store").size() == 1);
  CHECK(log.acknowledgements("acme/store")[0].by == "sam");
  CHECK(move_acknowledgements(log, moved[0], {}) == 0);
}

TEST_CASE("every example of GitHub's has a label and never a job without a repository",
          "[event_jobs]") {
  for (const auto& sample : webhook_examples()) {
    CAPTURE(sample.where);
    const webhooks::Event event = webhooks::parse_event(sample.event, sample.body);
    CHECK_FALSE(label_of(event).name.empty());
    for (const Job& job : jobs_for(event, k_app)) {
      CHECK((!job.repository.empty() || job.command == k_installation_lost));
      CHECK_FALSE(job.reason.empty());
    }
  }
}
