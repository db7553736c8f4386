#pragma once

#include "app/github/messages.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The GraphQL that we speak, and its answers (https://docs.github.com/graphql). Each operation has
// a name; its request body is {"operationName", "query", "variables"}.
namespace leadline {

struct ConversationCursor {
  std::string threads; // "" from the start
  std::string comments;
};

// Operation PullRequestConversation: one page of threads and comments and, unless `head_sha` is
// empty, the pull requests of that head.
std::string conversation_request(std::string_view owner, std::string_view name, int number,
                                 std::string_view head_sha, const ConversationCursor& after);

// Adds the page that was asked for with `after` to `conversation`; nullopt when it was the last
// one. GraphQL reports errors with status 200: they are Error by their type, as FORBIDDEN (denied),
// NOT_FOUND (not_found), RATE_LIMITED (unavailable).
std::optional<ConversationCursor> add_conversation_page(std::string_view body,
                                                        const ConversationCursor& after,
                                                        Conversation& conversation);

// Operation FileOfDefaultBranch: the text of a file where HEAD points.
std::string file_request(std::string_view owner, std::string_view name, std::string_view path);
// nullopt when the repository or the file is not there, or not for us to see. Throws
// Error(bad_input) for what is no text or was cut by GitHub.
std::optional<std::string> parse_file(std::string_view body);

// Operation Labels: the labels of a pull request and who set them.
std::string labels_request(std::string_view owner, std::string_view name, int number);
// The login of who set `label` last; "" when it is not there now, or nobody is known.
std::string parse_labeller(std::string_view body, std::string_view label);

// Operation Retire: all of them in one request, at most 50.
std::string retire_request(const std::vector<Retirement>& retirements);

// For each retirement of the request whether it was done. Throws Error only for limits.
std::vector<bool> parse_retired(std::string_view body, std::size_t count);

// "; "-joined messages of the answer's errors, for logs; "" without any.
std::string graphql_complaints(std::string_view body);

} // namespace leadline
