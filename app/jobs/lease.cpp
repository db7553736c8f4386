#include "app/jobs/lease.hpp"

#include "app/github/clock.hpp"
#include "app/github/transport.hpp"
#include "base/error.hpp"

#include <ctime>
#include <exception>
#include <utility>

namespace leadline {
namespace {

thread_local Lease* t_lease = nullptr;

// What the store has said of a lease is believed for so long: writes that follow each other closely
// ask once. A lease that another worker takes meanwhile lets it wait for longer (m_landed).
constexpr std::chrono::milliseconds k_believed{1'000};

bool is_write(const HttpRequest& request) {
  return request.installation_id != 0 && request.method != "GET" &&
         !(request.endpoint == Endpoint::graphql && request.repeatable);
}

class LeasedTransport final : public HttpTransport {
public:
  explicit LeasedTransport(HttpTransport& inner) : m_inner(inner) {}

  HttpResponse send(const HttpRequest& request) override {
    wait_until_landed();
    if (!is_write(request)) {
      return m_inner.send(request);
    }
    const LeasedWrite write;
    return m_inner.send(request);
  }

private:
  HttpTransport& m_inner;
};

} // namespace

std::chrono::milliseconds machine_uptime() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

Lease::Lease(JobStore& store, Clock& clock, LeasedJob leased, std::chrono::milliseconds length,
             Uptime uptime, std::chrono::milliseconds began, std::chrono::milliseconds landing)
    : m_store(store), m_clock(clock), m_leased(std::move(leased)), m_length(length),
      m_landing(landing), m_uptime(std::move(uptime)), m_confirmed(began),
      m_landed(m_leased.lapsed ? m_uptime() + k_believed + landing : std::chrono::milliseconds(0)) {
}

bool Lease::renew() {
  const auto began = m_uptime(); // before: the store counts from later on
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(m_clock.now());
  if (m_lost || !m_store.heartbeat(m_leased, now + m_length)) {
    m_lost = true;
    return false;
  }
  m_confirmed = began;
  return !m_lost; // it may have been given up meanwhile
}

void Lease::require() {
  if (!m_lost && m_uptime() - m_confirmed.load() < k_believed) {
    return;
  }
  if (!renew()) {
    throw Error(ErrorKind::unavailable, "the lease of the job lapsed: it is another worker's now");
  }
}

std::chrono::milliseconds Lease::time_to_land() {
  const std::lock_guard lock(m_writing_mutex);
  return m_landed - m_uptime();
}

bool Lease::give_up() {
  const std::lock_guard lock(m_writing_mutex);
  m_lost = true;
  return m_writing == 0 && m_landed <= m_uptime();
}

void Lease::begin_write() {
  require();
  const std::lock_guard lock(m_writing_mutex);
  if (m_lost) { // between the two
    throw Error(ErrorKind::unavailable, "the lease of the job was handed back");
  }
  ++m_writing;
}

void Lease::end_write(Answered answered) {
  const std::lock_guard lock(m_writing_mutex);
  --m_writing;
  if (answered == Answered::no) {
    m_landed = m_uptime() + m_landing;
  }
}

UnderLease::UnderLease(Lease& lease) : m_before(std::exchange(t_lease, &lease)) {}
UnderLease::~UnderLease() { t_lease = m_before; }

LeasedWrite::LeasedWrite() : m_lease(t_lease), m_exceptions(std::uncaught_exceptions()) {
  if (m_lease != nullptr) {
    m_lease->begin_write();
  }
}

LeasedWrite::~LeasedWrite() {
  if (m_lease != nullptr) {
    m_lease->end_write(std::uncaught_exceptions() > m_exceptions ? Lease::Answered::no
                                                                 : Lease::Answered::yes);
  }
}

void wait_until_landed() {
  if (t_lease == nullptr) {
    return;
  }
  if (const auto left = t_lease->time_to_land(); left > std::chrono::milliseconds(0)) {
    t_lease->m_clock.sleep_for(left);
  }
}

std::unique_ptr<HttpTransport> make_leased(HttpTransport& inner) {
  return std::make_unique<LeasedTransport>(inner);
}

} // namespace leadline
