#include "github_double.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <set>

namespace leadline {
namespace {

using nlohmann::json;

json label_nodes(const GitHubDouble::Pull& pull) {
  json labels = json::array();
  for (const std::string& label : pull.labels) {
    labels.push_back({{"name", label}});
  }
  return labels;
}

json pull_json(const GitHubDouble::Pull& pull) {
  return {
      {"number", pull.number},
      {"state", pull.state},
      {"draft", pull.draft},
      {"changed_files", pull.changed_files},
      {"user", {{"login", pull.author}, {"id", pull.author_id}}},
      {"labels", label_nodes(pull)},
      {"head", {{"sha", pull.head_sha}, {"ref", pull.head_ref}, {"repo", {{"full_name", "o/r"}}}}},
      {"base",
       {{"sha", pull.base_sha}, {"ref", pull.base_ref}, {"repo", {{"default_branch", "main"}}}}}};
}

// As GraphQL has it.
json pull_node(const GitHubDouble::Pull& pull) {
  return {
      {"number", pull.number},
      {"state", pull.state == "open" ? "OPEN" : "CLOSED"},
      {"isDraft", pull.draft},
      {"changedFiles", pull.changed_files},
      {"headRefOid", pull.head_sha},
      {"baseRefOid", pull.base_sha},
      {"baseRefName", pull.base_ref},
      {"baseRepository", {{"defaultBranchRef", {{"name", "main"}}}}},
      {"labels", {{"nodes", label_nodes(pull)}}},
      {"author", {{"__typename", "User"}, {"login", pull.author}, {"databaseId", pull.author_id}}}};
}

json check_json(const GitHubDouble::Check& check) {
  json object = {{"id", check.id},
                 {"head_sha", check.head_sha},
                 {"name", check.fields.value("name", "")},
                 {"external_id", check.fields.value("external_id", "")},
                 {"status", check.fields.value("status", "queued")},
                 {"started_at", check.fields.value("started_at", "2026-01-01T00:00:00Z")},
                 {"app", {{"id", 42}, {"client_id", "Iv1.abc"}}},
                 {"output", {{"annotations_count", check.annotations.size()}}}};
  object["conclusion"] = check.fields.contains("conclusion") ? check.fields["conclusion"] : json();
  return object;
}

void merge(GitHubDouble::Check& check, const json& body) {
  check.fields.update(body);
  if (body.contains("output") && body["output"].contains("annotations")) {
    for (const json& annotation : body["output"]["annotations"]) {
      check.annotations.push_back(annotation);
    }
  }
}

std::int64_t last_number(std::string_view path, std::size_t from_end = 0) {
  const std::vector<std::string_view> parts = split(path.substr(0, path.find('?')), '/');
  return std::stoll(std::string(parts[parts.size() - 1 - from_end]));
}

bool starts_with(const std::string& text, const std::string& prefix) {
  return text.rfind(prefix, 0) == 0;
}

} // namespace

HttpResponse json_response(int status, const json& body) {
  HttpResponse response;
  response.status = status;
  response.body = body.dump();
  return response;
}

void ReplayingTransport::answer(const std::string& route, HttpResponse response) {
  m_answers[route].push_back(std::move(response));
}

HttpResponse ReplayingTransport::send(const HttpRequest& request) {
  requests.push_back(request);
  const std::string route =
      request.endpoint == Endpoint::graphql ? "graphql" : request.method + " " + request.path;
  std::vector<HttpResponse>& answers = m_answers[route];
  if (answers.empty()) {
    return json_response(404, {{"message", "Not Found"}});
  }
  HttpResponse response = answers.front();
  answers.erase(answers.begin());
  if (response.status == 0) {
    throw Error(ErrorKind::unavailable, route + ": cannot connect");
  }
  return response;
}

HttpResponse GitHubDouble::send(const HttpRequest& request) {
  const std::string name =
      request.endpoint == Endpoint::graphql
          ? "graphql " + json::parse(request.body)["operationName"].get<std::string>()
          : request.method + " " + request.path.substr(0, request.path.find('?'));
  calls.push_back(name);
  requests.push_back(request);
  const Fault planned = fault ? fault(static_cast<int>(calls.size()), request) : Fault::none;
  if (planned == Fault::before) {
    throw Error(ErrorKind::unavailable, name + ": cannot connect");
  }
  HttpResponse response = refuse ? refuse(request) : HttpResponse();
  if (response.status == 0) {
    response = answer(request);
  }
  if (planned == Fault::after) {
    throw Error(ErrorKind::unavailable, name + ": no whole answer within the time allowed");
  }
  return response;
}

HttpResponse GitHubDouble::answer(const HttpRequest& request) {
  const bool speaks = request.path.ends_with("/comments") || request.path.ends_with("/reviews");
  if (locked && request.method == "POST" && speaks) {
    return json_response(403, {{"message", "Unable to create comment because issue is locked."}});
  }
  const json body = request.body.empty() ? json() : json::parse(request.body);
  if (request.endpoint == Endpoint::graphql) {
    return graphql(body);
  }
  const std::string& method = request.method;
  const std::string path = request.path.substr(0, request.path.find('?'));
  if (method == "POST" && starts_with(path, "/app/installations/")) {
    if ((!members_permission && body["permissions"].contains("members")) ||
        (!queues_permission && body["permissions"].contains("merge_queues"))) {
      return json_response(422, {{"message", "The permissions requested are not granted to this "
                                             "installation."}});
    }
    return json_response(201, {{"token", "ghs_test"}, {"expires_at", "2099-01-01T00:00:00Z"}});
  }
  if (method == "GET" && starts_with(path, "/orgs/")) {
    const std::vector<std::string_view> parts = split(path, '/'); // "", orgs, O, teams, T, ...
    const std::string team = std::string(parts[2]) + "/" + std::string(parts[4]);
    const std::vector<std::string>& logins = teams[team];
    const bool member = std::find(logins.begin(), logins.end(), parts[6]) != logins.end();
    return member ? json_response(200, {{"state", "active"}})
                  : json_response(404, {{"message", "Not Found"}});
  }
  if (method == "GET" && path == "/installation/repositories") {
    json list = json::array();
    for (const std::string& name : installed) {
      list.push_back({{"full_name", name}});
    }
    return json_response(200, {{"total_count", list.size()}, {"repositories", list}});
  }
  const std::string repository = "/repos/o/r";
  const std::string rest = starts_with(path, repository) ? path.substr(repository.size()) : "?";
  if (method == "GET" && rest == "/pulls/" + std::to_string(pull.number)) {
    return json_response(200, pull_json(pull));
  }
  if (method == "GET" && rest == "/pulls") {
    json list = json::array({pull_json(pull)});
    for (const Pull& other : other_pulls) {
      list.push_back(pull_json(other));
    }
    const std::size_t said = request.path.find("&page=");
    if (said != std::string::npos) { // such a page
      const int page = std::stoi(request.path.substr(said + 6));
      json shown = json::array();
      for (int at = (page - 1) * page_size; at < page * page_size && at < std::ssize(list); ++at) {
        shown.push_back(list[static_cast<std::size_t>(at)]);
      }
      HttpResponse response = json_response(200, shown);
      if (page * page_size < std::ssize(list)) {
        response.headers = {{"link", "<https://api.github.com" + path +
                                         "?page=" + std::to_string(page + 1) + ">; rel=\"next\""}};
      }
      return response;
    }
    return json_response(200, list);
  }
  if (method == "GET" && starts_with(rest, "/git/ref/heads%2F")) {
    const auto found = tips.find(rest.substr(std::string("/git/ref/heads%2F").size()));
    return found == tips.end() ? json_response(404, {{"message", "Not Found"}})
                               : json_response(200, {{"object", {{"sha", found->second}}}});
  }
  if (method == "GET" && starts_with(rest, "/git/matching-refs/")) {
    json refs = json::array();
    for (const auto& [name, commit] : branches) {
      refs.push_back({{"ref", "refs/heads/" + name}, {"object", {{"sha", commit}}}});
    }
    return json_response(200, refs);
  }
  if (method == "POST" && rest == "/check-runs") {
    Check check;
    check.id = m_next_id++;
    check.head_sha = body.at("head_sha");
    merge(check, body);
    checks.push_back(check);
    return json_response(201, check_json(check));
  }
  if (method == "PATCH" && starts_with(rest, "/check-runs/")) {
    for (Check& check : checks) {
      if (check.id == last_number(path)) {
        merge(check, body);
        return json_response(200, check_json(check));
      }
    }
  }
  if (method == "GET" && starts_with(rest, "/commits/") && rest.ends_with("/check-runs")) {
    json runs = json::array();
    std::set<std::string> names; // filter=latest: of each the newest
    for (auto check = checks.rbegin(); check != checks.rend(); ++check) {
      if (rest == "/commits/" + check->head_sha + "/check-runs" &&
          names.insert(check->fields.value("name", "")).second) {
        runs.push_back(check_json(*check));
      }
    }
    return json_response(200, {{"total_count", runs.size()}, {"check_runs", runs}});
  }
  if (method == "POST" && rest.ends_with("/reviews")) {
    return create_review(body);
  }
  if (method == "POST" && starts_with(rest, "/pulls/") && rest.ends_with("/comments")) {
    return create_review_comment(body);
  }
  if (method == "POST" && starts_with(rest, "/issues/") && rest.ends_with("/comments")) {
    comments.push_back({m_next_id++, body.at("body")});
    return json_response(201, {{"id", comments.back().id}, {"node_id", "IC"}});
  }
  if (method == "PATCH" && starts_with(rest, "/issues/comments/")) {
    for (Comment& comment : comments) {
      if (comment.id == last_number(path) && !comment.deleted) {
        comment.body = body.at("body");
        return json_response(200, {{"id", comment.id}});
      }
    }
  }
  if (method == "POST" && rest.ends_with("/reactions")) {
    reactions[last_number(path, 1)].push_back(body.at("content"));
    return json_response(201, {{"id", 1}});
  }
  if (method == "GET" && rest.ends_with("/permission")) {
    const std::vector<std::string_view> parts = split(rest, '/');
    const auto found = permissions.find(std::string(parts[2]));
    if (found != permissions.end()) {
      const auto id = account_ids.find(found->first);
      return json_response(
          200, {{"permission", found->second},
                {"user", id == account_ids.end() ? nlohmann::json(nullptr)
                                                 : nlohmann::json{{"id", id->second}}}});
    }
  }
  return json_response(404, {{"message", "Not Found"}});
}

bool GitHubDouble::accepts(const json& comment) const {
  return comment.contains("path") && comment.contains("body") &&
         (comment.value("line", 0) != bad_line || bad_line == 0);
}

HttpResponse GitHubDouble::create_review(const json& body) {
  for (const json& comment : body.at("comments")) {
    if (!accepts(comment)) {
      return json_response(
          422, {{"message", "Unprocessable Entity"},
                {"errors", {"Pull request review thread line must be part of the diff"}}});
    }
  }
  ++reviews;
  for (const json& comment : body.at("comments")) {
    Comment thread{m_next_id++, comment.at("body")};
    thread.path = comment.at("path");
    thread.line = comment.at("line");
    thread.side = comment.at("side");
    threads.push_back(thread);
  }
  return json_response(200, {{"id", m_next_id++}});
}

HttpResponse GitHubDouble::create_review_comment(const json& body) {
  const bool on_file = body.value("subject_type", "line") == "file";
  if (!accepts(body) || (!on_file && !body.contains("line"))) {
    return json_response(422, {{"message", "Validation Failed"}});
  }
  Comment thread{m_next_id++, body.at("body")};
  thread.path = body.at("path");
  thread.line = body.value("line", 0);
  threads.push_back(thread);
  return json_response(201, {{"id", thread.id}, {"node_id", "T"}});
}

HttpResponse GitHubDouble::graphql(const json& body) {
  const auto comment_node = [](const char* kind, const Comment& comment) {
    return json{{"id", kind + std::to_string(comment.id)},
                {"fullDatabaseId", std::to_string(comment.id)},
                {"body", comment.body},
                {"viewerDidAuthor", comment.ours},
                {"isMinimized", comment.minimized}};
  };
  if (body["operationName"] == "FileOfDefaultBranch") {
    const std::string expression = body["variables"]["expression"];
    const auto file = organisation_files.find(expression.substr(expression.find(':') + 1));
    if (file == organisation_files.end()) {
      return json_response(200, {{"data", {{"repository", nullptr}}},
                                 {"errors",
                                  {{{"type", "NOT_FOUND"},
                                    {"path", {"repository"}},
                                    {"message", "Could not resolve to a Repository"}}}}});
    }
    const json blob = {{"text", file->second}, {"isTruncated", false}, {"isBinary", false}};
    return json_response(200, {{"data", {{"repository", {{"object", blob}}}}}});
  }
  if (body["operationName"] == "MergeQueue") {
    const std::string base = body["variables"].value("branch", "main");
    const auto tip = tips.find(base);
    json groups = json::array();
    for (const auto& [name, commit] : branches) {
      groups.push_back({{"name", name}, {"target", {{"oid", commit}}}});
    }
    const json target = {{"oid", tip != tips.end() ? tip->second : pull.base_sha}};
    json found = {{"ref", {{"target", target}}},
                  {"refs", {{"nodes", groups}}},
                  {"mergeQueue", {{"configuration", {{"mergingStrategy", merging_strategy}}}}}};
    json answer;
    if (!queues_permission) {
      found["mergeQueue"] = nullptr;
      answer["errors"] = {{{"type", "FORBIDDEN"},
                           {"path", {"repository", "mergeQueue"}},
                           {"message", "Resource not accessible by integration"}}};
    }
    answer["data"] = {{"repository", found}};
    return json_response(200, answer);
  }
  if (body["operationName"] == "Labels") {
    json events = json::array();
    for (const std::string& label : pull.labels) {
      events.push_back({{"id", "LE_" + labelled_at + labeller},
                        {"createdAt", labelled_at},
                        {"label", {{"name", label}}},
                        {"actor",
                         {{"__typename", "User"},
                          {"login", labeller},
                          {"databaseId", labeller_id != 0 ? json(labeller_id) : json()}}}});
    }
    const json found = {{"labels", {{"nodes", label_nodes(pull)}}},
                        {"timelineItems", {{"nodes", events}}}};
    return json_response(200, {{"data", {{"repository", {{"pullRequest", found}}}}}});
  }
  if (body["operationName"] == "CommitsOfPath") {
    json nodes = json::array();
    for (const std::string& id : path_commits[body["variables"]["path"].get<std::string>()]) {
      nodes.push_back({{"oid", id}});
    }
    const json page = {{"hasNextPage", more_of_path},
                       {"endCursor", more_of_path ? json("x") : json()}};
    const json history = {{"history", {{"pageInfo", page}, {"nodes", nodes}}}};
    return json_response(200, {{"data", {{"repository", {{"object", history}}}}}});
  }
  if (body["operationName"] == "PullRequestsByNumber") {
    json found = json::object();
    json errors = json::array();
    for (const auto& [name, number] : body["variables"].items()) {
      if (!number.is_number()) { // owner and name
        continue;
      }
      std::vector<Pull> all = other_pulls;
      all.push_back(pull);
      const auto at = std::find_if(all.begin(), all.end(),
                                   [&](const Pull& each) { return each.number == number; });
      const std::string alias = "p" + name.substr(1);
      found[alias] = at != all.end() ? pull_node(*at) : json();
      if (at == all.end()) {
        errors.push_back({{"type", "NOT_FOUND"}, {"path", {"repository", alias}}});
      }
    }
    json answer = {{"data", {{"repository", found}}}};
    if (!errors.empty()) {
      answer["errors"] = errors;
    }
    return json_response(200, answer);
  }
  if (body["operationName"] == "PullRequestConversation") {
    json thread_nodes = json::array();
    for (const Comment& thread : threads) {
      if (thread.deleted) {
        continue;
      }
      json nodes = json::array({comment_node("C", thread)});
      if (thread.replied_to) {
        nodes.push_back(comment_node("C", {1, "is this so?", false}));
      }
      thread_nodes.push_back({{"id", "T" + std::to_string(thread.id)},
                              {"isResolved", thread.resolved},
                              {"viewerCanResolve", can_resolve},
                              {"comments", {{"totalCount", nodes.size()}, {"nodes", nodes}}}});
    }
    json comment_nodes = json::array();
    for (const Comment& comment : comments) {
      if (!comment.deleted) {
        comment_nodes.push_back(comment_node("I", comment));
      }
    }
    const json page = {{"hasNextPage", false}, {"endCursor", nullptr}};
    const json conversation = {{"headRefOid", pull.head_sha},
                               {"state", pull.state == "open" ? "OPEN" : "CLOSED"},
                               {"locked", locked},
                               {"reviewThreads", {{"pageInfo", page}, {"nodes", thread_nodes}}},
                               {"comments", {{"pageInfo", page}, {"nodes", comment_nodes}}}};
    json repository = {{"pullRequest", conversation}};
    if (body["variables"]["withCommits"] == true) {
      json commits = json::array();
      for (const Contributor& author : commit_authors) {
        const json user = {{"login", author.login}, {"databaseId", author.id}};
        json authors = json::array({{{"user", author.login.empty() ? json() : user}}});
        for (const Contributor& other : co_authors["c" + std::to_string(commits.size())]) {
          authors.push_back({{"user", {{"login", other.login}, {"databaseId", other.id}}}});
        }
        commits.push_back(
            {{"commit",
              {{"oid", "c" + std::to_string(commits.size())},
               {"committedDate", "2026-12-31T0" + std::to_string(commits.size()) + ":00:00Z"},
               {"authors", {{"nodes", authors}}},
               {"committer", {{"user", {{"login", "web-flow"}, {"databaseId", 19864447}}}}}}}});
      }
      repository["pullRequest"]["commits"] = {{"pageInfo", page}, {"nodes", commits}};
    }
    return json_response(200, {{"data", {{"repository", repository}}}});
  }
  json data = json::object(); // Retire
  for (const auto& [name, value] : body["variables"].items()) {
    const std::string id = value.get<std::string>();
    for (Comment& thread : threads) {
      thread.minimized = thread.minimized || id == "C" + std::to_string(thread.id);
      thread.resolved = thread.resolved || id == "T" + std::to_string(thread.id);
    }
    data["r" + name.substr(2)] = {{"done", true}};
  }
  return json_response(200, {{"data", data}});
}

int GitHubDouble::rest_calls() const {
  return static_cast<int>(std::count_if(calls.begin(), calls.end(), [](const std::string& call) {
    return !starts_with(call, "graphql") && call.find("/access_tokens") == std::string::npos;
  }));
}

int GitHubDouble::graphql_calls() const {
  return static_cast<int>(std::count_if(calls.begin(), calls.end(), [](const std::string& call) {
    return starts_with(call, "graphql");
  }));
}

void GitHubDouble::forget_calls() {
  calls.clear();
  requests.clear();
}

} // namespace leadline
