#pragma once

#include <memory>
#include <string>
#include <vector>

namespace leadline::test {

// A real `git http-backend` over the bare repositories below a folder, on a loopback port. Demands
// Basic auth of x-access-token:TOKEN as GitHub does, unless the token is empty.
class GitHttpServer {
public:
  struct Options {
    std::string root;
    std::string token;
    int port = 0;            // 0: any free one
    std::string certificate; // PEM files; empty: plain http
    std::string key;
  };

  explicit GitHttpServer(const Options& options);
  ~GitHttpServer();

  int port() const;
  std::string url() const; // "http://127.0.0.1:PORT"

  // "GET /o/n.git/info/refs" and so on, in order of arrival.
  std::vector<std::string> requests() const;

  // The next `count` requests (0: all from now on) get this status and nothing else; 0 ends it.
  void answer_with(int status, int count = 0);
  // Paths below `from` are redirected (301 for GET, 308 for POST) to `to` plus the rest.
  void redirect(const std::string& from, const std::string& to);
  // Speaks version 0 of the protocol to everybody.
  void ignore_version(bool ignored);
  // Waits so long before it answers.
  void delay_milliseconds(int delay);

private:
  struct State;
  std::unique_ptr<State> m_state;
};

} // namespace leadline::test
