#pragma once

#include "app/web/connection.hpp"
#include "app/web/http_server.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

struct pollfd;

namespace leadline {

// Where connections are accepted and wait for their next request, all of them in one thread: a slow
// sender costs no thread of those that answer. A request is handed on when it is whole, body
// included; one that is refused by its head when that is. What the limits leave no room for is cut
// here: at its deadline, and where there is no room for what is new, first the connection that has
// waited for longest, or that holds the largest body. Whatever fails for one connection, for want
// of memory above all, ends that one only.
class Reception {
public:
  struct Parts {
    const HttpLimits& limits;
    BodyMemory& memory;
    // Whether the body is worth waiting for; else the head alone is handed on, and refused.
    std::function<bool(const RequestHead&)> wants_body;
    // Must not wait. Who gets the connection hands it back by give_back(); where this throws,
    // nobody has got it.
    std::function<void(Connection&)> hand_on;
    std::function<void(HttpCut)> cut; // a request was cut, in this thread
  };
  // Throws Error(unavailable).
  explicit Reception(Parts parts);
  ~Reception(); // stops
  Reception(const Reception&) = delete;
  Reception& operator=(const Reception&) = delete;

  // Accepts at `listening` until stop(); becomes its owner.
  void start(int listening);
  // What was handed on comes back here, whatever became of it. In any thread; the connection may be
  // gone when this returns.
  void give_back(Connection& connection, bool keep) noexcept;
  // Closes the port and what is idle, waits for what has begun, and for what was handed on.
  void stop();

private:
  using Held = std::unique_ptr<Connection>;

  void run();
  bool go_on(); // false when all is over
  void wait();
  void look_at(std::size_t index, short events);
  void accept_new();
  void admit(int socket);
  void take_back(Held& connection);
  void receive(Held& connection);
  void throw_away(Held& connection);
  void advance(Held& connection);
  bool store_body(Connection& connection, std::string_view bytes);
  void refuse(Connection& connection, int status);
  void set_state(Connection& connection, Connection::State state) const;
  Connection* longest_waiting() const;
  Connection* largest() const;
  void drop_late();
  void note_cut(HttpCut why) const noexcept;
  void wake() const noexcept;

  const Parts m_parts;
  const std::size_t m_most_connections;
  const int m_wake; // eventfd
  std::atomic<bool> m_stopping = false;
  std::thread m_thread;

  // Of the thread. Both vectors have their memory from the start: waiting can fail for nothing.
  int m_listening = -1;
  SteadyTime m_accept_after; // when descriptors ran out
  std::vector<Held> m_open;  // null: has ended
  std::vector<pollfd> m_polled;
  std::array<char, 64UL * 1024> m_piece{};
};

} // namespace leadline
