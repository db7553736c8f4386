#pragma once

#include <chrono>
#include <string>
#include <utility>

namespace leadline::tests {

// A TCP client that sends what a well-behaved HTTP client would not.
class RawClient {
public:
  explicit RawClient(int port); // of 127.0.0.1; throws std::runtime_error when nobody listens
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(const std::string& bytes); // as far as the other side takes it
  // One whole answer with Content-Length (none behind HEAD, 204); what has come at the end or after
  // ten seconds.
  std::string receive_answer(const std::string& method = "GET");
  // True when the other side has closed, waiting for it.
  bool is_closed(std::chrono::milliseconds wait = std::chrono::seconds(5));

private:
  bool receive_some(std::chrono::milliseconds wait);

  int m_socket = -1;
  bool m_closed = false;
  std::string m_received;
};

} // namespace leadline::tests
