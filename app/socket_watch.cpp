#include "app/socket_watch.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace leadline {

SocketWatch::SocketWatch() : m_thread([this] { run(); }) {}

SocketWatch::~SocketWatch() {
  {
    const std::lock_guard lock(m_mutex);
    m_stopping = true;
  }
  m_changed.notify_all();
  m_thread.join();
}

SocketWatch::Guard::Guard(SocketWatch& watch, int socket, Clock::time_point deadline)
    : m_watch(watch), m_socket(::fcntl(socket, F_DUPFD_CLOEXEC, 0)) {
  bool first = false;
  {
    const std::lock_guard lock(m_watch.m_mutex);
    m_place = m_watch.m_guards.emplace(deadline, this);
    first = m_place == m_watch.m_guards.begin();
  }
  if (first) {
    m_watch.m_changed.notify_all();
  }
}

SocketWatch::Guard::~Guard() {
  {
    const std::lock_guard lock(m_watch.m_mutex);
    if (m_place != m_watch.m_guards.end()) {
      m_watch.m_guards.erase(m_place);
    }
  }
  if (m_socket >= 0) {
    ::close(m_socket);
  }
}

void SocketWatch::run() {
  std::unique_lock lock(m_mutex);
  while (!m_stopping) {
    if (m_guards.empty()) {
      m_changed.wait(lock);
      continue;
    }
    const auto first = m_guards.begin();
    if (Clock::now() < first->first) {
      m_changed.wait_until(lock, Clock::time_point(first->first));
      continue;
    }
    Guard& late = *first->second;
    m_guards.erase(first);
    late.m_place = m_guards.end();
    late.m_ended = true;
    ::shutdown(late.m_socket, SHUT_RDWR);
  }
}

} // namespace leadline
