#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>

namespace leadline {

// Ends what takes too long on a socket, for libraries that bound no exchange as a whole. libpq
// waits without end for a server that has fallen silent while its machine, or a proxy before it,
// still acknowledges what is sent: no limit of TCP's notices that. cpp-httplib bounds each read and
// write, so that a peer which sends a byte now and then holds it for ever. Safe for several
// threads.
class SocketWatch {
public:
  using Clock = std::chrono::steady_clock;

  SocketWatch();
  ~SocketWatch();
  SocketWatch(const SocketWatch&) = delete;
  SocketWatch& operator=(const SocketWatch&) = delete;

  // While it lives: at `deadline` the socket is shut down, and whoever connects, reads or writes it
  // sees its end. The socket may be closed meanwhile. A write behind the end raises SIGPIPE unless
  // that is ignored.
  class Guard {
  public:
    Guard(SocketWatch& watch, int socket, Clock::time_point deadline);
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

    bool has_ended_it() const { return m_ended; }

  private:
    friend class SocketWatch;
    SocketWatch& m_watch;
    const int m_socket; // a duplicate: its number is nobody else's
    std::atomic<bool> m_ended = false;
    std::multimap<Clock::time_point, Guard*>::iterator m_place;
  };

private:
  void run();

  std::mutex m_mutex; // guards what follows
  std::condition_variable m_changed;
  std::multimap<Clock::time_point, Guard*> m_guards;
  bool m_stopping = false;
  std::thread m_thread;
};

} // namespace leadline
