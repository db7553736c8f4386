#include "app/github/app_refusal.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("only a 401 to the App itself is its refusal, and only a success of the App ends it",
          "[app_refusal]") {
  struct Row {
    const char* what;
    const char* path;
    std::int64_t installation;
    int status; // 0: no answer
    std::optional<bool> expected;
  };
  const Row row = GENERATE(values<Row>({
      {"who we are", "/app", 0, 401, true},
      {"a token", "/app/installations/1/access_tokens", 0, 401, true},
      {"we are believed", "/app", 0, 200, false},
      {"a token is given", "/app/installations/1/access_tokens", 0, 201, false},
      {"deliveries are asked for again", "/app/hook/deliveries/1/attempts", 0, 202, false},
      {"GitHub is down", "/app", 0, 503, std::nullopt},
      {"a proxy is in the way", "/app", 0, 407, std::nullopt},
      {"the installation is suspended", "/app/installations/1/access_tokens", 0, 403, std::nullopt},
      {"the installation is gone", "/app/installations/1/access_tokens", 0, 404, std::nullopt},
      {"no answer", "/app", 0, 0, std::nullopt},
      {"a token of an installation", "/repos/o/r/pulls/1", 1, 401, std::nullopt},
      {"no token at all", "/meta", 0, 200, std::nullopt},
      {"another page", "/apps/leadline", 0, 200, std::nullopt},
  }));
  CAPTURE(row.what);
  HttpRequest request;
  request.path = row.path;
  request.installation_id = row.installation;
  HttpResponse response;
  response.status = row.status;
  CHECK(shows_refusal(request, row.status == 0 ? nullptr : &response) == row.expected);
}
