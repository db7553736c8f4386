#include "app/jobs/expired_words.hpp"

#include "app/jobs/job_handlers.hpp"

#include <set>
#include <string>

namespace leadline {
namespace {

constexpr std::size_t k_page = 1000;

} // namespace

std::size_t queue_expired(AcknowledgementLog& log, JobQueue& queue, Acknowledgement::Time since,
                          Acknowledgement::Time now) {
  std::set<std::string> repositories;
  std::int64_t last = 0;
  for (auto page = log.audit("", last, k_page); !page.empty(); page = log.audit("", last, k_page)) {
    for (const Acknowledgement& word : page) {
      if (word.withdrawn_by.empty() && word.until != Acknowledgement::Time{} &&
          since < word.until && word.until <= now) {
        repositories.insert(word.repository);
      }
    }
    last = page.back().id;
  }
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
