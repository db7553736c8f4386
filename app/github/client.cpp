#include "app/github/client.hpp"

#include "app/github/answers.hpp"
#include "app/github/app_api_json.hpp"
#include "app/github/conversation_json.hpp"
#include "app/github/graphql_json.hpp"
#include "app/github/merge_queue.hpp"
#include "app/github/messages_json.hpp"

#include <algorithm>
#include <iterator>

namespace leadline {
namespace {

constexpr int k_max_pages = 1'000;
constexpr int k_max_conversation_pages = 20;
constexpr int k_max_history_pages = 10; // of a hundred commits each
constexpr std::size_t k_max_pulls = 50; // of one query
constexpr std::size_t k_max_retirements = 50;

std::string with_number(const char* what, std::int64_t number) {
  return what + std::to_string(number);
}

// What is left out of a list is nothing that anybody would notice.
void require_end(const std::string& next_path, const std::string& doing) {
  if (!next_path.empty()) {
    throw Error(ErrorKind::bad_input,
                doing + ": there are more than " + std::to_string(100 * k_max_pages));
  }
}

// A token that GitHub has just given and does not take is nothing that the sender could change.
void require_believed(const HttpResponse& response, const std::string& doing) {
  try {
    require_success(response, doing);
  } catch (const Error& error) {
    throw response.status == 401 ? Error(ErrorKind::unavailable, error.what()) : error;
  }
}

} // namespace

GitHubClient::GitHubClient(HttpTransport& transport, InstallationTokens& tokens, ApiUrls urls,
                           std::int64_t installation_id, std::string repository)
    : m_transport(transport), m_tokens(tokens), m_urls(std::move(urls)),
      m_repository(std::move(repository)), m_path(repository_path(m_repository)),
      m_installation_id(installation_id != 0 ? installation_id
                                             : tokens.installation_of(m_repository)) {}

Secret GitHubClient::token(TokenScope scope) { return m_tokens.token(m_installation_id, scope); }

void GitHubClient::forget_token(const Secret& token, TokenScope scope) {
  m_tokens.forget(m_installation_id, token, scope);
}

HttpResponse GitHubClient::send(HttpRequest request, const std::string& doing,
                                std::initializer_list<int> outcomes, TokenScope scope) {
  request.installation_id = m_installation_id;
  for (bool renewed = false;; renewed = true) {
    request.token = token(scope);
    const HttpResponse response = understood(doing, [&] { return m_transport.send(request); });
    if (response.status != 401 || renewed) {
      if (std::find(outcomes.begin(), outcomes.end(), response.status) == outcomes.end()) {
        require_believed(response, doing);
      }
      return response;
    }
    m_tokens.forget(m_installation_id, request.token, scope);
  }
}

HttpResponse GitHubClient::query(std::string body, const std::string& doing, TokenScope scope) {
  HttpRequest request;
  request.method = "POST";
  request.endpoint = Endpoint::graphql;
  request.body = std::move(body);
  request.repeatable = true;
  return send(std::move(request), doing, {}, scope);
}

HttpResponse GitHubClient::get(const std::string& path, const std::string& doing) {
  HttpRequest request;
  request.path = path;
  return send(std::move(request), doing);
}

HttpResponse GitHubClient::write(const std::string& method, const std::string& path,
                                 std::string body, const std::string& doing, Repeat repeat,
                                 std::initializer_list<int> outcomes) {
  HttpRequest request;
  request.method = method;
  request.path = path;
  request.body = std::move(body);
  request.repeatable = repeat == Repeat::allowed;
  return send(std::move(request), doing, outcomes);
}

// The path of the next page, "" after the last one. The token must not go where a header points:
// only addresses below our own base are followed.
std::string GitHubClient::next_page(const HttpResponse& response, const std::string& doing) const {
  const std::optional<std::string> next = link_target(response.header("link"), "next");
  if (!next) {
    return {};
  }
  const std::optional<UrlParts> there = parse_url(*next);
  const UrlParts here = *parse_url(m_urls.rest);
  const std::string base = here.target == "/" ? "" : here.target;
  if (!there || there->origin() != here.origin() || there->target.rfind(base + "/", 0) != 0) {
    throw Error(ErrorKind::unavailable, doing + ": the next page is on another host");
  }
  return there->target.substr(base.size());
}

PullRequest GitHubClient::pull_request(int number) {
  const std::string doing = with_number("reading pull request ", number);
  const HttpResponse response = get(m_path + "/pulls/" + std::to_string(number), doing);
  return understood(doing, [&] { return parse_pull_request(response.body); });
}

std::vector<PullRequest> GitHubClient::pulls(const std::vector<int>& numbers) {
  const std::string doing = "reading pull requests by their number";
  std::vector<PullRequest> pulls;
  for (std::size_t at = 0; at < numbers.size(); at += k_max_pulls) {
    const std::size_t count = std::min(k_max_pulls, numbers.size() - at);
    const auto first = numbers.begin() + static_cast<std::ptrdiff_t>(at);
    const std::vector<int> some(first, first + static_cast<std::ptrdiff_t>(count));
    const HttpResponse response = query(pulls_request(owner(), name(), some), doing);
    std::vector<PullRequest> found =
        understood(doing, [&] { return parse_pulls(response.body, count); });
    std::move(found.begin(), found.end(), std::back_inserter(pulls));
  }
  return pulls;
}

std::vector<PullRequest> GitHubClient::open_pulls() {
  const std::string doing = "listing the open pull requests";
  std::vector<PullRequest> pulls;
  std::string path = m_path + "/pulls?state=open&per_page=100";
  for (int page = 0; page < k_max_pages && !path.empty(); ++page) {
    const HttpResponse response = get(path, doing);
    std::vector<PullRequest> found =
        understood(doing, [&] { return parse_pull_requests(response.body); });
    std::move(found.begin(), found.end(), std::back_inserter(pulls));
    path = next_page(response, doing);
  }
  require_end(path, doing);
  return pulls;
}

GitHubClient::OpenPulls GitHubClient::open_pulls_page(int page) {
  const std::string doing = with_number("listing the open pull requests, page ", page);
  const HttpResponse response =
      get(m_path + "/pulls?state=open&sort=created&direction=asc&per_page=100&page=" +
              std::to_string(page),
          doing);
  OpenPulls found;
  found.pulls = understood(doing, [&] { return parse_pull_requests(response.body); });
  found.last = next_page(response, doing).empty();
  return found;
}

std::vector<std::string> GitHubClient::installation_repositories() {
  const std::string doing = "listing the repositories of the installation";
  std::vector<std::string> names;
  std::string path = "/installation/repositories?per_page=100";
  for (int page = 0; page < k_max_pages && !path.empty(); ++page) {
    const HttpResponse response = get(path, doing);
    std::vector<std::string> found =
        understood(doing, [&] { return parse_repositories(response.body); });
    std::move(found.begin(), found.end(), std::back_inserter(names));
    path = next_page(response, doing);
  }
  require_end(path, doing);
  return names;
}

std::int64_t GitHubClient::create_check_run(const CheckRunFields& fields) {
  const std::string doing = "creating the check run of " + fields.head_sha;
  const HttpResponse response = write("POST", m_path + "/check-runs", to_json(fields), doing);
  return understood(doing, [&] { return parse_id(response.body); });
}

void GitHubClient::update_check_run(std::int64_t id, const CheckRunFields& fields) {
  CheckRunFields sent = fields;
  sent.head_sha.clear();
  // Annotations are appended, all else is set: only without them is twice as good as once.
  write("PATCH", m_path + "/check-runs/" + std::to_string(id), to_json(sent),
        with_number("updating check run ", id),
        fields.annotations.empty() ? Repeat::allowed : Repeat::never);
}

std::vector<CheckRun> GitHubClient::check_runs(const std::string& head_sha,
                                               const std::string& app_id) {
  const std::string doing = "listing the check runs of " + head_sha;
  const bool is_number = app_id.find_first_not_of("0123456789") == std::string::npos;
  const HttpResponse response =
      get(m_path + "/commits/" + url_encode(head_sha) + "/check-runs?per_page=100&filter=latest" +
              (is_number ? "&app_id=" + app_id : ""),
          doing);
  std::vector<CheckRun> runs = understood(doing, [&] { return parse_check_runs(response.body); });
  std::erase_if(runs, [&](const CheckRun& run) {
    return run.app_id != app_id && run.app_client_id != app_id;
  });
  std::sort(runs.begin(), runs.end(),
            [](const CheckRun& a, const CheckRun& b) { return a.id > b.id; });
  return runs;
}

Conversation GitHubClient::conversation(int pull_number, Commits commits) {
  const std::string doing = with_number("reading the conversation of pull request ", pull_number);
  Conversation conversation;
  ConversationCursor cursor;
  for (int page = 0; page < k_max_conversation_pages; ++page) {
    const HttpResponse response =
        query(conversation_request(owner(), name(), pull_number, commits == Commits::read, cursor),
              doing);
    const std::optional<ConversationCursor> next = understood(
        doing, [&] { return add_conversation_page(response.body, cursor, conversation); });
    if (!next) {
      return conversation;
    }
    cursor = *next;
  }
  conversation.complete = false;
  return conversation;
}

bool GitHubClient::create_review(int pull_number, const std::string& commit_id,
                                 const std::string& body,
                                 const std::vector<ReviewComment>& comments) {
  const HttpResponse response =
      write("POST", m_path + "/pulls/" + std::to_string(pull_number) + "/reviews",
            review_json(commit_id, body, comments),
            with_number("posting the review of pull request ", pull_number), Repeat::never, {422});
  return response.status != 422;
}

std::optional<PostedComment> GitHubClient::create_review_comment(int pull_number,
                                                                 const std::string& commit_id,
                                                                 const ReviewComment& comment) {
  const std::string doing = with_number("commenting on a line of pull request ", pull_number);
  const HttpResponse response =
      write("POST", m_path + "/pulls/" + std::to_string(pull_number) + "/comments",
            review_comment_json(commit_id, comment), doing, Repeat::never, {422});
  if (response.status == 422) {
    return std::nullopt;
  }
  return understood(doing, [&] { return parse_posted_comment(response.body); });
}

std::vector<bool> GitHubClient::retire(const std::vector<Retirement>& retirements,
                                       std::string& complaints) {
  const std::string doing = "putting comments out of sight";
  std::vector<bool> done;
  for (std::size_t at = 0; at < retirements.size(); at += k_max_retirements) {
    const std::size_t count = std::min(k_max_retirements, retirements.size() - at);
    const auto first = retirements.begin() + static_cast<std::ptrdiff_t>(at);
    const std::vector<Retirement> batch(first, first + static_cast<std::ptrdiff_t>(count));
    HttpResponse response;
    std::vector<bool> results;
    // What failed as a whole fails in passing: hiding a comment twice is as good as once.
    for (int left = 2; left > 0 && std::find(results.begin(), results.end(), true) == results.end();
         --left) {
      HttpRequest request;
      request.method = "POST";
      request.endpoint = Endpoint::graphql;
      request.body = retire_request(batch);
      response = send(std::move(request), doing);
      results = understood(doing, [&] { return parse_retired(response.body, count); });
    }
    done.insert(done.end(), results.begin(), results.end());
    complaints += graphql_complaints(response.body);
  }
  return done;
}

PostedComment GitHubClient::create_comment(int pull_number, const std::string& body) {
  const std::string doing = with_number("commenting on pull request ", pull_number);
  const HttpResponse response =
      write("POST", m_path + "/issues/" + std::to_string(pull_number) + "/comments",
            body_json(body), doing);
  return understood(doing, [&] { return parse_posted_comment(response.body); });
}

bool GitHubClient::edit_comment(std::int64_t comment_id, const std::string& body) {
  const HttpResponse response =
      write("PATCH", m_path + "/issues/comments/" + std::to_string(comment_id), body_json(body),
            with_number("editing comment ", comment_id), Repeat::allowed, {404, 410});
  return response.status < 300;
}

void GitHubClient::react(std::int64_t comment_id, bool review_comment, const std::string& content) {
  const std::string kind = review_comment ? "/pulls" : "/issues";
  write("POST", m_path + kind + "/comments/" + std::to_string(comment_id) + "/reactions",
        reaction_json(content), with_number("reacting to comment ", comment_id), Repeat::allowed,
        {403, 404, 410, 422});
}

Permission GitHubClient::permission(const Contributor& who) {
  const auto known = m_permissions.find(who.login);
  const AccountPermission found = known != m_permissions.end()
                                      ? known->second
                                      : m_permissions[who.login] = ask_permission(who.login);
  // Whoever takes a login that was given up takes nothing else with it.
  return who.id != 0 && found.account_id != 0 && who.id != found.account_id ? Permission::of_another
                                                                            : found.permission;
}

AccountPermission GitHubClient::ask_permission(const std::string& login) {
  const std::string doing = "reading the permission of " + login;
  HttpRequest request;
  request.path = m_path + "/collaborators/" + url_encode(login) + "/permission";
  const HttpResponse response = send(std::move(request), doing, {404});
  if (response.status == 404) { // an app, or an account that is gone
    return {};
  }
  return understood(doing, [&] { return parse_permission(response.body); });
}

Membership GitHubClient::membership(const std::string& organisation, const std::string& team,
                                    const std::string& login) {
  const std::string key = organisation + "/" + team + " " + login;
  const auto known = m_memberships.find(key);
  return known != m_memberships.end()
             ? known->second
             : m_memberships[key] = ask_membership(organisation, team, login);
}

Membership GitHubClient::ask_membership(const std::string& organisation, const std::string& team,
                                        const std::string& login) {
  const std::string doing = "asking whether " + login + " is in @" + organisation + "/" + team;
  HttpRequest request;
  request.path = "/orgs/" + url_encode(organisation) + "/teams/" + url_encode(team) +
                 "/memberships/" + url_encode(login);
  try {
    const HttpResponse response = send(std::move(request), doing, {403, 404}, TokenScope::members);
    // The same answer for a team that there is not and a user who is not in it.
    return response.status == 404 ? Membership::no
           : response.status == 403
               ? Membership::unknown
               : understood(doing, [&] { return parse_membership(response.body); });
  } catch (const Error& error) {
    // A token with the permission Members: read is refused when the App does not have it
    // (https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app).
    if (error.kind() != ErrorKind::bad_input) {
      throw;
    }
    return Membership::unknown;
  }
}

std::optional<std::string> GitHubClient::file_of(const std::string& repository_name,
                                                 const std::string& path) {
  const std::string doing =
      "reading " + path + " of " + std::string(owner()) + "/" + repository_name;
  const HttpResponse response = query(file_request(owner(), repository_name, path), doing);
  return understood(doing, [&] { return parse_file(response.body); });
}

LabelSetting GitHubClient::label_setting(int pull_number, const std::string& label) {
  const std::string doing =
      with_number("finding who labelled pull request ", pull_number) + " \"" + label + "\"";
  const HttpResponse response = query(labels_request(owner(), name(), pull_number), doing);
  return understood(doing, [&] { return parse_label_setting(response.body, label); });
}

std::optional<std::vector<std::string>> GitHubClient::commits_of_path(const std::string& head_sha,
                                                                      const std::string& path,
                                                                      const std::string& since) {
  const std::string doing = "finding the commits of " + head_sha + " that change " + path;
  std::vector<std::string> ids;
  std::string cursor;
  for (int page = 0; page < k_max_history_pages; ++page) {
    const HttpResponse response =
        query(path_history_request(owner(), name(), head_sha, path, since, cursor), doing);
    cursor = understood(doing, [&] { return add_path_history(response.body, ids); });
    if (cursor.empty()) {
      return ids;
    }
  }
  return std::nullopt;
}

MergeQueue GitHubClient::merge_queue(const std::string& branch, const std::string& groups) {
  const std::string doing = "reading the merge queue of " + branch;
  const std::string body = merge_queue_request(owner(), name(), branch, groups);
  const HttpResponse response = [&] {
    try {
      return query(body, doing, TokenScope::queues);
    } catch (const Error& error) { // refused as in ask_membership()
      if (error.kind() != ErrorKind::bad_input) {
        throw;
      }
      return query(body, doing);
    }
  }();
  return understood(doing, [&] { return parse_merge_queue(response.body); });
}

std::string_view GitHubClient::owner() const {
  return std::string_view(m_repository).substr(0, m_repository.find('/'));
}

std::string_view GitHubClient::name() const {
  return std::string_view(m_repository).substr(m_repository.find('/') + 1);
}

} // namespace leadline
