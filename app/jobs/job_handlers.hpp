#pragma once

#include "app/github/api_urls.hpp"
#include "app/jobs/job.hpp"
#include "app/report_link.hpp"
#include "app/store/job_store.hpp"
#include "base/secret.hpp"

#include <spdlog/fwd.h>

#include <memory>
#include <string>
#include <vector>

namespace leadline {

class AcknowledgementLog;
class Catalog;
class Clock;
class GitCache;
class HttpTransport;
class PublicationLog;
class WorkObserver;

// Where a handler puts work that it finds. Implemented by app/store. Safe for several threads.
class JobQueue {
public:
  virtual ~JobQueue() = default;
  // On disk when it returns. A waiting job of the same (repository, pull request) and kind is
  // replaced.
  virtual void enqueue(const Job& job) = 0;
  // A repository has another name: what waits for `from` waits for `to`, as work of that
  // installation (0: of the one it was of). What runs already ends under the old name, which GitHub
  // redirects.
  virtual void move_jobs(const std::string& from, const std::string& to,
                         std::int64_t installation_id) = 0;
  // JobStore::cancel and JobStore::drop_jobs.
  virtual void cancel(const Job& job) = 0;
  virtual std::size_t drop(std::int64_t installation_id, const std::string& repository) = 0;
  // What stands in the queue for the same pull request, merge group or sweep: JobStore::jobs_like.
  virtual std::vector<JobRecord> standing(const Job& job) = 0;
};

// Who leadline is at GitHub.
struct GitHubApp {
  std::string app_id; // APP_ID: the number or the client id
  Secret private_key; // PEM
  ApiUrls urls;
  std::string check_name = "leadline"; // what branch protection requires
  ReportLinks reports = {};            // to what a check has no room for
};

// What the handler works with; everything outlives it. One handler serves all workers: run() may be
// called by several threads for different (repository, pull request) pairs.
struct JobHandlerParts {
  HttpTransport& transport;
  GitCache& git;
  PublicationLog& log;
  AcknowledgementLog& acknowledgements;
  JobQueue& queue;
  const Catalog& catalog;
  Clock& clock;
  WorkObserver& observer;
  spdlog::logger& logger;
};

// The handler of all kinds of jobs. Throws Error(bad_input) when the private key cannot be used.
std::unique_ptr<JobHandler> make_job_handler(const GitHubApp& app, const JobHandlerParts& parts);

} // namespace leadline
