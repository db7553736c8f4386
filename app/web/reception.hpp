#pragma once

#include "app/web/connection.hpp"
#include "app/web/http_server.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace leadline {

// Where connections wait for their next request, all of them in one thread: a slow sender costs no
// thread of those that answer. A request is handed on when it is whole, body included; one in
// chunks when its head is. What the limits leave no room for is cut here: at its deadline, and
// where there is no room for what is new, first the connection that has been sending for longest,
// or that holds the largest body.
class Reception {
public:
  struct Parts {
    const HttpLimits& limits;
    BodyMemory& memory;
    // Whether the body is worth waiting for; else the head alone is handed on, and refused.
    std::function<bool(const RequestHead&)> wants_body;
    std::function<void(std::unique_ptr<Connection>)> hand_on; // must not wait
    std::function<void(HttpCut)> cut;                         // a request was cut, in this thread
  };
  explicit Reception(Parts parts);
  ~Reception(); // stops
  Reception(const Reception&) = delete;
  Reception& operator=(const Reception&) = delete;

  void start();
  // Takes ownership of the socket.
  void add(int socket);
  // What was handed on comes back here, whatever became of it.
  void give_back(std::unique_ptr<Connection> connection, bool keep);
  // Closes what is idle, waits for what has begun, and for what was handed on.
  void stop();

private:
  using Held = std::unique_ptr<Connection>;
  struct Returned {
    Held connection;
    bool keep = false;
  };

  void run();
  bool take_in(); // false when all is over
  void admit(int socket);
  void poll_all();
  void receive(Held& connection);
  void throw_away(Held& connection);
  void advance(Held& connection);
  bool store_body(Connection& connection, std::string_view bytes);
  void refuse(Connection& connection, int status);
  void set_state(Connection& connection, Connection::State state) const;
  Connection* slowest() const;
  Connection* largest() const;
  void drop(Connection* connection);
  void drop_late();
  void wake() const;

  const Parts m_parts;
  const std::size_t m_most_connections;
  const int m_wake; // eventfd
  std::vector<Held> m_open;
  std::size_t m_handed_on = 0;
  std::thread m_thread;

  std::mutex m_mutex; // guards what follows
  std::vector<int> m_new;
  std::vector<Returned> m_returned;
  bool m_stopping = false;
};

} // namespace leadline
