#include "webhooks/event.hpp"

#include "base/error.hpp"
#include "webhooks/payload_json.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace leadline::webhooks {
namespace {

// Enough for any real payload: a push lists 2,048 commits at most, an installation all its
// repositories (https://docs.github.com/webhooks/webhook-events-and-payloads#push).
constexpr std::size_t k_max_items = 100'000;
// From so many on a list may have been cut. A commit that lists no paths may be a merge, or none
// are sent. (https://docs.github.com/rest/commits/commits#get-a-commit lists 300 paths at a time.)
constexpr std::size_t k_listed_commits = 20;
constexpr std::size_t k_listed_paths = 300;

Source read_source(const Node& root) {
  Source source;
  source.installation_id = root.at("installation").at("id").integer_or(0);
  const Node repository = root.at("repository");
  if (repository.exists()) {
    source.repository_id = repository.at("id").integer();
    source.repository = repository.at("full_name").repository_name();
  }
  const Node sender = root.at("sender");
  source.sender = sender.at("login").string_or("");
  source.sender_id = sender.at("id").integer_or(0);
  source.sender_is_bot = sender.at("type").string_or("") == "Bot";
  return source;
}

// For events that make no sense without a repository.
Source read_repository_source(const Node& root) {
  Source source = read_source(root);
  if (source.repository.empty()) {
    root.at("repository").fail("expected object, got nothing");
  }
  return source;
}

int read_number(const Node& node) {
  const std::int64_t number = node.integer();
  if (number < 1 || number > std::numeric_limits<int>::max()) {
    node.fail("expected the number of a pull request");
  }
  return static_cast<int>(number);
}

// What is not used need not be well formed either: of the rest nothing depends.
template <typename Read>
void if_well_formed(const Read& read) {
  try {
    read();
  } catch (const Error&) {
  }
}

Event ignored(std::string why, const Node& root) {
  IgnoredEvent event;
  event.why = std::move(why);
  if_well_formed([&] { event.source = read_source(root); });
  if_well_formed([&] {
    const Node pull_request = root.at("pull_request");
    const Node issue = root.at("issue");
    if (pull_request.exists()) {
      event.pull_number = read_number(pull_request.at("number"));
      event.head_sha = pull_request.at("head").at("sha").commit_id();
    } else if (issue.at("pull_request").exists()) {
      event.pull_number = read_number(issue.at("number"));
    }
  });
  for (const char* name : {"check_run", "check_suite", "merge_group"}) {
    if_well_formed([&] {
      const Node about = root.at(name);
      event.head_sha = about.exists() ? about.at("head_sha").commit_id() : event.head_sha;
    });
  }
  return event;
}

PullRequestRef read_pull_request(const Node& node) {
  PullRequestRef pull_request;
  pull_request.number = read_number(node.at("number"));
  pull_request.head_sha = node.at("head").at("sha").commit_id();
  pull_request.base_sha = node.at("base").at("sha").commit_id();
  pull_request.base_ref = node.at("base").at("ref").ref_name();
  return pull_request;
}

Event read_pull_request_event(const Node& root, std::string action) {
  PullRequestEvent event;
  event.source = read_repository_source(root);
  const Node pull_request = root.at("pull_request");
  event.pull_request = read_pull_request(pull_request);
  event.author = pull_request.at("user").at("login").string_or("ghost");
  event.draft = pull_request.at("draft").boolean_or(false);
  event.base_changed = action == "edited" && root.at("changes").at("base").exists();
  event.label = root.at("label").at("name").string_or("");
  event.updated = pull_request.at("updated_at").string_or("");
  event.action = std::move(action);
  return event;
}

Event read_comment(const Node& root, std::string action, bool review_comment) {
  CommentEvent event;
  event.source = read_repository_source(root);
  event.review_comment = review_comment;
  if (review_comment) {
    event.pull_number = read_number(root.at("pull_request").at("number"));
  } else if (root.at("issue").at("pull_request").exists()) {
    event.pull_number = read_number(root.at("issue").at("number"));
  }
  const Node comment = root.at("comment");
  event.comment_id = comment.at("id").integer();
  event.author_association = comment.at("author_association").string_or("NONE");
  event.written = comment.at(action == "edited" ? "updated_at" : "created_at").string_or("");
  event.body = comment.at("body").string_or("");
  // An edit that does not say what stood there before added nothing that we may run.
  event.old_body =
      root.at("changes").at("body").at("from").string_or(action == "edited" ? event.body : "");
  event.action = std::move(action);
  return event;
}

Event read_check(const Node& root, std::string action, std::string_view name) {
  CheckEvent event;
  event.source = read_repository_source(root);
  event.event = name;
  const Node check = root.at(name);
  event.app_id = check.at("app").at("id").integer_or(0);
  event.app_client_id = check.at("app").at("client_id").string_or("");
  event.head_sha = check.at("head_sha").commit_id();
  const Node suite = name == "check_run" ? check.at("check_suite") : check;
  event.head_branch = suite.at("head_branch").string_or("");
  for (const Node& item : check.at("pull_requests").items_or_none()) {
    const std::int64_t here = event.source.repository_id;
    if (item.at("base").at("repo").at("id").integer_or(here) != here) {
      continue; // of another repository of the network of forks, whose numbers are its own
    }
    event.pull_requests.push_back(read_pull_request(item));
  }
  event.external_id = check.at("external_id").string_or("");
  event.check_run_id = name == "check_run" ? check.at("id").integer_or(0) : 0;
  event.requested_action = root.at("requested_action").at("identifier").string_or("");
  event.action = std::move(action);
  return event;
}

Event read_merge_group(const Node& root, std::string action) {
  if (!root.at("repository").exists()) { // GitHub's description leaves that open
    return ignored("no repository is named", root);
  }
  MergeGroupEvent event;
  event.source = read_repository_source(root);
  const Node group = root.at("merge_group");
  event.head_sha = group.at("head_sha").commit_id();
  event.head_ref = group.at("head_ref").ref_name();
  event.base_sha = group.at("base_sha").commit_id();
  event.base_ref = group.at("base_ref").ref_name();
  event.action = std::move(action);
  return event;
}

Event read_push(const Node& root) {
  PushEvent event;
  event.source = read_repository_source(root);
  event.ref = root.at("ref").ref_name();
  event.default_branch = root.at("repository").at("default_branch").string_or("");
  event.after = root.at("after").commit_id();
  event.forced = root.at("forced").boolean_or(false);
  const std::vector<Node> commits = root.at("commits").items_or_none();
  const bool moved = root.at("before").string_or("") != event.after;
  event.all_listed = commits.size() < k_listed_commits && (!commits.empty() || !moved);
  for (const Node& commit : commits) {
    const std::size_t before = event.changed_paths.size();
    for (const std::string_view list : {"added", "removed", "modified"}) {
      for (const Node& path : commit.at(list).items_or_none()) {
        if (event.changed_paths.size() >= k_max_items) {
          path.fail("more than 100000 paths");
        }
        event.changed_paths.push_back(path.string());
      }
    }
    const std::size_t paths = event.changed_paths.size() - before;
    event.all_listed = event.all_listed && paths > 0 && paths < k_listed_paths;
  }
  std::sort(event.changed_paths.begin(), event.changed_paths.end());
  event.changed_paths.erase(std::unique(event.changed_paths.begin(), event.changed_paths.end()),
                            event.changed_paths.end());
  return event;
}

// It may stand in a path; "" for what is none.
std::string read_login(const Node& node) {
  constexpr std::size_t k_longest = 100;
  std::string login = node.string_or("");
  const bool fit = login.size() <= k_longest && std::all_of(login.begin(), login.end(), [](char c) {
                     return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                            (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
                   });
  return fit ? login : std::string();
}

Event read_installation(const Node& root, std::string action, std::string_view name) {
  InstallationEvent event;
  event.source = read_source(root);
  event.account = read_login(root.at("installation").at("account").at("login"));
  event.event = name;
  const Node repositories = root.at(name == "installation" ? "repositories"
                                    : action == "removed"  ? "repositories_removed"
                                                           : "repositories_added");
  for (const Node& repository : repositories.items_or_none()) {
    if (event.repositories.size() >= k_max_items) {
      repository.fail("more than 100000 repositories");
    }
    event.repositories.push_back(repository.at("full_name").repository_name());
  }
  event.action = std::move(action);
  return event;
}

// The account that the App is installed on has another login, and with it all its repositories.
Event read_renamed_account(const Node& root, std::string action) {
  InstallationEvent event;
  event.source = read_source(root);
  event.event = "installation_target";
  event.account = read_login(root.at("account").at("login"));
  event.old_login = read_login(root.at("changes").at("login").at("from"));
  event.action = std::move(action);
  if (event.account.empty() || event.old_login.empty()) { // an enterprise has a slug only
    return ignored("no login is named", root);
  }
  return event;
}

Event read_repository(const Node& root, std::string action) {
  RepositoryEvent event;
  event.source = read_repository_source(root);
  const std::string& name = event.source.repository;
  const std::size_t slash = name.find('/');
  const Node changes = root.at("changes");
  if (action == "renamed") {
    event.old_name =
        name.substr(0, slash + 1) + changes.at("repository").at("name").at("from").string();
  } else {
    const Node from = changes.at("owner").at("from");
    const Node owner = from.at(from.at("organization").exists() ? "organization" : "user");
    const std::string login = owner.at("login").string_or("");
    if (login.empty()) {
      return ignored("the old owner is not named", root);
    }
    event.old_name = login + name.substr(slash);
  }
  event.action = std::move(action);
  return event;
}

// Events and their actions that leadline may act on; "" stands for an event without actions.
constexpr std::array<std::pair<std::string_view, std::string_view>, 31> k_known = {{
    {"check_run", "requested_action"},
    {"check_run", "rerequested"},
    {"check_suite", "requested"},
    {"check_suite", "rerequested"},
    {"installation", "created"},
    {"installation", "deleted"},
    {"installation", "new_permissions_accepted"},
    {"installation", "suspend"},
    {"installation", "unsuspend"},
    {"installation_repositories", "added"},
    {"installation_repositories", "removed"},
    {"installation_target", "renamed"},
    {"issue_comment", "created"},
    {"issue_comment", "edited"},
    {"merge_group", "checks_requested"},
    {"merge_group", "destroyed"},
    {"ping", ""},
    {"pull_request", "closed"},
    {"pull_request", "converted_to_draft"},
    {"pull_request", "edited"},
    {"pull_request", "labeled"},
    {"pull_request", "opened"},
    {"pull_request", "ready_for_review"},
    {"pull_request", "reopened"},
    {"pull_request", "synchronize"},
    {"pull_request", "unlabeled"},
    {"pull_request_review_comment", "created"},
    {"pull_request_review_comment", "edited"},
    {"push", ""},
    {"repository", "renamed"},
    {"repository", "transferred"},
}};
static_assert(std::is_sorted(k_known.begin(), k_known.end()));

bool is_known_event(std::string_view name) {
  return std::any_of(k_known.begin(), k_known.end(),
                     [&](const auto& row) { return row.first == name; });
}

} // namespace

Event parse_event(std::string_view name, std::string_view body) {
  if (!is_known_event(name)) {
    Event event = IgnoredEvent{"event is not used", {}, 0, ""};
    if_well_formed([&] { event = ignored("event is not used", Payload(body).root()); });
    return event;
  }
  const Payload payload(body);
  const Node root = payload.root();
  if (name == "ping") {
    return PingEvent{read_source(root)};
  }
  if (name == "push") {
    return read_push(root);
  }
  const Node said = root.at("action");
  // GitHub's description lets a check run's event go without.
  std::string action = name == "check_run" ? said.string_or("") : said.string();
  if (!std::binary_search(k_known.begin(), k_known.end(),
                          std::pair(name, std::string_view(action)))) {
    return ignored("action is not used", root);
  }
  if (name == "pull_request") {
    return read_pull_request_event(root, std::move(action));
  }
  if (name == "issue_comment") {
    return read_comment(root, std::move(action), false);
  }
  if (name == "pull_request_review_comment") {
    return read_comment(root, std::move(action), true);
  }
  if (name == "check_run" || name == "check_suite") {
    return read_check(root, std::move(action), name);
  }
  if (name == "merge_group") {
    return read_merge_group(root, std::move(action));
  }
  if (name == "repository") {
    return read_repository(root, std::move(action));
  }
  if (name == "installation_target") {
    return read_renamed_account(root, std::move(action));
  }
  return read_installation(root, std::move(action), name);
}

} // namespace leadline::webhooks
