#include "app/jobs/expired_words.hpp"

#include "app/jobs/job_handlers.hpp"

#include <string>
#include <vector>

namespace leadline {

std::size_t queue_expired(AcknowledgementLog& log, JobQueue& queue, Acknowledgement::Time since,
                          Acknowledgement::Time now) {
  const std::vector<std::string> repositories = log.repositories_with_ended(since, now);
  for (const std::string& repository : repositories) {
    Job sweep;
    sweep.kind = JobKind::sweep;
    sweep.repository = repository; // its installation is asked for
    sweep.reason = k_word_ended_reason;
    queue.enqueue(sweep);
  }
  return repositories.size();
}

} // namespace leadline
