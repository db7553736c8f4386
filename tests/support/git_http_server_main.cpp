#include "tests/support/git_http_server.hpp"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>

// git_http_server ROOT PORT TOKEN: serves the bare repositories below ROOT until SIGTERM or SIGINT.
// PORT 0 takes a free one; the first line of output is the address.
int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: git_http_server ROOT PORT TOKEN\n";
    return 2;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr); // before the server's threads, which inherit it
  try {
    leadline::test::GitHttpServer::Options options;
    options.root = argv[1];
    options.port = std::atoi(argv[2]);
    options.token = argv[3];
    const leadline::test::GitHttpServer server(options);
    std::cout << server.url() << std::endl;
    int signal = 0;
    sigwait(&signals, &signal);
  } catch (const std::exception& e) {
    std::cerr << "git_http_server: " << e.what() << '\n';
    return 1;
  }
  return 0;
}
