#include "app/github/app_needs.hpp"

#include "app/github/app_api_json.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <string>
#include <vector>

using namespace leadline;
using nlohmann::json;

namespace {

constexpr const char* k_path = "/api/github/webhooks";

} // namespace

TEST_CASE("a registration by the manifest is what is needed, others are told apart",
          "[app_needs]") {
  std::ifstream file(LEADLINE_SOURCE_DIR "/manifests/github-app/manifest.json");
  const json manifest = json::parse(file);
  AppProfile profile;
  profile.permissions =
      manifest.at("default_permissions").get<std::map<std::string, std::string>>();
  profile.events = manifest.at("default_events").get<std::vector<std::string>>();
  CHECK(registration_problems(profile).empty());
  profile.permissions["contents"] = "write"; // for pushing the branches of a split
  profile.permissions["members"] = "read";   // for teams in the configuration
  CHECK(registration_problems(profile).empty());
  profile.permissions["checks"] = "read";
  profile.permissions["administration"] = "write";
  profile.permissions.erase("merge_queues");
  profile.events.erase(profile.events.begin());
  CHECK(registration_problems(profile) ==
        std::vector<std::string>{
            "the permission checks is read, needed is write",
            "the permission merge_queues is none, needed is read",
            "the event check_run is not subscribed to",
            "the permission administration: write is more than leadline uses: take it away"});
}

// Who wants more grants it: contents to push the branches of a split, members for teams.
TEST_CASE("the App asks for no permission beyond what a run takes", "[app_needs]") {
  std::ifstream file(LEADLINE_SOURCE_DIR "/manifests/github-app/manifest.json");
  CHECK(json::parse(file).at("default_permissions") == json{{"checks", "write"},
                                                            {"contents", "read"},
                                                            {"merge_queues", "read"},
                                                            {"metadata", "read"},
                                                            {"pull_requests", "write"}});
}

TEST_CASE("an installation whose owner has not accepted a permission is named with it",
          "[app_needs]") {
  const auto found = parse_installations(R"([
    {"id": 1, "account": {"login": "acme"}, "suspended_at": null, "events": ["push"],
     "permissions": {"checks": "write", "contents": "read", "merge_queues": "read",
                     "metadata": "read", "pull_requests": "write", "administration": "write"}},
    {"id": 2, "account": {"login": "shop"}, "permissions": {"checks": "read", "contents": "read",
                     "metadata": "read", "pull_requests": "write"}},
    {"id": 3, "account": {"slug": "big"}, "permissions": {"checks": "write", "contents": null,
                     "merge_queues": "read", "metadata": "read", "pull_requests": "write"}},
    {"id": 4, "account": null, "suspended_at": "2026-01-01T00:00:00Z", "permissions": {}},
    {"id": 5, "account": null}])");
  REQUIRE(found.size() == 4);
  CHECK(installation_problem(found[0]).empty());
  CHECK(installation_problem(found[1]) ==
        "shop (installation 2) has not accepted what the App asks for: the permission checks is "
        "read, needed is write, the permission merge_queues is none, needed is read");
  CHECK(installation_problem(found[2]) ==
        "big (installation 3) has not accepted what the App asks for: the permission contents is "
        "none, needed is read");
  CHECK(installation_problem(found[3]).find("an account without a name (installation 5)") == 0);
}

TEST_CASE("a webhook in the clear, or to whoever says to be the server, is told", "[app_needs]") {
  struct Row {
    const char* what;
    const char* config;
    std::vector<const char*> problems; // what each says
  };
  const Row row = GENERATE(values<Row>({
      {"by https", R"({"url": "https://h.example/api/github/webhooks", "insecure_ssl": "0"})", {}},
      {"as a number", R"({"url": "https://h.example/api/github/webhooks", "insecure_ssl": 0})", {}},
      {"by default", R"({"url": "https://h.example/api/github/webhooks"})", {}},
      {"of one's own machine", R"({"url": "http://127.0.0.1:3000/api/github/webhooks"})", {}},
      {"by http", R"({"url": "http://h.example/api/github/webhooks"})", {"no https address"}},
      {"no address", R"({"url": "h.example/api/github/webhooks"})", {"no https address"}},
      {"unverified",
       R"({"url": "https://h.example/api/github/webhooks", "insecure_ssl": "1"})",
       {"insecure_ssl"}},
      {"unverified, by number",
       R"({"url": "https://h.example/api/github/webhooks", "insecure_ssl": 1})",
       {"insecure_ssl"}},
      {"all of it",
       R"({"url": "http://h.example/hook", "insecure_ssl": "1"})",
       {"the server listens at", "no https address", "insecure_ssl"}},
      {"none", R"({"insecure_ssl": "1"})", {"no webhook address"}},
  }));
  CAPTURE(row.what);
  const std::vector<std::string> problems = hook_problems(parse_hook_config(row.config), k_path);
  REQUIRE(problems.size() == row.problems.size());
  for (std::size_t i = 0; i < problems.size(); ++i) {
    CHECK(problems[i].find(row.problems[i]) != std::string::npos);
  }
}
