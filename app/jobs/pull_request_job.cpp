#include "app/jobs/pull_request_job.hpp"

#include "app/github/check_publisher.hpp"
#include "app/github/comment_publisher.hpp"
#include "app/jobs/announcing.hpp"
#include "app/jobs/event_jobs.hpp"
#include "app/jobs/named_check.hpp"
#include "app/jobs/policy_of_pull.hpp"
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

bool has_label(const PullRequest& pull, const std::string& label) {
  return !label.empty() &&
         std::find(pull.labels.begin(), pull.labels.end(), label) != pull.labels.end();
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
  Publication publication = log.load(job.repository, pull.number).value_or(Publication());
  withdraw_announcements(m_context, client, job, publication, pull.open ? pull.head_sha : "");
  if (!pull.open) {
    logger.info("the pull request is closed");
    return;
  }
  if (is_settled(job, pull, publication) && !is_announced(job.repository, pull.head_sha)) {
    logger.info("the head has its verdict already");
    return;
  }
  NamedCheck check(m_context, client, job, pull.head_sha);
  std::string check_name = known_check_name(m_context, job.repository);
  if (!check_name.empty()) {
    check.begin(check_name);
  }
  check_name = check_name.empty() ? m_context.app.check_name : check_name;
  const Judged judged = judge(client, pull, [&](const RepositoryConfig& config) {
    check_name = config.publishing.check_name;
    remember_check_name(m_context, job.repository, check_name);
    check.begin(check_name);
  });
  const Analysis& analysis = judged.analysis;
  const RunContext run = with_judgement(run_context(m_context, job, pull), judged);
  CheckRunFields outcome = outcome_of(judged, run_context(m_context, job, pull));
  if (const std::string mismatch = count_mismatch(pull, analysis.changes);
      analysis.config_mistakes.empty() && !mismatch.empty()) {
    outcome.summary += "\n\n" + mismatch;
    logger.warn(mismatch);
  }
  Conversation conversation = client.conversation(pull.number, pull.head_sha);
  const auto read = m_context.parts.clock.now();
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
  const Acknowledgement::Time published = now();
  check.finish(std::move(outcome), check_name);
  publication.head_sha.clear(); // until the comments are there
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

Judged PullRequestJob::judge(GitHubClient& client, const PullRequest& pull,
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
  Analysis& analysis = judged.analysis;
  if (analysis.config_mistakes.empty()) {
    judged.acknowledged =
        set_aside(analysis.report, words_for(client, pull, analysis), analysis.config,
                  {authors_of(m_context.parts.log, client.repository(), pull), pull.head_sha, now(),
                   still_owns(client, analysis.config.acknowledging)});
  }
  return judged;
}

// All that stand in the repository. Those of a label are brought up to date: a merge queue, which
// sees no labels, goes by what is stored, and so does an audit.
std::vector<Acknowledgement>
PullRequestJob::words_for(GitHubClient& client, const PullRequest& pull, const Analysis& analysis) {
  AcknowledgementLog& log = m_context.parts.acknowledgements;
  const std::string prefix = fmt::format("label on #{} ", pull.number);
  const std::vector<Acknowledgement> labelled = words_of_label(client, pull, analysis);
  std::vector<Acknowledgement> words;
  std::set<std::string> known;
  for (Acknowledgement& word : log.acknowledgements(client.repository())) {
    const bool of_label = word.request.starts_with(prefix);
    const bool stands =
        std::any_of(labelled.begin(), labelled.end(), [&](const Acknowledgement& each) {
          return each.finding_id == word.finding_id && each.by == word.by;
        });
    if (of_label && !stands && pull.labels_known) {
      log.withdraw(word.id, "(label removed)", now());
    } else if (!word.request.starts_with("label on #") || of_label) {
      // The label of another pull request says nothing about this one.
      known.insert(of_label ? word.finding_id : "");
      words.push_back(std::move(word));
    }
  }
  for (Acknowledgement word : labelled) {
    if (known.count(word.finding_id) == 0) {
      word.request =
          prefix + pull.head_sha + " " + std::to_string(now().time_since_epoch().count());
      log.acknowledge(word);
      m_context.parts.observer.acknowledged(word.rule);
      words.push_back(std::move(word));
    }
  }
  return words;
}

// Who sets the override label acknowledges what they might acknowledge by command.
std::vector<Acknowledgement> PullRequestJob::words_of_label(GitHubClient& client,
                                                            const PullRequest& pull,
                                                            const Analysis& analysis) {
  const Acknowledging& rules = analysis.config.acknowledging;
  if (!has_label(pull, rules.override_label)) {
    return {};
  }
  const std::string login = client.who_labelled(pull.number, rules.override_label);
  if (login.empty() || client.permission(login) < Permission::write) {
    m_context.parts.logger.info("the override label was not set by somebody who may write");
    return {};
  }
  const std::vector<Contributor> authors =
      authors_of(m_context.parts.log, client.repository(), pull);
  std::vector<Acknowledgement> words;
  for (const Finding& finding : analysis.report.findings) {
    if (refusal_of(client, rules, finding, {0, login}, authors).empty()) {
      Acknowledgement word = word_about(finding);
      word.by = login;
      word.reason = "label \"" + rules.override_label + "\"";
      word.repository = client.repository();
      word.pull_number = pull.number;
      word.head_sha = pull.head_sha;
      word.at = now();
      words.push_back(std::move(word));
    }
  }
  return words;
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
    RunContext run = run_context(m_context, job, other);
    run.report_url.clear(); // what is judged here on the side is not stored
    const CheckRunFields theirs = outcome_of(judge(client, other, {}), run);
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
  if (job.pull_number != 0) { // the present head has been analysed, if it is another one
    const PullRequest pull = client.pull_request(job.pull_number);
    heads.insert(pull.open ? pull.head_sha : job.head_sha);
    Publication publication =
        m_context.parts.log.load(job.repository, pull.number).value_or(Publication());
    withdraw_announcements(m_context, client, job, publication, pull.open ? pull.head_sha : "");
  }
  heads.erase("");
  const CheckRunFields outcome = unfinished_outcome(words, run_key(job));
  // Nobody without write permission may take a verdict away by a command that fails.
  const auto earlier =
      job.comment_id != 0 ? CheckPublisher::Earlier::keep : CheckPublisher::Earlier::replace;
  const std::string known = known_check_name(m_context, job.repository);
  CheckPublisher checks(client, m_context.parts.log, m_context.parts.clock,
                        {known.empty() ? m_context.app.check_name : known, m_context.app.app_id});
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
