#include "app/jobs/split_push.hpp"

#include "app/git/commit_stack.hpp"
#include "app/jobs/policy_of_pull.hpp"
#include "app/render/neutralize.hpp"
#include "app/render/split_markdown.hpp"
#include "app/render/split_text.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>

namespace leadline {
namespace {

// Who commits the parts; whoever amends or rebases one becomes its committer instead. No account of
// GitHub has brackets in its name.
const Committer k_committer = {"leadline", "leadline[bot]@users.noreply.github.com"};

std::string trailer_of(const GitHubClient& client, int pull_number) {
  return fmt::format("Leadline-Split: {}#{}", client.repository(), pull_number);
}

// Without its number, which follows the order: the branch follows the group.
std::string branch_of(const Report& report, std::size_t index, int pull_number) {
  return fmt::format("leadline/{}/{}", pull_number, split_name(report.split, index).substr(3));
}

std::vector<StackedCommit> commits_of(const Report& report, const std::vector<std::string>& patches,
                                      int pull_number, const std::string& trailer) {
  std::vector<StackedCommit> commits;
  for (std::size_t i = 0; i < patches.size(); ++i) {
    commits.push_back({branch_of(report, i, pull_number),
                       split_commit_message(report, i) + "\n" + trailer + "\n", patches[i]});
  }
  return commits;
}

} // namespace

std::string SplitPusher::run(const Report& report, const std::vector<std::string>& patches,
                             const RunContext& run) {
  GitCache& git = m_context.parts.git;
  const std::string& repository = m_client.repository();
  const std::string url = m_context.app.urls.git_url(repository);
  const std::string trailer = trailer_of(m_client, m_pull.number);
  const std::vector<StackedCommit> commits = commits_of(report, patches, m_pull.number, trailer);
  const std::vector<std::string> ids =
      with_git_token(m_client, TokenScope::usual, [&](const Secret& token) {
        const auto cached = git.fetch(repository, {url, token}, {m_pull.base_sha, m_pull.head_sha});
        return write_commits(cached->path(), report.range, commits, k_committer);
      });

  std::vector<BranchPush> pushes;
  for (std::size_t i = 0; i < commits.size(); ++i) {
    pushes.push_back({commits[i].branch, ids[i], ""});
  }
  std::vector<std::string> leftovers;
  for (const RemoteBranch& branch :
       m_client.branches_below(fmt::format("leadline/{}", m_pull.number))) {
    const auto push = std::find_if(pushes.begin(), pushes.end(), [&](const BranchPush& row) {
      return row.branch == branch.name;
    });
    if (push == pushes.end()) {
      leftovers.push_back(branch.name);
      continue;
    }
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

  const std::vector<std::string> refusals =
      with_git_token(m_client, TokenScope::branches, [&](const Secret& token) {
        return git.push(repository, {url, token}, pushes);
      });
  for (std::size_t i = 0; i < refusals.size(); ++i) {
    if (!refusals[i].empty()) {
      return fmt::format("GitHub did not take {}: {}. No pull request was opened.\n",
                         code_span(pushes[i].branch), neutralize(refusals[i]));
    }
  }
  m_context.parts.logger.info("pushed {} branches of a split", pushes.size());

  std::vector<SplitPart> parts;
  for (std::size_t i = 0; i < pushes.size(); ++i) {
    const int previous = i == 0 ? 0 : parts.back().pull_number;
    NewPull wanted{split_pull_title(report, run, i), split_pull_body(report, run, i, previous),
                   pushes[i].branch, i == 0 ? m_pull.base_ref : pushes[i - 1].branch};
    SplitPart part{pushes[i].branch, 0, ""};
    const std::vector<PullRequest> standing = m_client.open_pulls_of_branch(wanted.head);
    if (!standing.empty()) {
      part.pull_number = standing.front().number;
      m_client.edit_pull(part.pull_number, wanted);
    } else {
      const PullOutcome outcome = m_client.create_pull(wanted);
      part.pull_number = outcome.number;
      part.note = outcome.number == 0 ? "not opened: " + outcome.reason
                  : outcome.draft     ? ""
                                      : "no draft: this repository has none";
    }
    parts.push_back(std::move(part));
  }
  return split_pushed_answer(report, run, parts, leftovers);
}

} // namespace leadline
