// graphql_documents.test.mjs holds every document of the sources against GitHub's schema. Those that
// are put together at run time it takes from tests/data/graphql.
#include "app/github/conversation_json.hpp"
#include "app/github/graphql_json.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

using namespace leadline;

namespace {

const std::string k_folder = std::string(LEADLINE_SOURCE_DIR) + "/tests/data/graphql/";

std::string text_of(const std::string& name) {
  std::ifstream stream(k_folder + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace

TEST_CASE("GraphQL that is put together at run time is what is held against GitHub's schema",
          "[graphql]") {
  using Way = Retirement::Way;
  const std::map<std::string, std::string> requests = {
      {"PullRequestsByNumber.one", pulls_request("o", "r", {1})},
      {"PullRequestsByNumber.two", pulls_request("o", "r", {1, 2})},
      {"Retire", retire_request({{"a", Way::resolve_thread}, {"b", Way::minimize_comment}})}};
  for (const auto& [name, request] : requests) {
    CAPTURE(name);
    const std::string document = nlohmann::json::parse(request).at("query").get<std::string>();
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
      std::ofstream(k_folder + name + ".graphql", std::ios::binary) << document << "\n";
      FAIL_CHECK("rewritten");
    } else {
      CHECK(text_of(name + ".graphql") == document + "\n");
    }
  }
}
