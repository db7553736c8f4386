#include "app/serve.hpp"

#include "analyzers/catalog/catalog.hpp"
#include "app/config/server_config.hpp"
#include "app/git/cache.hpp"
#include "app/github/clock.hpp"
#include "app/github/transport.hpp"
#include "app/jobs/job_handlers.hpp"
#include "app/jobs/worker.hpp"
#include "app/jobs/worker_name.hpp"
#include "app/store/store.hpp"
#include "app/version.hpp"
#include "app/web/http_server.hpp"
#include "app/web/metrics.hpp"
#include "app/web/status_routes.hpp"
#include "app/web/webhook_endpoint.hpp"

#include <spdlog/spdlog.h>

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

namespace leadline {
namespace {

using namespace std::chrono_literals;

constexpr auto k_stop_deadline = 20s;
constexpr auto k_housekeeping = 1h;
// GitHub redelivers for 3 days (GHES 7) on request; duplicates are known for longer than that.
constexpr auto k_keep_deliveries = 24h * 30;
// Longer than a pull request is usually open: what is forgotten is found again at GitHub.
constexpr auto k_keep_reports = 24h * 180;

TimePoint now_of(Clock& clock) {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(clock.now());
}

// The queue as handlers see it.
class StoreQueue final : public JobQueue {
public:
  StoreQueue(JobStore& store, Clock& clock) : m_store(store), m_clock(clock) {}
  void enqueue(const Job& job) override { m_store.enqueue(job, now_of(m_clock)); }

private:
  JobStore& m_store;
  Clock& m_clock;
};

// Signals that end the server are taken by sigtimedwait in the main thread only; threads started
// later inherit the mask.
sigset_t block_signals() {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  std::signal(SIGPIPE, SIG_IGN); // a client or GitHub that hangs up is an error of its write only
  return ending;
}

bool wait_for_signal(const sigset_t& ending, std::chrono::seconds at_most) {
  timespec time{};
  time.tv_sec = at_most.count();
  return sigtimedwait(&ending, nullptr, &time) > 0;
}

double random_fraction() {
  thread_local std::minstd_rand generator(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

// Most of a job is waiting for GitHub.
std::size_t worker_threads(const ServerConfig& config) {
  return config.workers != 0
             ? static_cast<std::size_t>(config.workers)
             : std::clamp<std::size_t>(2UL * std::thread::hardware_concurrency(), 4, 16);
}

void keep_house(Store& store, Clock& clock, spdlog::logger& logger) {
  try {
    const TimePoint now = now_of(clock);
    const std::size_t deliveries = store.prune_deliveries(now - k_keep_deliveries);
    const std::size_t reports = store.prune_reports(now - k_keep_reports);
    logger.debug("forgot {} deliveries and {} reports", deliveries, reports);
  } catch (const std::exception& e) {
    logger.warn("housekeeping: {}", e.what());
  }
}

std::vector<WebRoute> routes_of(const ServerConfig& config, const WebhookParts& webhook,
                                const StatusParts& status) {
  std::vector<WebRoute> routes = status_routes(status);
  routes.push_back(webhook_route(config.webhook_path, webhook));
  return routes;
}

} // namespace

int serve(const ServerConfig& config, spdlog::logger& logger) {
  const sigset_t ending = block_signals();
  Clock& clock = Clock::system();
  const auto store = open_store(config.database_url);
  const auto git = GitCache::create(config.data_folder + "/git");
  const auto transport = make_http_transport(config.urls, TransportOptions::from_environment());
  StoreQueue queue(*store, clock);
  GitHubApp app;
  app.app_id = config.app_id;
  app.private_key = config.private_key;
  app.urls = config.urls;
  const auto handler = make_job_handler(
      app, {*transport, *git, *store, *store, queue, Catalog::built_in(), clock, logger});
  const auto metrics = Metrics::create();

  WorkerOptions worker_options;
  worker_options.name = worker_name();
  worker_options.max_attempts = config.max_attempts;
  worker_options.first_retry = config.first_retry;
  worker_options.threads = worker_threads(config);
  worker_options.budget = {config.job_time, config.job_memory_bytes};
  const auto workers = Workers::create(
      worker_options, {*store, *handler, clock, logger, random_fraction,
                       [&](const Job& job, JobResult result, std::chrono::milliseconds took) {
                         metrics->count_job(job.kind, result, took);
                       }});

  std::atomic<bool> stopping = false;
  const auto server = HttpServer::create(
      {config.host, config.port, {}},
      routes_of(config,
                {config.webhook_secrets, config.app_id, *store, clock, *metrics, logger,
                 [&] { workers->wake(); }},
                {*store, clock, *metrics, logger, [&] { return stopping.load(); }}),
      logger);
  workers->start();
  server->start();
  logger.info("leadline {} listens on http://{}:{}{} for App {} at {}", version(), config.host,
              server->port(), config.webhook_path, config.app_id, config.urls.rest);

  do {
    keep_house(*store, clock, logger);
  } while (!wait_for_signal(ending, k_housekeeping));
  logger.info("stopping");
  stopping = true;
  pthread_sigmask(SIG_UNBLOCK, &ending, nullptr); // the next one ends the process
  server->stop();
  if (!workers->stop(k_stop_deadline)) {
    // Their threads still use what would be destroyed now; the queue has their jobs back.
    logger.warn("stopped with jobs handed back");
    logger.flush();
    std::_Exit(EXIT_SUCCESS);
  }
  logger.info("stopped");
  return 0;
}

} // namespace leadline
