#include "webhooks/event.hpp"

#include "base/error.hpp"
#include "tests/support/webhook_examples.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <set>

using namespace leadline;
using namespace leadline::webhooks;
using leadline::tests::webhook_example;
using leadline::tests::webhook_examples;
using nlohmann::json;

namespace {

template <typename T>
T parse_as(const std::string& event, const json& payload) {
  const Event parsed = parse_event(event, payload.dump());
  REQUIRE(std::holds_alternative<T>(parsed));
  return std::get<T>(parsed);
}

std::string error_of(const std::string& event, const std::string& body) {
  try {
    parse_event(event, body);
  } catch (const Error& e) {
    CHECK(e.kind() == ErrorKind::bad_input);
    return e.what();
  }
  return "no error";
}

json example(const std::string& event, const std::string& action) {
  return json::parse(webhook_example(event, action).body);
}

} // namespace

TEST_CASE("all of GitHub's published examples parse", "[event]") {
  std::set<std::string> names;
  std::set<std::string> used;
  for (const auto& sample : webhook_examples()) {
    CAPTURE(sample.where);
    Event event;
    CHECK_NOTHROW(event = parse_event(sample.event, sample.body));
    names.insert(sample.event);
    if (!std::holds_alternative<IgnoredEvent>(event)) {
      used.insert(sample.event + (sample.action.empty() ? "" : "." + sample.action));
    }
  }
  CHECK(names.size() >= 58);
  for (const char* name :
       {"check_run.requested_action", "check_run.rerequested", "check_suite.requested",
        "check_suite.rerequested", "installation.created", "installation_repositories.added",
        "issue_comment.created", "merge_group.checks_requested", "ping", "pull_request.labeled",
        "pull_request.opened", "pull_request.ready_for_review", "pull_request.reopened",
        "pull_request.synchronize", "pull_request_review_comment.created", "push"}) {
    CAPTURE(name);
    CHECK(used.count(name) == 1);
  }
}

TEST_CASE("the fields of a pull request arrive", "[event]") {
  const auto event =
      parse_as<PullRequestEvent>("pull_request", example("pull_request", "synchronize"));
  CHECK(event.action == "synchronize");
  CHECK(event.source.repository == "Codertocat/Hello-World");
  CHECK(event.source.repository_id == 186853002);
  CHECK(event.source.sender == "Codertocat");
  CHECK_FALSE(event.source.sender_is_bot);
  CHECK(event.source.installation_id > 0);
  CHECK(event.author == "Codertocat");
  CHECK(event.pull_request.number == 2);
  CHECK(event.pull_request.head_sha == "ec26c3e57ca3a959ca5aad62de7213c562f8c821");
  CHECK(event.pull_request.base_sha == "f95f852bd8fca8fcc58a9a2d6c842781e32a215e");
  CHECK(event.pull_request.base_ref == "master");
  CHECK_FALSE(event.base_changed);
}

TEST_CASE("only an edit of the base is a change of the base", "[event]") {
  json payload = example("pull_request", "opened");
  payload["action"] = "edited";
  payload["changes"] = {{"title", {{"from", "old"}}}};
  CHECK_FALSE(parse_as<PullRequestEvent>("pull_request", payload).base_changed);
  payload["changes"]["base"] = {{"ref", {{"from", "main"}}}};
  CHECK(parse_as<PullRequestEvent>("pull_request", payload).base_changed);
}

TEST_CASE("a deleted author and a missing installation are no error", "[event]") {
  json payload = example("pull_request", "opened");
  payload["pull_request"]["user"] = nullptr;
  payload.erase("installation");
  const auto event = parse_as<PullRequestEvent>("pull_request", payload);
  CHECK(event.author == "ghost");
  CHECK(event.source.installation_id == 0);
}

TEST_CASE("a comment on a plain issue has no pull request", "[event]") {
  json payload = example("issue_comment", "created");
  payload["issue"].erase("pull_request");
  payload["sender"]["type"] = "Bot";
  CommentEvent event = parse_as<CommentEvent>("issue_comment", payload);
  CHECK(event.pull_number == 0);
  CHECK(event.source.sender_is_bot);
  payload["issue"]["pull_request"] = {{"url", "https://api.github.com/"}};
  payload["comment"]["body"] = "/leadline rerun";
  event = parse_as<CommentEvent>("issue_comment", payload);
  CHECK(event.pull_number == payload["issue"]["number"]);
  CHECK(event.body == "/leadline rerun");
  CHECK(event.comment_id == payload["comment"]["id"]);
  CHECK_FALSE(event.review_comment);
}

TEST_CASE("a fork's check has no pull requests and no branch", "[event]") {
  json payload = example("check_suite", "rerequested");
  payload["check_suite"]["head_branch"] = nullptr;
  json foreign = payload["check_suite"]["pull_requests"][0];
  foreign["base"]["repo"]["id"] = 7;
  foreign["number"] = 99;
  json both = payload;
  both["check_suite"]["pull_requests"].push_back(foreign);
  const auto own = parse_as<CheckEvent>("check_suite", both);
  // Numbers of another repository mean nothing here.
  CHECK(own.pull_requests.size() == payload["check_suite"]["pull_requests"].size());
  for (const PullRequestRef& pull : own.pull_requests) {
    CHECK(pull.number != 99);
  }
  payload["check_suite"]["pull_requests"] = json::array();
  const auto event = parse_as<CheckEvent>("check_suite", payload);
  CHECK(event.event == "check_suite");
  CHECK(event.app_id == 29310);
  CHECK(event.head_sha == "ec26c3e57ca3a959ca5aad62de7213c562f8c821");
  CHECK(event.pull_requests.empty());
  payload["check_suite"].erase("pull_requests");
  CHECK(parse_as<CheckEvent>("check_suite", payload).pull_requests.empty());
}

TEST_CASE("a button tells which one it is", "[event]") {
  const auto event = parse_as<CheckEvent>("check_run", example("check_run", "requested_action"));
  CHECK(event.action == "requested_action");
  CHECK_FALSE(event.requested_action.empty());
  json payload = example("check_run", "requested_action");
  payload["check_run"]["external_id"] = "d1#7";
  CHECK(parse_as<CheckEvent>("check_run", payload).external_id == "d1#7");
}

TEST_CASE("an installation lists its repositories", "[event]") {
  const auto created =
      parse_as<InstallationEvent>("installation", example("installation", "created"));
  CHECK(created.repositories == std::vector<std::string>{"Codertocat/Hello-World"});
  CHECK(created.source.repository.empty());
  const auto added = parse_as<InstallationEvent>("installation_repositories",
                                                 example("installation_repositories", "added"));
  CHECK(added.repositories.size() == 1);
}

TEST_CASE("a push lists each path once", "[event]") {
  json payload = example("push", "");
  const json commit = {{"added", {"b", "a"}}, {"removed", {"c"}}, {"modified", {"a"}}};
  payload["commits"] = {commit, commit};
  CHECK(parse_as<PushEvent>("push", payload).changed_paths ==
        std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("unknown events and actions are ignored without reading their fields", "[event]") {
  CHECK(std::holds_alternative<IgnoredEvent>(parse_event("star", "{}")));
  CHECK(std::holds_alternative<IgnoredEvent>(parse_event("", "")));
  CHECK(std::holds_alternative<IgnoredEvent>(
      parse_event("pull_request", R"({"action":"assigned"})")));
}

TEST_CASE("what is ignored says what it is about as far as it is well formed", "[event]") {
  const std::string sha(40, 'a');
  const auto ignored = [](const char* name, const std::string& body) {
    return std::get<IgnoredEvent>(parse_event(name, body));
  };
  const std::string repository = R"("repository":{"id":1,"full_name":"o/r"})";
  const IgnoredEvent locked =
      ignored("pull_request", R"({"action":"locked","pull_request":{"number":7,"head":{"sha":")" +
                                  sha + "\"}}," + repository + "}");
  CHECK(locked.why == "action is not used");
  CHECK(locked.source.repository == "o/r");
  CHECK(locked.pull_number == 7);
  CHECK(locked.head_sha == sha);
  const IgnoredEvent comment =
      ignored("issues", R"({"issue":{"number":8,"pull_request":{}},)" + repository + "}");
  CHECK(comment.pull_number == 8);
  CHECK(ignored("issues", R"({"issue":{"number":8},)" + repository + "}").pull_number == 0);
  CHECK(ignored("check_run", R"({"action":"created","check_run":{"head_sha":")" + sha + "\"}}")
            .head_sha == sha);
  // Nothing of it has to be there, or to be what it should be.
  for (const char* body :
       {"", "not JSON", "[]", "{}", R"({"repository":7,"pull_request":8,"check_run":9})",
        R"({"repository":{"id":1,"full_name":"../.."},"pull_request":{"number":-1}})",
        R"({"issue":[],"check_suite":{"head_sha":"x"},"sender":{"login":1}})"}) {
    CAPTURE(body);
    const IgnoredEvent event = ignored("star", body);
    CHECK(event.why == "event is not used");
    CHECK(event.source.repository.empty());
    CHECK(event.pull_number == 0);
    CHECK(event.head_sha.empty());
  }
}

TEST_CASE("a wrong field is named by its JSON pointer", "[event]") {
  struct Row {
    const char* what;
    const char* patch; // RFC 6902
    const char* expected;
  };
  const std::vector<Row> rows = {
      {"null", R"([{"op":"replace","path":"/pull_request/head/sha","value":null}])",
       "/pull_request/head/sha: expected string, got null"},
      {"missing", R"([{"op":"remove","path":"/pull_request/head"}])",
       "/pull_request/head/sha: expected string, got nothing"},
      {"wrong type above", R"([{"op":"replace","path":"/pull_request/head","value":[1]}])",
       "/pull_request/head: expected object, got array"},
      {"fraction", R"([{"op":"replace","path":"/pull_request/number","value":1.5}])",
       "/pull_request/number: expected integer, got number"},
      {"negative", R"([{"op":"replace","path":"/pull_request/number","value":-4}])",
       "/pull_request/number: expected the number of a pull request"},
      {"beyond int", R"([{"op":"replace","path":"/pull_request/number","value":4294967297}])",
       "/pull_request/number: expected the number of a pull request"},
      {"beyond int64", R"([{"op":"replace","path":"/repository/id","value":18446744073709551615}])",
       "/repository/id: the integer is too large"},
      {"path in a name", R"([{"op":"replace","path":"/repository/full_name","value":"../../etc"}])",
       "/repository/full_name: expected a repository as owner/name"},
      {"dots as name", R"([{"op":"replace","path":"/repository/full_name","value":"a/.."}])",
       "/repository/full_name: expected a repository as owner/name"},
      {"short commit id", R"([{"op":"replace","path":"/pull_request/base/sha","value":"abc"}])",
       "/pull_request/base/sha: expected a full commit id"},
      {"option as commit id",
       R"([{"op":"replace","path":"/pull_request/base/sha","value":"--upload-pack=touch-0000000000000000000"}])",
       "/pull_request/base/sha: expected a full commit id"},
      {"line in a ref", R"([{"op":"replace","path":"/pull_request/base/ref","value":"a\nb"}])",
       "/pull_request/base/ref: expected the name of a ref"},
      {"no repository", R"([{"op":"remove","path":"/repository"}])",
       "/repository: expected object, got nothing"},
      {"action", R"([{"op":"replace","path":"/action","value":7}])",
       "/action: expected string, got number"},
  };
  const json payload = example("pull_request", "opened");
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(error_of("pull_request", payload.patch(json::parse(row.patch)).dump()) == row.expected);
  }
}

TEST_CASE("a payload of countless values is given up before they take memory", "[event]") {
  // Of bytes that a sender may send, each value would take a hundred in memory.
  const auto body = [](std::size_t count, const char* key, const char* value) {
    std::string text = std::string("{\"") + key + "\":[";
    for (std::size_t i = 0; i < count; ++i) {
      text += (i == 0 ? "" : ",");
      text += value;
    }
    return text + "]}";
  };
  const std::string problem = "the body has more than 1000000 values";
  CHECK(error_of("push", body(1'000'001, "commits", "1")) == problem);
  CHECK(error_of("push", body(1'000'001, "commits", "[]")) == problem);
  CHECK(error_of("push", body(500'001, "commits", "{\"id\":\"a\"}")) == problem);
  CHECK(error_of("push", body(1'000'001, "unused", "1")) == problem);
  const std::string list = R"({"ref":"refs/heads/a","after":")" + std::string(40, 'a') +
                           R"(","repository":{"id":1,"full_name":"o/r"},)";
  CHECK(error_of("push", list + body(100'001, "commits", "{}").substr(1)) ==
        "/commits: more than 100000 items");
}

TEST_CASE("an installation of very many repositories is read whole", "[event]") {
  std::string body = R"({"action":"created","installation":{"id":1},"repositories":[)";
  constexpr std::size_t k_many =
      100'000; // minutes, where each is looked through with all before it
  for (std::size_t i = 0; i < k_many; ++i) {
    body += (i == 0 ? "" : ",");
    body += R"({"id":1,"full_name":"o/r)" + std::to_string(i) + R"(","private":{"a":[1]}})";
  }
  const auto event = std::get<InstallationEvent>(parse_event("installation", body + "]}"));
  REQUIRE(event.repositories.size() == k_many);
  CHECK(event.repositories.back() == "o/r99999");
}

TEST_CASE("what is not JSON, not an object or too deep is refused without quoting it", "[event]") {
  CHECK(error_of("push", "hunter2") == "the body is not JSON at byte 1");
  CHECK(error_of("push", "") == "the body is not JSON at byte 1");
  CHECK(error_of("push", "{\"ref\": \"\xff\"}").find("the body is not JSON") == 0);
  CHECK(error_of("push", "[]") == "expected an object, got array");
  const std::string deep =
      "{\"head\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  CHECK(error_of("push", deep) == "the body nests deeper than 64");
  // What is not read is bounded too.
  const std::string hidden =
      "{\"other\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  CHECK(error_of("push", hidden) == "the body nests deeper than 64");
}

TEST_CASE("a repository with another name or owner says what it was", "[event]") {
  json payload = example("repository", "renamed");
  payload["repository"]["full_name"] = "acme/store";
  payload["changes"] = {{"repository", {{"name", {{"from", "shop"}}}}}};
  const auto renamed = parse_as<RepositoryEvent>("repository", payload);
  CHECK(renamed.action == "renamed");
  CHECK(renamed.source.repository == "acme/store");
  CHECK(renamed.old_name == "acme/shop");
  payload["action"] = "transferred";
  for (const char* kind : {"organization", "user"}) {
    payload["changes"] = {{"owner", {{"from", {{kind, {{"login", "old"}}}}}}}};
    CHECK(parse_as<RepositoryEvent>("repository", payload).old_name == "old/store");
  }
  payload["changes"] = {{"owner", {{"from", {{"user", nullptr}}}}}};
  CHECK(std::holds_alternative<IgnoredEvent>(parse_event("repository", payload.dump())));
}

TEST_CASE("what GitHub's description lets go without is nothing to act on, and no error",
          "[event]") {
  json check = example("check_run", "rerequested");
  check.erase("action");
  CHECK(std::holds_alternative<IgnoredEvent>(parse_event("check_run", check.dump())));
  json group = example("merge_group", "checks_requested");
  group.erase("repository");
  CHECK(std::holds_alternative<IgnoredEvent>(parse_event("merge_group", group.dump())));
}
