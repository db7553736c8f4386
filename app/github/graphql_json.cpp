#include "app/github/graphql_json.hpp"

#include "app/github/app_api_json.hpp"
#include "base/error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace leadline {
namespace {

using nlohmann::json;

// All connections are paged at once: one that has ended answers an empty page after its cursor. By
// default GitHub gives the oldest associated pull requests first.
constexpr const char* k_conversation_query =
    "query PullRequestConversation($owner: String!, $name: String!, $number: Int!, "
    "$head: GitObjectID, $withHead: Boolean!, $threads: String, $comments: String, "
    "$pulls: String, $commits: String) { "
    "repository(owner: $owner, name: $name) { "
    "object(oid: $head) @include(if: $withHead) { ... on Commit { "
    "associatedPullRequests(first: 50, after: $pulls) { pageInfo { hasNextPage endCursor } nodes { "
    "number state headRefOid baseRefOid baseRefName "
    "author { login ... on User { databaseId } } } } } } "
    "pullRequest(number: $number) { "
    "headRefOid state locked "
    "commits(first: 100, after: $commits) @include(if: $withHead) { "
    "pageInfo { hasNextPage endCursor } nodes { commit { oid committedDate "
    "author { user { login databaseId } } "
    "committer { user { login databaseId } } } } } "
    "reviewThreads(first: 50, after: $threads) { pageInfo { hasNextPage endCursor } nodes { "
    "id isResolved viewerCanResolve comments(first: 30) { totalCount nodes { "
    "id fullDatabaseId body viewerDidAuthor isMinimized } } } } "
    "comments(first: 100, after: $comments) { pageInfo { hasNextPage endCursor } nodes { "
    "id fullDatabaseId body viewerDidAuthor isMinimized } } } } }";

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

constexpr const char* k_open_pulls_query =
    "query OpenPullRequests($owner: String!, $name: String!, $after: String) { "
    "repository(owner: $owner, name: $name) { "
    "pullRequests(states: [OPEN], first: 100, after: $after, "
    "orderBy: {field: CREATED_AT, direction: DESC}) { "
    "pageInfo { hasNextPage endCursor } nodes { "
    "number state headRefOid baseRefOid baseRefName "
    "author { login ... on User { databaseId } } } } } }";

constexpr const char* k_path_query =
    "query CommitsOfPath($owner: String!, $name: String!, $head: GitObjectID!, $path: String!, "
    "$since: GitTimestamp, $after: String) { "
    "repository(owner: $owner, name: $name) { object(oid: $head) { ... on Commit { "
    "history(path: $path, since: $since, first: 100, after: $after) { "
    "pageInfo { hasNextPage endCursor } nodes { oid } } } } } }";

ErrorKind kind_of(const std::string& type, bool has_code) {
  if (type == "NOT_FOUND") {
    return ErrorKind::not_found;
  }
  if (type == "FORBIDDEN" || type == "INSUFFICIENT_SCOPES") {
    return ErrorKind::denied;
  }
  // An error without a type is GitHub's own; one with extensions.code is about the text of the
  // query.
  return type.empty() && has_code ? ErrorKind::bad_input : ErrorKind::unavailable;
}

Error not_understood(const std::string& what) {
  return Error(ErrorKind::unavailable, "the answer is not GitHub's GraphQL: " + what);
}

json parse(std::string_view body) {
  json root = json::parse(body, nullptr, false);
  if (!root.is_object()) {
    throw not_understood("no object");
  }
  return root;
}

std::string text(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

bool flag(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_boolean() && at->get<bool>();
}

std::int64_t big_int(const json& object, const char* key) {
  const auto at = object.find(key);
  if (at != object.end() && at->is_number_integer()) {
    return at->get<std::int64_t>();
  }
  const std::string digits = text(object, key);
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::string joined_messages(const json& errors) {
  constexpr std::size_t k_shown = 3;
  std::string joined;
  for (std::size_t i = 0; i < errors.size() && i < k_shown; ++i) {
    joined += (i > 0 ? "; " : "") + (errors[i].is_object() ? text(errors[i], "message") : "");
  }
  return joined.substr(0, 300);
}

const json* errors_of(const json& root) {
  const auto errors = root.find("errors");
  return errors != root.end() && errors->is_array() && !errors->empty() ? &*errors : nullptr;
}

void throw_if_limited(const json& root) {
  if (const json* errors = errors_of(root); errors != nullptr) {
    for (const json& error : *errors) {
      if (error.is_object() && text(error, "type") == "RATE_LIMITED") {
        throw Error(ErrorKind::unavailable, "GitHub's rate limit of GraphQL is used up");
      }
    }
  }
}

void throw_errors(const json& root) {
  throw_if_limited(root);
  if (const json* errors = errors_of(root); errors != nullptr) {
    const json& first = errors->front();
    throw Error(kind_of(first.is_object() ? text(first, "type") : "",
                        first.is_object() && first.contains("extensions")),
                "GraphQL: " + joined_messages(*errors));
  }
}

const json& nodes_of(const json& connection, const char* name) {
  const auto at = connection.find("nodes");
  if (at == connection.end() || !at->is_array()) {
    throw not_understood(std::string(name) + " has no nodes");
  }
  return *at;
}

const json* find(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && !at->is_null() ? &*at : nullptr;
}

void read_pulls(const json& connection, const char* name, std::vector<PullRequest>& pulls) {
  for (const json& node : nodes_of(connection, name)) {
    PullRequest pull;
    pull.number = node.at("number").get<int>();
    pull.open = text(node, "state") == "OPEN";
    pull.head_sha = text(node, "headRefOid");
    pull.base_sha = text(node, "baseRefOid");
    pull.base_ref = text(node, "baseRefName");
    if (const json* author = find(node, "author"); author != nullptr) {
      pull.author = text(*author, "login");
      pull.author_id = big_int(*author, "databaseId");
    }
    pulls.push_back(std::move(pull));
  }
}

std::string next_cursor(const json& connection, const std::string& after, bool& more) {
  const json& page = connection.at("pageInfo");
  more = more || flag(page, "hasNextPage");
  const std::string end = text(page, "endCursor");
  return end.empty() ? after : end;
}

std::string next_page(const json& connection) {
  bool more = false;
  const std::string next = next_cursor(connection, "", more);
  if (more && next.empty()) {
    throw not_understood("a next page without a cursor");
  }
  return more ? next : std::string();
}

StandingComment read_comment(const json& node) {
  StandingComment comment;
  comment.id = big_int(node, "fullDatabaseId");
  comment.node_id = text(node, "id");
  comment.body = text(node, "body");
  comment.ours = flag(node, "viewerDidAuthor");
  comment.minimized = flag(node, "isMinimized");
  return comment;
}

// `after` moves to the end of the page.
void read_same_head(const json& head, Conversation& conversation, std::string& after, bool& more) {
  const json* pulls = find(head, "associatedPullRequests");
  if (pulls == nullptr) {
    return;
  }
  read_pulls(*pulls, "associatedPullRequests", conversation.same_head.pulls);
  after = next_cursor(*pulls, after, more);
}

PullCommit read_commit(const json& node) {
  PullCommit commit{node.at("oid").get<std::string>(), text(node, "committedDate"), {}};
  for (const char* role : {"author", "committer"}) {
    const json* actor = find(node, role);
    const json* account = actor != nullptr ? find(*actor, "user") : nullptr;
    if (account != nullptr) { // else no account has the address
      commit.people.push_back({big_int(*account, "databaseId"), text(*account, "login")});
    }
  }
  return commit;
}

std::optional<ReviewThread> read_thread(const json& node) {
  const json& comments = nodes_of(node.at("comments"), "comments");
  if (comments.empty()) {
    return std::nullopt;
  }
  ReviewThread thread;
  thread.node_id = text(node, "id");
  thread.resolved = flag(node, "isResolved");
  thread.we_can_resolve = flag(node, "viewerCanResolve");
  thread.first = read_comment(comments.front());
  thread.has_reply_of_others =
      node.at("comments").value("totalCount", comments.size()) > comments.size();
  for (const json& comment : comments) {
    thread.has_reply_of_others = thread.has_reply_of_others || !flag(comment, "viewerDidAuthor");
  }
  return thread;
}

// What GitHub says of a repository that is not there, or not for us to see: it does not tell which.
// All else that goes wrong - a refusal for an address, a missing permission - is an error.
bool is_no_repository(const json& root) {
  const json* errors = errors_of(root);
  return errors != nullptr && std::all_of(errors->begin(), errors->end(), [](const json& error) {
           return error.is_object() && text(error, "type") == "NOT_FOUND" &&
                  (!error.contains("path") || error["path"] == json::array({"repository"}));
         });
}

} // namespace

std::string conversation_request(std::string_view owner, std::string_view name, int number,
                                 std::string_view head_sha, const ConversationCursor& after) {
  json variables = {
      {"owner", owner}, {"name", name}, {"number", number}, {"withHead", !head_sha.empty()}};
  if (!head_sha.empty()) {
    variables["head"] = head_sha;
  }
  if (!after.threads.empty()) {
    variables["threads"] = after.threads;
  }
  if (!after.comments.empty()) {
    variables["comments"] = after.comments;
  }
  if (!after.pulls.empty()) {
    variables["pulls"] = after.pulls;
  }
  if (!after.commits.empty()) {
    variables["commits"] = after.commits;
  }
  return json{{"operationName", "PullRequestConversation"},
              {"query", k_conversation_query},
              {"variables", variables}}
      .dump();
}

std::optional<ConversationCursor> add_conversation_page(std::string_view body,
                                                        const ConversationCursor& after,
                                                        Conversation& conversation) {
  const json root = parse(body);
  throw_errors(root);
  try {
    bool more = false;
    ConversationCursor next = after;
    const json& repository = root.at("data").at("repository");
    if (const json* head = find(repository, "object"); head != nullptr) {
      read_same_head(*head, conversation, next.pulls, more);
    }
    conversation.same_head.complete = !more;
    const json& pull = repository.at("pullRequest");
    conversation.head_sha = pull.at("headRefOid").get<std::string>();
    conversation.open = pull.at("state").get<std::string>() == "OPEN";
    conversation.locked = flag(pull, "locked");
    if (const json* commits = find(pull, "commits"); commits != nullptr) {
      for (const json& node : nodes_of(*commits, "commits")) {
        conversation.commits.list.push_back(read_commit(node.at("commit")));
      }
      bool more_commits = false;
      next.commits = next_cursor(*commits, after.commits, more_commits);
      conversation.commits.complete = !more_commits;
      more = more || more_commits;
    }
    const json& threads = pull.at("reviewThreads");
    for (const json& node : nodes_of(threads, "reviewThreads")) {
      if (std::optional<ReviewThread> thread = read_thread(node); thread) {
        conversation.threads.push_back(std::move(*thread));
      }
    }
    const json& comments = pull.at("comments");
    for (const json& node : nodes_of(comments, "comments")) {
      conversation.comments.push_back(read_comment(node));
    }
    next.threads = next_cursor(threads, after.threads, more);
    next.comments = next_cursor(comments, after.comments, more);
    return more ? std::optional(next) : std::nullopt;
  } catch (const json::exception& error) {
    throw not_understood(error.what());
  }
}

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
    return std::nullopt;
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

std::string open_pulls_request(std::string_view owner, std::string_view name,
                               const std::string& after) {
  json variables = {{"owner", owner}, {"name", name}};
  if (!after.empty()) {
    variables["after"] = after;
  }
  return json{{"operationName", "OpenPullRequests"},
              {"query", k_open_pulls_query},
              {"variables", variables}}
      .dump();
}

std::string add_open_pulls(std::string_view body, std::string_view head_sha,
                           std::vector<PullRequest>& pulls) {
  const json root = parse(body);
  throw_errors(root);
  try {
    const json& open = root.at("data").at("repository").at("pullRequests");
    std::vector<PullRequest> page;
    read_pulls(open, "pullRequests", page);
    std::copy_if(page.begin(), page.end(), std::back_inserter(pulls),
                 [&](const PullRequest& pull) { return pull.head_sha == head_sha; });
    return next_page(open);
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

std::string retire_request(const std::vector<Retirement>& retirements) {
  std::string parameters;
  std::string selections;
  json variables = json::object();
  for (std::size_t i = 0; i < retirements.size(); ++i) {
    const std::string number = std::to_string(i);
    parameters += (i > 0 ? ", $id" : "$id") + number + ": ID!";
    variables["id" + number] = retirements[i].node_id;
    selections += " r" + number;
    selections += retirements[i].way == Retirement::Way::resolve_thread
                      ? ": resolveReviewThread(input: {threadId: $id" + number +
                            "}) { thread { isResolved } }"
                      : ": minimizeComment(input: {subjectId: $id" + number +
                            ", classifier: RESOLVED}) { minimizedComment { isMinimized } }";
  }
  return json{{"operationName", "Retire"},
              {"query", "mutation Retire(" + parameters + ") {" + selections + " }"},
              {"variables", variables}}
      .dump();
}

std::vector<bool> parse_retired(std::string_view body, std::size_t count) {
  const json root = parse(body);
  throw_if_limited(root);
  std::vector<bool> done(count, false);
  const auto data = root.find("data");
  for (std::size_t i = 0; i < count && data != root.end() && data->is_object(); ++i) {
    const auto result = data->find("r" + std::to_string(i));
    done[i] = result != data->end() && !result->is_null();
  }
  return done;
}

std::string graphql_complaints(std::string_view body) {
  const json root = json::parse(body, nullptr, false);
  const json* errors = root.is_object() ? errors_of(root) : nullptr;
  return errors != nullptr ? joined_messages(*errors) : std::string();
}

} // namespace leadline
