#include "app/jobs/pull_request_job.hpp"

#include "app/github/anchors.hpp"
#include "app/github/check_publisher.hpp"
#include "app/github/comment_publisher.hpp"
#include "app/jobs/analysis.hpp"
#include "app/render/json.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>

namespace leadline {
namespace {

// GitHub may not have seen yet what its webhook has told.
constexpr std::chrono::seconds k_replication{2};
// GitHub's own count of files stops here
// (https://docs.github.com/rest/pulls/pulls#list-pull-requests-files).
constexpr int k_counted_files = 3'000;

CheckPublisher check_publisher(const JobContext& context, GitHubClient& client) {
  return {
      client, context.parts.log, context.parts.clock, {context.app.check_name, context.app.app_id}};
}

RunContext run_context(const JobContext& context, const Job& job, const PullRequest& pull) {
  RunContext run;
  run.repository = job.repository;
  run.pull_number = pull.number;
  run.head_sha = pull.head_sha;
  run.reason = job.reason;
  run.web_url = context.app.urls.server;
  return run;
}

// "" when GitHub counts as many files as we do. A rename that one side sees and the other does not,
// or a change of type, is one or two.
std::string count_mismatch(const PullRequest& pull, const ChangeSet& changes) {
  if (!pull.changed_files || *pull.changed_files >= k_counted_files) {
    return {};
  }
  const int ours = static_cast<int>(changes.files.size() + changes.skipped.size());
  const auto paired =
      std::count_if(changes.files.begin(), changes.files.end(), [](const FileChange& file) {
        return file.status == FileStatus::renamed || file.status == FileStatus::copied ||
               file.status == FileStatus::removed;
      });
  const int slack = static_cast<int>(paired);
  if (*pull.changed_files >= ours - slack && *pull.changed_files <= ours + slack) {
    return {};
  }
  return "GitHub counts " + std::to_string(*pull.changed_files) + " changed files, git " +
         std::to_string(ours) + ": the base may have moved since. The check is about git's.";
}

CheckRunFields outcome_of(const Analysis& analysis, const RunContext& run) {
  CheckRunFields outcome;
  if (analysis.config.publishing.check_name != Publishing().check_name) {
    outcome.name = analysis.config.publishing.check_name;
  }
  if (!analysis.config_mistakes.empty()) {
    outcome.conclusion = name_of(Conclusion::action_required);
    outcome.title = "The configuration has mistakes";
    outcome.summary = "Nothing was analysed, because " + code_span(k_repository_config_path) +
                      " of the merge base cannot be used:\n\n" +
                      code_block(analysis.config_mistakes, "");
    return outcome;
  }
  const CheckTexts texts = check_texts(analysis.report, run);
  outcome.conclusion = name_of(analysis.report.verdict.conclusion);
  outcome.title = texts.title;
  outcome.summary = texts.summary;
  outcome.text = texts.text;
  for (const Finding& finding : analysis.report.findings) {
    if (std::optional<Annotation> annotation = annotation_of(analysis.changes, finding);
        annotation) {
      outcome.annotations.push_back(std::move(*annotation));
    }
  }
  return outcome;
}

} // namespace

void PullRequestJob::run(const Job& job) {
  GitHubClient client = m_context.client(job);
  if (job.kind == JobKind::merge_group) {
    run_merge_group(client, job);
    return;
  }
  if (job.comment_id != 0 && !accept_command(client, job, m_context.parts.logger)) {
    return;
  }
  if (job.pull_number == 0) {
    queue_by_head(client, job);
  } else {
    run_pull(client, job, present_state(client, job));
  }
}

// A check event of a fork names no pull request: each that has the head gets a job of its own.
void PullRequestJob::queue_by_head(GitHubClient& client, const Job& job) {
  const std::vector<PullRequest> pulls = client.pulls_of_head(job.head_sha);
  for (const PullRequest& pull : pulls) {
    Job found = job;
    found.id = 0;
    found.pull_number = pull.number;
    found.comment_id = 0;
    m_context.parts.queue.enqueue(found);
  }
  m_context.parts.logger.info("{} open pull requests have this head", pulls.size());
}

PullRequest PullRequestJob::present_state(GitHubClient& client, const Job& job) {
  PullRequest pull = client.pull_request(job.pull_number);
  if (!job.head_sha.empty() && pull.open && pull.head_sha != job.head_sha) {
    m_context.parts.clock.sleep_for(k_replication);
    pull = client.pull_request(job.pull_number);
  }
  return pull;
}

void PullRequestJob::run_pull(GitHubClient& client, const Job& job, const PullRequest& pull) {
  spdlog::logger& logger = m_context.parts.logger;
  PublicationLog& log = m_context.parts.log;
  if (!pull.open) {
    logger.info("the pull request is closed");
    return;
  }
  Publication publication = log.load(job.repository, pull.number).value_or(Publication());
  if (!job.again && publication.head_sha == pull.head_sha) {
    logger.info("the head has its verdict already");
    return;
  }
  const RunContext run = run_context(m_context, job, pull);
  CheckPublisher checks = check_publisher(m_context, client);
  const CheckPublisher::Begun begun = checks.begin(pull.head_sha, run_key(job), job.reason);

  const Analysis analysis = analyse(client, pull);
  CheckRunFields outcome = outcome_of(analysis, run);
  if (const std::string mismatch = count_mismatch(pull, analysis.changes);
      analysis.config_mistakes.empty() && !mismatch.empty()) {
    outcome.summary += "\n\n" + mismatch;
    logger.warn(mismatch);
  }
  const Conversation conversation = client.conversation(pull.number, pull.head_sha);
  judge_same_head(client, job, pull, conversation, outcome);
  log.save_report(job.repository, pull.number, pull.head_sha, render_json(analysis.report));
  checks.finish(begun, outcome);
  logger.info("check={} conclusion={} findings={}", begun.id, outcome.conclusion,
              analysis.report.findings.size());

  const Publishing& publishing = analysis.config.publishing;
  if (!analysis.config_mistakes.empty() || (pull.draft && !publishing.comment_on_drafts)) {
    return; // not marked as finished: the same head is run again when it is ready
  }
  CommentPublisher comments(client, log, logger);
  if (comments.publish(run, analysis.report, analysis.changes, publishing, conversation,
                       publication) == CommentPublisher::Outcome::superseded) {
    logger.info("a newer head has come, no comments");
    return;
  }
  publication.head_sha = pull.head_sha;
  publication.check_run_id = begun.id;
  log.save(job.repository, pull.number, publication);
}

Analysis PullRequestJob::analyse(GitHubClient& client, const PullRequest& pull) {
  AnalysisRequest request;
  request.repository = client.repository();
  request.remote = {m_context.app.urls.git_url(client.repository()), client.token()};
  request.range = pull.base_sha + "..." + pull.head_sha;
  request.refs = {"refs/heads/" + pull.base_ref,
                  "refs/pull/" + std::to_string(pull.number) + "/head"};
  request.commits = {pull.base_sha, pull.head_sha};
  return run_analysis(m_context.parts.git, m_context.parts.catalog, request);
}

// A check belongs to a head, so that a second pull request of the same head against a base that has
// the risky change already would turn the first one green: it passes only when all of them do.
void PullRequestJob::judge_same_head(GitHubClient& client, const Job& job, const PullRequest& pull,
                                     const Conversation& conversation, CheckRunFields& outcome) {
  std::set<std::string> bases = {pull.base_sha};
  for (const PullRequest& other : conversation.same_head) {
    if (outcome.conclusion != name_of(Conclusion::success)) {
      return;
    }
    if (!other.open || other.number == pull.number || other.head_sha != pull.head_sha ||
        !bases.insert(other.base_sha).second) {
      continue;
    }
    const CheckRunFields theirs =
        outcome_of(analyse(client, other), run_context(m_context, job, other));
    if (theirs.conclusion != outcome.conclusion) {
      const std::string name = "Pull request " + std::to_string(other.number);
      outcome.conclusion = theirs.conclusion;
      outcome.title = name + " with the same head: " + theirs.title;
      outcome.summary = name + " into " + code_span(other.base_ref) +
                        " has the same head, and they share this check. Its findings:\n\n" +
                        theirs.summary;
      outcome.text = theirs.text;
      outcome.annotations = theirs.annotations;
    }
  }
}

void PullRequestJob::run_merge_group(GitHubClient& client, const Job& job) {
  PullRequest group;
  group.head_sha = job.head_sha;
  group.base_sha = job.base_sha;
  CheckPublisher checks = check_publisher(m_context, client);
  const CheckPublisher::Begun begun = checks.begin(job.head_sha, run_key(job), job.reason);
  if (begun.finished) {
    return;
  }
  AnalysisRequest request;
  request.repository = job.repository;
  request.remote = {m_context.app.urls.git_url(job.repository), client.token()};
  request.range = job.base_sha + ".." + job.head_sha;
  request.commits = {job.base_sha, job.head_sha};
  const Analysis analysis = run_analysis(m_context.parts.git, m_context.parts.catalog, request);
  const CheckRunFields outcome = outcome_of(analysis, run_context(m_context, job, group));
  checks.finish(begun, outcome);
  m_context.parts.logger.info("merge group check={} conclusion={}", begun.id, outcome.conclusion);
}

void PullRequestJob::give_up(const Job& job, const std::string& why) {
  GitHubClient client = m_context.client(job);
  std::set<std::string> heads = {job.head_sha};
  if (job.pull_number != 0) { // the present head has been analysed, if it is another one
    const PullRequest pull = client.pull_request(job.pull_number);
    heads.insert(pull.open ? pull.head_sha : job.head_sha);
  }
  heads.erase("");
  CheckRunFields outcome;
  outcome.conclusion = name_of(Conclusion::action_required);
  outcome.title = "The analysis could not be finished";
  outcome.summary = "leadline tried and has no verdict about this head. Nothing was passed.\n\n" +
                    code_block(why, "") + "\n\nWhen the cause is gone: " + code_span("Re-run") +
                    " above, or comment " + code_span("/leadline rerun") + ".";
  // Nobody without write permission may take a verdict away by a command that fails.
  const auto earlier =
      job.comment_id != 0 ? CheckPublisher::Earlier::keep : CheckPublisher::Earlier::replace;
  CheckPublisher checks = check_publisher(m_context, client);
  for (const std::string& head_sha : heads) {
    if (!checks.conclude(head_sha, run_key(job), outcome, earlier)) {
      m_context.parts.logger.warn("head={} keeps its verdict", head_sha);
    }
  }
}

} // namespace leadline
