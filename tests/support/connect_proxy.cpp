#include "tests/support/connect_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace leadline::tests {
namespace {

constexpr int k_look_ms = 50; // for the end of the test

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

void send_all(int socket, const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) {
      return;
    }
    sent += static_cast<std::size_t>(count);
  }
}

std::string receive(int socket) {
  char buffer[16'384];
  const ssize_t count = ::recv(socket, buffer, sizeof buffer, 0);
  return count > 0 ? std::string(buffer, static_cast<std::size_t>(count)) : std::string();
}

} // namespace

ConnectProxy::ConnectProxy() {
  m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (m_socket < 0 || ::bind(m_socket, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(m_socket, 16) != 0 ||
      ::getsockname(m_socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no socket for the proxy");
  }
  m_port = ntohs(address.sin_port);
  m_thread = std::thread([this] { serve(); });
}

ConnectProxy::~ConnectProxy() {
  m_stopped = true;
  m_thread.join();
  ::close(m_socket);
}

std::vector<std::string> ConnectProxy::heads() const {
  const std::lock_guard lock(m_mutex);
  return m_heads;
}

std::string ConnectProxy::seen() const {
  const std::lock_guard lock(m_mutex);
  return m_seen;
}

void ConnectProxy::note(const std::string& bytes) {
  const std::lock_guard lock(m_mutex);
  m_seen += bytes;
}

void ConnectProxy::serve() {
  std::vector<std::jthread> tunnels;
  while (!m_stopped) {
    pollfd waiting = {m_socket, POLLIN, 0};
    if (::poll(&waiting, 1, k_look_ms) <= 0) {
      continue;
    }
    const int client = ::accept4(m_socket, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) {
      tunnels.emplace_back([this, client] {
        tunnel(client);
        ::close(client);
      });
    }
  }
}

void ConnectProxy::tunnel(int client) {
  std::string head;
  while (head.find("\r\n\r\n") == std::string::npos) {
    const std::string bytes = receive(client);
    if (bytes.empty()) {
      return;
    }
    head += bytes;
  }
  note(head);
  {
    const std::lock_guard lock(m_mutex);
    m_heads.push_back(head);
  }
  constexpr std::size_t k_target = sizeof "CONNECT 127.0.0.1:" - 1;
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address =
      loopback(head.rfind("CONNECT 127.0.0.1:", 0) == 0 ? std::stoi(head.substr(k_target)) : 0);
  if (::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    send_all(client, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    ::close(server);
    return;
  }
  send_all(client, "HTTP/1.1 200 Connection established\r\n\r\n");
  for (bool open = true; open && !m_stopped;) {
    pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    if (::poll(both, 2, k_look_ms) < 0) {
      break;
    }
    for (int i = 0; open && i < 2; ++i) {
      if (both[i].revents != 0) {
        const std::string bytes = receive(both[i].fd);
        open = !bytes.empty();
        send_all(both[1 - i].fd, bytes);
        if (i == 0) {
          note(bytes);
        }
      }
    }
  }
  ::close(server);
}

} // namespace leadline::tests
