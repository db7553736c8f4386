#include "webhooks/receiver.hpp"

#include "tests/support/webhook_examples.hpp"
#include "webhooks/names.hpp"
#include "webhooks/signature.hpp"

#include <catch2/catch.hpp>

#include <cstdio>

using namespace leadline;
using namespace leadline::webhooks;

namespace {

const std::vector<Secret> k_secrets = {Secret("new"), Secret("old")};
constexpr const char* k_delivery = "72d3162e-cc78-11e3-81ab-4c9367dc0958";
constexpr const char* k_json = "application/json";
constexpr const char* k_form = "application/x-www-form-urlencoded";

Reception receive_signed(const std::string& event, const std::string& body,
                         const char* type = k_json, const char* delivery = k_delivery,
                         const char* secret = "old") {
  const std::string signature = sign(Secret(secret), body);
  return receive({event, delivery, signature, type}, body, k_secrets);
}

std::string form_of(const std::string& body) {
  std::string form = "payload=";
  for (const char c : body) {
    char escaped[4];
    std::snprintf(escaped, sizeof escaped, "%%%02x", static_cast<unsigned char>(c));
    form += escaped;
  }
  return form;
}

} // namespace

TEST_CASE("a signed delivery is accepted as JSON and as a form", "[receiver]") {
  const std::string& body = tests::webhook_example("pull_request", "opened").body;
  for (const Reception& reception :
       {receive_signed("pull_request", body),
        receive_signed("pull_request", body, "Application/JSON; charset=utf-8"),
        receive_signed("pull_request", form_of(body), k_form),
        receive_signed("pull_request", body, k_json, k_delivery, "new")}) {
    CHECK(reception.status == 202);
    REQUIRE(reception.event);
    CHECK(std::get<PullRequestEvent>(*reception.event).pull_request.number == 2);
  }
}

TEST_CASE("each reason to refuse has its status and gives no event", "[receiver]") {
  const std::string& body = tests::webhook_example("pull_request", "opened").body;
  const std::string good = sign(k_secrets[0], body);
  struct Row {
    const char* what;
    Reception reception;
    int status;
    const char* reason;
  };
  const std::vector<Row> rows = {
      {"no signature", receive({"pull_request", k_delivery, "", k_json}, body, k_secrets), 401,
       "no X-Hub-Signature-256"},
      {"other secret", receive_signed("pull_request", body, k_json, k_delivery, "guess"), 401,
       "the signature does not match"},
      {"changed body", receive({"pull_request", k_delivery, good, k_json}, body + " ", k_secrets),
       401, "the signature does not match"},
      {"SHA-1 signature", receive({"pull_request", k_delivery, "sha1=00", k_json}, body, k_secrets),
       401, "the signature does not match"},
      {"no secrets at all", receive({"pull_request", k_delivery, good, k_json}, body, {}), 401,
       "the signature does not match"},
      {"unsigned rubbish is not parsed",
       receive({"pull_request", k_delivery, good, k_json}, "{", k_secrets), 401,
       "the signature does not match"},
      {"no delivery id", receive_signed("pull_request", body, k_json, ""), 400,
       "no usable X-GitHub-Delivery"},
      {"delivery id with a line", receive_signed("pull_request", body, k_json, "a\nb"), 400,
       "no usable X-GitHub-Delivery"},
      {"text", receive_signed("pull_request", body, "text/plain"), 415,
       "the content type is neither application/json nor application/x-www-form-urlencoded"},
      {"not JSON", receive_signed("pull_request", "nonsense"), 400,
       "the body is not JSON at byte 2"},
      {"form without payload", receive_signed("pull_request", "a=b", k_form), 400,
       "the form has no field \"payload\""},
      {"form cut in an escape", receive_signed("pull_request", "payload=%7", k_form), 400,
       "the form has a wrong escape"},
      {"field missing", receive_signed("pull_request", R"({"action":"opened"})"), 400,
       "/repository: expected object, got nothing"},
      {"event not used", receive_signed("star", R"({"action":"created"})"), 204,
       "event is not used"},
      {"action not used", receive_signed("pull_request", R"({"action":"locked"})"), 204,
       "action is not used"},
      {"ping", receive_signed("ping", R"({"zen":"Keep it simple."})"), 200, "pong"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(row.reception.status == row.status);
    CHECK(row.reception.reason == row.reason);
    CHECK_FALSE(row.reception.event);
  }
}

TEST_CASE("the size is looked at before anything else", "[receiver]") {
  const std::string body(k_payload_cap_bytes + 1, ' ');
  CHECK(receive({"pull_request", k_delivery, "", k_json}, body, k_secrets).status == 413);
  CHECK(
      receive({"pull_request", k_delivery, "", k_json}, std::string_view(body).substr(1), k_secrets)
          .status == 401);
}
