#include "app/jobs/lost_access.hpp"

#include "app/github/clock.hpp"
#include "app/github/publication_log.hpp"
#include "app/jobs/job_context.hpp"

namespace leadline {

bool is_lost_access(const Job& job) {
  return job.kind == JobKind::command &&
         (job.command == k_installation_lost || job.command == k_repository_lost);
}

std::size_t give_up_access(const JobContext& context, const Job& job) {
  if (job.installation_id == 0) { // then nobody knows whose they are
    return 0;
  }
  // First: what runs on is forgotten at its end from now on, and what has ended is below.
  const std::size_t dropped = context.parts.queue.drop(job.installation_id, job.repository);
  if (job.command == k_repository_lost) {
    context.parts.log.forget(job.repository);
    lock_out(context, job.repository);
  }
  return dropped;
}

void lock_out(const JobContext& context, const std::string& repository) {
  lock_out(context.parts.log, repository,
           std::chrono::time_point_cast<std::chrono::milliseconds>(context.parts.clock.now()));
}

void lock_out(PublicationLog& log, const std::string& repository,
              std::chrono::sys_time<std::chrono::milliseconds> now) {
  log.change(repository, 0, [&](Publication& facts) { facts.locked_out = now; });
}

} // namespace leadline
