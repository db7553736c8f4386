#include "app/serve_work.hpp"

#include "analyzers/catalog/catalog.hpp"
#include "app/config/server_config.hpp"
#include "app/git/cache.hpp"
#include "app/github/app_api.hpp"
#include "app/github/app_refusal.hpp"
#include "app/github/clock.hpp"
#include "app/github/observed_transport.hpp"
#include "app/github/rate_limit.hpp"
#include "app/github/transport.hpp"
#include "app/jobs/clone_upkeep.hpp"
#include "app/jobs/expired_words.hpp"
#include "app/jobs/job_handlers.hpp"
#include "app/jobs/lease.hpp"
#include "app/jobs/lost_checks.hpp"
#include "app/jobs/missed_deliveries.hpp"
#include "app/jobs/reconcile.hpp"
#include "app/jobs/worker.hpp"
#include "app/jobs/worker_name.hpp"
#include "app/serve_chores.hpp"
#include "app/store/store.hpp"
#include "app/store/work_hints.hpp"
#include "app/web/metrics.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

namespace leadline {
namespace {

using namespace std::chrono_literals;

constexpr auto k_housekeeping = 1h;
constexpr auto k_look_for_missed = 5min;
constexpr auto k_look_for_ended_words = 5min;
constexpr auto k_look_at_groups = 5min;
constexpr auto k_look_for_lost_checks = 1min;
constexpr auto k_look_at_clones = 5min;
constexpr auto k_ask_who_we_are = 5min;
constexpr auto k_revive = 1h;
constexpr auto k_sweep_all = 6h;
constexpr const char* k_ended_words = "looking for acknowledgements that have ended";
constexpr auto k_sweep_at_start = 10min; // not more often, however often the server is started
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
  StoreQueue(JobStore& store, Clock& clock, WorkAnnouncer& others)
      : m_store(store), m_clock(clock), m_others(others) {}
  void enqueue(const Job& job) override {
    m_store.enqueue(job, now_of(m_clock));
    m_others.announce();
  }
  void move_jobs(const std::string& from, const std::string& to,
                 std::int64_t installation_id) override {
    m_store.move_jobs(from, to, installation_id, now_of(m_clock));
    m_others.announce();
  }
  void cancel(const Job& job) override { m_store.cancel(job); }
  std::size_t drop(std::int64_t installation_id, const std::string& repository) override {
    return m_store.drop_jobs(installation_id, repository);
  }
  std::vector<JobRecord> standing(const Job& job) override { return m_store.jobs_like(job); }

private:
  JobStore& m_store;
  Clock& m_clock;
  WorkAnnouncer& m_others;
};

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
  const TimePoint now = now_of(clock);
  const std::size_t deliveries = store.prune_deliveries(now - k_keep_deliveries);
  const std::size_t reports = store.prune_reports(now - k_keep_reports);
  logger.debug("forgot {} deliveries and {} reports", deliveries, reports);
}

// GitHub Enterprise Server has a host of its own; github.com and ghe.com are GitHub's.
std::chrono::hours kept_by(const ApiUrls& urls) {
  const auto rest = parse_url(urls.rest);
  const bool githubs = rest && (rest->host == "api.github.com" || rest->host.ends_with(".ghe.com"));
  return githubs ? MissedDeliveries::k_kept : MissedDeliveries::k_kept_by_enterprise_server;
}

GitHubApp app_of(const ServerConfig& config) {
  GitHubApp app;
  app.app_id = config.app_id;
  app.private_key = config.private_key;
  app.urls = config.urls;
  app.reports = ReportLinks(config.public_url, config.link_secrets);
  return app;
}

// A fetch is part of a job and has no more than that.
GitFetchOptions fetch_options(const ServerConfig& config) {
  GitFetchOptions options = GitFetchOptions::from_environment();
  options.total_timeout = std::min(options.total_timeout, config.job_time);
  options.max_memory_bytes = config.job_memory_bytes;
  options.max_total_bytes = config.git_cache_bytes;
  return options;
}

WorkerOptions worker_options(const ServerConfig& config) {
  WorkerOptions options;
  options.name = worker_name();
  options.max_attempts = config.max_attempts;
  options.first_retry = config.first_retry;
  options.threads = worker_threads(config);
  options.budget = {config.job_time, config.job_memory_bytes};
  // Of a GitHub that is known to answer sooner nothing comes later either.
  options.landing = std::min<std::chrono::milliseconds>(
      options.landing, TransportOptions::from_environment().read_timeout);
  return options;
}

class AllWork final : public WorkSide {
public:
  AllWork(const ServerConfig& config, Store& store, WorkAnnouncer& others, Metrics& metrics,
          Clock& clock, spdlog::logger& logger)
      : m_store(store), m_metrics(metrics), m_clock(clock), m_logger(logger),
        m_queue(store, clock, others),
        m_git(GitCache::create(config.data_folder + "/git", fetch_options(config))),
        m_http(make_http_transport(config.urls, TransportOptions::from_environment())),
        m_leased(make_leased(*m_http)),
        m_transport(make_observed(*m_leased,
                                  [this](const auto& request, const auto* response, auto took) {
                                    m_metrics.count_exchange(request, response, took);
                                    note_refusal(request, response);
                                  })),
        m_handler(make_job_handler(app_of(config), {*m_transport, *m_git, store, store, m_queue,
                                                    Catalog::built_in(), clock, metrics, logger})),
        m_workers(Workers::create(
            worker_options(config),
            {store, *m_handler, clock, logger, random_fraction,
             [this](const Job& job, JobResult result, auto took) { count(job, result, took); },
             machine_uptime, [this] { return m_refused.load(); }})),
        m_limited(make_rate_limited(*m_transport, clock, logger)),
        m_jwt(AppJwt::create(config.app_id, config.private_key)),
        m_tokens(*m_limited, *m_jwt, clock),
        m_api(*m_limited, *m_jwt, m_tokens, clock, config.urls), m_clones(*m_git, store, logger),
        m_missed(m_api, store, store, clock, logger, kept_by(config.urls)),
        // What a server cannot do now is done by another one.
        m_chores(chores(), store, clock, logger, [this] { return m_refused.load(); }),
        m_listener(WorkListener::create(
            config.database_url, [this] { wake(); }, logger)) {}

  void start() override {
    m_workers->start();
    m_chores.start();
  }
  void wake() override { m_workers->wake(); }
  bool is_refused() const override { return m_refused; }

  bool stop(std::chrono::milliseconds deadline) override {
    const bool idle = m_workers->stop(deadline);
    return m_chores.stop(1s) && idle;
  }

private:
  void note_refusal(const HttpRequest& request, const HttpResponse* response) {
    if (const auto refusal = shows_refusal(request, response)) {
      m_refused = *refusal;
      m_metrics.set_app_refused(*refusal);
    }
  }

  void count(const Job& job, JobResult result, std::chrono::milliseconds took) {
    m_metrics.count_job(job.kind, result, took);
    if (job.kind == JobKind::pull_request && job.reason == k_reconcile_reason &&
        result == JobResult::done) {
      m_metrics.count_reconciled_pull();
    }
  }

  std::vector<Chore> chores() {
    return {
        // A wrong key or clock is this server's own, and shows before a job fails by it, or what it
        // would leave undone for all.
        {"asking GitHub whether it believes that this is the App", k_ask_who_we_are, 0ms,
         [this] { m_api.profile(); }, Chore::Whose::each_server},
        {"housekeeping", k_housekeeping, 0ms, [this] { keep_house(m_store, m_clock, m_logger); }},
        {"looking for missed deliveries", k_look_for_missed, 0ms,
         [this] { m_metrics.count_missed(m_missed.look()); }},
        {"sweeping all repositories", k_sweep_all, k_sweep_at_start,
         [this] {
           const std::size_t repositories = reconcile(m_api, m_queue, m_logger);
           m_metrics.count_reconciled_repositories(repositories);
           m_logger.info("open pull requests of {} repositories are looked through", repositories);
           m_workers->wake();
         }},
        {"looking at merge queues", k_look_at_groups, 0ms,
         [this] {
           if (queue_group_sweeps(m_store, m_queue, now_of(m_clock)) > 0) {
             m_workers->wake();
           }
         }},
        {"looking for checks that have lost their run", k_look_for_lost_checks,
         k_look_for_lost_checks,
         [this] {
           if (const std::size_t lost = queue_lost_checks(m_store, m_queue, now_of(m_clock));
               lost > 0) {
             m_logger.warn("{} checks have lost their run", lost);
             m_workers->wake();
           }
         }},
        {"trying sweeps again that were given up", k_revive, k_revive,
         [this] {
           const std::size_t revived =
               revive_sweeps(m_store, now_of(m_clock), [this] { return m_api.installation_ids(); });
           if (revived > 0) {
             m_logger.warn("{} sweeps that were given up are tried again", revived);
             m_workers->wake();
           }
         }},
        {"looking after the clones", k_look_at_clones, 0ms, [this] { m_clones.look(); },
         Chore::Whose::each_server},
        {k_ended_words, k_look_for_ended_words, 0ms, [this] { judge_again_without_ended_words(); }},
    };
  }

  void judge_again_without_ended_words() {
    const TimePoint now = now_of(m_clock);
    const std::size_t repositories =
        queue_expired(m_store, m_queue, m_store.chore_reached(k_ended_words), now);
    m_store.save_chore_reached(k_ended_words, now);
    if (repositories > 0) {
      m_logger.info("acknowledgements have ended in {} repositories", repositories);
      m_workers->wake();
    }
  }

  Store& m_store;
  Metrics& m_metrics;
  Clock& m_clock;
  spdlog::logger& m_logger;
  StoreQueue m_queue;
  const std::unique_ptr<GitCache> m_git;
  const std::unique_ptr<HttpTransport> m_http;
  std::atomic<bool> m_refused = false;              // GitHub does not believe that we are the App
  const std::unique_ptr<HttpTransport> m_leased;    // writes for those who have a lease only
  const std::unique_ptr<HttpTransport> m_transport; // tells the metrics
  const std::unique_ptr<JobHandler> m_handler;
  const std::unique_ptr<Workers> m_workers;
  const std::unique_ptr<HttpTransport> m_limited; // of the App itself
  const std::unique_ptr<AppJwt> m_jwt;
  InstallationTokens m_tokens;
  AppApi m_api;
  CloneUpkeep m_clones;
  MissedDeliveries m_missed;
  Chores m_chores;
  const std::unique_ptr<WorkListener> m_listener; // wakes the workers
};

} // namespace

std::unique_ptr<WorkSide> WorkSide::create(const ServerConfig& config, Store& store,
                                           WorkAnnouncer& others, Metrics& metrics, Clock& clock,
                                           spdlog::logger& logger) {
  return std::make_unique<AllWork>(config, store, others, metrics, clock, logger);
}

} // namespace leadline
