#include "app/jobs/job_log.hpp"

namespace leadline {

LogKeys keys_of(const Job& job) {
  // What a delivery leads to later has its id and more behind it (rerun_after, once_more).
  return {{"delivery", job.delivery_id.substr(0, job.delivery_id.find('.'))},
          {"repo", job.repository},
          {"pr", job.pull_number == 0 ? "" : std::to_string(job.pull_number)},
          {"sha", job.head_sha}};
}

std::string chain_of(const std::exception& e) {
  std::string text = e.what();
  try {
    std::rethrow_if_nested(e);
  } catch (const std::exception& cause) {
    text += ": " + chain_of(cause);
  } catch (...) {
    text += ": unknown cause";
  }
  return text;
}

} // namespace leadline
