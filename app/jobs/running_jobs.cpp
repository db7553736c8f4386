#include "app/jobs/running_jobs.hpp"

#include <utility>

namespace leadline {

void RunningJobs::begin(const std::shared_ptr<Lease>& lease, Time began) {
  const std::lock_guard lock(m_mutex);
  m_running.insert_or_assign(lease->leased().job.id, Running{lease, began});
}

// What was handed back may be running in another thread already, under a lease of its own.
RunningJobs::Running* RunningJobs::find(const Lease& lease) {
  const auto found = m_running.find(lease.leased().job.id);
  return found != m_running.end() && found->second.lease.get() == &lease ? &found->second : nullptr;
}

void RunningJobs::end(const Lease& lease) {
  {
    const std::lock_guard lock(m_mutex);
    if (find(lease) != nullptr) {
      m_running.erase(lease.leased().job.id);
    }
  }
  m_changed.notify_all();
}

bool RunningJobs::begin_to_settle(const Lease& lease) {
  const std::lock_guard lock(m_mutex);
  Running* running = find(lease);
  if (running == nullptr || running->abandoned || lease.is_lost()) {
    return false;
  }
  running->settling = true;
  return true;
}

RunningJobs::Leases RunningJobs::abandon_all() { return abandon_begun_before(Time::max()); }

RunningJobs::Leases RunningJobs::abandon_begun_before(Time time) {
  const std::lock_guard lock(m_mutex);
  Leases abandoned;
  for (auto& [id, running] : m_running) {
    if (!running.settling && running.began < time && !std::exchange(running.abandoned, true)) {
      abandoned.push_back(running.lease);
    }
  }
  return abandoned;
}

bool RunningJobs::abandon(const Lease& lease) {
  const std::lock_guard lock(m_mutex);
  Running* running = find(lease);
  if (running == nullptr || running->settling) { // it has just ended: that has no lease either
    return false;
  }
  return !std::exchange(running->abandoned, true);
}

RunningJobs::Leases RunningJobs::not_abandoned() {
  const std::lock_guard lock(m_mutex);
  Leases leases;
  for (const auto& [id, running] : m_running) {
    if (!running.abandoned) {
      leases.push_back(running.lease);
    }
  }
  return leases;
}

std::vector<std::int64_t> RunningJobs::held() {
  const std::lock_guard lock(m_mutex);
  std::vector<std::int64_t> ids;
  for (const auto& [id, running] : m_running) {
    if (!running.abandoned && !running.lease->is_lost()) {
      ids.push_back(running.lease->leased().job.id);
    }
  }
  return ids;
}

void RunningJobs::stop() {
  {
    const std::lock_guard lock(m_mutex);
    m_stopping = true;
  }
  m_changed.notify_all();
}

bool RunningJobs::wait_until_idle(std::chrono::milliseconds deadline) {
  std::unique_lock lock(m_mutex);
  return m_changed.wait_for(lock, deadline, [this] { return m_running.empty(); });
}

bool RunningJobs::wait_for_beat(std::chrono::milliseconds heartbeat) {
  std::unique_lock lock(m_mutex);
  return !m_changed.wait_for(lock, heartbeat, [this] { return m_stopping && m_running.empty(); });
}

} // namespace leadline
