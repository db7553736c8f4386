#include "tests/support/slow_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <utility>
#include <vector>

namespace leadline::tests {
namespace {

constexpr std::chrono::milliseconds k_step{50};
constexpr int k_steps = 60'000 / 50;

bool say(int socket, const std::string& bytes) {
  return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(bytes.size());
}

} // namespace

SlowServer::SlowServer(std::string first, std::string piece)
    : m_first(std::move(first)), m_piece(std::move(piece)) {
  std::signal(SIGPIPE,
              SIG_IGN); // as leadline does: who is cut off writes its farewell all the same
  m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int small = 4096; // of what nobody has read yet
  ::setsockopt(m_socket, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (m_socket < 0 || ::bind(m_socket, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(m_socket, 16) != 0 ||
      ::getsockname(m_socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no socket for the slow server");
  }
  m_port = ntohs(address.sin_port);
  m_thread = std::thread([this] { serve(); });
}

SlowServer::~SlowServer() {
  m_stopped = true;
  m_thread.join();
  ::close(m_socket);
}

void SlowServer::serve() {
  std::vector<std::jthread> held;
  while (!m_stopped) {
    pollfd waiting = {m_socket, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(k_step.count())) <= 0) {
      continue;
    }
    const int client = ::accept4(m_socket, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) {
      held.emplace_back([this, client] {
        hold(client);
        ::close(client);
      });
    }
  }
}

void SlowServer::hold(int client) {
  bool open = say(client, m_first);
  for (int step = 0; open && step < k_steps && !m_stopped; ++step) {
    std::this_thread::sleep_for(k_step);
    if (m_piece.empty()) {
      char byte = 0;
      open = ::recv(client, &byte, 1, MSG_DONTWAIT) != 0;
    } else {
      open = say(client, m_piece);
    }
  }
}

} // namespace leadline::tests
