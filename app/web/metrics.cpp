#include "app/web/metrics.hpp"

#include "app/store/store_rules.hpp"
#include "app/version.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <utility>

namespace leadline {
namespace {

using namespace prometheus;

class PrometheusMetrics final : public Metrics {
public:
  PrometheusMetrics()
      : m_deliveries(BuildCounter()
                         .Name("leadline_deliveries_total")
                         .Help("Webhook deliveries by what became of them")
                         .Register(m_registry)),
        m_delivery_time(BuildHistogram()
                            .Name("leadline_delivery_seconds")
                            .Help("Time from a delivery's last byte to its answer")
                            .Register(m_registry)
                            .Add({}, Histogram::BucketBoundaries{.001, .0025, .005, .01, .025, .05,
                                                                 .1, .25, .5, 1, 2.5, 5, 10})),
        m_cut_requests(BuildCounter()
                           .Name("leadline_requests_cut_total")
                           .Help("Requests that were cut before they were whole, by why")
                           .Register(m_registry)),
        m_jobs(BuildCounter()
                   .Name("leadline_jobs_total")
                   .Help("Tries of jobs by kind and result")
                   .Register(m_registry)),
        m_job_time(BuildHistogram()
                       .Name("leadline_job_seconds")
                       .Help("Time of one try of a job")
                       .Register(m_registry)),
        m_stages(BuildHistogram()
                     .Name("leadline_stage_seconds")
                     .Help("Time of one stage of the work on a pull request")
                     .Register(m_registry)),
        m_findings(BuildCounter()
                       .Name("leadline_findings_total")
                       .Help("Findings in finished checks by rule and severity")
                       .Register(m_registry)),
        m_acknowledged(BuildCounter()
                           .Name("leadline_acknowledgements_total")
                           .Help("Acknowledged findings by rule")
                           .Register(m_registry)),
        m_queue(BuildGauge()
                    .Name("leadline_queue_jobs")
                    .Help("Jobs in the queue by state")
                    .Register(m_registry)),
        m_queue_age(BuildGauge()
                        .Name("leadline_queue_age_seconds")
                        .Help("How long the oldest due job has waited")
                        .Register(m_registry)
                        .Add({})),
        m_lost(BuildGauge()
                   .Name("leadline_deliveries_lost")
                   .Help("Accepted deliveries that wait and have no job; always 0")
                   .Register(m_registry)
                   .Add({})),
        m_missed(counter("leadline_deliveries_asked_again_total",
                         "Failed deliveries that GitHub was asked to send again")),
        m_missed_open(gauge("leadline_deliveries_missed",
                            "Failed deliveries at GitHub that are not here yet")),
        m_given_up(gauge("leadline_deliveries_given_up",
                         "Failed deliveries that are not asked for any more")),
        m_app_refused(gauge("leadline_app_refused",
                            "1 while GitHub refuses this server as the App (401), else 0")),
        m_reconciled(counter("leadline_repositories_swept_total",
                             "Repositories looked through for open pull requests without a check")),
        m_reconciled_pulls(counter("leadline_pulls_reconciled_total",
                                   "Open pull requests that were found without a check")),
        m_requests(BuildCounter()
                       .Name("leadline_github_requests_total")
                       .Help("Requests to GitHub by status")
                       .Register(m_registry)),
        m_request_time(BuildHistogram()
                           .Name("leadline_github_request_seconds")
                           .Help("Time of one request to GitHub")
                           .Register(m_registry)),
        m_quota(BuildGauge()
                    .Name("leadline_github_quota_remaining")
                    .Help("Requests (GraphQL: points) left in this hour, of the installation "
                          "with the fewest")
                    .Register(m_registry)) {
    BuildGauge()
        .Name("leadline_build_info")
        .Help("Always 1")
        .Register(m_registry)
        .Add({{"version", std::string(version())}})
        .Set(1);
    // A series that appears only with its first event hides that event from rate().
    for (const char* outcome :
         {"accepted", "duplicate", "ignored", "ping", "refused", "unavailable"}) {
      m_deliveries.Add({{"outcome", outcome}});
    }
    for (const char* why : {"slow", "crowded", "no_memory", "failed"}) {
      m_cut_requests.Add({{"why", why}});
    }
  }

  void count_delivery(std::string_view outcome, std::chrono::duration<double> took) override {
    m_deliveries.Add({{"outcome", std::string(outcome)}}).Increment();
    m_delivery_time.Observe(took.count());
  }

  void count_cut_request(std::string_view why) override {
    m_cut_requests.Add({{"why", std::string(why)}}).Increment();
  }

  void count_job(JobKind kind, JobResult result, std::chrono::duration<double> took) override {
    m_jobs.Add({{"kind", std::string(name_of(kind))}, {"result", std::string(name_of(result))}})
        .Increment();
    m_job_time
        .Add({{"kind", std::string(name_of(kind))}},
             Histogram::BucketBoundaries{.1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 900})
        .Observe(took.count());
  }

  void stage_ended(std::string_view stage, std::chrono::duration<double> took) override {
    m_stages
        .Add({{"stage", std::string(stage)}},
             Histogram::BucketBoundaries{.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300})
        .Observe(took.count());
  }

  void found(const Finding& finding) override {
    m_findings.Add({{"rule", finding.rule}, {"severity", std::string(name_of(finding.severity))}})
        .Increment();
  }

  void acknowledged(const std::string& rule) override {
    m_acknowledged.Add({{"rule", rule}}).Increment();
  }

  void count_missed(const MissedCounts& counts) override {
    m_missed.Increment(static_cast<double>(counts.asked));
  }

  void set_app_refused(bool refused) override { m_app_refused.Set(refused ? 1 : 0); }

  void count_reconciled_repositories(std::size_t count) override {
    m_reconciled.Increment(static_cast<double>(count));
  }
  void count_reconciled_pull() override { m_reconciled_pulls.Increment(); }

  void count_exchange(const HttpRequest& request, const HttpResponse* response,
                      std::chrono::duration<double> took) override {
    const bool graphql = request.endpoint == Endpoint::graphql;
    const char* const api = graphql ? "graphql" : "rest";
    const int status = response == nullptr ? 0 : response->status;
    m_requests
        .Add({{"api", api}, {"status", status == 0 ? "none" : std::to_string(status / 100) + "xx"}})
        .Increment();
    m_request_time
        .Add({{"api", api}}, Histogram::BucketBoundaries{.025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30})
        .Observe(took.count());
    if (response != nullptr && request.installation_id != 0) {
      note_quota(graphql ? m_graphql : m_rest, request.installation_id, *response);
    }
  }

  std::string text(const std::optional<QueueStats>& queue) override {
    show_quota(m_rest);
    show_quota(m_graphql);
    if (queue) {
      m_queue.Add({{"state", "waiting"}}).Set(static_cast<double>(queue->waiting));
      m_queue.Add({{"state", "running"}}).Set(static_cast<double>(queue->running));
      m_queue.Add({{"state", "dead"}}).Set(static_cast<double>(queue->dead));
      m_lost.Set(static_cast<double>(queue->lost));
      m_missed_open.Set(static_cast<double>(queue->missed));
      m_given_up.Set(static_cast<double>(queue->given_up));
      m_queue_age.Set(std::chrono::duration<double>(queue->oldest_waiting).count());
    }
    return TextSerializer().Serialize(m_registry.Collect());
  }

private:
  struct Quota {
    std::int64_t remaining = 0;
    std::int64_t reset = 0; // seconds since 1970
  };

  // What is left of one of GitHub's limits.
  struct ApiQuota {
    const char* api;
    std::map<std::int64_t, Quota> by_installation = {};
    Gauge* lowest = nullptr; // while one is known
  };

  Counter& counter(const char* name, const char* help) {
    return BuildCounter().Name(name).Help(help).Register(m_registry).Add({});
  }
  Gauge& gauge(const char* name, const char* help) {
    return BuildGauge().Name(name).Help(help).Register(m_registry).Add({});
  }

  static std::int64_t number(const std::string& text) {
    std::int64_t value = -1;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

  void note_quota(ApiQuota& quota, std::int64_t installation, const HttpResponse& response) {
    const std::int64_t remaining = number(response.header("x-ratelimit-remaining"));
    if (remaining >= 0) {
      const std::lock_guard lock(m_quota_mutex);
      quota.by_installation[installation] = {remaining,
                                             number(response.header("x-ratelimit-reset"))};
    }
  }

  // Thousands of installations would be thousands of series: the lowest is what matters.
  void show_quota(ApiQuota& quota) {
    const std::int64_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    const std::lock_guard lock(m_quota_mutex);
    std::erase_if(quota.by_installation, [&](const auto& each) {
      return each.second.reset >= 0 && each.second.reset < now;
    });
    const auto lowest = std::min_element(
        quota.by_installation.begin(), quota.by_installation.end(),
        [](const auto& a, const auto& b) { return a.second.remaining < b.second.remaining; });
    if (lowest != quota.by_installation.end()) {
      quota.lowest = &m_quota.Add({{"api", quota.api}});
      quota.lowest->Set(static_cast<double>(lowest->second.remaining));
    } else if (quota.lowest != nullptr) {
      m_quota.Remove(std::exchange(quota.lowest, nullptr));
    }
  }

  Registry m_registry;
  Family<Counter>& m_deliveries;
  Histogram& m_delivery_time;
  Family<Counter>& m_cut_requests;
  Family<Counter>& m_jobs;
  Family<Histogram>& m_job_time;
  Family<Histogram>& m_stages;
  Family<Counter>& m_findings;
  Family<Counter>& m_acknowledged;
  Family<Gauge>& m_queue;
  Gauge& m_queue_age;
  Gauge& m_lost;
  Counter& m_missed;
  Gauge& m_missed_open;
  Gauge& m_given_up;
  Gauge& m_app_refused;
  Counter& m_reconciled;
  Counter& m_reconciled_pulls;
  Family<Counter>& m_requests;
  Family<Histogram>& m_request_time;
  Family<Gauge>& m_quota;
  std::mutex m_quota_mutex; // guards what follows
  ApiQuota m_rest{"rest"};
  ApiQuota m_graphql{"graphql"};
};

} // namespace

std::unique_ptr<Metrics> Metrics::create() { return std::make_unique<PrometheusMetrics>(); }

} // namespace leadline
