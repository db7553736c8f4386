#include "app/jobs/job_try.hpp"

#include "app/github/clock.hpp"
#include "app/jobs/job_log.hpp"
#include "app/jobs/worker.hpp"
#include "base/error.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace leadline {
namespace {

using namespace std::chrono_literals;

// Whether a job that failed so is tried again: what may pass by itself often; a refusal or an
// absence, which a new token or a restored repository may mend, a few times, and once more when
// the try before failed in another way; what the sender must change never.
bool is_tried_again(const WorkerOptions& options, const LeasedJob& leased, ErrorKind kind,
                    const std::string& why) {
  constexpr int k_few = 3;
  const int attempt = leased.job.attempt;
  switch (kind) {
  case ErrorKind::unavailable:
    return attempt < options.max_attempts;
  case ErrorKind::denied:
  case ErrorKind::not_found:
    return attempt < options.max_attempts && (attempt < k_few || leased.last_error != why);
  case ErrorKind::bad_input:
    return false;
  }
  return false;
}

Ending call(JobHandler& handler, const WorkerOptions& options, const LeasedJob& leased) {
  try {
    handler.run(leased.job);
    return {};
  } catch (const OverBudget&) {
    return {Ending::Kind::failed, {}}; // allocates nothing
  } catch (const Error& e) {
    std::string why = chain_of(e);
    if (e.kind() == ErrorKind::unavailable && handler.closed_for(leased.job) > 0ms) {
      return {Ending::Kind::closed, std::move(why)};
    }
    const bool again = is_tried_again(options, leased, e.kind(), why);
    return {again ? Ending::Kind::unavailable : Ending::Kind::failed, std::move(why)};
  } catch (const std::exception& e) {
    return {Ending::Kind::bug, "internal error: " + chain_of(e)};
  } catch (...) {
    return {Ending::Kind::bug, "internal error of unknown type"};
  }
}

} // namespace

Ending try_job(JobHandler& handler, const WorkerOptions& options, const LeasedJob& leased) {
  const Job& job = leased.job;
  if (job.attempt > options.max_attempts) {
    return {Ending::Kind::failed,
            "none of " + std::to_string(options.max_attempts) + " tries came to an end" +
                (leased.last_error.empty() ? "" : "; the last: " + leased.last_error)};
  }
  const JobBudget budget(options.budget);
  Ending ending;
  try {
    ending = call(handler, options, leased);
  } catch (const OverBudget&) { // while it put its failure into words
    ending.kind = Ending::Kind::failed;
  }
  if (ending.kind != Ending::Kind::done) {
    // Whatever was made of the exception on its way, this is where it came from.
    if (std::string passed = budget.exceeded(); !passed.empty()) {
      return {Ending::Kind::failed, std::move(passed)};
    }
  }
  return ending;
}

std::optional<TimePoint> try_to_announce(const WorkerOptions& options, const WorkerParts& parts,
                                         const Job& job) {
  const auto now = [&] {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(parts.clock.now());
  };
  if (const auto closed = parts.handler.closed_for(job); closed > 0ms) {
    return now() + closed;
  }
  try {
    parts.handler.announce(job);
  } catch (const Error& e) {
    parts.logger.warn("job {}: it could not be announced: {}", job.id, chain_of(e));
    if (parts.refused && parts.refused()) { // whatever failed, it failed by that
      return now() + options.refused_pause;
    }
    if (e.kind() == ErrorKind::unavailable) {
      return now() + std::max(options.announce_again, parts.handler.closed_for(job));
    }
  } catch (const std::exception& e) {
    parts.logger.warn("job {}: it could not be announced: {}", job.id, chain_of(e));
  }
  return std::nullopt;
}

} // namespace leadline
