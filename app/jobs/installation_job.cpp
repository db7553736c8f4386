#include "app/jobs/installation_job.hpp"

#include "app/github/client.hpp"
#include "app/jobs/job_handlers.hpp"
#include "app/jobs/moved_repository.hpp"
#include "base/error.hpp"

#include <string_view>

namespace leadline {

bool is_of_installation(const Job& job) {
  return job.kind == JobKind::command &&
         (job.command == k_installation_back || job.command.starts_with(k_account_was));
}

std::string place_of(const std::string& account) { return account + "/.github"; }

std::size_t queue_of_installation(GitHubClient& client, JobQueue& queue, const Job& job) {
  const bool renamed = job.command.starts_with(k_account_was);
  const std::string old_owner =
      renamed ? job.command.substr(std::string_view(k_account_was).size()) + "/" : std::string();
  std::size_t count = 0;
  for (const std::string& repository : client.installation_repositories()) {
    if (renamed && repository.starts_with(old_owner)) {
      throw Error(ErrorKind::unavailable, "GitHub goes on listing " + repository);
    }
    Job each;
    each.kind = renamed ? JobKind::command : JobKind::sweep;
    each.installation_id = client.installation_id();
    each.repository = repository;
    each.command =
        renamed ? k_moved_from + old_owner + repository.substr(repository.find('/') + 1) : "";
    each.reason = job.reason;
    each.delivery_id = job.delivery_id;
    queue.enqueue(each);
    ++count;
  }
  return count;
}

} // namespace leadline
