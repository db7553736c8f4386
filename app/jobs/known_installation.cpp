#include "app/jobs/known_installation.hpp"

#include "app/jobs/job_context.hpp"
#include "app/jobs/lost_access.hpp"
#include "app/jobs/lost_checks.hpp"
#include "base/error.hpp"

#include <spdlog/spdlog.h>

namespace leadline {

void queue_for_its_installation(const JobContext& context, const Job& job) {
  Job known = job;
  known.id = 0;
  known.attempt = 1;
  try {
    known.installation_id = context.tokens.installation_of(job.repository);
  } catch (const Error& error) {
    if (job.kind != JobKind::sweep || error.kind() != ErrorKind::not_found) {
      throw;
    }
    lock_out(context, job.repository);
    forget_if_lost_check(context.parts.log, job);
    context.parts.logger.warn("it is looked at no more: {}", error.what());
    return;
  }
  context.parts.queue.enqueue(known);
}

} // namespace leadline
