#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>

namespace leadline {

struct HttpLimits;
using SteadyTime = std::chrono::steady_clock::time_point;

// The open connections, so that slow ones can be closed when others wait for a thread, and all at a
// stop.
class Connections {
public:
  enum class State { idle, reading, answering };

  void add(int socket);
  void remove(int socket);
  void set_state(int socket, State state);

  // Shuts down those that have been reading, or idle, for longer than `longer_than`.
  void close_slow(std::chrono::milliseconds longer_than);
  // Shuts down those between two requests.
  void close_idle();

private:
  struct Entry {
    State state = State::idle;
    SteadyTime since;
  };
  std::mutex m_mutex;
  std::map<int, Entry> m_entries;
};

// Bytes of one socket with a deadline for all of them, not for each read: a client that sends a
// byte now and then is bounded as well.
class BoundedSocket {
public:
  explicit BoundedSocket(int socket) : m_socket(socket) {}

  // Waits for the next request's first byte; false at the deadline, at the end and at an error.
  bool wait_for_data(SteadyTime deadline);
  // What follows ends at `deadline`, and after `max_bytes` of it have been read.
  void allow(SteadyTime deadline, std::size_t max_bytes);

  // As read(2) and write(2): -1 also at the deadline and beyond the bytes allowed.
  long read(char* data, std::size_t size);
  long write(const char* data, std::size_t size);
  bool readable();
  bool writable();

  bool has_buffered() const { return m_begin != m_end; }
  bool exhausted() const { return m_exhausted; }      // a limit ended it
  std::size_t consumed() const { return m_consumed; } // since the last allow()
  std::string peer() const;
  int descriptor() const { return m_socket; }

  // Ends the connection so that what was written arrives: closing with unread input would reset it.
  void linger();

private:
  bool wait(short events);

  int m_socket;
  SteadyTime m_deadline;
  std::size_t m_allowed = 0;
  std::size_t m_consumed = 0;
  bool m_exhausted = false;
  char m_buffer[4096];
  std::size_t m_begin = 0;
  std::size_t m_end = 0;
};

} // namespace leadline
