#pragma once

#include "app/github/messages.hpp"
#include "base/secret.hpp"

#include <chrono>
#include <string_view>

// Messages to and from GitHub's REST API as JSON. The parse functions throw Error(unavailable) with
// the JSON pointer of a field that is missing or of the wrong type: something between GitHub and us
// answered instead.
namespace leadline {

PullRequest parse_pull_request(std::string_view body);
std::vector<PullRequest> parse_pull_requests(std::string_view body);
std::vector<CheckRun> parse_check_runs(std::string_view body); // {"check_runs": [...]}
PostedComment parse_posted_comment(std::string_view body);
std::int64_t parse_id(std::string_view body); // {"id": 1}
AccountPermission parse_permission(std::string_view body);
Membership parse_membership(std::string_view body);

struct IssuedToken {
  Secret token;
  std::chrono::system_clock::time_point expires_at;
};
IssuedToken parse_issued_token(std::string_view body);

// What an answer that is no success says; never throws, empty when it is not GitHub's JSON.
struct Complaint {
  std::string message; // one line
  std::vector<std::string> codes;
  bool has_code(std::string_view code) const;
};
Complaint parse_complaint(std::string_view body);

// Texts are made valid UTF-8.
std::string to_json(const CheckRunFields& fields);
std::string review_json(const std::string& commit_id, const std::string& body,
                        const std::vector<ReviewComment>& comments);
std::string review_comment_json(const std::string& commit_id, const ReviewComment& comment);
std::string body_json(const std::string& body);
std::string reaction_json(const std::string& content);
// The permissions that a step works with, and no others.
std::string token_request_json(TokenScope scope);

// "2026-01-31T23:59:59Z"
std::string iso_time(std::chrono::system_clock::time_point time);

} // namespace leadline
