#include "app/github/app_api_json.hpp"
#include "app/github/conversation_json.hpp"
#include "app/github/graphql_json.hpp"
#include "app/github/merge_queue.hpp"
#include "app/github/messages_json.hpp"
#include "app/github/stack_json.hpp"
#include "app/jobs/stored_report.hpp"
#include "base/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace leadline;

void read_conversation(std::string_view body) {
  Conversation conversation;
  add_conversation_page(body, {}, conversation);
}

using Read = void (*)(std::string_view);
// Seeds name their reader by its place: new ones go to the end.
constexpr std::array<Read, 23> k_readers = {
    [](std::string_view body) { parse_hook_attempts(body); },
    [](std::string_view body) { parse_installations(body); },
    [](std::string_view body) { parse_repositories(body); },
    [](std::string_view body) { parse_app_profile(body); },
    [](std::string_view body) { parse_hook_config(body); },
    read_conversation,
    [](std::string_view body) { parse_file(body); },
    [](std::string_view body) { parse_label_setting(body, "leadline-override"); },
    [](std::string_view body) { parse_retired(body, 2); },
    [](std::string_view body) { graphql_complaints(body); },
    [](std::string_view body) { parse_pull_request(body); },
    [](std::string_view body) { parse_pull_requests(body); },
    [](std::string_view body) { parse_check_runs(body); },
    [](std::string_view body) { parse_posted_comment(body); },
    [](std::string_view body) { parse_permission(body); },
    [](std::string_view body) { parse_membership(body); },
    [](std::string_view body) { parse_issued_token(body); },
    [](std::string_view body) { parse_complaint(body); },
    [](std::string_view body) { parse_commit_facts(body); },
    [](std::string_view body) { parse_stored_report(std::string(body)); },
    [](std::string_view body) { parse_pulls(body, 2); },
    [](std::string_view body) {
      std::vector<std::string> ids;
      add_path_history(body, ids);
    },
    [](std::string_view body) { parse_merge_queue(body); },
};

} // namespace

// The first byte picks the reader, the rest is what GitHub, something in between or our own store
// answered: a value or an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  try {
    k_readers[data[0] % k_readers.size()](
        std::string_view(reinterpret_cast<const char*>(data) + 1, size - 1));
  } catch (const Error&) {
  }
  return 0;
}
