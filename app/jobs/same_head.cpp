#include "app/jobs/same_head.hpp"

#include "app/github/publication_log.hpp"
#include "app/jobs/job_context.hpp"
#include "app/jobs/stored_report.hpp"

#include <spdlog/spdlog.h>

namespace leadline {
namespace {

constexpr const char* k_shared_reason = "another pull request with the same head was closed";

} // namespace

void judge_same_head_again(const JobContext& context, const Job& job, const PullRequest& pull) {
  PublicationLog& log = context.parts.log;
  if (job.reason == k_shared_reason) {
    return; // both are closed: they would ask for each other without end
  }
  if (const auto report = log.load_report(job.repository, pull.number, pull.head_sha);
      report && parse_stored_report(*report).conclusion == Conclusion::success) {
    return;
  }
  for (const int number : log.pulls_with_report(job.repository, pull.head_sha)) {
    if (number == 0 || number == pull.number) { // 0: a merge queue's group
      continue;
    }
    Job again = rerun_after(job, k_shared_reason);
    again.pull_number = number;
    again.head_sha = pull.head_sha;
    again.label.clear();
    context.parts.queue.enqueue(again);
    context.parts.logger.info("pull request {} shared its check, and is judged again", number);
  }
}

} // namespace leadline
