#include "app/web/connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace leadline {

using std::chrono::steady_clock;

void Connections::add(int socket) { set_state(socket, State::idle); }

void Connections::remove(int socket) {
  const std::lock_guard lock(m_mutex);
  m_entries.erase(socket);
}

void Connections::set_state(int socket, State state) {
  const std::lock_guard lock(m_mutex);
  m_entries[socket] = {state, steady_clock::now()};
}

void Connections::close_slow(std::chrono::milliseconds longer_than) {
  const std::lock_guard lock(m_mutex);
  const SteadyTime before = steady_clock::now() - longer_than;
  for (auto& [socket, entry] : m_entries) {
    if (entry.state != State::answering && entry.since < before) {
      // The thread that owns the socket wakes up, and closes it.
      ::shutdown(socket, SHUT_RDWR);
      entry.state = State::answering; // not twice
    }
  }
}

void Connections::close_idle() {
  const std::lock_guard lock(m_mutex);
  for (const auto& [socket, entry] : m_entries) {
    if (entry.state == State::idle) {
      ::shutdown(socket, SHUT_RD);
    }
  }
}

bool BoundedSocket::wait(short events) {
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(m_deadline - steady_clock::now());
    if (left.count() <= 0) {
      m_exhausted = true;
      return false;
    }
    pollfd waiting{m_socket, events, 0};
    const int ready =
        ::poll(&waiting, 1, static_cast<int>(std::min<long>(left.count() + 1, 60'000)));
    if (ready > 0) {
      return true;
    }
    if (ready < 0 && errno != EINTR) {
      return false;
    }
  }
}

bool BoundedSocket::wait_for_data(SteadyTime deadline) {
  m_deadline = deadline;
  if (has_buffered()) {
    return true;
  }
  char byte = 0;
  return wait(POLLIN) && ::recv(m_socket, &byte, 1, MSG_PEEK) > 0;
}

void BoundedSocket::allow(SteadyTime deadline, std::size_t max_bytes) {
  m_deadline = deadline;
  m_allowed = max_bytes;
  m_consumed = 0;
}

long BoundedSocket::read(char* data, std::size_t size) {
  if (m_consumed >= m_allowed || steady_clock::now() >= m_deadline) {
    m_exhausted = true;
    return -1;
  }
  size = std::min(size, m_allowed - m_consumed);
  if (!has_buffered()) {
    // Large reads go past the buffer.
    const bool direct = size >= sizeof m_buffer;
    long received = -1;
    do {
      if (!wait(POLLIN)) {
        return -1;
      }
      received = direct ? ::recv(m_socket, data, size, MSG_DONTWAIT)
                        : ::recv(m_socket, m_buffer, sizeof m_buffer, MSG_DONTWAIT);
    } while (received < 0 && (errno == EINTR || errno == EAGAIN));
    if (received <= 0) {
      return received;
    }
    if (direct) {
      m_consumed += static_cast<std::size_t>(received);
      return received;
    }
    m_begin = 0;
    m_end = static_cast<std::size_t>(received);
  }
  const std::size_t count = std::min(size, m_end - m_begin);
  std::memcpy(data, m_buffer + m_begin, count);
  m_begin += count;
  m_consumed += count;
  return static_cast<long>(count);
}

long BoundedSocket::write(const char* data, std::size_t size) {
  while (true) {
    if (!wait(POLLOUT)) {
      return -1;
    }
    const long sent = ::send(m_socket, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0 || (errno != EINTR && errno != EAGAIN)) {
      return sent;
    }
  }
}

bool BoundedSocket::readable() { return has_buffered() || wait(POLLIN); }
bool BoundedSocket::writable() { return wait(POLLOUT); }

std::string BoundedSocket::peer() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  char text[INET6_ADDRSTRLEN] = "";
  if (::getpeername(m_socket, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
    if (address.ss_family == AF_INET) {
      ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&address)->sin_addr, text,
                  sizeof text);
    } else if (address.ss_family == AF_INET6) {
      ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(&address)->sin6_addr, text,
                  sizeof text);
    }
  }
  return text;
}

void BoundedSocket::linger() {
  constexpr std::size_t k_most = 64UL * 1024 * 1024;
  ::shutdown(m_socket, SHUT_WR);
  m_deadline = std::min(m_deadline, steady_clock::now() + std::chrono::seconds(2));
  char rest[16 * 1024];
  for (std::size_t drained = 0; drained < k_most && wait(POLLIN);) {
    const long received = ::recv(m_socket, rest, sizeof rest, MSG_DONTWAIT);
    if (received == 0 || (received < 0 && errno != EINTR && errno != EAGAIN)) {
      break;
    }
    drained += received > 0 ? static_cast<std::size_t>(received) : 0;
  }
}

} // namespace leadline
