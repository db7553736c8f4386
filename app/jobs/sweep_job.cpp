#include "app/jobs/sweep_job.hpp"

#include "app/github/check_slots.hpp"
#include "app/github/messages_json.hpp"
#include "app/github/publication_log.hpp"
#include "app/jobs/acknowledgement.hpp"
#include "app/jobs/changed_defaults.hpp"
#include "app/jobs/destroyed_group.hpp"
#include "app/jobs/expired_words.hpp"
#include "app/jobs/group_head.hpp"
#include "app/jobs/group_range.hpp"
#include "app/jobs/lost_access.hpp"
#include "app/jobs/lost_checks.hpp"
#include "app/jobs/merge_queue_ref.hpp"
#include "app/jobs/named_check.hpp"
#include "app/jobs/organisation_defaults.hpp"
#include "app/jobs/outcome.hpp"
#include "app/jobs/override_label.hpp"
#include "app/jobs/stored_report.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace leadline {
namespace {

constexpr std::chrono::hours k_lost_after{1};
constexpr int k_pages_of_a_sweep = 30; // a job is bounded, a list of pull requests is not
constexpr std::string_view k_page = "page ";
constexpr std::string_view k_after = " after ";

// Where a sweep begins: "page N after M", M being the last pull request of the page before.
struct Begin {
  int page = 1;
  int after = 0;
};

Begin begin_of(const Job& job) {
  Begin begin;
  std::string_view said = job.head_sha;
  const auto number_behind = [&](std::string_view word, int& number) {
    if (said.starts_with(word)) {
      said.remove_prefix(word.size());
      const auto [end, failed] = std::from_chars(said.data(), said.data() + said.size(), number);
      said.remove_prefix(static_cast<std::size_t>(end - said.data()));
    }
  };
  number_behind(k_page, begin.page);
  number_behind(k_after, begin.after);
  begin.page = std::max(begin.page, 1);
  return begin;
}

// GitHub has given it up, or we took back what was only asked for.
bool is_no_verdict(const CheckRun& run) {
  return run.conclusion == "stale" || run.conclusion == "cancelled";
}

// Whether no pull request's run has this key: one of a group's head may have a verdict of its own.
bool is_of_group(const std::string& run_key) {
  return pull_of(run_key).value_or(k_no_pull) == k_no_pull;
}

// Whether a group has passed, and a pull request of its head that was judged after it as well: of
// each name GitHub lists the newest run alone, which is that one's.
bool passed_with_sharer(const JobContext& context, const Job& group, const MergeQueueRef& ref,
                        const std::vector<CheckRun>& runs) {
  PublicationLog& log = context.parts.log;
  const std::string name = known_check_name(context, group.repository, ref.base);
  const CheckRunState state = log.check_run_state(
      group.repository, check_slot(log, group.repository, group.head_sha, name));
  const auto newest =
      std::find_if(runs.begin(), runs.end(), [&](const CheckRun& run) { return run.name == name; });
  if (state.step != CheckRunState::Step::ended || is_of_group(state.run_key) ||
      newest == runs.end() || newest->conclusion != name_of(Conclusion::success)) {
    return false;
  }
  const auto stored = log.load_report(group.repository, k_no_pull, group.head_sha);
  return stored && parse_stored_report(*stored).conclusion == Conclusion::success;
}

} // namespace

SweepJob::Found SweepJob::look_at(GitHubClient& client, const PullRequest& pull,
                                  const Publication& publication) {
  if (publication.owed_head == pull.head_sha || !publication.queued_heads.empty()) {
    // Its check, if there is one, is older, or was begun by a run that did not come to its end.
    return is_under_way(m_context.parts.queue, job_for(client, pull)) ? Found::finished
                                                                      : Found::owed;
  }
  if (publication.head_sha == pull.head_sha || publication.judged_head == pull.head_sha) {
    return Found::finished;
  }
  std::vector<CheckRun> runs = client.check_runs(pull.head_sha, m_context.app.app_id);
  std::erase_if(runs, [&](const CheckRun& run) { // of another one with the same head
    const std::optional<int> owner = pull_of(run.external_id);
    return owner && *owner != pull.number;
  });
  if (runs.empty() || is_no_verdict(runs.front())) {
    return Found::missing;
  }
  if (runs.front().status != CheckStatus::completed) {
    if (is_under_way(m_context.parts.queue, job_for(client, pull))) {
      return Found::finished; // it will be
    }
    end_if_lost(client, runs.front());
    return Found::missing;
  }
  return Found::finished;
}

// The groups that a merge queue waits for, one branch each. An event whose job died, or that never
// came, is not sent again, and the queue throws the pull request out after its time.
int SweepJob::queue_merge_groups(GitHubClient& client, const Job& job,
                                 const std::vector<RemoteBranch>& branches) {
  int queued = 0;
  for (const RemoteBranch& branch : branches) {
    Job group;
    group.kind = JobKind::merge_group;
    group.installation_id = client.installation_id();
    group.repository = job.repository;
    group.head_sha = branch.commit;
    group.head_ref = branch.name;
    group.reason = "merge queue, found without a check";
    group.delivery_id = job.delivery_id;
    if (look_at_group(client, group) != Found::finished) {
      m_context.parts.queue.enqueue(group);
      ++queued;
    }
  }
  return queued;
}

SweepJob::Found SweepJob::look_at_group(GitHubClient& client, Job& group) {
  const CheckRunState state = m_context.parts.log.check_run_state(group.repository, group.head_sha);
  const bool ended = state.step == CheckRunState::Step::ended &&
                     state.run_key != k_group_destroyed && is_of_group(state.run_key);
  const std::optional<MergeQueueRef> ref = parse_merge_queue_ref(group.head_ref);
  if (!ref || is_under_way(m_context.parts.queue, group)) {
    return Found::finished;
  }
  std::vector<CheckRun> runs;
  if (!ended) {
    runs = client.check_runs(group.head_sha, m_context.app.app_id);
  }
  if (ended || passed_with_sharer(m_context, group, *ref, runs)) {
    const std::string again = reason_again(client, group);
    group.again = !again.empty();
    group.reason = group.again ? again : group.reason;
    return group.again ? Found::owed : Found::finished;
  }
  std::erase_if(runs, [](const CheckRun& run) { return !is_of_group(run.external_id); });
  if (!runs.empty() && runs.front().status == CheckStatus::completed &&
      !is_no_verdict(runs.front())) {
    return Found::finished;
  }
  for (const JobRecord& dead : m_context.parts.queue.standing(group)) {
    group.base_sha = dead.job.base_sha;
  }
  return Found::missing;
}

// Why a group that has its verdict may have another one, while the queue waits for other checks: a
// word is taken back, a label removed, the organisation's defaults are others now.
std::string SweepJob::reason_again(GitHubClient& client, const Job& group) {
  const auto stored = m_context.parts.log.load_report(group.repository, k_no_pull, group.head_sha);
  if (!stored) {
    return "";
  }
  const StoredReport report = parse_stored_report(*stored);
  const std::vector<StoredWord>& counted = report.acknowledged;
  const std::vector<Acknowledgement> words =
      counted.empty() ? std::vector<Acknowledgement>()
                      : m_context.parts.acknowledgements.acknowledgements(group.repository);
  const auto now =
      std::chrono::time_point_cast<std::chrono::milliseconds>(m_context.parts.clock.now());
  const bool ended =
      report.acknowledged_until != Acknowledgement::Time{} && report.acknowledged_until <= now;
  const bool gone = std::any_of(counted.begin(), counted.end(), [&](const StoredWord& word) {
    return std::none_of(words.begin(), words.end(), [&](const Acknowledgement& each) {
      return each.finding_id == word.finding_id && each.by == word.by && each.holds_at(now);
    });
  });
  if (ended || gone) {
    return k_word_withdrawn;
  }
  const bool known = !report.defaults.empty();
  return known && judged_by_others(client, report.defaults) ? k_defaults_changed : "";
}

// What was judged by defaults that nobody sees any more stands.
bool SweepJob::judged_by_others(GitHubClient& client, const std::string& defaults) {
  const std::string now = m_context.defaults.of(client).digest;
  return !now.empty() && now != k_defaults_lost && now != defaults;
}

// Why a head that has its verdict may have another one now; "" when nothing speaks for it.
std::string SweepJob::reason_again(GitHubClient& client, const Job& job, const PullRequest& pull,
                                   const Publication& publication, bool words_end) {
  if (words_end && passed_by_ended_word(job.repository, pull)) {
    return k_word_ended_reason;
  }
  if (publication.judged_head != pull.head_sha) {
    return "";
  }
  if (pull.labels_known && has_label(pull, publication.override_label) != publication.overridden) {
    return "its label has changed";
  }
  if (!publication.base_sha.empty() && !pull.base_sha.empty() &&
      publication.base_sha != pull.base_sha) {
    return "its base has moved";
  }
  const bool known = !publication.defaults.empty() || job.reason == k_defaults_changed;
  return known && judged_by_others(client, publication.defaults) ? k_defaults_changed : "";
}

bool SweepJob::passed_by_ended_word(const std::string& repository, const PullRequest& pull) {
  const std::optional<std::string> stored =
      m_context.parts.log.load_report(repository, pull.number, pull.head_sha);
  if (!stored) {
    return false;
  }
  const auto until = parse_stored_report(*stored).acknowledged_until;
  return until != Acknowledgement::Time{} && until <= m_context.parts.clock.now();
}

void SweepJob::end_if_lost(GitHubClient& client, const CheckRun& run) {
  const auto now = m_context.parts.clock.now();
  if (!run.started_at || now - *run.started_at < k_lost_after) {
    return;
  }
  CheckRunFields outcome = unfinished_outcome(
      "The run that began this check has not ended; another one is queued.", run.external_id);
  outcome.status = CheckStatus::completed;
  outcome.completed_at = iso_time(now);
  client.update_check_run(run.id, outcome);
  m_context.parts.logger.warn("check={} was in progress for too long, concluded", run.id);
}

// True when it was queued.
bool SweepJob::queue_if_unfinished(GitHubClient& client, const Job& job, const PullRequest& pull,
                                   bool words_end) {
  const Publication publication =
      m_context.parts.log.load(job.repository, pull.number).value_or(Publication());
  const std::string again = reason_again(client, job, pull, publication, words_end);
  const Found state = again.empty() ? look_at(client, pull, publication) : Found::owed;
  if (state == Found::finished) {
    return false;
  }
  Job found = job_for(client, pull);
  found.reason = !again.empty() ? again : job.reason.empty() ? "found open" : job.reason;
  // A run that is under way has read the policy as it was.
  found.again = state == Found::owed || job.reason == k_defaults_changed;
  found.delivery_id = job.delivery_id;
  m_context.parts.queue.enqueue(found);
  return true;
}

// Runs read their pull request by GraphQL: a base that REST's list tells otherwise is looked at as
// they do, so that nothing is run again and again should the two not agree.
void SweepJob::read_moved_bases(GitHubClient& client, const std::string& repository,
                                std::vector<PullRequest>& pulls) {
  std::vector<int> moved;
  for (const PullRequest& pull : pulls) {
    const auto publication = m_context.parts.log.load(repository, pull.number);
    if (publication && !publication->base_sha.empty() && publication->base_sha != pull.base_sha) {
      moved.push_back(pull.number);
    }
  }
  std::vector<PullRequest> read;
  try {
    read = client.pulls(moved);
  } catch (const Error& error) { // the next sweep asks again; all else of this one goes on
    m_context.parts.logger.warn("bases that have moved are passed over: {}", error.what());
  }
  for (PullRequest& pull : pulls) {
    if (std::find(moved.begin(), moved.end(), pull.number) == moved.end()) {
      continue;
    }
    const auto found = std::find_if(read.begin(), read.end(), [&](const PullRequest& each) {
      return each.number == pull.number;
    });
    pull.base_sha = found == read.end() ? std::string() : found->base_sha; // "": not known
  }
}

// What is closed while the pages are read moves those behind it to the page before, when that one
// has been read already: it is read once more.
void SweepJob::add_moved_over(GitHubClient& client, int page_before, int reached,
                              std::vector<PullRequest>& pulls) {
  for (PullRequest& pull : client.open_pulls_page(page_before).pulls) {
    const bool known = pull.number <= reached ||
                       std::any_of(pulls.begin(), pulls.end(), [&](const PullRequest& each) {
                         return each.number == pull.number;
                       });
    if (!known) {
      pulls.push_back(std::move(pull));
    }
  }
}

int SweepJob::queue_open_pulls(GitHubClient& client, const Job& job) {
  // Few repositories have one; then the stored reports need not be read. One that was given without
  // an end may have one by the rules that it was last held against.
  const bool words_end = !m_context.parts.acknowledgements.acknowledgements(job.repository).empty();
  int queued = 0;
  const Begin begin = begin_of(job);
  int reached = begin.after; // pages are in the order in which pull requests were opened
  for (int page = begin.page; page < begin.page + k_pages_of_a_sweep; ++page) {
    const GitHubClient::OpenPulls found = client.open_pulls_page(page);
    std::vector<PullRequest> pulls = found.pulls;
    if (page > 1) {
      add_moved_over(client, page - 1, reached, pulls);
    }
    read_moved_bases(client, job.repository, pulls);
    for (const PullRequest& pull : pulls) {
      queued += queue_if_unfinished(client, job, pull, words_end) ? 1 : 0;
      reached = std::max(reached, pull.number);
    }
    if (found.last) {
      return queued;
    }
  }
  Job next = job;
  next.id = 0;
  next.installation_id = client.installation_id();
  next.head_sha =
      fmt::format("{}{}{}{}", k_page, begin.page + k_pages_of_a_sweep, k_after, reached);
  m_context.parts.queue.enqueue(next);
  m_context.parts.logger.info("another sweep goes on with {}", next.head_sha);
  return queued;
}

void SweepJob::look_at_groups_alone(const Job& job) {
  std::optional<GitHubClient> client;
  std::vector<RemoteBranch> branches;
  try {
    client.emplace(m_context.client(job));
    branches = client->branches_below(k_merge_queue_prefix);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) {
      throw;
    }
    // The App is no more installed there, or the repository is gone: nobody waits for anything.
    lock_out(m_context, job.repository);
    m_context.parts.logger.warn("its merge queue is looked at no more: {}", error.what());
    return;
  }
  const int groups = queue_merge_groups(*client, job, branches);
  Job left = job;
  left.installation_id = client->installation_id();
  judge_left(m_context, left, branches); // whose group ended unheard, or was listed for too long
  m_context.parts.logger.info("swept, {} merge groups queued", groups);
}

void SweepJob::run(const Job& job) {
  if (job.head_ref == k_merge_queue_prefix) {
    look_at_groups_alone(job);
    return;
  }
  GitHubClient client = m_context.client(job);
  if (is_lost_check(job)) {
    end_lost_check(m_context, client, job);
    return;
  }
  const int groups = // they are what somebody waits for
      begin_of(job).page == 1
          ? queue_merge_groups(client, job, client.branches_below(k_merge_queue_prefix))
          : 0;
  const int queued = queue_open_pulls(client, job);
  m_context.parts.logger.info("swept, {} pull requests and {} merge groups queued", queued, groups);
}

} // namespace leadline
