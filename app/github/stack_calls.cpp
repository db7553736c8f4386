// The calls of GitHubClient that a pushed split needs.
#include "app/github/answers.hpp"
#include "app/github/client.hpp"
#include "app/github/messages_json.hpp"
#include "app/github/stack_json.hpp"

namespace leadline {
namespace {

// GitHub names the field that it refuses in words only:
// "Draft pull requests are not supported in this repository."
bool is_about_drafts(const std::string& message) {
  return message.find("raft pull requests are not supported") != std::string::npos;
}

} // namespace

std::vector<RemoteBranch> GitHubClient::branches_below(const std::string& prefix) {
  const std::string doing = "listing the branches below " + prefix;
  const HttpResponse response =
      get(m_path + "/git/matching-refs/" + url_encode("heads/" + prefix + "/"), doing);
  return understood(doing, [&] { return parse_branches(response.body); });
}

std::optional<std::string> GitHubClient::branch_tip(const std::string& branch) {
  const std::string doing = "reading the tip of branch " + branch;
  HttpRequest request;
  request.path = m_path + "/git/ref/" + url_encode("heads/" + branch);
  const HttpResponse response = send(std::move(request), doing, {404});
  return response.status == 404
             ? std::nullopt
             : std::optional(understood(doing, [&] { return parse_ref_commit(response.body); }));
}

CommitFacts GitHubClient::commit_facts(const std::string& commit) {
  const std::string doing = "reading commit " + commit;
  const HttpResponse response = get(m_path + "/git/commits/" + url_encode(commit), doing);
  return understood(doing, [&] { return parse_commit_facts(response.body); });
}

std::vector<PullRequest> GitHubClient::pulls_of_branch(const std::string& branch) {
  const std::string doing = "finding the pull requests of branch " + branch;
  const std::string owner = m_repository.substr(0, m_repository.find('/'));
  const HttpResponse response =
      get(m_path + "/pulls?state=all&per_page=100&head=" + url_encode(owner + ":" + branch), doing);
  std::vector<PullRequest> pulls =
      understood(doing, [&] { return parse_pull_requests(response.body); });
  // An unknown head is no filter to GitHub.
  std::erase_if(pulls, [&](const PullRequest& pull) { return pull.head_ref != branch; });
  return pulls;
}

PullOutcome GitHubClient::create_pull(const NewPull& pull) {
  const std::string doing = "opening a pull request for branch " + pull.head;
  PullOutcome outcome;
  for (const bool draft : {true, false}) {
    const HttpResponse response = write("POST", m_path + "/pulls", new_pull_json(pull, draft),
                                        doing, Repeat::never, {403, 422});
    outcome.draft = draft;
    if (response.status < 300) {
      outcome.number = understood(doing, [&] { return parse_pull_request(response.body).number; });
      return outcome;
    }
    outcome.reason = parse_complaint(response.body).message;
    if (response.status == 403 || !is_about_drafts(outcome.reason)) {
      break;
    }
  }
  return outcome;
}

void GitHubClient::edit_pull(int number, const NewPull& pull) {
  write("PATCH", m_path + "/pulls/" + std::to_string(number), pull_edit_json(pull),
        "bringing pull request " + std::to_string(number) + " up to date", Repeat::allowed);
}

} // namespace leadline
