#include "app/github/conditional.hpp"

#include "github_double.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

// Answers "v1" until the test changes it; knows ETags.
class Versioned final : public HttpTransport {
public:
  HttpResponse send(const HttpRequest& request) override {
    ++calls;
    HttpResponse response;
    for (const auto& [name, value] : request.headers) {
      if (name == "If-None-Match" && value == "\"" + version + "\"") {
        response.status = 304;
        ++unchanged;
        return response;
      }
    }
    response.status = status;
    response.body = version;
    response.headers = {{"etag", "\"" + version + "\""}, {"link", "<next>"}};
    return response;
  }

  std::string version = "v1";
  int status = 200;
  int calls = 0;
  int unchanged = 0;
};

HttpRequest get(const std::string& path, std::int64_t installation = 1) {
  HttpRequest request;
  request.path = path;
  request.installation_id = installation;
  return request;
}

} // namespace

TEST_CASE("what has not changed is asked for without using the quota", "[conditional]") {
  Versioned github;
  const auto transport = make_conditional(github);
  CHECK(transport->send(get("/a")).body == "v1");
  const HttpResponse again = transport->send(get("/a"));
  CHECK(again.status == 200);
  CHECK(again.body == "v1");
  CHECK(again.header("link") == "<next>");
  CHECK(github.calls == 2); // GitHub is always asked
  CHECK(github.unchanged == 1);
  github.version = "v2";
  CHECK(transport->send(get("/a")).body == "v2");
  CHECK(transport->send(get("/a")).body == "v2");
  CHECK(github.unchanged == 2);
}

TEST_CASE("answers belong to an installation, a path and a GET", "[conditional]") {
  Versioned github;
  const auto transport = make_conditional(github);
  transport->send(get("/a"));
  transport->send(get("/a", 2));
  transport->send(get("/b"));
  HttpRequest post = get("/a");
  post.method = "POST";
  transport->send(post);
  CHECK(github.unchanged == 0);
  github.status = 404;
  github.version = "gone";
  CHECK(transport->send(get("/a")).status == 404);
  github.status = 200;
  CHECK(transport->send(get("/a")).status == 200);
  CHECK(github.unchanged == 0); // a refusal is not remembered
}

TEST_CASE("remembered answers are bounded", "[conditional]") {
  Versioned github;
  const auto transport = make_conditional(github, {2, 4, 1000});
  for (const char* path : {"/a", "/b", "/c", "/a"}) {
    transport->send(get(path));
  }
  CHECK(github.unchanged == 0);
  transport->send(get("/c"));
  CHECK(github.unchanged == 1);
  github.version = "larger than that";
  transport->send(get("/d"));
  transport->send(get("/d"));
  CHECK(github.unchanged == 1);
}
