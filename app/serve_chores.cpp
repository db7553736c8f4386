#include "app/serve_chores.hpp"

#include "app/github/clock.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace leadline {
namespace {

using namespace std::chrono_literals;

// What a chore may take before another server takes it for one whose process has died. Two that do
// the same harm nobody.
constexpr std::chrono::milliseconds k_claim = 15min;
constexpr std::chrono::milliseconds k_again = 2min; // after it failed

std::string start_of(const Chore& chore) { return "start: " + chore.name; }

} // namespace

Chores::Chores(std::vector<Chore> chores, ChoreStore& store, Clock& clock, spdlog::logger& logger,
               std::function<bool()> leaves_shared, std::chrono::milliseconds look_every)
    : m_chores(std::move(chores)), m_leaves_shared(std::move(leaves_shared)), m_store(store),
      m_clock(clock), m_logger(logger), m_look_every(look_every) {}

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
  while (!m_stopping) {
    lock.unlock();
    look();
    lock.lock();
    m_changed.wait_for(lock, m_look_every, [this] { return m_stopping; });
  }
  m_ended = true;
  m_changed.notify_all();
}

void Chores::look() {
  for (const Chore& chore : m_chores) {
    {
      const std::lock_guard lock(m_mutex);
      if (m_stopping) {
        return;
      }
    }
    try {
      look_at(chore);
    } catch (const std::exception& e) {
      m_logger.warn("{}: {}", chore.name, e.what());
    }
  }
}

void Chores::look_at(const Chore& chore) {
  const Time claimed = now();
  if (!claim(chore, claimed)) {
    return;
  }
  try {
    chore.work();
  } catch (...) {
    settle(chore, claimed, false);
    throw;
  }
  settle(chore, claimed, true);
}

bool Chores::claim(const Chore& chore, Time now) {
  if (chore.whose == Chore::Whose::each_server) {
    const auto found = m_due.find(chore.name);
    return found == m_due.end() || found->second <= std::chrono::steady_clock::now();
  }
  if (m_leaves_shared && m_leaves_shared()) {
    return false;
  }
  const auto until = std::min(chore.every, k_claim);
  if (m_started.count(chore.name) == 0) {
    // The start counts apart: what was due in six hours is due at a start.
    if (m_store.claim_chore(start_of(chore), now, chore.after_start, chore.every)) {
      if (!m_store.claim_chore(chore.name, now, until, chore.every)) {
        // Done lately. Should this server die with it, it must not wait until it were due again.
        m_store.set_chore_due(chore.name, now + until);
      }
      return true;
    }
    m_started.insert(chore.name); // by another server, or the one before, just now
  }
  return m_store.claim_chore(chore.name, now, until, chore.every);
}

void Chores::settle(const Chore& chore, Time claimed, bool done) {
  const auto after = done ? chore.every : std::min(chore.every, k_again);
  if (chore.whose == Chore::Whose::each_server) {
    m_due[chore.name] = std::chrono::steady_clock::now() + after;
    return;
  }
  if (done) {
    m_started.insert(chore.name);
  } else if (m_started.count(chore.name) == 0) {
    m_store.set_chore_due(start_of(chore), now() + after);
  }
  if (!done || chore.every > k_claim) {
    m_store.set_chore_due(chore.name, (done ? claimed : now()) + after);
  }
}

Chores::Time Chores::now() const {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(m_clock.now());
}

} // namespace leadline
