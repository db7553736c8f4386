#include "app/jobs/reconcile.hpp"

#include "app/github/app_api.hpp"
#include "app/jobs/job_handlers.hpp"
#include "app/jobs/merge_queue_ref.hpp"
#include "app/store/store.hpp"
#include "base/error.hpp"

#include <spdlog/spdlog.h>

namespace leadline {
namespace {

constexpr std::chrono::days k_group_lately{7};
constexpr std::chrono::days k_died_lately{1};
constexpr std::size_t k_most_dead = 10'000;

} // namespace

std::size_t reconcile(AppApi& api, JobQueue& queue, spdlog::logger& logger) {
  std::size_t repositories = 0;
  for (const std::int64_t installation : api.installations()) {
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
  for (const std::string& repository : repositories) {
    Job sweep;
    sweep.kind = JobKind::sweep;
    sweep.repository = repository; // its installation is asked for
    sweep.head_ref = k_merge_queue_prefix;
    sweep.reason = k_reconcile_reason;
    queue.enqueue(sweep);
  }
  return repositories.size();
}

std::size_t revive_sweeps(Store& store, TimePoint now) {
  std::size_t revived = 0;
  for (const JobRecord& dead : store.jobs(JobState::dead, k_most_dead)) {
    const bool of_event = dead.job.kind == JobKind::command && !dead.job.command.empty() &&
                          !dead.job.command.starts_with('/');
    if ((dead.job.kind == JobKind::sweep || of_event) && now - dead.died < k_died_lately &&
        store.revive(dead.job.id, now)) {
      ++revived;
    }
  }
  return revived;
}

} // namespace leadline
