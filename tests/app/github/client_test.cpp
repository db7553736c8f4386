#include "app/github/client.hpp"

#include "base/error.hpp"
#include "github_double.hpp"
#include "publisher_fixture.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using nlohmann::json;

namespace {

const std::string k_base = "https://api.github.com/repos/o/r";

struct ClientFixture {
  ClientFixture() {
    for (int i = 1; i <= 3; ++i) {
      github.answer("POST /app/installations/1/access_tokens",
                    json_response(201, {{"token", "ghs_" + std::to_string(i)},
                                        {"expires_at", "2099-01-01T00:00:00Z"}}));
    }
  }

  GitHubClient client(const ApiUrls& urls = {}) { return {github, tokens, urls, 1, "o/r"}; }

  ErrorKind kind_of_failure(int status) {
    github.answer("GET /repos/o/r/pulls/1", json_response(status, {{"message", "Said so"}}));
    github.answer("GET /repos/o/r/pulls/1", json_response(status, {{"message", "Said so"}}));
    try {
      client().pull_request(1);
    } catch (const Error& error) {
      message = error.what();
      return error.kind();
    }
    FAIL("no error");
    return ErrorKind::bad_input;
  }

  ReplayingTransport github;
  TestClock clock;
  FixedJwt jwt;
  InstallationTokens tokens{github, jwt, clock};
  std::string message;
};

json pull(int number, const std::string& head, const std::string& state = "open") {
  return {{"number", number},
          {"state", state},
          {"draft", false},
          {"user", {{"login", "octocat"}}},
          {"head", {{"sha", head}, {"ref", "topic"}, {"repo", nullptr}}},
          {"base", {{"sha", "bbbb"}, {"ref", "main"}}}};
}

} // namespace

TEST_CASE("a pull request of a fork that is gone is read", "[client]") {
  ClientFixture f;
  json answer = pull(1, "aaaa");
  answer["changed_files"] = 17;
  f.github.answer("GET /repos/o/r/pulls/1", json_response(200, answer));
  const PullRequest read = f.client().pull_request(1);
  CHECK(read.open);
  CHECK(read.head_sha == "aaaa");
  CHECK(read.head_repository.empty());
  CHECK(read.base_ref == "main");
  CHECK(read.changed_files == 17);
  CHECK(read.author == "octocat");
}

TEST_CASE("a status is an error by what the caller can do about it", "[client]") {
  const std::vector<std::pair<int, ErrorKind>> rows = {
      {401, ErrorKind::unavailable}, {403, ErrorKind::denied},      {404, ErrorKind::not_found},
      {410, ErrorKind::not_found},   {422, ErrorKind::bad_input},   {301, ErrorKind::bad_input},
      {429, ErrorKind::unavailable}, {500, ErrorKind::unavailable}, {503, ErrorKind::unavailable}};
  for (const auto& [status, kind] : rows) {
    CAPTURE(status);
    ClientFixture f;
    CHECK(f.kind_of_failure(status) == kind);
    CHECK(f.message.find("reading pull request 1") == 0);
    CHECK(f.message.find(std::to_string(status)) != std::string::npos);
    CHECK(f.message.find("Said so") != std::string::npos);
    CHECK(f.message.find("ghs_") == std::string::npos);
  }
}

TEST_CASE("an answer that is not GitHub's may be another one later", "[client]") {
  const std::vector<std::string> bodies = {
      "<html>captive portal</html>",
      "",
      "[]",
      "{}",
      R"({"number": "1"})",
      R"({"number": 1, "state": "open", "head": {"sha": null}})"};
  for (const std::string& body : bodies) {
    CAPTURE(body);
    ClientFixture f;
    HttpResponse response;
    response.status = 200;
    response.body = body;
    f.github.answer("GET /repos/o/r/pulls/1", response);
    try {
      f.client().pull_request(1);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::unavailable);
    }
  }
}

TEST_CASE("a refused token is renewed once", "[client]") {
  ClientFixture f;
  f.github.answer("GET /repos/o/r/pulls/1", json_response(401, {{"message", "Bad credentials"}}));
  f.github.answer("GET /repos/o/r/pulls/1", json_response(200, pull(1, "aaaa")));
  CHECK(f.client().pull_request(1).head_sha == "aaaa");
  CHECK(f.github.requests.back().token.reveal() == "ghs_2");
}

TEST_CASE("lists are read to their last page, on our own host only", "[client]") {
  struct Row {
    const char* what;
    std::string next;
    bool accepted;
  };
  const std::vector<Row> rows = {
      {"ours", k_base + "/pulls?page=2", true},
      {"another host", "https://evil.example/repos/o/r/pulls?page=2", false},
      {"another port", "https://api.github.com:444/repos/o/r/pulls?page=2", false},
      {"plain http", "http://api.github.com/repos/o/r/pulls?page=2", false},
      {"credentials", "https://api.github.com@evil.example/pulls?page=2", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    ClientFixture f;
    HttpResponse first = json_response(200, json::array({pull(1, "aaaa")}));
    first.headers = {{"link", "<" + row.next + ">; rel=\"next\""}};
    f.github.answer("GET /repos/o/r/pulls?state=open&per_page=100", first);
    f.github.answer("GET /repos/o/r/pulls?page=2",
                    json_response(200, json::array({pull(2, "cccc")})));
    if (row.accepted) {
      CHECK(f.client().open_pulls().size() == 2);
    } else {
      CHECK_THROWS_AS(f.client().open_pulls(), Error);
    }
  }
}

TEST_CASE("a list that is too long is an error, and never ends unsaid", "[client]") {
  struct Endless final : HttpTransport {
    HttpResponse send(const HttpRequest& request) override {
      ++calls;
      if (request.path.ends_with("/access_tokens")) {
        return json_response(201, {{"token", "t"}, {"expires_at", "2099-01-01T00:00:00Z"}});
      }
      HttpResponse page = json_response(200, request.path.find("/pulls") != std::string::npos
                                                 ? json::array({pull(calls, "aaaa")})
                                                 : json{{"repositories", json::array()}});
      page.headers = {{"link", "<https://api.github.com" + request.path + ">; rel=\"next\""}};
      return page;
    }
    int calls = 0;
  };
  ClientFixture f;
  Endless endless;
  InstallationTokens tokens(endless, f.jwt, f.clock);
  GitHubClient client(endless, tokens, ApiUrls(), 1, "o/r");
  CHECK_THROWS_WITH(client.open_pulls(), Catch::Contains("more than 100000"));
  CHECK_THROWS_WITH(client.installation_repositories(), Catch::Contains("more than 100000"));
  CHECK_FALSE(client.open_pulls_page(7).last);
}

TEST_CASE("the next page of an enterprise server lies below its API", "[client]") {
  ClientFixture f;
  HttpResponse first = json_response(200, json::array({pull(1, "aaaa")}));
  first.headers = {{"link", "<https://git.example/api/v3/repos/o/r/pulls?page=2>; rel=\"next\""}};
  f.github.answer("GET /repos/o/r/pulls?state=open&per_page=100", first);
  f.github.answer("GET /repos/o/r/pulls?page=2", json_response(200, json::array()));
  CHECK(f.client(ApiUrls::from("https://git.example/api/v3")).open_pulls().size() == 1);
}

TEST_CASE(
    "pull requests are read by their number, fifty at once, and what GitHub hides is not there",
    "[client]") {
  const auto node = [](int number) {
    return json{
        {"number", number},
        {"state", number == 2 ? "MERGED" : "OPEN"},
        {"isDraft", false},
        {"headRefOid", "aaaa"},
        {"baseRefOid", "bbbb"},
        {"baseRefName", "main"},
        {"changedFiles", number},
        {"labels", {{"nodes", {{{"name", "accepted"}}}}}},
        {"author",
         {{"__typename", number == 4 ? "Bot" : "User"}, {"login", "octocat"}, {"databaseId", 5}}}};
  };
  json first = json::object();
  std::vector<int> numbers;
  for (int i = 0; i < 51; ++i) {
    numbers.push_back(i + 1);
    if (i < 50) {
      first["p" + std::to_string(i)] = node(i + 1);
    }
  }
  ClientFixture f;
  f.github.answer("graphql", json_response(200, {{"data", {{"repository", first}}}}));
  json second = {{"data", {{"repository", {{"p0", nullptr}}}}}};
  second["errors"] = {{{"type", "NOT_FOUND"}, {"path", {"repository", "p0"}}}};
  f.github.answer("graphql", json_response(200, second));
  const std::vector<PullRequest> pulls = f.client().pulls(numbers);
  REQUIRE(pulls.size() == 50);
  CHECK(pulls[1].number == 2);
  CHECK_FALSE(pulls[1].open);
  CHECK(pulls[2].open);
  CHECK(pulls[2].changed_files == 3);
  CHECK(pulls[2].author_id == 5);
  CHECK(pulls[2].author == "octocat");
  CHECK(pulls[3].author == "octocat[bot]"); // no account of a person's
  CHECK(pulls[2].labels_known);
  CHECK(f.github.requests.front().body.find("changedFiles") == std::string::npos); // it is dear
  CHECK(f.github.requests.back().body.find("changedFiles") != std::string::npos);
  CHECK(pulls[2].labels == std::vector<std::string>{"accepted"});
  const json variables = json::parse(f.github.requests.back().body)["variables"];
  CHECK(variables == json{{"owner", "o"}, {"name", "r"}, {"n0", 51}});
}

TEST_CASE("what GitHub does not tell of a pull request is no absence", "[client]") {
  const std::vector<json> answers = {
      {{"data", {{"repository", {{"p0", nullptr}}}}}},
      {{"data", {{"repository", {{"p0", nullptr}}}}},
       {"errors", {{{"type", "FORBIDDEN"}, {"path", {"repository", "p0"}}}}}},
      {{"data", {{"repository", {{"p0", nullptr}}}}},
       {"errors",
        {{{"type", "NOT_FOUND"}, {"path", {"repository", "p0"}}},
         {{"type", "FORBIDDEN"}, {"path", {"repository", "p1"}}}}}},
      {{"data", {{"repository", nullptr}}},
       {"errors", {{{"type", "NOT_FOUND"}, {"path", {"repository"}}}}}},
      {{"data", {{"repository", {{"p0", {{"number", 7}}}}}}}}};
  for (const json& answer : answers) {
    CAPTURE(answer.dump());
    ClientFixture f;
    f.github.answer("graphql", json_response(200, answer));
    CHECK_THROWS_AS(f.client().pulls({7}), Error);
  }
}

TEST_CASE("only people with write permission count as such", "[client]") {
  const std::vector<std::pair<std::string, Permission>> rows = {{"admin", Permission::admin},
                                                                {"write", Permission::write},
                                                                {"read", Permission::read},
                                                                {"none", Permission::none},
                                                                {"odd", Permission::none}};
  for (const auto& [role, permission] : rows) {
    CAPTURE(role);
    ClientFixture f;
    f.github.answer("GET /repos/o/r/collaborators/a%2Fb/permission",
                    json_response(200, {{"permission", role}, {"user", {{"id", 31}}}}));
    CHECK(f.client().permission({0, "a/b"}) == permission);
    CHECK(f.client().permission({0, "nobody"}) == Permission::none); // 404
    GitHubClient client = f.client();
    f.github.answer("GET /repos/o/r/collaborators/a%2Fb/permission",
                    json_response(200, {{"permission", role}, {"user", {{"id", 31}}}}));
    CHECK(client.permission({31, "a/b"}) == permission);
    CHECK(client.permission({32, "a/b"}) == Permission::of_another); // it had the login before
  }
}

TEST_CASE("a conversation is read page by page without reading a page twice", "[client]") {
  const auto page = [](const json& thread_page, const json& comment_page) {
    const json comment = {{"id", "I"},
                          {"fullDatabaseId", "5000000000"},
                          {"body", "b"},
                          {"viewerDidAuthor", true},
                          {"isMinimized", false}};
    json threads = json::array();
    if (!thread_page["endCursor"].is_null()) {
      threads.push_back({{"id", "T"},
                         {"isResolved", false},
                         {"viewerCanResolve", false},
                         {"comments", {{"totalCount", 1}, {"nodes", {comment}}}}});
    }
    const json pull = {{"headRefOid", "aaaa"},
                       {"state", "OPEN"},
                       {"reviewThreads", {{"pageInfo", thread_page}, {"nodes", threads}}},
                       {"comments", {{"pageInfo", comment_page}, {"nodes", {comment}}}}};
    return json_response(200, {{"data", {{"repository", {{"pullRequest", pull}}}}}});
  };
  const json none = {{"hasNextPage", false}, {"endCursor", nullptr}};
  ClientFixture f;
  f.github.answer("graphql", page({{"hasNextPage", false}, {"endCursor", "t1"}},
                                  {{"hasNextPage", true}, {"endCursor", "c1"}}));
  f.github.answer("graphql", page(none, {{"hasNextPage", true}, {"endCursor", "c2"}}));
  f.github.answer("graphql", page(none, {{"hasNextPage", false}, {"endCursor", "c3"}}));
  const Conversation conversation = f.client().conversation(1);
  CHECK(conversation.threads.size() == 1);
  REQUIRE(conversation.comments.size() == 3);
  CHECK(conversation.comments[0].id == 5'000'000'000);
  CHECK(conversation.complete);
  CHECK(json::parse(f.github.requests.back().body)["variables"] == json{{"owner", "o"},
                                                                        {"name", "r"},
                                                                        {"number", 1},
                                                                        {"withCommits", false},
                                                                        {"threads", "t1"},
                                                                        {"comments", "c2"}});
}

TEST_CASE("the commits of a pull request are read page by page", "[client]") {
  const auto page = [](int number, const std::string& login, bool more) {
    const json info = {{"hasNextPage", more}, {"endCursor", login}};
    const json none = {{"pageInfo", {{"hasNextPage", false}, {"endCursor", nullptr}}},
                       {"nodes", json::array()}};
    const json user = {{"login", login}, {"databaseId", number}};
    const json commit = {{"commit",
                          {{"oid", login},
                           {"committedDate", "2026-01-31T10:00:05Z"},
                           {"authors", {{"nodes", {{{"user", user}}}}}},
                           {"committer", {{"user", {{"login", "both"}, {"databaseId", 9}}}}}}}};
    return json_response(200, {{"data",
                                {{"repository",
                                  {{"pullRequest",
                                    {{"headRefOid", "aaaa"},
                                     {"state", "OPEN"},
                                     {"commits", {{"pageInfo", info}, {"nodes", {commit}}}},
                                     {"reviewThreads", none},
                                     {"comments", none}}}}}}}});
  };
  ClientFixture f;
  f.github.answer("graphql", page(1, "one", true));
  f.github.answer("graphql", page(2, "two", false));
  const Conversation conversation = f.client().conversation(1, GitHubClient::Commits::read);
  REQUIRE(conversation.commits.list.size() == 2);
  CHECK(conversation.commits.complete);
  CHECK(conversation.commits.list[1].id == "two");
  CHECK(conversation.commits.list[1].people == std::vector<Contributor>{{2, "two"}, {9, "both"}});
  const json variables = json::parse(f.github.requests.back().body)["variables"];
  CHECK(variables["commits"] == "one");
}

TEST_CASE("who has set a label is read of its last setting", "[client]") {
  const auto set = [](const std::string& label, const std::string& at, const json& actor) {
    return json{
        {"id", "LE_" + at}, {"createdAt", at}, {"label", {{"name", label}}}, {"actor", actor}};
  };
  const json sam = {{"__typename", "User"}, {"login", "sam"}, {"databaseId", 31}};
  const json bot = {{"__typename", "Bot"}, {"login", "robot"}};
  const auto answer = [](const json& labels, const json& events) {
    const json found = {{"labels", {{"nodes", labels}}}, {"timelineItems", {{"nodes", events}}}};
    return json_response(200, {{"data", {{"repository", {{"pullRequest", found}}}}}});
  };
  const json there = json::array({{{"name", "ok"}}});
  ClientFixture f;
  f.github.answer("graphql", answer(there, {set("ok", "2026-01-31T10:00:00Z", bot),
                                            set("ok", "2026-01-31T10:00:05Z", sam),
                                            set("bug", "2026-01-31T10:00:06Z", bot)}));
  const LabelSetting setting = f.client().label_setting(1, "ok");
  CHECK(setting.there);
  CHECK(setting.by == Contributor{31, "sam"});
  CHECK(setting.event_id == "LE_2026-01-31T10:00:05Z");
  CHECK(setting.at == std::chrono::system_clock::from_time_t(1'769'853'605));
  f.github.answer("graphql", answer(there, {set("ok", "2026-01-31T10:00:00Z", sam),
                                            set("ok", "2026-01-31T10:00:05Z", bot)}));
  CHECK(f.client().label_setting(1, "ok").by.login.empty());
  f.github.answer("graphql", answer(json::array(), {set("ok", "2026-01-31T10:00:00Z", sam)}));
  CHECK_FALSE(f.client().label_setting(1, "ok").there);
}

TEST_CASE("a file of another repository is missing only where GitHub says so", "[client]") {
  struct Row {
    const char* body;
    bool missing;      // else an error
    bool seen = false; // that it is not there
  };
  const std::vector<Row> rows = {
      {R"({"data": {"repository": null}, "errors": [{"type": "NOT_FOUND", "path": ["repository"]}]})",
       true},
      {R"({"data": {"repository": {"object": null}}})", true, true},
      {R"({"data": {"repository": null}})", false},
      {R"({"data": {"repository": {}}})", false},
      {R"({"data": null})", false},
      {R"({})", false},
      {R"({"data": {"repository": null}, "errors": [{"type": "FORBIDDEN", "path": ["repository"]}]})",
       false},
      {R"({"data": {"repository": null}, "errors": [{"type": "NOT_FOUND", "path": ["repository"]},
           {"type": "SERVICE_UNAVAILABLE"}]})",
       false},
      {R"({"data": {"repository": {"object": null}},
           "errors": [{"type": "NOT_FOUND", "path": ["repository", "object"]}]})",
       false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body);
    ClientFixture f;
    HttpResponse response;
    response.status = 200;
    response.body = row.body;
    f.github.answer("graphql", response);
    if (row.missing) {
      CHECK(f.client().file_of(".github", "x") ==
            (row.seen ? std::optional<std::string>("") : std::nullopt));
    } else {
      CHECK_THROWS_AS(f.client().file_of(".github", "x"), Error);
    }
  }
}

TEST_CASE("GraphQL's errors inside of a 200 are errors", "[client]") {
  struct Row {
    const char* body;
    ErrorKind kind;
  };
  const std::vector<Row> rows = {
      {R"({"data": null, "errors": [{"type": "RATE_LIMITED", "message": "m"}]})",
       ErrorKind::unavailable},
      {R"({"data": {"repository": null}, "errors": [{"type": "NOT_FOUND", "message": "m"}]})",
       ErrorKind::not_found},
      {R"({"data": null, "errors": [{"type": "FORBIDDEN", "message": "m"}]})", ErrorKind::denied},
      {R"({"errors": [{"message": "m", "extensions": {"code": "undefinedField"}}]})",
       ErrorKind::bad_input},
      {R"({"errors": [{"message": "Something went wrong while executing your query."}]})",
       ErrorKind::unavailable},
      {R"({"data": {"repository": {"pullRequest": null}}})", ErrorKind::unavailable},
      {R"({"data": {"repository": {"pullRequest": {"headRefOid": "a", "state": "OPEN"}}}})",
       ErrorKind::unavailable},
      {"nonsense", ErrorKind::unavailable},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body);
    ClientFixture f;
    HttpResponse response;
    response.status = 200;
    response.body = row.body;
    f.github.answer("graphql", response);
    try {
      f.client().conversation(1);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.kind() == row.kind);
    }
  }
}

TEST_CASE("what could not be put out of sight is told one by one", "[client]") {
  ClientFixture f;
  f.github.answer("graphql",
                  json_response(200, {{"data", {{"r0", {{"x", 1}}}, {"r1", nullptr}}},
                                      {"errors", {{{"type", "FORBIDDEN"}, {"message", "no"}}}}}));
  std::string complaints;
  const std::vector<bool> done = f.client().retire(
      {{"C1", Retirement::Way::minimize_comment}, {"T2", Retirement::Way::resolve_thread}},
      complaints);
  CHECK(done == std::vector<bool>{true, false});
  CHECK(complaints == "no");
  const json body = json::parse(f.github.requests.back().body);
  CHECK(body["variables"] == json{{"id0", "C1"}, {"id1", "T2"}});
}

TEST_CASE("bytes that are not UTF-8 do not break a request", "[client]") {
  ClientFixture f;
  f.github.answer("POST /repos/o/r/issues/1/comments", json_response(201, {{"id", 3}}));
  CHECK(f.client().create_comment(1, "caf\xE9").id == 3);
  CHECK(json::parse(f.github.requests.back().body)["body"] == "caf\xEF\xBF\xBD");
}

TEST_CASE("a page in place of an answer is no success", "[client]") {
  ClientFixture f;
  HttpResponse page;
  page.status = 200;
  page.body = "<html>Sign in to the network</html>";
  f.github.answer("PATCH /repos/o/r/check-runs/1", page);
  try {
    f.client().update_check_run(1, {});
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::unavailable);
  }
}

TEST_CASE("what fails to be put out of sight as a whole is asked for once more", "[client]") {
  ClientFixture f;
  f.github.answer("graphql", json_response(200, {{"data", nullptr},
                                                 {"errors", {{{"message", "Went wrong"}}}}}));
  f.github.answer("graphql", json_response(200, {{"data", {{"r0", {{"x", 1}}}}}}));
  std::string complaints;
  const Retirement comment{"C1", Retirement::Way::minimize_comment};
  CHECK(f.client().retire({comment}, complaints) == std::vector<bool>{true});
  CHECK(complaints.empty());
}
