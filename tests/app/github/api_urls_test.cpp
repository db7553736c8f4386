#include "app/github/api_urls.hpp"

#include "base/error.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace leadline;

TEST_CASE("GraphQL and git follow from the address of the API", "[api_urls]") {
  struct Row {
    const char* what;
    std::string api;
    std::string graphql;
    std::string server;
  };
  const std::vector<Row> rows = {
      {"not given", "", "https://api.github.com/graphql", "https://github.com"},
      {"github.com", "https://api.github.com", "https://api.github.com/graphql",
       "https://github.com"},
      {"enterprise server", "https://git.corp.example/api/v3/",
       "https://git.corp.example/api/graphql", "https://git.corp.example"},
      {"data residency", "https://api.acme.ghe.com", "https://api.acme.ghe.com/graphql",
       "https://acme.ghe.com"},
      {"loopback", "http://127.0.0.1:8080", "http://127.0.0.1:8080/graphql",
       "http://127.0.0.1:8080"},
      {"loopback as an enterprise server", "http://localhost:1/api/v3",
       "http://localhost:1/api/graphql", "http://localhost:1"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const ApiUrls urls = ApiUrls::from(row.api);
    CHECK(urls.graphql == row.graphql);
    CHECK(urls.server == row.server);
  }
  CHECK(ApiUrls::from("", "", "https://x.example").git_url("o/r") == "https://x.example/o/r.git");
}

TEST_CASE("an address that could leak the token is refused by name", "[api_urls]") {
  const std::vector<std::string> refused = {
      "api.github.com",
      "ftp://api.github.com",
      "http://api.github.com",
      "http://127.0.0.1.evil",
      "https://",
      "https://host:0",
      "https://host:70000",
      "https://host?x=1",
      "https://host/#x",
      "https://ho st",
      "https://[::1",
      "http://10.0.0.1/api/v3",
      "https://user:pw@host",
  };
  for (const std::string& url : refused) {
    CAPTURE(url);
    try {
      ApiUrls::from(url);
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::bad_input);
      CHECK(std::string(error.what()).find("GITHUB_API_URL") == 0);
      CHECK(std::string(error.what()).find("pw") == std::string::npos);
    }
  }
}

TEST_CASE("the next page is read from a Link header", "[api_urls]") {
  const std::string header = "<https://api.github.com/repositories/1/pulls?page=1>; rel=\"prev\", "
                             "<https://api.github.com/repositories/1/pulls?page=3>; rel=\"next\"";
  CHECK(link_target(header, "next") == "https://api.github.com/repositories/1/pulls?page=3");
  CHECK(link_target(header, "last") == std::nullopt);
  CHECK(link_target("", "next") == std::nullopt);
  CHECK(link_target("<unclosed; rel=\"next\"", "next") == std::nullopt);
}

TEST_CASE("what goes into a path is encoded", "[api_urls]") {
  CHECK(url_encode("a/b?c d%\xC3\xA9") == "a%2Fb%3Fc%20d%25%C3%A9");
  CHECK(url_encode("a-b.c_d~9") == "a-b.c_d~9");
}
