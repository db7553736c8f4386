#include "app/jobs/split_push.hpp"

#include "app/git/commit_stack.hpp"
#include "app/jobs/lease.hpp"
#include "app/jobs/policy_of_pull.hpp"
#include "app/jobs/split_authors.hpp"
#include "app/render/neutralize.hpp"
#include "app/render/split_markdown.hpp"
#include "app/render/split_text.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <set>

namespace leadline {
namespace {

// Who commits the parts; whoever amends or rebases one becomes its committer instead. No account of
// GitHub has brackets in its name.
const Committer k_committer = {"leadline", "leadline[bot]@users.noreply.github.com"};

// Of its parts anybody could acknowledge what they wrote themselves.
constexpr const char* k_authors_unknown =
    "Nothing was pushed: who wrote this pull request cannot be told, as GitHub lists more commits "
    "than are read. `/leadline split` has the commands that make the same branches by hand.\n";

std::string trailer_of(const GitHubClient& client, int pull_number) {
  return fmt::format("Leadline-Split: {}#{}", client.repository(), pull_number);
}

// Without its number, which follows the order: the branch follows the group.
std::string branch_of(const Report& report, std::size_t index, int pull_number) {
  return fmt::format("leadline/{}/{}", pull_number, split_name(report.split, index).substr(3));
}

// A text of ours ends in a hash of itself: what a person wrote over is known by it, and kept.
constexpr std::string_view k_seal = "\n<!-- leadline-split:";

std::string seal_of(const std::string& title, std::string_view body) {
  return std::string(k_seal) + sha256_hex(title + "\n" + std::string(body)).substr(0, 16) +
         " -->\n";
}

bool is_ours(const PullRequest& pull) {
  const std::size_t seal = pull.body.rfind(k_seal);
  return seal != std::string::npos &&
         trim(std::string_view(pull.body).substr(seal)) ==
             trim(seal_of(pull.title, std::string_view(pull.body).substr(0, seal)));
}

// Brings a standing pull request to `wanted`, as far as nobody else wrote its text.
void bring_up_to_date(GitHubClient& client, const PullRequest& standing, NewPull wanted) {
  if (!is_ours(standing)) {
    wanted.title.clear();
    wanted.body.clear();
  }
  const bool base = standing.base_ref != wanted.base;
  const bool text = !wanted.title.empty() &&
                    (standing.title != wanted.title || trim(standing.body) != trim(wanted.body));
  if (base || text) {
    client.edit_pull(standing.number, wanted);
  }
}

std::vector<StackedCommit> commits_of(const Report& report, const std::vector<std::string>& patches,
                                      int pull_number, const std::string& trailer) {
  std::vector<StackedCommit> commits;
  std::set<std::string> taken; // a domain of somebody's own may read as another one's
  for (std::size_t i = 0; i < patches.size(); ++i) {
    std::string branch = branch_of(report, i, pull_number);
    while (!taken.insert(branch).second) {
      branch += "-2";
    }
    commits.push_back(
        {branch, split_commit_message(report, i) + "\n" + trailer + "\n", patches[i]});
  }
  return commits;
}

} // namespace

std::string SplitPusher::run(const Report& report, const std::vector<std::string>& patches,
                             const RunContext& run) {
  const auto authors = authors_of_parts(m_context.parts.log, m_client, m_pull, m_asker);
  if (!authors) {
    return k_authors_unknown;
  }
  GitCache& git = m_context.parts.git;
  const std::string& repository = m_client.repository();
  const std::string url = m_context.app.urls.git_url(repository);
  const std::string trailer = trailer_of(m_client, m_pull.number);
  const std::vector<StackedCommit> commits = commits_of(report, patches, m_pull.number, trailer);
  std::unique_ptr<GitRepository> cached; // in use until its commits are pushed: it stays
  const std::vector<std::string> ids =
      with_git_token(m_client, TokenScope::usual, [&](const Secret& token) {
        cached = git.fetch(repository, {url, token}, {m_pull.base_sha, m_pull.head_sha});
        return write_commits(cached->path(), report.range, commits, k_committer);
      });

  std::vector<BranchPush> pushes;
  for (std::size_t i = 0; i < commits.size(); ++i) {
    pushes.push_back({commits[i].branch, ids[i], ""});
  }
  std::vector<std::string> leftovers;
  std::set<std::string> remote;
  for (const RemoteBranch& branch :
       m_client.branches_below(fmt::format("leadline/{}", m_pull.number))) {
    const auto push = std::find_if(pushes.begin(), pushes.end(), [&](const BranchPush& row) {
      return row.branch == branch.name;
    });
    if (push == pushes.end()) {
      leftovers.push_back(branch.name);
      continue;
    }
    remote.insert(branch.name);
    push->expected = branch.commit;
    if (branch.commit == push->commit) {
      continue;
    }
    const CommitFacts tip = m_client.commit_facts(branch.commit);
    if (tip.committer_email != k_committer.email ||
        tip.message.find("\n" + trailer + "\n") == std::string::npos) {
      return fmt::format("Nothing was pushed: {} ends in a commit that is not leadline's, {}. Move "
                         "or delete the branch, then ask again.\n",
                         code_span(branch.name), code_span(branch.commit.substr(0, 12)));
    }
  }

  // A part that was merged, and whose branch was deleted, stays merged.
  std::vector<SplitPart> parts;
  std::vector<std::optional<PullRequest>> standing;
  std::vector<BranchPush> wanted_pushes;
  for (const BranchPush& push : pushes) {
    const std::vector<PullRequest> pulls = m_client.pulls_of_branch(push.branch);
    const auto merged = std::find_if(pulls.begin(), pulls.end(), [&](const PullRequest& pull) {
      return pull.merged && pull.head_sha == push.commit && remote.count(push.branch) == 0;
    });
    const auto open =
        std::find_if(pulls.begin(), pulls.end(), [](const PullRequest& pull) { return pull.open; });
    SplitPart part{push.branch, 0, ""};
    if (merged != pulls.end()) {
      part.pull_number = merged->number;
      part.note = "merged";
    } else {
      wanted_pushes.push_back(push);
    }
    parts.push_back(std::move(part));
    standing.push_back(open == pulls.end() ? std::nullopt : std::optional(*open));
  }

  const std::vector<std::string> refusals =
      with_git_token(m_client, TokenScope::branches, [&](const Secret& token) {
        const LeasedWrite write;
        return git.push(repository, {url, token}, wanted_pushes);
      });
  for (std::size_t i = 0; i < refusals.size(); ++i) {
    if (!refusals[i].empty()) {
      return fmt::format("GitHub did not take {}: {}. No pull request was opened.\n",
                         code_span(wanted_pushes[i].branch), neutralize(refusals[i]));
    }
  }
  m_context.parts.logger.info("pushed {} branches of a split", wanted_pushes.size());

  const SplitPart* below = nullptr; // the part that the next one stands on, unless it is merged
  for (std::size_t i = 0; i < parts.size(); ++i) {
    SplitPart& part = parts[i];
    if (part.note == "merged") {
      continue;
    }
    const int previous = below == nullptr ? 0 : below->pull_number;
    NewPull wanted{split_pull_title(report, run, i), split_pull_body(report, run, i, previous),
                   part.branch, below == nullptr ? m_pull.base_ref : below->branch};
    wanted.body += seal_of(wanted.title, wanted.body);
    if (standing[i]) {
      part.pull_number = standing[i]->number;
      remember_authors(m_context.parts.log, repository, part.pull_number, *authors);
      bring_up_to_date(m_client, *standing[i], wanted);
    } else {
      const PullOutcome outcome = m_client.create_pull(wanted);
      part.pull_number = outcome.number;
      if (outcome.number != 0) {
        remember_authors(m_context.parts.log, repository, outcome.number, *authors);
      }
      part.note = outcome.number == 0 ? "not opened: " + outcome.reason
                  : outcome.draft     ? ""
                                      : "no draft: this repository has none";
    }
    below = &part;
  }
  return split_pushed_answer(report, run, parts, leftovers);
}

} // namespace leadline
