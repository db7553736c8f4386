#include "app/web/reception.hpp"

#include "app/web/refusal.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <tuple>
#include <utility>

namespace leadline {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds k_look{50}; // how late a deadline may be
constexpr std::chrono::milliseconds k_closing{2'000};
constexpr std::size_t k_most_thrown_away = 64UL << 20U;

// Files and databases need descriptors as well.
std::size_t most_connections(const HttpLimits& limits) {
  rlimit files{};
  const bool known = ::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY;
  return known ? std::min<std::size_t>(limits.max_connections, files.rlim_cur / 2)
               : limits.max_connections;
}

bool is_reading(const Connection& connection) {
  return connection.state == Connection::State::reading;
}

// Not a byte of the request is left unread, which would reset the connection at a close.
bool is_whole(const Connection& connection) {
  return !connection.head.chunked && connection.head.length.value_or(0) == connection.body.size() &&
         connection.received.size() == connection.head_size;
}

} // namespace

Reception::Reception(Parts parts)
    : m_parts(std::move(parts)), m_most_connections(most_connections(m_parts.limits)),
      m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Reception::~Reception() {
  stop();
  ::close(m_wake);
}

void Reception::start() {
  m_thread = std::thread([this] { run(); });
}

void Reception::wake() const { static_cast<void>(::eventfd_write(m_wake, 1)); }

void Reception::add(int socket) {
  const std::lock_guard lock(m_mutex);
  m_new.push_back(socket);
  wake();
}

void Reception::give_back(std::unique_ptr<Connection> connection, bool keep) {
  const std::lock_guard lock(m_mutex);
  m_returned.push_back({std::move(connection), keep});
  wake();
}

void Reception::stop() {
  {
    const std::lock_guard lock(m_mutex);
    m_stopping = true;
    wake();
  }
  if (m_thread.joinable()) {
    m_thread.join();
  }
}

void Reception::run() {
  while (take_in()) {
    poll_all();
    drop_late();
    std::erase(m_open, nullptr);
  }
}

bool Reception::take_in() {
  std::vector<int> arrived;
  std::vector<Returned> returned;
  bool stopping = false;
  {
    const std::lock_guard lock(m_mutex);
    arrived.swap(m_new);
    returned.swap(m_returned);
    stopping = m_stopping;
  }
  for (Returned& each : returned) {
    --m_handed_on;
    const bool whole = is_whole(*each.connection);
    each.connection->next_request();
    if (each.keep && !stopping) {
      set_state(*each.connection, Connection::State::idle);
      advance(m_open.emplace_back(std::move(each.connection)));
    } else if (!stopping || !whole) {
      each.connection->end_sending();
      set_state(*each.connection, Connection::State::closing);
      m_open.push_back(std::move(each.connection));
    }
  }
  std::erase(m_open, nullptr);
  for (const int socket : arrived) {
    admit(socket);
  }
  if (stopping) {
    std::erase_if(m_open, [](const Held& each) {
      return each != nullptr && each->state == Connection::State::idle;
    });
  }
  std::erase(m_open, nullptr);
  return !stopping || !m_open.empty() || m_handed_on > 0;
}

void Reception::admit(int socket) {
  auto connection = std::make_unique<Connection>(socket, m_parts.memory);
  if (m_open.size() + m_handed_on >= m_most_connections) {
    Connection* const place = slowest();
    if (place == nullptr || is_reading(*place)) {
      m_parts.cut(HttpCut::crowded);
    }
    if (place == nullptr) {
      return; // all of them are being answered
    }
    drop(place);
  }
  set_state(*connection, Connection::State::idle);
  m_open.push_back(std::move(connection));
}

void Reception::poll_all() {
  std::vector<pollfd> polled{{m_wake, POLLIN, 0}};
  for (const Held& each : m_open) {
    polled.push_back({each->socket(), POLLIN, 0});
  }
  const int timeout = m_open.empty() ? -1 : static_cast<int>(k_look.count());
  if (::poll(polled.data(), polled.size(), timeout) <= 0) {
    return;
  }
  eventfd_t woken = 0;
  static_cast<void>(::eventfd_read(m_wake, &woken));
  for (std::size_t i = 1; i < polled.size(); ++i) {
    if (polled[i].revents != 0) {
      receive(m_open[i - 1]);
    }
  }
}

void Reception::receive(Held& connection) {
  if (connection->state == Connection::State::closing) {
    throw_away(connection);
    return;
  }
  static thread_local std::array<char, 64UL * 1024> piece;
  const HttpLimits& limits = m_parts.limits;
  // Not a byte more than belongs to the request: what is not read holds the sender back.
  const std::size_t wanted = connection->head_size == 0
                                 ? limits.max_header_bytes - connection->received.size()
                                 : *connection->head.length - connection->body.size();
  const long count =
      ::recv(connection->socket(), piece.data(), std::min(piece.size(), wanted), MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
    return;
  }
  if (count <= 0) {
    connection.reset(); // the peer has left
    return;
  }
  const std::string_view bytes(piece.data(), static_cast<std::size_t>(count));
  if (connection->head_size == 0) {
    connection->received.append(bytes);
  } else if (!store_body(*connection, bytes)) {
    return;
  }
  advance(connection);
}

void Reception::throw_away(Held& connection) {
  std::array<char, 16UL * 1024> piece{};
  const long count = ::recv(connection->socket(), piece.data(), piece.size(), MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
    return;
  }
  connection->thrown_away += count > 0 ? static_cast<std::size_t>(count) : 0;
  if (count <= 0 || connection->thrown_away > k_most_thrown_away) {
    connection.reset();
  }
}

// Goes on with what has been received.
void Reception::advance(Held& connection) {
  Connection& request = *connection;
  if (request.received.empty()) {
    return;
  }
  if (request.state == Connection::State::idle) {
    set_state(request, Connection::State::reading);
    ++request.requests;
  }
  if (request.head_size == 0) {
    const auto end = end_of_head(request.received);
    if (!end) {
      if (request.received.size() >= m_parts.limits.max_header_bytes) {
        refuse(request, 431);
      }
      return;
    }
    auto head = read_head(std::string_view(request.received).substr(0, *end));
    if (!head) {
      refuse(request, 400);
      return;
    }
    request.head_size = *end;
    request.head = std::move(*head);
    request.deadline = request.since + m_parts.limits.request_time;
    if (m_parts.wants_body(request.head)) {
      const std::size_t here =
          std::min(*request.head.length, request.received.size() - request.head_size);
      if (!store_body(request, std::string_view(request.received).substr(*end, here))) {
        return;
      }
      request.received.erase(*end, here);
      if (request.head.waits_for_continue && here == 0) {
        request.send_at_once("HTTP/1.1 100 Continue\r\n\r\n");
      }
    }
  }
  if (!m_parts.wants_body(request.head) || request.body.size() == *request.head.length) {
    ++m_handed_on;
    m_parts.hand_on(std::move(connection));
  }
}

// False when the request was refused for want of memory.
bool Reception::store_body(Connection& connection, std::string_view bytes) {
  while (!connection.body.append(bytes, *connection.head.length)) {
    Connection* const other = largest();
    const bool is_larger = other != nullptr && other != &connection &&
                           other->body.charged() > connection.body.charged() + bytes.size();
    m_parts.cut(HttpCut::no_memory);
    refuse(is_larger ? *other : connection, 503);
    if (!is_larger) {
      return false;
    }
  }
  return true;
}

void Reception::refuse(Connection& connection, int status) {
  connection.send_at_once(refusal_answer(status));
  connection.end_sending();
  connection.body.clear();
  set_state(connection, Connection::State::closing);
}

void Reception::set_state(Connection& connection, Connection::State state) const {
  connection.state = state;
  connection.since = steady_clock::now();
  connection.deadline =
      connection.since + (state == Connection::State::idle      ? m_parts.limits.idle_time
                          : state == Connection::State::reading ? m_parts.limits.header_time
                                                                : k_closing);
}

// Which connection makes place: one that has its answer, else the one that has been sending for
// longest, else the one that has been idle for longest.
Connection* Reception::slowest() const {
  const auto rank = [](const Connection& each) {
    const int urgency = each.state == Connection::State::closing ? 0 : is_reading(each) ? 1 : 2;
    return std::tuple(urgency, each.since);
  };
  Connection* found = nullptr;
  for (const Held& each : m_open) {
    if (each != nullptr && (found == nullptr || rank(*each) < rank(*found))) {
      found = each.get();
    }
  }
  return found;
}

Connection* Reception::largest() const {
  Connection* found = nullptr;
  for (const Held& each : m_open) {
    if (each != nullptr && (found == nullptr || each->body.charged() > found->body.charged())) {
      found = each.get();
    }
  }
  return found;
}

void Reception::drop(Connection* connection) {
  std::erase_if(m_open, [&](const Held& each) { return each.get() == connection; });
}

void Reception::drop_late() {
  const SteadyTime now = steady_clock::now();
  for (Held& each : m_open) {
    if (each != nullptr && now >= each->deadline) {
      if (is_reading(*each)) {
        m_parts.cut(HttpCut::slow);
      }
      each.reset();
    }
  }
}

} // namespace leadline
