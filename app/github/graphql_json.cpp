#include "app/github/graphql_json.hpp"

#include "app/github/app_api_json.hpp"
#include "app/github/graphql_answer_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace leadline {

using namespace graphql;

namespace {

using nlohmann::json;

constexpr const char* k_file_query =
    "query FileOfDefaultBranch($owner: String!, $name: String!, $expression: String!) { "
    "repository(owner: $owner, name: $name) { object(expression: $expression) { "
    "... on Blob { text isTruncated isBinary } } } }";

// Of all labels: what was set before the last hundred times is not known.
constexpr const char* k_labels_query =
    "query Labels($owner: String!, $name: String!, $number: Int!) { "
    "repository(owner: $owner, name: $name) { pullRequest(number: $number) { "
    "labels(first: 100) { nodes { name } } "
    "timelineItems(itemTypes: [LABELED_EVENT], last: 100) { nodes { "
    "... on LabeledEvent { id createdAt label { name } "
    "actor { __typename login ... on User { databaseId } } } } } } } }";

constexpr const char* k_pull_fields =
    "{ number state isDraft headRefOid baseRefOid baseRefName "
    "baseRepository { defaultBranchRef { name } } labels(first: 100) { nodes { name } } "
    "author { __typename login ... on User { databaseId } ... on Bot { databaseId } } ";
constexpr const char* k_count_of_files = "changedFiles "; // GitHub compares trees for it

constexpr const char* k_path_query =
    "query CommitsOfPath($owner: String!, $name: String!, $head: GitObjectID!, $path: String!, "
    "$since: GitTimestamp, $after: String) { "
    "repository(owner: $owner, name: $name) { object(oid: $head) { ... on Commit { "
    "history(path: $path, since: $since, first: 100, after: $after) { "
    "pageInfo { hasNextPage endCursor } nodes { oid } } } } } }";

// What GitHub says of a repository that is not there, or not for us to see: it does not tell which.
// All else that goes wrong - a refusal for an address, a missing permission - is an error.
bool is_no_repository(const json& root) {
  const json* errors = errors_of(root);
  return errors != nullptr && std::all_of(errors->begin(), errors->end(), [](const json& error) {
           return error.is_object() && text(error, "type") == "NOT_FOUND" &&
                  (!error.contains("path") || error["path"] == json::array({"repository"}));
         });
}

// "p3" where GitHub says that it has no such pull request, "" for any other error.
std::string name_of_absent(const json& error) {
  if (!error.is_object() || text(error, "type") != "NOT_FOUND") {
    return {};
  }
  const json* path = find(error, "path");
  const bool named = path != nullptr && path->is_array() && path->size() == 2 &&
                     (*path)[0] == "repository" && (*path)[1].is_string();
  return named ? (*path)[1].get<std::string>() : std::string();
}

PullRequest read_pull(const json& node) {
  PullRequest pull;
  pull.number = static_cast<int>(big_int(node, "number"));
  if (pull.number <= 0) {
    throw not_understood("a pull request without its number");
  }
  pull.open = node.at("state").get<std::string>() == "OPEN";
  pull.draft = flag(node, "isDraft");
  pull.head_sha = node.at("headRefOid").get<std::string>();
  pull.base_sha = node.at("baseRefOid").get<std::string>();
  pull.base_ref = text(node, "baseRefName");
  if (const json* repository = find(node, "baseRepository"); repository != nullptr) {
    const json* branch = find(*repository, "defaultBranchRef");
    pull.default_branch = branch != nullptr ? text(*branch, "name") : std::string();
  }
  if (const json* files = find(node, "changedFiles"); files != nullptr) {
    pull.changed_files = files->get<int>();
  }
  if (const json* author = find(node, "author"); author != nullptr) {
    // As REST and webhooks call an App: somebody else may have the login that GraphQL gives it.
    pull.author = text(*author, "login") + (text(*author, "__typename") == "Bot" ? "[bot]" : "");
    pull.author_id = big_int(*author, "databaseId");
  }
  if (const json* labels = find(node, "labels"); labels != nullptr) {
    pull.labels_known = true;
    for (const json& label : nodes_of(*labels, "labels")) {
      pull.labels.push_back(text(label, "name"));
    }
  }
  return pull;
}

} // namespace

std::string file_request(std::string_view owner, std::string_view name, std::string_view path) {
  return json{{"operationName", "FileOfDefaultBranch"},
              {"query", k_file_query},
              {"variables",
               {{"owner", owner}, {"name", name}, {"expression", "HEAD:" + std::string(path)}}}}
      .dump();
}

std::optional<std::string> parse_file(std::string_view body) {
  const json root = parse(body);
  if (is_no_repository(root)) {
    return std::nullopt; // most owners have none of that name
  }
  throw_errors(root);
  const json* data = find(root, "data");
  const json* repository = data != nullptr ? find(*data, "repository") : nullptr;
  if (repository == nullptr || !repository->is_object() || !repository->contains("object")) {
    throw not_understood("no repository");
  }
  const json* blob = find(*repository, "object");
  if (blob == nullptr) {
    return "";
  }
  if (!blob->is_object() || flag(*blob, "isTruncated") || flag(*blob, "isBinary") ||
      find(*blob, "text") == nullptr) {
    throw Error(ErrorKind::bad_input, "it is too large or no text");
  }
  return text(*blob, "text");
}

std::string labels_request(std::string_view owner, std::string_view name, int number) {
  return json{{"operationName", "Labels"},
              {"query", k_labels_query},
              {"variables", {{"owner", owner}, {"name", name}, {"number", number}}}}
      .dump();
}

LabelSetting parse_label_setting(std::string_view body, std::string_view label) {
  const json root = parse(body);
  throw_errors(root);
  try {
    const json& pull = root.at("data").at("repository").at("pullRequest");
    const json& labels = nodes_of(pull.at("labels"), "labels");
    LabelSetting setting;
    setting.there = std::any_of(labels.begin(), labels.end(),
                                [&](const json& node) { return text(node, "name") == label; });
    if (!setting.there) {
      return setting;
    }
    for (const json& node : nodes_of(pull.at("timelineItems"), "timelineItems")) {
      const json* set = find(node, "label");
      if (set == nullptr || text(*set, "name") != label) {
        continue;
      }
      setting.event_id = text(node, "id");
      setting.at = parse_iso_time(node.at("createdAt").get<std::string>());
      const json* actor = find(node, "actor");
      const bool person = actor != nullptr && text(*actor, "__typename") == "User";
      setting.by = person ? Contributor{big_int(*actor, "databaseId"), text(*actor, "login")}
                          : Contributor();
    }
    return setting;
  } catch (const json::exception& error) {
    throw not_understood(error.what());
  }
}

std::string pulls_request(std::string_view owner, std::string_view name,
                          const std::vector<int>& numbers) {
  std::string parameters = "$owner: String!, $name: String!";
  std::string selections;
  json variables = {{"owner", owner}, {"name", name}};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::string at = std::to_string(i);
    parameters += ", $n" + at + ": Int!";
    selections += "p" + at + ": pullRequest(number: $n" + at + ") " + k_pull_fields +
                  (numbers.size() == 1 ? k_count_of_files : "") + "} ";
    variables["n" + at] = numbers[i];
  }
  return json{{"operationName", "PullRequestsByNumber"},
              {"query", "query PullRequestsByNumber(" + parameters +
                            ") { repository(owner: $owner, name: $name) { " + selections + "} }"},
              {"variables", variables}}
      .dump();
}

std::vector<PullRequest> parse_pulls(std::string_view body, std::size_t count) {
  const json root = parse(body);
  std::set<std::string> absent;
  if (const json* errors = errors_of(root); errors != nullptr) {
    for (const json& error : *errors) {
      const std::string name = name_of_absent(error);
      if (name.empty()) {
        throw_errors(root);
      }
      absent.insert(name);
    }
  }
  try {
    const json& repository = root.at("data").at("repository");
    std::vector<PullRequest> pulls;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string name = "p" + std::to_string(i);
      if (const json* node = find(repository, name.c_str()); node != nullptr) {
        pulls.push_back(read_pull(*node));
      } else if (absent.count(name) == 0) {
        throw not_understood("a pull request is null");
      }
    }
    return pulls;
  } catch (const json::exception& error) {
    throw not_understood(error.what());
  }
}

std::string path_history_request(std::string_view owner, std::string_view name,
                                 std::string_view head_sha, std::string_view path,
                                 std::string_view since, const std::string& after) {
  json variables = {{"owner", owner}, {"name", name}, {"head", head_sha}, {"path", path}};
  if (!since.empty()) {
    variables["since"] = since;
  }
  if (!after.empty()) {
    variables["after"] = after;
  }
  return json{{"operationName", "CommitsOfPath"}, {"query", k_path_query}, {"variables", variables}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string add_path_history(std::string_view body, std::vector<std::string>& ids) {
  const json root = parse(body);
  throw_errors(root);
  try {
    const json& history = root.at("data").at("repository").at("object").at("history");
    for (const json& node : nodes_of(history, "history")) {
      ids.push_back(node.at("oid").get<std::string>());
    }
    return next_page(history);
  } catch (const json::exception& error) {
    throw not_understood(error.what());
  }
}

std::string graphql_complaints(std::string_view body) {
  const json root = json::parse(body, nullptr, false);
  const json* errors = root.is_object() ? errors_of(root) : nullptr;
  return errors != nullptr ? joined_messages(*errors) : std::string();
}

} // namespace leadline
