#pragma once

#include "app/web/request_body.hpp"
#include "app/web/request_head.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace leadline {

using SteadyTime = std::chrono::steady_clock::time_point;

// An open connection and what has come of its request; belongs to one thread at a time. The socket
// is closed with it. write() ends at `deadline`, which is one for all of an answer: a peer that
// takes a byte now and then is bounded as well.
class Connection {
public:
  // answering: belongs to the thread that answers, until it gives it back. closing: answered, and
  // what is still sent is thrown away, so that the answer is not lost to a reset.
  enum class State { idle, reading, answering, closing };
  enum class Answered { not_yet, keep, close };

  Connection(int socket, BodyMemory& memory) : body(memory), m_socket(socket) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int socket() const { return m_socket; }
  std::string peer() const; // its address, as the socket sees it

  // The head, and nothing behind it: -1.
  long read(char* data, std::size_t size);
  bool readable() const { return m_read < head_size; }
  // As write(2).
  long write(const char* data, std::size_t size);
  bool writable() const; // waits for room
  // Without waiting, and without telling whether it arrived.
  void send_at_once(std::string_view text) const;
  void end_sending() const;

  // Forgets the request that was answered; what came behind it stays in `received`.
  void next_request();

  State state = State::idle;
  SteadyTime since;          // when the state began
  SteadyTime deadline;       // when it ends
  std::string received;      // head, and what came with it, but for the body
  std::size_t head_size = 0; // 0 until the head is whole
  RequestHead head;          // as soon as it is whole
  RequestBody body;          // of a request that declares its length
  std::size_t requests = 0;  // that were begun
  std::size_t thrown_away = 0;
  std::atomic<Answered> answered = Answered::not_yet; // set by who answers, as the last thing

private:
  const int m_socket;
  std::size_t m_read = 0; // of the head
};

} // namespace leadline
