#include "app/jobs/merge_group_job.hpp"

#include "app/github/publication_log.hpp"
#include "app/jobs/commit_authors.hpp"
#include "app/jobs/destroyed_group.hpp"
#include "app/jobs/merge_queue_ref.hpp"
#include "app/jobs/named_check.hpp"
#include "app/jobs/override_label.hpp"
#include "app/jobs/policy_of_pull.hpp"
#include "app/jobs/stored_report.hpp"
#include "base/error.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace leadline {
namespace {

// Reports of groups are stored under this number: no pull request has it.
constexpr int k_no_pull = 0;

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

// The pull request that the group adds; nullopt when it is gone.
std::optional<PullRequest> last_of(GitHubClient& client, const MergeQueueRef& ref) {
  try {
    return client.pull_request(ref.pull_number);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) {
      throw;
    }
    return std::nullopt;
  }
}

} // namespace

void MergeGroupJob::run(const Job& job) {
  GitHubClient client = m_context.client(job);
  const std::optional<MergeQueueRef> ref = parse_merge_queue_ref(job.head_ref);
  if (!job.again && was_destroyed(m_context, job) &&
      (!ref || client.branch_tip(job.head_ref) != job.head_sha)) {
    m_context.parts.logger.info("the group was taken apart before it was asked for");
    return;
  }
  NamedCheck check(m_context, client, job, job.head_sha);
  const std::string base_ref = ref ? ref->base : std::string();
  std::string check_name = ref ? known_check_name(m_context, job.repository, base_ref)
                               : usual_check_name(m_context, job.repository);
  if (!check_name.empty()) {
    check.begin(check_name);
    if (check.finished_before()) {
      return;
    }
  }
  check_name = check_name.empty() ? m_context.app.check_name : check_name;
  PullRequest group;
  group.head_sha = job.head_sha;
  group.base_sha = base_of(client, job, ref);
  AnalysisRequest request = request_for(m_context, client, group);
  request.refs = {};
  request.configured = [&](const RepositoryConfig& config) {
    check_name = config.publishing.check_name;
    remember_check_name(m_context, job.repository, base_ref, check_name);
    check.begin(check_name);
  };
  Judged judged;
  judged.analysis = with_git_token(client, TokenScope::usual, [&](const Secret& token) {
    request.remote.token = token;
    return run_analysis(m_context.parts.git, m_context.parts.catalog, request,
                        m_context.parts.observer);
  });
  set_acknowledged_aside(client, job, ref, judged);
  RunContext run;
  run.repository = job.repository;
  run.head_sha = job.head_sha;
  run.reason = job.reason;
  run.web_url = m_context.app.urls.server;
  run.report_url = m_context.app.reports.link({job.repository, k_no_pull, job.head_sha},
                                              m_context.parts.clock.now());
  CheckRunFields outcome = outcome_of(judged, run);
  if (ref && outcome.conclusion == name_of(Conclusion::failure)) {
    outcome.summary +=
        fmt::format("\n\nA group of a merge queue has no place for an answer. To acknowledge a "
                    "finding, comment "
                    "`/leadline ack ID REASON` on pull request {}, and add it to the queue again.",
                    ref->pull_number);
  }
  if (judged.analysis.config_mistakes.empty()) { // a re-run finds its base there
    m_context.parts.log.save_report(job.repository, k_no_pull, job.head_sha,
                                    stored_report_json(judged));
  }
  const std::string conclusion = outcome.conclusion;
  check.finish(std::move(outcome), check_name);
  m_context.parts.logger.info("merge group check={} conclusion={}", check.id(), conclusion);
}

// Where the group begins: as its event says, as an earlier run knew, or else at the tip of the
// branch that it is to be merged into: what stands before it in the queue is judged with it then.
std::string MergeGroupJob::base_of(GitHubClient& client, const Job& job,
                                   const std::optional<MergeQueueRef>& ref) {
  if (!job.base_sha.empty()) {
    return job.base_sha;
  }
  if (const auto stored =
          m_context.parts.log.load_report(job.repository, k_no_pull, job.head_sha)) {
    if (const std::string base = parse_stored_report(*stored).range.base; !base.empty()) {
      return base;
    }
  }
  if (ref) {
    if (const std::optional<std::string> tip = client.branch_tip(ref->base)) {
      return *tip;
    }
  }
  throw Error(ErrorKind::not_found, "the base of merge group " + job.head_sha + " is not known");
}

void MergeGroupJob::set_acknowledged_aside(GitHubClient& client, const Job& job,
                                           const std::optional<MergeQueueRef>& ref,
                                           Judged& judged) {
  Analysis& analysis = judged.analysis;
  if (analysis.report.findings.empty() ||
      m_context.parts.acknowledgements.acknowledgements(job.repository).empty()) {
    return;
  }
  AcknowledgedChange change;
  change.head_sha = job.head_sha;
  change.now = std::chrono::time_point_cast<std::chrono::milliseconds>(m_context.parts.clock.now());
  std::optional<ChangeSet> theirs; // read when it is needed
  const std::optional<PullRequest> last = ref ? last_of(client, *ref) : std::nullopt;
  const std::vector<Acknowledgement> words = standing_words(
      m_context, client, last ? &*last : nullptr, analysis.config.acknowledging.override_label);
  // Of a pull request that is gone nobody can tell who wrote it.
  CommitAuthors commits(client, last.value_or(PullRequest()),
                        last ? std::nullopt : std::optional(PullCommits{{}, false}));
  commits.rest_on(paths_in(analysis.report));
  change.against = still_against(client, analysis.config.acknowledging, commits);
  if (last) {
    change.authors = authors_of(m_context.parts.log, job.repository, *last);
    change.holds_here = [&](const Acknowledgement& word, const Finding& finding) {
      if (word.pull_number != last->number || word.head_sha != last->head_sha) {
        return false;
      }
      if (!theirs) {
        theirs = changes_of(client, *last);
      }
      const ChangedLines lines = changed_lines(analysis.changes, finding.path);
      return !lines.empty() && lines == changed_lines(*theirs, finding.path);
    };
  }
  SetAside aside = set_aside(analysis.report, words, analysis.config, change);
  judged.acknowledged = std::move(aside.acknowledged);
  judged.void_words = std::move(aside.void_words);
}

ChangeSet MergeGroupJob::changes_of(GitHubClient& client, const PullRequest& pull) {
  const AnalysisRequest request = request_for(m_context, client, pull);
  return with_git_token(client, TokenScope::usual, [&](const Secret& token) {
    const auto repository =
        m_context.parts.git.fetch(request.repository, {request.remote.url, token}, request.commits);
    return repository->change_set(repository->resolve(request.range));
  });
}

} // namespace leadline
