#pragma once

#include "app/github/messages.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The GraphQL that looks one thing up, and its answers (https://docs.github.com/graphql). Each
// operation has a name; its request body is {"operationName", "query", "variables"}.
namespace leadline {

// Operation FileOfDefaultBranch: the text of a file where HEAD points.
std::string file_request(std::string_view owner, std::string_view name, std::string_view path);
// nullopt where GitHub says NOT_FOUND of the repository: it is not there, or the App may not see
// it.
// "" when the repository is seen and has no such file. Throws Error(bad_input) for what is no text
// or was cut by GitHub, and for all other errors by their type: what an organisation demands must
// not be lost by a refusal.
std::optional<std::string> parse_file(std::string_view body);

// Operation Labels: the labels of a pull request and who set them
// (https://docs.github.com/graphql/reference/objects#labeledevent).
std::string labels_request(std::string_view owner, std::string_view name, int number);
LabelSetting parse_label_setting(std::string_view body, std::string_view label);

// Operation PullRequestsByNumber: at most 50.
std::string pulls_request(std::string_view owner, std::string_view name,
                          const std::vector<int>& numbers);
// Those that were asked for, with their labels, but for what GitHub says is not there: it hides the
// pull requests of an account that it has flagged.
std::vector<PullRequest> parse_pulls(std::string_view body, std::size_t count);

// Operation CommitsOfPath: one page of the commits that change `path`, from `head_sha` back to
// `since` (ISO 8601).
std::string path_history_request(std::string_view owner, std::string_view name,
                                 std::string_view head_sha, std::string_view path,
                                 std::string_view since, const std::string& after);
// Adds their ids; returns the cursor of the next page, "" after the last one.
std::string add_path_history(std::string_view body, std::vector<std::string>& ids);

// "; "-joined messages of the answer's errors, for logs; "" without any.
std::string graphql_complaints(std::string_view body);

} // namespace leadline
