#include "app/github/rate_limit.hpp"

#include "app/github/messages_json.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <random>

namespace leadline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using TimePoint = std::chrono::system_clock::time_point;

constexpr seconds k_unnamed_wait{60};
constexpr seconds k_longest_unnamed_wait{15 * 60};
constexpr seconds k_quota_period{60 * 60};
constexpr milliseconds k_write_interval{1000};
constexpr milliseconds k_first_pause{500};

std::optional<std::int64_t> number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

seconds until_reset(const HttpResponse& response, TimePoint now) {
  const std::optional<std::int64_t> reset = number(response.header("x-ratelimit-reset"));
  if (!reset) {
    return k_unnamed_wait;
  }
  const std::int64_t wait = *reset - std::chrono::system_clock::to_time_t(now) + 1;
  return seconds(std::clamp<std::int64_t>(wait, 1, k_quota_period.count()));
}

// What makes content or changes it. What the app does for itself is neither: a server with many
// installations would ask for one token a second.
bool is_write(const HttpRequest& request) {
  return request.installation_id != 0 && request.method != "GET" &&
         !(request.endpoint == Endpoint::graphql && request.repeatable);
}

class RateLimitedTransport final : public LimitedTransport {
public:
  RateLimitedTransport(HttpTransport& inner, Clock& clock, spdlog::logger& logger,
                       RetryOptions options)
      : m_inner(inner), m_clock(clock), m_logger(logger), m_options(options),
        m_random(options.jitter_seed) {}

  HttpResponse send(const HttpRequest& request) override {
    Quota& quota = quota_of(request.installation_id);
    std::unique_lock<std::mutex> turn(quota.writing, std::defer_lock);
    if (is_write(request)) {
      turn.lock();
    }
    milliseconds waited{0};
    for (int attempt = 1;; ++attempt) {
      wait(time_to_turn(quota, request, waited), waited, request);
      const bool last = attempt >= m_options.attempts;
      std::optional<HttpResponse> response = try_send(request, last);
      if (response && !refused(quota, request, *response, last)) {
        const bool broken = response->status >= 500 && may_repeat(request);
        if (!broken || last) {
          return *response;
        }
        response.reset();
      }
      if (!response) {
        wait(pause_after(attempt), waited, request);
      }
    }
  }

  milliseconds closed_for(std::int64_t installation_id) override {
    Quota& quota = quota_of(installation_id);
    const std::lock_guard<std::mutex> lock(quota.mutex);
    forget_what_never_comes(quota, m_clock.now());
    return std::max(milliseconds(0),
                    std::chrono::ceil<milliseconds>(quota.closed_until - m_clock.now()));
  }

private:
  struct Quota {
    std::mutex writing; // held over a write
    std::mutex mutex;   // guards what follows
    TimePoint closed_until{};
    int refusals = 0; // in a row
    TimePoint next_write{};
  };

  Quota& quota_of(std::int64_t installation_id) {
    const std::lock_guard<std::mutex> lock(m_mutex);
    return m_quotas[installation_id]; // references into a std::map stay valid
  }

  // What is further ahead than it ever is was said before the clock was set back.
  void forget_what_never_comes(Quota& quota, TimePoint now) const {
    if (quota.closed_until > now + k_quota_period) {
      quota.closed_until = now;
    }
    if (quota.next_write > now + m_options.longest_wait + k_write_interval) {
      quota.next_write = now;
    }
  }

  static bool may_repeat(const HttpRequest& request) {
    return request.method == "GET" || request.repeatable;
  }

  // nullopt: it failed and is to be tried again.
  std::optional<HttpResponse> try_send(const HttpRequest& request, bool last) {
    try {
      return m_inner.send(request);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unavailable || last || !may_repeat(request)) {
        throw;
      }
      m_logger.warn("sent again: {}", error.what());
      return std::nullopt;
    }
  }

  // True when the answer is a refusal for a limit; then the quota is closed for the time it says.
  bool refused(Quota& quota, const HttpRequest& request, const HttpResponse& response, bool last) {
    const TimePoint now = m_clock.now();
    const std::lock_guard<std::mutex> lock(quota.mutex);
    const std::optional<seconds> stay_away = limit_wait(response, quota.refusals, now);
    if (!stay_away) {
      quota.refusals = 0;
      if (response.header("x-ratelimit-remaining") == "0") { // used up by this one
        quota.closed_until = std::max(quota.closed_until, now + until_reset(response, now));
      }
      return false;
    }
    ++quota.refusals;
    quota.closed_until = std::max(quota.closed_until, now + *stay_away);
    m_logger.warn("GitHub's rate limit: installation {} waits {} s", request.installation_id,
                  stay_away->count());
    if (last) {
      throw limited(request, *stay_away);
    }
    return true;
  }

  static Error limited(const HttpRequest& request, milliseconds time) {
    const seconds whole = std::chrono::ceil<seconds>(time);
    return Error(ErrorKind::unavailable, request.method + " " +
                                             request.path.substr(0, request.path.find('?')) +
                                             ": GitHub's rate limit, to be tried again in " +
                                             std::to_string(whole.count()) + " s");
  }

  // A bucket of `write_burst` writes that fills by one a second; time also passes for a closed
  // quota. A write that would have to wait for too long takes none of it: what is not sent must not
  // put off what will be.
  milliseconds time_to_turn(Quota& quota, const HttpRequest& request, milliseconds waited) {
    const std::lock_guard<std::mutex> lock(quota.mutex);
    const TimePoint now = m_clock.now();
    forget_what_never_comes(quota, now);
    TimePoint turn = std::max(now, quota.closed_until);
    if (is_write(request)) {
      const TimePoint oldest = now - k_write_interval * (m_options.write_burst - 1);
      quota.next_write = std::max(quota.next_write, oldest);
      turn = std::max(turn, quota.next_write);
    }
    const milliseconds time = std::chrono::ceil<milliseconds>(turn - now);
    if (is_write(request) && waited + time <= m_options.longest_wait) {
      quota.next_write += k_write_interval;
    }
    return time;
  }

  milliseconds pause_after(int attempt) {
    const std::lock_guard<std::mutex> lock(m_mutex);
    const milliseconds pause = k_first_pause * (1 << std::min(attempt, 6));
    const auto half = static_cast<std::uint64_t>(pause.count() / 2);
    return milliseconds(half + m_random() % (half + 1));
  }

  void wait(milliseconds time, milliseconds& waited, const HttpRequest& request) {
    if (time.count() <= 0) {
      return;
    }
    waited += time;
    if (waited > m_options.longest_wait) {
      throw limited(request, time);
    }
    m_clock.sleep_for(time);
  }

  HttpTransport& m_inner;
  Clock& m_clock;
  spdlog::logger& m_logger;
  const RetryOptions m_options;
  std::mutex m_mutex; // guards what follows
  std::map<std::int64_t, Quota> m_quotas;
  std::minstd_rand m_random;
};

} // namespace

std::optional<seconds> limit_wait(const HttpResponse& response, int refusals, TimePoint now) {
  if (response.status != 403 && response.status != 429 && response.status != 422) {
    return std::nullopt;
  }
  const Complaint complaint = parse_complaint(response.body);
  const std::string message = to_lower(complaint.message);
  const bool abuse = complaint.has_code("abuse") ||
                     message.find("abuse detection") != std::string::npos ||
                     message.find("secondary rate limit") != std::string::npos;
  const bool used_up = response.header("x-ratelimit-remaining") == "0";
  if (response.status == 422 && !abuse) {
    return std::nullopt;
  }
  const std::optional<std::int64_t> retry_after = number(response.header("retry-after"));
  if (retry_after && (response.status != 422 || abuse)) {
    return seconds(std::clamp<std::int64_t>(*retry_after, 1, k_quota_period.count()));
  }
  if (used_up) {
    return until_reset(response, now);
  }
  if (abuse || response.status == 429 || message.find("rate limit") != std::string::npos) {
    const int doublings = std::min(refusals, 4);
    return std::min(k_unnamed_wait * (1 << doublings), k_longest_unnamed_wait);
  }
  return std::nullopt;
}

std::unique_ptr<LimitedTransport> make_rate_limited(HttpTransport& inner, Clock& clock,
                                                    spdlog::logger& logger, RetryOptions options) {
  return std::make_unique<RateLimitedTransport>(inner, clock, logger, options);
}

} // namespace leadline
