#include "tests/app/web/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace leadline::tests {

RawClient::RawClient(int port) : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(m_socket);
    throw std::runtime_error("nobody listens on port " + std::to_string(port));
  }
}

RawClient::~RawClient() { ::close(m_socket); }

void RawClient::send(const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = ::send(m_socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) {
      return;
    }
    sent += static_cast<std::size_t>(count);
  }
}

bool RawClient::receive_some(std::chrono::milliseconds wait) {
  pollfd waiting{m_socket, POLLIN, 0};
  if (m_closed || ::poll(&waiting, 1, static_cast<int>(wait.count())) <= 0) {
    return false;
  }
  char bytes[65536];
  const ssize_t count = ::recv(m_socket, bytes, sizeof bytes, 0);
  if (count <= 0) {
    m_closed = true;
    return false;
  }
  m_received.append(bytes, static_cast<std::size_t>(count));
  return true;
}

std::string RawClient::receive_answer(const std::string& method) {
  constexpr const char* k_length = "Content-Length: ";
  while (true) {
    const std::size_t headers_end = m_received.find("\r\n\r\n");
    if (headers_end != std::string::npos) {
      const std::size_t at = m_received.find(k_length);
      std::size_t size = headers_end + 4;
      if (method != "HEAD" && at < headers_end) {
        size += std::stoul(m_received.substr(at + std::char_traits<char>::length(k_length)));
      }
      if (m_received.size() >= size) {
        std::string answer = m_received.substr(0, size);
        m_received.erase(0, size);
        return answer;
      }
    }
    if (!receive_some(std::chrono::seconds(10))) {
      return std::move(m_received);
    }
  }
}

bool RawClient::is_closed(std::chrono::milliseconds wait) {
  while (receive_some(wait)) {
  }
  return m_closed;
}

} // namespace leadline::tests
