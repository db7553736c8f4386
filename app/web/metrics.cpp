#include "app/web/metrics.hpp"

#include "app/store/store_rules.hpp"
#include "app/version.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

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
        m_jobs(BuildCounter()
                   .Name("leadline_jobs_total")
                   .Help("Tries of jobs by kind and result")
                   .Register(m_registry)),
        m_job_time(BuildHistogram()
                       .Name("leadline_job_seconds")
                       .Help("Time of one try of a job")
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
                   .Add({})) {
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
  }

  void count_delivery(std::string_view outcome, std::chrono::duration<double> took) override {
    m_deliveries.Add({{"outcome", std::string(outcome)}}).Increment();
    m_delivery_time.Observe(took.count());
  }

  void count_job(JobKind kind, JobResult result, std::chrono::duration<double> took) override {
    m_jobs.Add({{"kind", std::string(name_of(kind))}, {"result", std::string(name_of(result))}})
        .Increment();
    m_job_time
        .Add({{"kind", std::string(name_of(kind))}},
             Histogram::BucketBoundaries{.1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 900})
        .Observe(took.count());
  }

  std::string text(const std::optional<QueueStats>& queue) override {
    if (queue) {
      m_queue.Add({{"state", "waiting"}}).Set(static_cast<double>(queue->waiting));
      m_queue.Add({{"state", "running"}}).Set(static_cast<double>(queue->running));
      m_queue.Add({{"state", "dead"}}).Set(static_cast<double>(queue->dead));
      m_lost.Set(static_cast<double>(queue->lost));
      m_queue_age.Set(std::chrono::duration<double>(queue->oldest_waiting).count());
    }
    return TextSerializer().Serialize(m_registry.Collect());
  }

private:
  Registry m_registry;
  Family<Counter>& m_deliveries;
  Histogram& m_delivery_time;
  Family<Counter>& m_jobs;
  Family<Histogram>& m_job_time;
  Family<Gauge>& m_queue;
  Gauge& m_queue_age;
  Gauge& m_lost;
};

} // namespace

std::unique_ptr<Metrics> Metrics::create() { return std::make_unique<PrometheusMetrics>(); }

} // namespace leadline
