#include "app/jobs/worker.hpp"

#include <algorithm>

namespace leadline {

std::string_view name_of(JobResult result) {
  switch (result) {
  case JobResult::done:
    return "done";
  case JobResult::retried:
    return "retried";
  case JobResult::buried:
    return "buried";
  case JobResult::lost:
    return "lost";
  }
  return "lost";
}

std::chrono::milliseconds retry_delay(const WorkerOptions& options, int attempt, double random) {
  std::chrono::milliseconds delay = options.first_retry;
  for (int i = 1; i < attempt && delay < options.longest_retry; ++i) {
    delay *= 2;
  }
  delay = std::min(delay, options.longest_retry);
  return delay / 2 + std::chrono::milliseconds(static_cast<std::int64_t>(
                         static_cast<double>(delay.count()) / 2 * random));
}

} // namespace leadline
