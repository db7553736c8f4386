#include "app/jobs/group_words.hpp"

#include "app/jobs/commit_authors.hpp"
#include "app/jobs/group_range.hpp"
#include "app/jobs/judging_pull.hpp"
#include "app/jobs/override_label.hpp"
#include "app/jobs/policy_of_pull.hpp"
#include "app/jobs/stored_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>

namespace leadline {
namespace {

using ChangedLines = std::vector<std::pair<LineKind, std::string>>;

ChangedLines changed_lines(const ChangeSet& changes, const std::string& path) {
  ChangedLines lines;
  for (const FileChange& file : changes.files) {
    if (file.path() != path) {
      continue;
    }
    for (const Hunk& hunk : file.hunks) {
      for (const DiffLine& line : hunk.lines) {
        if (line.kind != LineKind::context) {
          lines.emplace_back(line.kind, line.text);
        }
      }
    }
  }
  return lines;
}

// A pull request of the group; number 0: one that nobody knows.
struct Member {
  PullRequest pull;
  CommitAuthors commits;
  std::vector<Contributor> authors = {};
  std::optional<std::set<std::string>> findings = {}; // of its own report, where there is one
  std::optional<ChangeSet> changes = {};              // read when they are needed
};
using Members = std::deque<Member>; // none ever moves

Members members_of(const JobContext& context, GitHubClient& client, const GroupRange& range) {
  Members members;
  const std::vector<PullRequest> pulls =
      range.pulls_known ? client.pulls(range.pulls) : std::vector<PullRequest>();
  if (pulls.empty() || pulls.size() != range.pulls.size()) {
    members.push_back(
        {PullRequest(), CommitAuthors(client, PullRequest(), PullCommits{{}, false})});
    return members;
  }
  PublicationLog& log = context.parts.log;
  for (const PullRequest& pull : pulls) {
    Member member{pull, CommitAuthors(client, pull)};
    member.authors = authors_of(log, client.repository(), pull);
    if (const auto stored = log.load_report(client.repository(), pull.number, pull.head_sha)) {
      member.findings.emplace();
      for (const Finding& finding : parse_stored_report(*stored).findings) {
        member.findings->insert(finding.id);
      }
    }
    members.push_back(std::move(member));
  }
  return members;
}

std::vector<Member*> makers_of(Members& members, const Finding& finding) {
  std::vector<Member*> makers;
  std::vector<Member*> all;
  for (Member& member : members) {
    all.push_back(&member);
    if (!member.findings || member.findings->count(finding.id) > 0) {
      makers.push_back(&member);
    }
  }
  return makers.empty() ? all : makers;
}

std::vector<Acknowledgement> words_of(const JobContext& context, GitHubClient& client,
                                      const Members& members, const std::string& label) {
  std::map<std::int64_t, Acknowledgement> by_id; // oldest first
  for (const Member& member : members) {
    for (Acknowledgement& word :
         standing_words(context, client, member.pull.number != 0 ? &member.pull : nullptr, label)) {
      by_id.try_emplace(word.id, std::move(word));
    }
  }
  std::vector<Acknowledgement> words;
  for (auto& [id, word] : by_id) {
    words.push_back(std::move(word));
  }
  return words;
}

ChangeSet changes_of(const JobContext& context, GitHubClient& client, const PullRequest& pull) {
  const AnalysisRequest request = request_for(context, client, pull);
  return with_git_token(client, TokenScope::usual, [&](const Secret& token) {
    const auto repository =
        context.parts.git.fetch(request.repository, {request.remote.url, token}, request.commits);
    return repository->change_set(repository->resolve(request.range));
  });
}

} // namespace

void set_group_words_aside(const JobContext& context, GitHubClient& client, const Job& job,
                           const GroupRange& range, Judged& judged) {
  Analysis& analysis = judged.analysis;
  if (analysis.report.findings.empty() ||
      context.parts.acknowledgements.acknowledgements(job.repository).empty()) {
    return;
  }
  const Acknowledging& rules = analysis.config.acknowledging;
  Members members = members_of(context, client, range);
  for (Member& member : members) {
    member.commits.rest_on(paths_in(analysis.report));
  }
  AcknowledgedChange change;
  change.head_sha = job.head_sha;
  change.now = now_of(context);
  change.against = [&](const Acknowledgement& word, const Finding& finding) -> std::string {
    for (Member* const maker : makers_of(members, finding)) {
      if (!rules.by_author && is_among({word.by_id, word.by}, maker->authors)) {
        return fmt::format("its giver has opened pull request {}, or pushed to it",
                           maker->pull.number);
      }
      if (std::string why = still_against(client, analysis.config, maker->commits)(word, finding);
          !why.empty()) {
        return why;
      }
    }
    return "";
  };
  change.holds_here = [&](const Acknowledgement& word, const Finding& finding) {
    const auto member = std::find_if(members.begin(), members.end(), [&](const Member& each) {
      return each.pull.number != 0 && each.pull.number == word.pull_number &&
             each.pull.head_sha == word.head_sha;
    });
    if (member == members.end()) {
      return false;
    }
    if (!member->changes) {
      member->changes = changes_of(context, client, member->pull);
    }
    const auto same = [&](const std::string& path) {
      return changed_lines(analysis.changes, path) == changed_lines(*member->changes, path);
    };
    return !changed_lines(analysis.changes, finding.path).empty() && same(finding.path) &&
           std::all_of(finding.related.begin(), finding.related.end(),
                       [&](const RelatedSetting& row) { return same(row.path); });
  };
  SetAside aside =
      set_aside(analysis.report, words_of(context, client, members, rules.override_label),
                analysis.config, change);
  judged.acknowledged = std::move(aside.acknowledged);
  judged.void_words = std::move(aside.void_words);
}

} // namespace leadline
