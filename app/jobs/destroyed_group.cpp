#include "app/jobs/destroyed_group.hpp"

#include "app/github/check_publisher.hpp"
#include "app/jobs/group_head.hpp"
#include "app/jobs/job_context.hpp"
#include "app/jobs/named_check.hpp"
#include "base/error.hpp"

#include <spdlog/spdlog.h>

namespace leadline {
namespace {

constexpr const char* k_gone = "The merge queue has taken this group apart: nobody waits for it.";

} // namespace

bool is_destroyed_group(const Job& job) {
  return job.kind == JobKind::command && job.command == k_group_destroyed;
}

void end_group(const JobContext& context, const Job& job) {
  Job group = job;
  group.kind = JobKind::merge_group;
  context.parts.queue.cancel(group);
  PublicationLog& log = context.parts.log;
  const bool finished = log.check_run_state(job.repository, job.head_sha).step ==
                        CheckRunState::Step::ended; // with a verdict, or by a try before this one
  GitHubClient client = context.client(job);
  CheckPublisher checks = publisher_of(context, client, job, check_name_of(context, group));
  try {
    checks.withdraw(job.head_sha, run_key(job), k_gone);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) {
      throw;
    }
    context.parts.logger.info("its check is gone with it: {}", error.what());
  }
  if (!finished) {
    log.save_check_run(job.repository, job.head_sha, log.check_run(job.repository, job.head_sha),
                       {CheckRunState::Step::ended, k_group_destroyed});
  }
  judge_left(context, job, {});
}

bool was_destroyed(const JobContext& context, const Job& job) {
  const CheckRunState state = context.parts.log.check_run_state(job.repository, job.head_sha);
  return state.step == CheckRunState::Step::ended && state.run_key == k_group_destroyed;
}

} // namespace leadline
