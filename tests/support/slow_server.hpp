#pragma once

#include <atomic>
#include <string>
#include <thread>

namespace leadline::tests {

// A server on a free loopback port that lets nobody go: at once it says `first`, then `piece`
// twenty times a second for a minute. Without a piece it takes a byte of what it is sent as often.
class SlowServer {
public:
  SlowServer(std::string first, std::string piece);
  ~SlowServer();
  SlowServer(const SlowServer&) = delete;
  SlowServer& operator=(const SlowServer&) = delete;

  int port() const { return m_port; }

private:
  void serve();
  void hold(int client);

  const std::string m_first;
  const std::string m_piece;
  int m_socket = -1;
  int m_port = 0;
  std::atomic<bool> m_stopped = false;
  std::thread m_thread;
};

// Pieces of an answer without end: of its head, and of a TLS handshake that has begun.
constexpr const char* k_slow_header = "X-More: x\r\n";
// The head of a record of 16,384 bytes (RFC 8446, section 5.1): a part of it is no reason to end.
inline const std::string k_slow_handshake("\x16\x03\x03\x40\x00", 5);

} // namespace leadline::tests
