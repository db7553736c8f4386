#include "app/jobs/changed_defaults.hpp"

#include "app/github/client.hpp"
#include "app/jobs/job_handlers.hpp"

namespace leadline {

bool is_change_of_defaults(const Job& job) {
  return job.kind == JobKind::command && job.command == k_defaults_changed;
}

bool holds_defaults(const std::string& repository) { return repository.ends_with("/.github"); }

std::size_t queue_change_of_defaults(GitHubClient& client, JobQueue& queue, const Job& job) {
  const std::string owner = job.repository.substr(0, job.repository.find('/') + 1);
  std::size_t count = 0;
  for (const std::string& repository : client.installation_repositories()) {
    if (!repository.starts_with(owner) || holds_defaults(repository)) {
      continue;
    }
    Job sweep;
    sweep.kind = JobKind::sweep;
    sweep.installation_id = client.installation_id();
    sweep.repository = repository;
    sweep.reason = k_defaults_changed;
    sweep.delivery_id = job.delivery_id;
    queue.enqueue(sweep);
    ++count;
  }
  return count;
}

} // namespace leadline
