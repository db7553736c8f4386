#include "app/jobs/reconcile.hpp"

#include "app/github/app_api.hpp"
#include "app/jobs/job_handlers.hpp"
#include "app/jobs/lost_access.hpp"
#include "app/jobs/lost_checks.hpp"
#include "app/jobs/merge_queue_ref.hpp"
#include "app/store/store.hpp"
#include "base/error.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>

namespace leadline {
namespace {

constexpr std::chrono::days k_group_lately{7};
constexpr std::chrono::days k_tried_for{1};
constexpr std::size_t k_most_dead = 10'000;

bool has_group_since(Store& store, const std::string& repository, TimePoint since) {
  const std::vector<std::string> lately = store.repositories_with_groups(since);
  return std::binary_search(lately.begin(), lately.end(), repository);
}

// The App was taken away, and no group has come since: it is not back.
bool is_locked_out(Store& store, const std::string& repository) {
  const auto publication = store.load(repository, 0);
  return publication && publication->locked_out != TimePoint{} &&
         !has_group_since(store, repository, publication->locked_out);
}

// As long again as it has been tried for, so that there are few tries of what goes on failing.
bool is_due_again(const JobRecord& dead, TimePoint now) {
  return now - dead.queued < k_tried_for && now - dead.died >= dead.died - dead.queued;
}

// Nobody may look there: a sweep finds what is open when the App comes back.
void give_up(Store& store, const Job& sweep, TimePoint now) {
  store.drop(sweep.id);
  if (sweep.head_ref == k_merge_queue_prefix) {
    lock_out(store, sweep.repository, now);
  }
  forget_if_lost_check(store, sweep);
}

} // namespace

std::size_t reconcile(AppApi& api, JobQueue& queue, spdlog::logger& logger) {
  std::size_t repositories = 0;
  for (const std::int64_t installation : api.installation_ids()) {
    try {
      for (const std::string& repository : api.repositories(installation)) {
        Job sweep;
        sweep.kind = JobKind::sweep;
        sweep.installation_id = installation;
        sweep.repository = repository;
        sweep.reason = k_reconcile_reason;
        queue.enqueue(sweep);
        ++repositories;
      }
    } catch (const Error& e) {
      logger.warn("installation {} is passed over: {}", installation, e.what());
    }
  }
  return repositories;
}

std::size_t queue_group_sweeps(Store& store, JobQueue& queue, TimePoint now) {
  const std::vector<std::string> repositories =
      store.repositories_with_groups(now - k_group_lately);
  std::size_t queued = 0;
  for (const std::string& repository : repositories) {
    if (is_locked_out(store, repository)) {
      continue;
    }
    constexpr std::int64_t k_asked_for = 0;
    const Job sweep = look_at_groups(k_asked_for, repository, k_reconcile_reason);
    const std::vector<JobRecord> standing = queue.standing(sweep);
    // One that was given up (the App is suspended, say) is tried again with the other sweeps.
    if (std::none_of(standing.begin(), standing.end(), [&](const JobRecord& record) {
          return record.state == JobState::dead && !has_group_since(store, repository, record.died);
        })) {
      queue.enqueue(sweep);
      ++queued;
    }
  }
  return queued;
}

std::size_t revive_sweeps(Store& store, TimePoint now,
                          const std::function<std::vector<std::int64_t>()>& installations) {
  std::optional<std::vector<std::int64_t>> known;
  std::size_t revived = 0;
  for (const JobRecord& dead : store.jobs(JobState::dead, k_most_dead)) {
    const bool sweep = dead.job.kind == JobKind::sweep;
    const bool of_event = dead.job.kind == JobKind::command && !dead.job.command.empty() &&
                          !dead.job.command.starts_with('/');
    if (sweep && dead.job.installation_id != 0) {
      if (!known) {
        known = installations();
      }
      if (std::find(known->begin(), known->end(), dead.job.installation_id) == known->end()) {
        give_up(store, dead.job, now);
        continue;
      }
    }
    if ((sweep || of_event) && is_due_again(dead, now) && store.revive(dead.job.id, now)) {
      ++revived;
    }
  }
  return revived;
}

} // namespace leadline
