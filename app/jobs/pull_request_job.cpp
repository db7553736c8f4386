#include "app/jobs/pull_request_job.hpp"

#include "app/github/check_publisher.hpp"
#include "app/github/comment_publisher.hpp"
#include "app/jobs/announcing.hpp"
#include "app/jobs/event_jobs.hpp"
#include "app/jobs/group_head.hpp"
#include "app/jobs/judging_pull.hpp"
#include "app/jobs/named_check.hpp"
#include "app/jobs/override_label.hpp"
#include "app/jobs/same_head.hpp"
#include "app/jobs/who_may.hpp"
#include "app/jobs/work_observer.hpp"
#include "app/log.hpp"

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

// What a person can have seen from `at` on.
void remember_seen(Publication& publication, const Judged& judged, Acknowledgement::Time at) {
  SeenVerdict verdict;
  verdict.at = at;
  verdict.head_sha = publication.judged_head;
  verdict.check_run_id = publication.check_run_id;
  for (const Finding& finding : judged.analysis.report.findings) {
    verdict.finding_ids.push_back(finding.digest);
  }
  for (const Acknowledged& each : judged.acknowledged) {
    verdict.finding_ids.push_back(each.finding.digest);
  }
  if (verdict.finding_ids.size() > k_most_seen_findings) {
    verdict.finding_ids.resize(k_most_seen_findings);
  }
  publication.seen.push_back(std::move(verdict));
  if (publication.seen.size() > k_most_seen_verdicts) {
    publication.seen.erase(publication.seen.begin());
  }
}

// Whether the last verdict about this head can be taken for the present one.
bool verdict_stands(const Job& job, const PullRequest& pull, const Publication& publication) {
  const bool overridden = has_label(pull, publication.override_label);
  // The label may have been set anew by somebody else.
  const bool label_moved = (job.reason == k_labeled || job.reason == k_unlabeled) &&
                           (overridden || publication.overridden);
  // Its check may have been taken back when another verdict was asked for.
  return publication.judged_head == pull.head_sha && publication.owed_head != pull.head_sha &&
         !label_moved && overridden == publication.overridden;
}

// Which head the lines are about, whichever the job names.
LogKeys key_of_present(const PullRequest& pull) {
  return {{"sha", pull.open ? pull.head_sha : ""}};
}

// Whether there is nothing left to do.
bool is_settled(const Job& job, const PullRequest& pull, const Publication& publication) {
  // The comments of a draft wait for more than a label.
  const bool quiet = pull.draft && !job.label.empty();
  return !job.again && verdict_stands(job, pull, publication) &&
         (quiet || publication.head_sha == pull.head_sha);
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

template <typename Test>
bool PullRequestJob::any_waits(const Job& job, Test test) {
  const std::vector<JobRecord> standing = m_context.parts.queue.standing(job);
  return std::any_of(standing.begin(), standing.end(), [&](const JobRecord& record) {
    return record.state == JobState::waiting && test(record.job);
  });
}

// Whether a run behind this one is to give another verdict about the same head, say after a change
// of the base, or of the label that acknowledges. What a label's event tells of the head is of no
// account: it is the present one that is judged then.
bool PullRequestJob::verdict_is_asked_anew(const Job& job, const PullRequest& pull,
                                           const std::string& override_label) {
  return any_waits(job, [&](const Job& next) {
    const bool same = next.head_sha.empty() || next.head_sha == pull.head_sha;
    return names_label(next, override_label) || (next.again && same);
  });
}

bool PullRequestJob::another_head_waits(const Job& job, const PullRequest& pull) {
  return any_waits(job, [&](const Job& next) {
    return !next.head_sha.empty() && next.head_sha != pull.head_sha && next.label.empty();
  });
}

// By GraphQL: REST calls are what installations run out of.
PullRequest PullRequestJob::present_state(GitHubClient& client, const Job& job) {
  std::vector<PullRequest> found = client.pulls({job.pull_number});
  const auto is_other = [&](const PullRequest& pull) {
    return !job.head_sha.empty() && pull.open && pull.head_sha != job.head_sha;
  };
  if (found.empty() || is_other(found.front())) {
    m_context.parts.clock.sleep_for(k_replication);
    found = client.pulls({job.pull_number});
  }
  if (found.empty()) {
    throw Error(ErrorKind::not_found,
                fmt::format("reading pull request {}: there is none", job.pull_number));
  }
  return found.front();
}

void PullRequestJob::run_pull(GitHubClient& client, const Job& job, const PullRequest& pull) {
  const LogKeys keys = key_of_present(pull);
  spdlog::logger& logger = m_context.parts.logger;
  PublicationLog& log = m_context.parts.log;
  Publication publication = publication_of(job.repository, pull.number);
  withdraw_announcements(m_context, client, job, publication, pull.open ? pull.head_sha : "");
  withdraw_forgotten(m_context, client, job, pull.open ? pull.head_sha : "");
  leave_heads(m_context, job, pull, publication);
  if (!pull.open) {
    logger.info("the pull request is closed");
    return;
  }
  if (is_settled(job, pull, publication) && !is_announced(m_context, job, pull.head_sha)) {
    logger.info("the head has its verdict already");
    return;
  }
  if (const auto group = told_group(m_context, client, pull.head_sha);
      group && leave_to_group(m_context, client, *group, pull, publication)) {
    return;
  }
  NamedCheck check(m_context, client, job, pull.head_sha);
  const auto begin = [&](const std::string& name) {
    end_other_name(m_context, client, job, publication, pull.head_sha, name);
    check.begin(name);
  };
  // Where it begins counts more than what others of its branch begin with.
  const bool same_base = !publication.judged_head.empty() && publication.base_sha == pull.base_sha;
  std::string check_name = same_base ? publication.check_name : std::string();
  if (check_name.empty()) {
    check_name = known_check_name(m_context, job.repository, pull.base_ref);
  }
  if (!check_name.empty()) {
    begin(check_name);
  }
  check_name = check_name.empty() ? m_context.app.check_name : check_name;
  Judged judged = analyse_pull(m_context, client, pull, [&](const RepositoryConfig& config) {
    check_name = config.publishing.check_name;
    remember_check_name(m_context, job.repository, pull.base_ref, check_name);
    begin(check_name);
  });
  const Analysis& analysis = judged.analysis;
  Conversation conversation = client.conversation(pull.number, GitHubClient::Commits::read);
  const auto read = m_context.parts.clock.now();
  const CommitAuthors commits(client, pull, conversation.commits);
  set_acknowledged_aside(m_context, client, pull, publication, commits, judged);
  StrictAnalysis strict;
  hold_to_default_branch(m_context, client, pull, publication, commits, strict, judged);
  const RunContext run = with_judgement(run_context(m_context, job, pull), judged);
  CheckRunFields outcome = outcome_of(judged, run_context(m_context, job, pull));
  if (const std::string mismatch = count_mismatch(pull, analysis.changes);
      analysis.config_mistakes.empty() && !mismatch.empty()) {
    outcome.summary += "\n\n" + mismatch;
    logger.warn(mismatch);
  }
  // Before the others are looked at: one that goes away from now on sees who has to be told.
  if (analysis.config_mistakes.empty()) {
    tell_other_names(m_context, job, pull, check_name, judged);
    log.save_report(job.repository, pull.number, pull.head_sha, stored_report_json(judged),
                    first_end(judged));
    if (is_any_withdrawn(m_context.parts.acknowledgements, job.repository, judged.acknowledged)) {
      m_context.parts.queue.enqueue(once_more(job, pull.head_sha, k_word_withdrawn));
    }
  }
  judge_same_head(m_context, client, job, pull, judged, outcome);
  const std::string& override_label = analysis.config.acknowledging.override_label;
  if (verdict_is_asked_anew(job, pull, override_label)) {
    check.hand_over();
    note_queued(log, job, publication, pull.head_sha);
    publication.owed_head = pull.head_sha;       // no earlier verdict settles it,
    publication.override_label = override_label; // and the label means something
    log.save(job.repository, pull.number, publication);
    logger.info("another verdict about this head is asked for: the run behind this one gives it");
    return;
  }
  const std::string conclusion = outcome.conclusion;
  check.finish(std::move(outcome), check_name);
  const Acknowledgement::Time published = now_of(m_context); // nobody has seen it before
  publication.head_sha.clear();                              // until the comments are there
  publication.judged_head = pull.head_sha;
  publication.base_sha = pull.base_sha;
  publication.defaults = judged.defaults;
  publication.owed_head.clear();
  publication.check_run_id = check.id();
  publication.check_name = check_name;
  publication.override_label = override_label;
  publication.overridden = has_label(pull, publication.override_label);
  remember_seen(publication, judged, published);
  log.save(job.repository, pull.number, publication);
  forget_queued(log, job, publication, pull.head_sha);
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
  if (another_head_waits(job, pull)) {
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

// Of what an unfinished run has shown nothing stays open; a verdict is taken away only where the
// run was to give another one, and where nobody else will.
void PullRequestJob::give_up(const Job& job, const std::string& words) {
  GitHubClient client = m_context.client(job);
  if (job.pull_number == 0) { // a merge queue's group
    conclude(client, job, job.head_sha, "", words);
    return;
  }
  const PullRequest pull = client.pull_request(job.pull_number);
  const LogKeys keys = key_of_present(pull);
  const std::string present = pull.open ? pull.head_sha : "";
  Publication publication = publication_of(job.repository, pull.number);
  withdraw_announcements(m_context, client, job, publication, present);
  const bool moved = !job.head_sha.empty() && job.head_sha != present;
  if (moved) {
    withdraw_check(m_context, client, job, check_name_of(m_context, job), job.head_sha,
                   "The pull request is closed, or has another head by now.");
  }
  const std::vector<JobRecord> others = m_context.parts.queue.standing(job);
  const bool others_turn =
      moved && std::any_of(others.begin(), others.end(), [](const JobRecord& record) {
        return record.state == JobState::waiting;
      });
  const bool stands = moved && verdict_stands(job, pull, publication);
  if (present.empty() || others_turn || stands) {
    m_context.parts.logger.info("the run is of no head that waits for it");
    return;
  }
  if (const auto group = told_group(m_context, client, present, Ask::api);
      group && leave_to_group(m_context, client, *group, pull, publication)) {
    return;
  }
  conclude(client, job, present, known_check_name(m_context, job.repository, pull.base_ref), words);
  if (auto after = m_context.parts.log.load(job.repository, job.pull_number); after) {
    after->owed_head.clear(); // what there is to say about it is said
    forget_queued(m_context.parts.log, job, *after, present);
    m_context.parts.log.save(job.repository, job.pull_number, *after);
  }
}

// `name`: that of the branch that it goes into, "" not known.
void PullRequestJob::conclude(GitHubClient& client, const Job& job, const std::string& head_sha,
                              const std::string& name, const std::string& words) {
  const std::string known = name.empty() ? check_name_of(m_context, job) : name;
  // Nobody without write permission may take a verdict away by a command that fails.
  const auto earlier =
      job.comment_id != 0 ? CheckPublisher::Earlier::keep : CheckPublisher::Earlier::replace;
  CheckPublisher checks =
      publisher_of(m_context, client, job, known.empty() ? m_context.app.check_name : known);
  if (!checks.conclude(head_sha, run_key(job), unfinished_outcome(words, run_key(job)), earlier)) {
    m_context.parts.logger.warn("head={} keeps its verdict", head_sha);
  }
}

} // namespace leadline
