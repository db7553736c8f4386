#include "base/error.hpp"
#include "webhooks/event.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

// The first byte picks the event, the rest is the body of a delivery: an event or an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace leadline;
  static constexpr std::array<std::string_view, 10> k_events = {
      "pull_request", "issue_comment", "pull_request_review_comment",
      "check_run",    "check_suite",   "merge_group",
      "push",         "installation",  "installation_repositories",
      "ping"};
  if (size == 0) {
    return 0;
  }
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    webhooks::parse_event(k_events[data[0] % k_events.size()], body);
  } catch (const Error&) {
  }
  return 0;
}
