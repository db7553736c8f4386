#pragma once

#include "app/github/api_urls.hpp"
#include "app/github/installation_tokens.hpp"
#include "app/github/messages.hpp"
#include "app/github/stack.hpp"
#include "app/github/transport.hpp"

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

struct MergeQueue;

// GitHub's API for one repository in the words that we need. All calls throw Error as answers.hpp
// maps it, with what was being done. A refused token is renewed once. Belongs to one thread; what
// it refers to outlives it.
class GitHubClient {
public:
  // An installation id of 0 is looked up.
  GitHubClient(HttpTransport& transport, InstallationTokens& tokens, ApiUrls urls,
               std::int64_t installation_id, std::string repository);

  const std::string& repository() const { return m_repository; }
  const ApiUrls& urls() const { return m_urls; }
  std::int64_t installation_id() const { return m_installation_id; }
  Secret token(TokenScope scope = TokenScope::usual); // for git
  // Git refused `token`, which may have been revoked: the next one is another.
  void forget_token(const Secret& token, TokenScope scope = TokenScope::usual);

  PullRequest pull_request(int number);
  // Those of `numbers` that there are, open or not, by one query of GraphQL for every fifty;
  // without title, body, whether it is merged, its head's branch and repository, and of several the
  // count of their files.
  std::vector<PullRequest> pulls(const std::vector<int>& numbers);
  // Throws Error(bad_input) where there are more than 100,000: no list ends unsaid.
  std::vector<PullRequest> open_pulls();
  struct OpenPulls {
    std::vector<PullRequest> pulls;
    bool last = true; // no page follows
  };
  OpenPulls open_pulls_page(int page); // from 1; a hundred each, the oldest first
  // "owner/name" of what the installation covers and can still change; throws likewise.
  std::vector<std::string> installation_repositories();

  std::int64_t create_check_run(const CheckRunFields& fields);
  void update_check_run(std::int64_t id, const CheckRunFields& fields);
  // The latest of each name of the app with this id or client id, newest first.
  std::vector<CheckRun> check_runs(const std::string& head_sha, const std::string& app_id);

  enum class Commits { left_out, read };
  Conversation conversation(int pull_number, Commits commits = Commits::left_out);
  // False: refused (422) because of one of the comments; nothing was posted then.
  bool create_review(int pull_number, const std::string& commit_id, const std::string& body,
                     const std::vector<ReviewComment>& comments);
  // Alone, as a comment on the line or, with line 0, on the file; nullopt: refused (422).
  std::optional<PostedComment> create_review_comment(int pull_number, const std::string& commit_id,
                                                     const ReviewComment& comment);
  // For each whether it was done; what GitHub says of the others is added to `complaints`.
  std::vector<bool> retire(const std::vector<Retirement>& retirements, std::string& complaints);

  PostedComment create_comment(int pull_number, const std::string& body);
  bool edit_comment(std::int64_t comment_id, const std::string& body); // false: it is gone
  // `content` as in https://docs.github.com/rest/reactions/reactions: "eyes", "confused", "+1". A
  // receipt only: a comment that is gone or locked is passed over.
  void react(std::int64_t comment_id, bool review_comment, const std::string& content);

  // By the login; what it is worth is told of the account, where both ids are known. Each is asked
  // for once.
  Permission permission(const Contributor& who);
  // `team` is the slug of a team of the organisation `organisation`. Each is asked for once.
  Membership membership(const std::string& organisation, const std::string& team,
                        const std::string& login);

  // The file `path` on the default branch of another repository of the same owner; "" when there is
  // none, nullopt when there is no such repository or none that the App may see.
  std::optional<std::string> file_of(const std::string& repository_name, const std::string& path);

  // Who put `label` on the pull request last, and when.
  LabelSetting label_setting(int pull_number, const std::string& label);
  // The ids of the commits that change `path`, from `head_sha` back to `since` (ISO 8601, "" to the
  // first one); nullopt where they are more than are read.
  std::optional<std::vector<std::string>>
  commits_of_path(const std::string& head_sha, const std::string& path, const std::string& since);

  // Branches of a split and their pull requests.
  std::vector<RemoteBranch> branches_below(const std::string& prefix); // "PREFIX/..."
  std::optional<std::string> branch_tip(const std::string& branch); // its commit; nullopt: no such
  // Of `branch`, "" the default one; its groups are branches below `groups`. Its strategy is not
  // known where the App may not read merge queues.
  MergeQueue merge_queue(const std::string& branch, const std::string& groups);
  CommitFacts commit_facts(const std::string& commit);
  std::vector<PullRequest> pulls_of_branch(const std::string& branch);
  // As a draft where the repository has drafts. What GitHub does not accept (422), or does not let
  // us do (403), is told in the outcome.
  PullOutcome create_pull(const NewPull& pull);
  void edit_pull(int number, const NewPull& pull); // title, body and base; "" leaves one as it is

private:
  enum class Repeat { never, allowed };

  // Statuses of `outcomes` are returned, others that are no success throw.
  HttpResponse send(HttpRequest request, const std::string& doing,
                    std::initializer_list<int> outcomes = {}, TokenScope scope = TokenScope::usual);
  AccountPermission ask_permission(const std::string& login);
  Membership ask_membership(const std::string& organisation, const std::string& team,
                            const std::string& login);
  std::string_view owner() const;
  std::string_view name() const;
  HttpResponse query(std::string body, const std::string& doing,
                     TokenScope scope = TokenScope::usual);
  HttpResponse get(const std::string& path, const std::string& doing);
  HttpResponse write(const std::string& method, const std::string& path, std::string body,
                     const std::string& doing, Repeat repeat = Repeat::never,
                     std::initializer_list<int> outcomes = {});
  std::string next_page(const HttpResponse& response, const std::string& doing) const;

  HttpTransport& m_transport;
  InstallationTokens& m_tokens;
  ApiUrls m_urls;
  std::string m_repository;
  std::string m_path; // "/repos/owner/name"
  std::int64_t m_installation_id;
  std::map<std::string, Membership> m_memberships;        // by "organisation/team login"
  std::map<std::string, AccountPermission> m_permissions; // by login
};

} // namespace leadline
