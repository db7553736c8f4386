#pragma once

#include "app/github/transport.hpp"
#include "app/jobs/job.hpp"
#include "app/jobs/missed_deliveries.hpp"
#include "app/jobs/work_observer.hpp"
#include "app/jobs/worker.hpp"
#include "app/store/job_store.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace leadline {

// What /metrics shows (https://prometheus.io/docs/instrumenting/exposition_formats/). Safe for
// several threads.
class Metrics : public WorkObserver {
public:
  static std::unique_ptr<Metrics> create();

  // outcome: accepted, duplicate, ignored, ping, refused, unavailable.
  virtual void count_delivery(std::string_view outcome, std::chrono::duration<double> took) = 0;
  // A request was cut before it was whole; why: slow, crowded, no_memory, failed (HttpCut).
  virtual void count_cut_request(std::string_view why) = 0;
  virtual void count_job(JobKind kind, JobResult result, std::chrono::duration<double> took) = 0;

  virtual void count_missed(const MissedCounts& counts) = 0; // that this server has asked for
  // GitHub does not believe this server that it is the App.
  virtual void set_app_refused(bool refused) = 0;
  virtual void count_reconciled_repositories(std::size_t count) = 0;
  virtual void count_reconciled_pull() = 0; // that was found open without a check

  // One request to GitHub; `response` is null when there was no answer. Its x-ratelimit-remaining
  // counts against one of two limits of the installation: requests of REST ("core"), or points of
  // GraphQL, whose answers never tell of another
  // (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api,
  // https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api).
  virtual void count_exchange(const HttpRequest& request, const HttpResponse* response,
                              std::chrono::duration<double> took) = 0;

  // All metrics as text; those of the queue and of missed deliveries, which all servers share, are
  // those of `queue`, or the last known.
  virtual std::string text(const std::optional<QueueStats>& queue) = 0;
};

} // namespace leadline
