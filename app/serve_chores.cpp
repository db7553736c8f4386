#include "app/serve_chores.hpp"

#include "app/github/clock.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace leadline {
namespace {

constexpr std::chrono::seconds k_look{15}; // how late a chore may be

} // namespace

Chores::Chores(std::vector<Chore> chores, ChoreStore& store, Clock& clock, spdlog::logger& logger,
               std::function<bool()> leaves_shared)
    : m_chores(std::move(chores)), m_leaves_shared(std::move(leaves_shared)), m_store(store),
      m_clock(clock), m_logger(logger) {}

Chores::~Chores() {
  stop(std::chrono::milliseconds(0));
  if (m_thread.joinable()) {
    m_thread.join();
  }
}

void Chores::start() {
  m_ended = false;
  m_thread = std::thread([this] { run(); });
}

bool Chores::stop(std::chrono::milliseconds deadline) {
  std::unique_lock lock(m_mutex);
  m_stopping = true;
  m_changed.notify_all();
  return m_changed.wait_for(lock, deadline, [this] { return m_ended; });
}

void Chores::run() {
  std::unique_lock lock(m_mutex);
  for (bool starting = true; !m_stopping; starting = false) {
    lock.unlock();
    look(starting);
    lock.lock();
    m_changed.wait_for(lock, k_look, [this] { return m_stopping; });
  }
  m_ended = true;
  m_changed.notify_all();
}

bool Chores::is_due(const Chore& chore, bool starting) {
  if (chore.whose == Chore::Whose::each_server) {
    const auto now = std::chrono::steady_clock::now();
    auto& due = m_due[chore.name];
    if (!starting && now < due) {
      return false;
    }
    due = now + chore.every;
    return true;
  }
  if (m_leaves_shared && m_leaves_shared()) {
    return false;
  }
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(m_clock.now());
  // The first look counts apart: what was due in six hours is due at a start.
  if (starting && !m_store.claim_chore("start: " + chore.name, now, chore.after_start)) {
    return false;
  }
  return m_store.claim_chore(chore.name, now, chore.every) || starting;
}

void Chores::look(bool starting) {
  for (const Chore& chore : m_chores) {
    {
      const std::lock_guard lock(m_mutex);
      if (m_stopping) {
        return;
      }
    }
    try {
      if (is_due(chore, starting)) {
        chore.work();
      }
    } catch (const std::exception& e) {
      m_logger.warn("{}: {}", chore.name, e.what());
    }
  }
}

} // namespace leadline
