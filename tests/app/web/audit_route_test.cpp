#include "app/web/audit_route.hpp"

#include "tests/app/web/raw_client.hpp"
#include "tests/app/web/served_store.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace leadline;
using namespace leadline::tests;

namespace {

const std::string k_token = "0123456789-0123456789";

struct ServedAudit : ServedStore {
  std::unique_ptr<HttpServer> audit;

  ServedAudit() {
    audit = HttpServer::create(
        {}, {audit_route({{Secret("the-older-token-that-goes"), Secret(k_token)}, *store, logger})},
        logger);
    audit->start();
    for (int i = 1; i <= 7; ++i) {
      Acknowledgement word;
      word.request = "d" + std::to_string(i);
      word.repository = i == 7 ? "acme/other" : "acme/shop";
      word.finding_id = "LL-" + std::to_string(i);
      word.by = "sam";
      store->acknowledge(word);
    }
  }

  std::string ask(const std::string& query, const std::string& headers) const {
    RawClient client(audit->port());
    client.send("GET /api/audit" + query + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
    return client.receive_answer();
  }
  std::string ask(const std::string& query) const {
    return ask(query, "Authorization: Bearer " + k_token + "\r\n");
  }
};

std::string body_of(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

std::size_t lines_with(const std::string& log, const std::string& words) {
  std::size_t count = 0;
  for (std::size_t at = log.find(words); at != std::string::npos; at = log.find(words, at + 1)) {
    ++count;
  }
  return count;
}

std::vector<std::string> findings_in(const std::string& answer) {
  std::vector<std::string> ids;
  std::istringstream lines(body_of(answer));
  for (std::string line; std::getline(lines, line);) {
    ids.push_back(nlohmann::json::parse(line).at("finding"));
  }
  return ids;
}

} // namespace

TEST_CASE("the audit is for those who bring a token", "[audit_route]") {
  const ServedAudit bench;
  for (const std::string& header :
       {std::string(), std::string("Authorization: Bearer \r\n"),
        "Authorization: Basic " + k_token + "\r\n", "Authorization: " + k_token + "\r\n",
        "Authorization: Bearer " + k_token + "0\r\n",
        "Authorization: Bearer " + k_token.substr(1) + "\r\n",
        "Authorization: Bearer " + k_token + ",the-older-token-that-goes\r\n"}) {
    CAPTURE(header);
    const std::string answer = bench.ask("", header);
    CHECK(answer.substr(9, 3) == "401");
    CHECK(answer.find("WWW-Authenticate: Bearer") != std::string::npos);
    CHECK(answer.find("LL-") == std::string::npos);
  }
  CHECK(bench.ask("?token=" + k_token, "").substr(9, 3) == "401");
  CHECK(bench.ask("", "authorization: bearer the-older-token-that-goes\r\n").substr(9, 3) == "200");
  CHECK(bench.log.str().find(k_token) == std::string::npos);
  for (int i = 0; i < 50; ++i) {
    CHECK(bench.ask("", "Authorization: Bearer x\r\n").substr(9, 3) == "401");
  }
  CHECK(lines_with(bench.log.str(), "audit refused") <= 5); // one a second
  CHECK_FALSE(bears_token({Secret("")}, "Bearer "));
  CHECK_FALSE(bears_token({}, "Bearer x"));
}

TEST_CASE("the audit comes oldest first, by pages, and of one repository if asked",
          "[audit_route]") {
  const ServedAudit bench;
  const std::string all = bench.ask("");
  CHECK(all.substr(9, 3) == "200");
  CHECK(all.find("Content-Type: application/x-ndjson") != std::string::npos);
  CHECK(all.find("Link:") == std::string::npos);
  CHECK(findings_in(all).size() == 7);
  CHECK(findings_in(bench.ask("?repository=acme%2Fother")) == std::vector<std::string>{"LL-7"});
  CHECK(findings_in(bench.ask("?repository=acme%2Fnone")).empty());

  std::vector<std::string> found;
  std::string next = "?repository=acme/shop&limit=4";
  int pages = 0;
  for (; !next.empty() && pages < 9; ++pages) {
    const std::string answer = bench.ask(next);
    for (const std::string& id : findings_in(answer)) {
      found.push_back(id);
    }
    const std::size_t link = answer.find("Link: </api/audit");
    next = link == std::string::npos
               ? ""
               : answer.substr(link + 17, answer.find(">; rel=\"next\"", link) - link - 17);
  }
  CHECK(pages == 2);
  CHECK(found == std::vector<std::string>{"LL-1", "LL-2", "LL-3", "LL-4", "LL-5", "LL-6"});
}

TEST_CASE("what the audit does not understand it does not guess", "[audit_route]") {
  const ServedAudit bench;
  for (const char* query : {"?limit=0", "?limit=501", "?limit=x", "?limit=1x", "?after=-1",
                            "?after=9999999999999999999", "?repo=a", "?limit=1&limit=2"}) {
    CAPTURE(query);
    CHECK(bench.ask(query).substr(9, 3) == "400");
  }
  RawClient client(bench.audit->port());
  client.send("POST /api/audit HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  CHECK(client.receive_answer().substr(9, 3) == "405");
  CHECK(bench.get("/api/audit").substr(9, 3) == "404"); // without a token there is no such path
}
