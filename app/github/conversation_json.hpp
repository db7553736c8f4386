#pragma once

#include "app/github/messages.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The GraphQL about what is said on a pull request: to read it, and to put it out of sight
// (https://docs.github.com/graphql). Each operation has a name; its request body is
// {"operationName", "query", "variables"}.
namespace leadline {

struct ConversationCursor {
  std::string threads; // "" from the start
  std::string comments;
  std::string commits;
};

// Operation PullRequestConversation: one page of threads, comments and, where they are wanted, of
// the commits.
std::string conversation_request(std::string_view owner, std::string_view name, int number,
                                 bool with_commits, const ConversationCursor& after);

// Adds the page that was asked for with `after` to `conversation`; nullopt when it was the last
// one. GraphQL reports errors with status 200: they are Error by their type, as FORBIDDEN (denied),
// NOT_FOUND (not_found), RATE_LIMITED (unavailable).
std::optional<ConversationCursor> add_conversation_page(std::string_view body,
                                                        const ConversationCursor& after,
                                                        Conversation& conversation);

// Operation Retire: all of them in one request, at most 50.
std::string retire_request(const std::vector<Retirement>& retirements);

// For each retirement of the request whether it was done. Throws Error only for limits.
std::vector<bool> parse_retired(std::string_view body, std::size_t count);

} // namespace leadline
