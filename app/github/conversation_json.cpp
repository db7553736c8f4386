#include "app/github/conversation_json.hpp"

#include "app/github/graphql_answer_json.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace leadline {

using namespace graphql;

namespace {

using nlohmann::json;

// All connections are paged at once: one that has ended answers an empty page after its cursor.
constexpr const char* k_conversation_query =
    "query PullRequestConversation($owner: String!, $name: String!, $number: Int!, "
    "$withCommits: Boolean!, $threads: String, $comments: String, $commits: String) { "
    "repository(owner: $owner, name: $name) { "
    "pullRequest(number: $number) { "
    "headRefOid state locked "
    "commits(first: 100, after: $commits) @include(if: $withCommits) { "
    "pageInfo { hasNextPage endCursor } nodes { commit { oid committedDate "
    "authors(first: 10) { nodes { user { login databaseId } } } "
    "committer { user { login databaseId } } } } } "
    "reviewThreads(first: 50, after: $threads) { pageInfo { hasNextPage endCursor } nodes { "
    "id isResolved viewerCanResolve comments(first: 30) { totalCount nodes { "
    "id fullDatabaseId body viewerDidAuthor isMinimized } } } } "
    "comments(first: 100, after: $comments) { pageInfo { hasNextPage endCursor } nodes { "
    "id fullDatabaseId body viewerDidAuthor isMinimized } } } } }";

StandingComment read_comment(const json& node) {
  StandingComment comment;
  comment.id = big_int(node, "fullDatabaseId");
  comment.node_id = text(node, "id");
  comment.body = text(node, "body");
  comment.ours = flag(node, "viewerDidAuthor");
  comment.minimized = flag(node, "isMinimized");
  return comment;
}

// The author first, then whom the message's trailers name as co-authors
// (https://docs.github.com/graphql/reference/objects#commit). Who writes the message may leave them
// out: no more depends on the eleventh.
PullCommit read_commit(const json& node) {
  PullCommit commit{node.at("oid").get<std::string>(), text(node, "committedDate"), {}};
  const auto add = [&](const json& actor) {
    if (const json* account = find(actor, "user"); account != nullptr) { // else of no account
      commit.people.push_back({big_int(*account, "databaseId"), text(*account, "login")});
    }
  };
  for (const json& author : nodes_of(node.at("authors"), "authors")) {
    add(author);
  }
  if (const json* committer = find(node, "committer"); committer != nullptr) {
    add(*committer);
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
      big_int(node.at("comments"), "totalCount") > static_cast<std::int64_t>(comments.size());
  for (const json& comment : comments) {
    thread.has_reply_of_others = thread.has_reply_of_others || !flag(comment, "viewerDidAuthor");
  }
  return thread;
}

} // namespace

std::string conversation_request(std::string_view owner, std::string_view name, int number,
                                 bool with_commits, const ConversationCursor& after) {
  json variables = {
      {"owner", owner}, {"name", name}, {"number", number}, {"withCommits", with_commits}};
  if (!after.threads.empty()) {
    variables["threads"] = after.threads;
  }
  if (!after.comments.empty()) {
    variables["comments"] = after.comments;
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
    const json& pull = root.at("data").at("repository").at("pullRequest");
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

} // namespace leadline
