#include "base/error.hpp"
#include "webhooks/event.hpp"
#include "webhooks/receiver.hpp"
#include "webhooks/signature.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace leadline;

constexpr std::array<std::string_view, 11> k_events = {
    "pull_request", "issue_comment", "pull_request_review_comment",
    "check_run",    "check_suite",   "merge_group",
    "push",         "installation",  "installation_repositories",
    "ping",         "repository"};

// As a signed form: it is read, or refused for what is in it.
void receive_form(std::string_view event, std::string_view body) {
  static const std::vector<Secret> secrets = {Secret("a secret for the tests only")};
  const std::string signature = webhooks::sign(secrets.front(), body);
  const webhooks::Reception reception =
      webhooks::receive({event, "72d3162e-cc78-11e3-81ab-4c9367dc0958", signature,
                         "application/x-www-form-urlencoded"},
                        body, secrets);
  if (reception.status == 401 || reception.event.has_value() != (reception.status == 202)) {
    std::abort();
  }
}

} // namespace

// The first byte picks the event and, by its highest bit, whether the body is a form; the rest is
// the body of a delivery: an event or an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string_view event = k_events[(data[0] & 0x7FU) % k_events.size()];
  if ((data[0] & 0x80U) != 0) {
    receive_form(event, body);
    return 0;
  }
  try {
    webhooks::parse_event(event, body);
  } catch (const Error&) {
  }
  return 0;
}
