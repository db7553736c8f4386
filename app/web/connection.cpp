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

Connection::~Connection() { ::close(m_socket); }

bool Connection::writable() const {
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0) {
      return false;
    }
    pollfd waiting{m_socket, POLLOUT, 0};
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

long Connection::read(char* data, std::size_t size) {
  if (!readable()) {
    return -1;
  }
  const std::size_t count = std::min(size, head_size - m_read);
  std::memcpy(data, received.data() + m_read, count);
  m_read += count;
  return static_cast<long>(count);
}

long Connection::write(const char* data, std::size_t size) {
  while (writable()) {
    const long sent = ::send(m_socket, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0 || (errno != EINTR && errno != EAGAIN)) {
      return sent;
    }
  }
  return -1;
}

void Connection::send_at_once(std::string_view text) const {
  static_cast<void>(::send(m_socket, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
}

void Connection::end_sending() const { ::shutdown(m_socket, SHUT_WR); }

void Connection::next_request() {
  received.erase(0, head_size);
  if (received.empty()) {
    received.shrink_to_fit();
  }
  head_size = 0;
  head = {};
  body.clear();
  m_read = 0;
}

std::string Connection::peer() const {
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

} // namespace leadline
