#include "app/jobs/pull_request_job.hpp"

#include "app/github/check_publisher.hpp"
#include "app/github/comment_publisher.hpp"
#include "app/jobs/announcing.hpp"
#include "app/jobs/event_jobs.hpp"
#include "app/jobs/named_check.hpp"
#include "app/jobs/override_label.hpp"
#include "app/jobs/policy_of_pull.hpp"
#include "app/jobs/same_head.hpp"
#include "app/jobs/who_may.hpp"
#include "app/jobs/work_observer.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>

namespace leadline {
namespace {

// GitHub may not have seen yet what its webhook has told.
constexpr std::chrono::seconds k_replication{2};
// For how long the head that was read with the conversation is taken for the present one.
constexpr std::chrono::seconds k_fresh{1};

RunContext run_context(const JobContext& context, const Job& job, const PullRequest& pull) {
  RunContext run;
  run.repository = job.repository;
  run.pull_number = pull.number;
  run.head_sha = pull.head_sha;
  run.reason = job.reason;
  run.web_url = context.app.urls.server;
  run.report_url = context.app.reports.link({job.repository, pull.number, pull.head_sha},
                                            context.parts.clock.now());
  return run;
}

// What a person can have seen from `at` on.
void remember_seen(Publication& publication, const Judged& judged, Acknowledgement::Time at) {
  SeenVerdict verdict;
  verdict.at = at;
  verdict.head_sha = publication.judged_head;
  for (const Finding& finding : judged.analysis.report.findings) {
    verdict.finding_ids.push_back(finding.id);
  }
  for (const Acknowledged& each : judged.acknowledged) {
    verdict.finding_ids.push_back(each.finding.id);
  }
  if (verdict.finding_ids.size() > k_most_seen_findings) {
    verdict.finding_ids.resize(k_most_seen_findings);
  }
  publication.seen.push_back(std::move(verdict));
  if (publication.seen.size() > k_most_seen_verdicts) {
    publication.seen.erase(publication.seen.begin());
  }
}

// Whether the verdict of the last run is still the one of `pull`.
bool is_settled(const Job& job, const PullRequest& pull, const Publication& publication) {
  const bool overridden = has_label(pull, publication.override_label);
  // The comments of a draft wait for more than a label.
  const std::string& judged =
      pull.draft && !job.label.empty() ? publication.judged_head : publication.head_sha;
  // The label may have been set anew by somebody else.
  const bool label_moved = (job.reason == k_labeled || job.reason == k_unlabeled) &&
                           (overridden || publication.overridden);
  // Its check may have been taken back when another verdict was asked for.
  const bool stands = judged == pull.head_sha && publication.owed_head != pull.head_sha;
  return !job.again && stands && !label_moved && overridden == publication.overridden;
}

} // namespace

void PullRequestJob::run(const Job& job) {
  GitHubClient client = m_context.client(job);
  if (job.comment_id != 0) { // stored by a version before, perhaps merged with a push
    Job usual = job;
    usual.comment_id = 0;
    usual.again = accept_command(m_context, client, job);
    run(usual);
    return;
  }
  if (job.pull_number == 0) {
    queue_by_head(m_context, client, job);
    return;
  }
  if (is_push(job) && !job.sender.empty()) { // of a job that a version before has stored
    m_context.parts.log.remember_contributor(job.repository, job.pull_number,
                                             {job.sender_id, job.sender});
  }
  auto publication = m_context.parts.log.load(job.repository, job.pull_number);
  if (publication && means_nothing(job, *publication)) {
    m_context.parts.logger.info("the label means nothing here");
    return;
  }
  if (job.again &&
      publication) { // until it is there: whatever becomes of this run, a sweep sees it
    publication->owed_head = job.head_sha.empty() ? publication->judged_head : job.head_sha;
    m_context.parts.log.save(job.repository, job.pull_number, *publication);
  }
  run_pull(client, job, present_state(client, job));
}

bool PullRequestJob::is_announced(const std::string& repository, const std::string& head_sha) {
  return m_context.parts.log.check_run_state(repository, head_sha).step ==
         CheckRunState::Step::queued;
}

// What waits behind this run: a verdict about the same head that is asked for anew, say after a
// change of the base, or a newer head.
PullRequestJob::Behind PullRequestJob::behind(const Job& job, const PullRequest& pull) {
  for (const JobRecord& record : m_context.parts.queue.standing(job)) {
    const Job& next = record.job;
    if (record.state != JobState::waiting) {
      continue;
    }
    if (!next.head_sha.empty() && next.head_sha != pull.head_sha) {
      return Behind::another_head;
    }
    if (next.again) {
      return Behind::same_head;
    }
  }
  return Behind::nothing;
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
  Publication publication = publication_of(job.repository, pull.number);
  withdraw_announcements(m_context, client, job, publication, pull.open ? pull.head_sha : "");
  if (!pull.open) {
    logger.info("the pull request is closed");
    judge_same_head_again(m_context, job, pull);
    return;
  }
  if (is_settled(job, pull, publication) && !is_announced(job.repository, pull.head_sha)) {
    logger.info("the head has its verdict already");
    return;
  }
  NamedCheck check(m_context, client, job, pull.head_sha);
  std::string check_name = known_check_name(m_context, job.repository, pull.base_ref);
  if (!check_name.empty()) {
    check.begin(check_name);
  }
  check_name = check_name.empty() ? m_context.app.check_name : check_name;
  Judged judged = analyse(client, pull, [&](const RepositoryConfig& config) {
    check_name = config.publishing.check_name;
    remember_check_name(m_context, job.repository, pull.base_ref, check_name);
    check.begin(check_name);
  });
  const Analysis& analysis = judged.analysis;
  Conversation conversation = client.conversation(pull.number, pull.head_sha);
  const auto read = m_context.parts.clock.now();
  set_acknowledged_aside(client, pull, publication,
                         CommitAuthors(client, pull, conversation.commits), judged);
  const RunContext run = with_judgement(run_context(m_context, job, pull), judged);
  CheckRunFields outcome = outcome_of(judged, run_context(m_context, job, pull));
  if (const std::string mismatch = count_mismatch(pull, analysis.changes);
      analysis.config_mistakes.empty() && !mismatch.empty()) {
    outcome.summary += "\n\n" + mismatch;
    logger.warn(mismatch);
  }
  judge_same_head(client, job, pull, conversation, outcome);
  if (analysis.config_mistakes.empty()) {
    log.save_report(job.repository, pull.number, pull.head_sha, stored_report_json(judged));
  }
  if (behind(job, pull) == Behind::same_head) {
    check.hand_over();
    publication.queued_heads = {pull.head_sha};
    log.save(job.repository, pull.number, publication);
    logger.info("another verdict about this head is asked for: the run behind this one gives it");
    return;
  }
  const std::string conclusion = outcome.conclusion;
  check.finish(std::move(outcome), check_name);
  const Acknowledgement::Time published = now(); // nobody has seen it before
  publication.head_sha.clear();                  // until the comments are there
  publication.judged_head = pull.head_sha;
  publication.base_sha = pull.base_sha;
  publication.defaults = judged.defaults;
  publication.owed_head.clear();
  publication.queued_heads.clear();
  publication.check_run_id = check.id();
  publication.check_name = check_name;
  publication.override_label = analysis.config.acknowledging.override_label;
  publication.overridden = has_label(pull, publication.override_label);
  remember_seen(publication, judged, published);
  log.save(job.repository, pull.number, publication);
  logger.info("check={} conclusion={} findings={} acknowledged={}", check.id(), conclusion,
              analysis.report.findings.size(), judged.acknowledged.size());
  tell_findings(judged);

  const Publishing& publishing = analysis.config.publishing;
  if (!analysis.config_mistakes.empty()) {
    return; // not marked as finished: the same head is run again when it is ready
  }
  if (conversation.locked) { // the check has all of it
    logger.info("the conversation is locked, no comments");
    publication.head_sha = pull.head_sha;
    log.save(job.repository, pull.number, publication);
    return;
  }
  const bool quiet = pull.draft && !publishing.comment_on_drafts;
  const Stage stage(m_context.parts.observer, "comments");
  // Annotations, limits and pull requests of the same head take their time.
  if (behind(job, pull) == Behind::another_head) {
    logger.info("a newer head waits, no comments");
    return;
  }
  if (m_context.parts.clock.now() - read > k_fresh) {
    conversation = client.conversation(pull.number);
  }
  CommentPublisher comments(client, log, logger);
  if (comments.publish(
          run, analysis.report, analysis.changes, publishing, conversation, publication,
          quiet ? CommentPublisher::Speech::settle_only : CommentPublisher::Speech::all) ==
      CommentPublisher::Outcome::superseded) {
    logger.info("a newer head has come, no comments");
    return;
  }
  if (quiet) {
    return; // likewise
  }
  publication.head_sha = pull.head_sha;
  log.save(job.repository, pull.number, publication);
}

Judged PullRequestJob::analyse(GitHubClient& client, const PullRequest& pull,
                               const std::function<void(const RepositoryConfig&)>& configured) {
  AnalysisRequest request = request_for(m_context, client, pull);
  request.configured = configured;
  Judged judged;
  judged.defaults = request.defaults.digest;
  judged.analysis = with_git_token(client, TokenScope::usual, [&](const Secret& token) {
    request.remote.token = token;
    return run_analysis(m_context.parts.git, m_context.parts.catalog, request,
                        m_context.parts.observer);
  });
  return judged;
}

void PullRequestJob::set_acknowledged_aside(GitHubClient& client, const PullRequest& pull,
                                            const Publication& publication, CommitAuthors commits,
                                            Judged& judged) {
  Analysis& analysis = judged.analysis;
  if (!analysis.config_mistakes.empty()) {
    return;
  }
  const WordsForPull found = words_for(m_context, client, pull, publication, analysis, commits);
  judged.acknowledged =
      set_aside(analysis.report, found.words, analysis.config,
                {authors_of(m_context.parts.log, client.repository(), pull), pull.head_sha, now(),
                 may_still(client, analysis.config.acknowledging, commits)});
  judged.notes = label_note(found, analysis.report, analysis.config.policy);
}

// A check belongs to a head, so that a second pull request of the same head against a base that has
// the risky change already would turn the first one green: it passes only when all of them do.
void PullRequestJob::judge_same_head(GitHubClient& client, const Job& job, const PullRequest& pull,
                                     const Conversation& conversation, CheckRunFields& outcome) {
  if (outcome.conclusion != name_of(Conclusion::success)) {
    return;
  }
  // GitHub associates no commit with the pull requests of a fork
  // (https://github.com/retransmission/retransmission/pull/280).
  const bool known =
      std::any_of(conversation.same_head.pulls.begin(), conversation.same_head.pulls.end(),
                  [&](const PullRequest& each) { return each.number == pull.number; });
  const SameHead same = known || !conversation.same_head.complete
                            ? conversation.same_head
                            : client.open_pulls_of_head(pull.head_sha);
  if (!same.complete) {
    outcome.conclusion = name_of(Conclusion::action_required);
    outcome.title = "Not all pull requests of this head are known";
    outcome.summary = "A check belongs to a head, and there are more pull requests than can be "
                      "looked through for others with the same one. Nothing was passed. Push "
                      "another commit to have a head of your own.\n\n" +
                      outcome.summary;
    return;
  }
  std::set<std::string> bases = {pull.base_sha};
  for (const PullRequest& other : same.pulls) {
    if (outcome.conclusion != name_of(Conclusion::success)) {
      return;
    }
    if (!other.open || other.number == pull.number || other.head_sha != pull.head_sha ||
        !bases.insert(other.base_sha).second) {
      continue;
    }
    RunContext run = run_context(m_context, job, other);
    run.report_url.clear(); // what is judged here on the side is not stored
    Judged judged = analyse(client, other, {});
    set_acknowledged_aside(client, other, publication_of(job.repository, other.number),
                           CommitAuthors(client, other), judged);
    const CheckRunFields theirs = outcome_of(judged, run);
    if (theirs.conclusion != outcome.conclusion) {
      const std::string name = "Pull request " + std::to_string(other.number);
      outcome.conclusion = theirs.conclusion;
      outcome.title = name + " with the same head: " + theirs.title;
      outcome.summary = name + " into " + code_span(other.base_ref) +
                        " has the same head, and they share this check. Its findings:\n\n" +
                        theirs.summary;
      outcome.text = theirs.text;
      outcome.annotations = theirs.annotations;
      outcome.actions = {}; // they would act on this pull request
    }
  }
}

Publication PullRequestJob::publication_of(const std::string& repository, int pull_number) {
  return m_context.parts.log.load(repository, pull_number).value_or(Publication());
}

void PullRequestJob::tell_findings(const Judged& judged) {
  for (const Finding& finding : judged.analysis.report.findings) {
    m_context.parts.observer.found(finding);
  }
  for (const Acknowledged& each : judged.acknowledged) {
    m_context.parts.observer.found(each.finding);
  }
}

Acknowledgement::Time PullRequestJob::now() const {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(m_context.parts.clock.now());
}

void PullRequestJob::give_up(const Job& job, const std::string& words) {
  GitHubClient client = m_context.client(job);
  std::set<std::string> heads = {job.head_sha};
  std::string name;
  if (job.pull_number != 0) { // the present head has been analysed, if it is another one
    const PullRequest pull = client.pull_request(job.pull_number);
    heads.insert(pull.open ? pull.head_sha : job.head_sha);
    Publication publication = publication_of(job.repository, pull.number);
    withdraw_announcements(m_context, client, job, publication, pull.open ? pull.head_sha : "");
    name = known_check_name(m_context, job.repository, pull.base_ref);
  }
  heads.erase("");
  CheckRunFields outcome = unfinished_outcome(words, run_key(job));
  outcome.name = name; // it may have been shown under another one; "" leaves it as it is
  name = name.empty() ? check_name_of(m_context, job) : name;
  // Nobody without write permission may take a verdict away by a command that fails.
  const auto earlier =
      job.comment_id != 0 ? CheckPublisher::Earlier::keep : CheckPublisher::Earlier::replace;
  CheckPublisher checks(client, m_context.parts.log, m_context.parts.clock,
                        {name.empty() ? m_context.app.check_name : name, m_context.app.app_id});
  for (const std::string& head_sha : heads) {
    if (!checks.conclude(head_sha, run_key(job), outcome, earlier)) {
      m_context.parts.logger.warn("head={} keeps its verdict", head_sha);
    }
  }
  if (auto publication = m_context.parts.log.load(job.repository, job.pull_number);
      job.pull_number != 0 && publication) {
    publication->owed_head.clear(); // what there is to say about it is said
    publication->queued_heads.clear();
    m_context.parts.log.save(job.repository, job.pull_number, *publication);
  }
}

} // namespace leadline
