#include "app/serve.hpp"

#include "app/config/server_config.hpp"
#include "app/report_link.hpp"
#include "app/serve_front.hpp"
#include "app/serve_work.hpp"
#include "app/store/store.hpp"
#include "app/store/store_clock.hpp"
#include "app/store/work_hints.hpp"
#include "app/version.hpp"
#include "app/web/audit_route.hpp"
#include "app/web/intake_state.hpp"
#include "app/web/metrics.hpp"
#include "app/web/report_route.hpp"
#include "app/web/status_routes.hpp"
#include "app/web/webhook_endpoint.hpp"
#include "base/error.hpp"

#include <spdlog/spdlog.h>

#include <malloc.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <thread>

namespace leadline {
namespace {

using namespace std::chrono_literals;

// Signals that end the server are taken by sigwaitinfo in the main thread only; threads started
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

void wait_for_signal(const sigset_t& ending) {
  while (sigwaitinfo(&ending, nullptr) < 0) {
  }
}

// Promises nothing on a database that would lose it. Throws Error when it cannot be asked.
void check_database(Store& store, IntakeState& intake, spdlog::logger& logger) {
  if (const std::string damage = store.find_damage(); !damage.empty()) {
    intake.set_damaged();
    logger.error("not ready: the database is damaged: {}; restore a copy, or move the file away "
                 "and start again: open pull requests are found again",
                 damage);
  }
}

// Waits for a database that is away, read-only, damaged, full or in use: all of that may end
// without this process, and while it lasts somebody has to say so. What no waiting can mend is
// thrown. Null when a signal came first. `intake` is told of damage.
std::unique_ptr<Store> open_when_there(const ServerConfig& config, Front& front,
                                       IntakeState& intake, const sigset_t& ending,
                                       spdlog::logger& logger) {
  for (std::chrono::seconds wait = 1s;; wait = std::min<std::chrono::seconds>(2 * wait, 15s)) {
    try {
      auto store = open_store(config.database_url, config.store_options);
      check_database(*store, intake, logger);
      return store;
    } catch (const Error& e) {
      // The address of a PostgreSQL may hold a password; its messages name the host.
      const std::string which =
          config.database_url.starts_with("sqlite:") ? config.database_url + ": " : "";
      if (e.kind() != ErrorKind::unavailable) {
        throw e.while_doing(which.empty() ? "the database" : config.database_url);
      }
      front.wait_for(public_reason(e));
      logger.error("not ready: {}{}; answering with 503 on port {}, the next try is in {} s", which,
                   e.what(), front.port(), wait.count());
    }
    const timespec at_most{wait.count(), 0};
    if (sigtimedwait(&ending, nullptr, &at_most) > 0) {
      return nullptr;
    }
  }
}

// A wrong clock of one server harms none of the others, but its log and its tokens.
void compare_clocks(Clock& shared, spdlog::logger& logger) {
  const auto ahead =
      std::chrono::duration_cast<std::chrono::seconds>(Clock::system().now() - shared.now());
  if (std::chrono::abs(ahead) > 10s) {
    logger.warn("this machine's clock is {} s {} of the database's, which is gone by",
                std::chrono::abs(ahead).count(), ahead > 0s ? "ahead" : "behind");
  }
}

struct Served {
  const ServerConfig& config;
  Store& store;
  Clock& clock;
  Metrics& metrics;
  spdlog::logger& logger;
  IntakeState& intake;
};

std::vector<WebRoute> routes_of(const Served& served, std::function<bool()> stopping,
                                std::function<bool()> refused, std::function<void()> stored) {
  const ServerConfig& config = served.config;
  std::vector<WebRoute> routes =
      status_routes({served.store, served.clock, served.metrics, served.logger, served.intake,
                     std::move(stopping), std::move(refused),
                     config.role == ServerRole::worker ? StatusParts::Duty::works_only
                                                       : StatusParts::Duty::takes_deliveries});
  if (config.role == ServerRole::worker) {
    return routes;
  }
  routes.push_back(webhook_route(
      config.webhook_path, {config.webhook_secrets, config.app_id, served.store, served.clock,
                            served.metrics, served.logger, served.intake, std::move(stored)}));
  if (!config.api_tokens.empty()) {
    routes.push_back(audit_route({config.api_tokens, served.store, served.logger}));
  }
  if (!config.public_url.empty()) {
    routes.push_back(report_route({ReportLinks(config.public_url, config.link_secrets),
                                   served.store, served.clock, served.logger}));
  }
  return routes;
}

// Whatever is thrown: what answers is to end before what it answers by.
struct StopAtEnd {
  Front& front;
  ~StopAtEnd() { front.stop(); }
};

} // namespace

int serve(const ServerConfig& config, spdlog::logger& logger) {
  const sigset_t ending = block_signals();
  // Else malloc raises it as large bodies are freed, and keeps what they took for good.
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
  for (const std::string& warning : config.warnings) {
    logger.warn(warning);
  }
  const auto metrics = Metrics::create();
  Front front(config, *metrics, logger);
  front.start();
  IntakeState intake;
  const auto store = open_when_there(config, front, intake, ending, logger);
  if (!store) {
    front.stop();
    logger.info("stopped");
    return 0;
  }
  StoreClock clock(*store, Clock::system());
  compare_clocks(clock, logger);
  const auto others = WorkAnnouncer::create(config.database_url, logger);
  std::unique_ptr<WorkSide> work;
  if (config.role != ServerRole::web && !intake.is_damaged()) {
    work = WorkSide::create(config, *store, *others, *metrics, clock, logger);
  }
  std::atomic<bool> stopping = false;
  const StopAtEnd guard{front};
  front.open(routes_of(
      {config, *store, clock, *metrics, logger, intake}, [&] { return stopping.load(); },
      [&] { return work && work->is_refused(); },
      [&] {
        others->announce();
        if (work) {
          work->wake();
        }
      }));
  if (work) {
    work->start();
  }
  logger.info("leadline {} ({}) listens on http://{}:{}{} for App {} at {}", version(),
              name_of(config.role), config.host, front.port(), config.webhook_path, config.app_id,
              config.urls.rest);
  if (config.metrics_port) {
    logger.info("metrics are at http://{}:{}/metrics", config.metrics_host, front.metrics_port());
  }

  wait_for_signal(ending);
  logger.info("stopping");
  stopping = true;
  pthread_sigmask(SIG_UNBLOCK, &ending, nullptr); // the next one ends the process
  // Who sends us deliveries learns by /readyz that others are to get them, and not by a closed
  // port.
  std::this_thread::sleep_for(config.drain_time);
  front.stop();
  if (work && !work->stop(k_stop_deadline)) {
    // Their threads still use what would be destroyed now; the queue has their jobs back.
    logger.warn("stopped with work handed back");
    logger.flush();
    std::_Exit(EXIT_SUCCESS);
  }
  logger.info("stopped");
  return 0;
}

} // namespace leadline
