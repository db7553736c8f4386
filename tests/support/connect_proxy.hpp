#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace leadline::tests {

// An HTTP proxy on a free loopback port that opens tunnels (CONNECT, RFC 9110 section 9.3.6) to
// other loopback ports, and keeps what it was sent.
class ConnectProxy {
public:
  ConnectProxy();
  ~ConnectProxy();
  ConnectProxy(const ConnectProxy&) = delete;
  ConnectProxy& operator=(const ConnectProxy&) = delete;

  int port() const { return m_port; }
  std::vector<std::string> heads() const;
  std::string seen() const; // all bytes that clients sent, heads too

private:
  void serve();
  void tunnel(int client);
  void note(const std::string& bytes);

  int m_socket = -1;
  int m_port = 0;
  std::atomic<bool> m_stopped = false;
  mutable std::mutex m_mutex;
  std::vector<std::string> m_heads;
  std::string m_seen;
  std::thread m_thread;
};

} // namespace leadline::tests
