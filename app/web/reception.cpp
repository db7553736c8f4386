#include "app/web/reception.hpp"

#include "app/web/refusal.hpp"
#include "base/error.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <string>
#include <utility>

namespace leadline {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds k_look{50}; // how late a deadline may be
constexpr std::chrono::milliseconds k_closing{2'000};
constexpr std::size_t k_most_thrown_away = 64UL << 20U;
constexpr int k_accept_at_once = 64;

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

bool is_answering(const Connection& connection) {
  return connection.state == Connection::State::answering;
}

// Not a byte of the request is left unread, which would reset the connection at a close.
bool is_whole(const Connection& connection) {
  return !connection.head.chunked && connection.head.length.value_or(0) == connection.body.size() &&
         connection.received.size() == connection.head_size;
}

} // namespace

Reception::Reception(Parts parts)
    : m_parts(std::move(parts)), m_most_connections(most_connections(m_parts.limits)),
      m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (m_wake < 0) {
    throw Error(ErrorKind::unavailable, std::string("eventfd: ") + std::strerror(errno));
  }
  m_open.reserve(m_most_connections);
  m_polled.reserve(m_most_connections + 2);
}

Reception::~Reception() {
  stop();
  if (m_listening >= 0) {
    ::close(m_listening);
  }
  ::close(m_wake);
}

void Reception::start(int listening) {
  m_listening = listening;
  ::fcntl(listening, F_SETFL, ::fcntl(listening, F_GETFL) | O_NONBLOCK);
  m_thread = std::thread([this] { run(); });
}

void Reception::wake() const noexcept { static_cast<void>(::eventfd_write(m_wake, 1)); }

void Reception::give_back(Connection& connection, bool keep) noexcept {
  connection.answered = keep ? Connection::Answered::keep : Connection::Answered::close;
  wake();
}

void Reception::stop() {
  m_stopping = true;
  wake();
  if (m_thread.joinable()) {
    m_thread.join();
  }
}

void Reception::run() {
  while (go_on()) {
    wait();
    drop_late();
    std::erase(m_open, nullptr);
  }
}

bool Reception::go_on() {
  if (!m_stopping) {
    return true;
  }
  if (m_listening >= 0) {
    ::close(std::exchange(m_listening, -1));
  }
  std::erase_if(m_open, [](const Held& each) { return each->state == Connection::State::idle; });
  return !m_open.empty();
}

void Reception::wait() {
  const bool accepts = m_listening >= 0 && steady_clock::now() >= m_accept_after;
  m_polled.clear();
  m_polled.push_back({m_wake, POLLIN, 0});
  m_polled.push_back({accepts ? m_listening : -1, POLLIN, 0});
  for (const Held& each : m_open) {
    m_polled.push_back({is_answering(*each) ? -1 : each->socket(), POLLIN, 0});
  }
  const bool nothing_ends = m_open.empty() && (accepts || m_listening < 0);
  const int timeout = nothing_ends ? -1 : static_cast<int>(k_look.count());
  if (::poll(m_polled.data(), m_polled.size(), timeout) < 0) {
    if (errno != EINTR) { // no memory in the kernel
      std::this_thread::sleep_for(k_look);
    }
    return;
  }
  eventfd_t woken = 0;
  static_cast<void>(::eventfd_read(m_wake, &woken));
  const std::size_t polled = m_open.size();
  for (std::size_t i = 0; i < polled; ++i) {
    look_at(i, m_polled[i + 2].revents);
  }
  if (m_polled[1].revents != 0) {
    std::erase(m_open, nullptr);
    accept_new();
  }
}

void Reception::look_at(std::size_t index, short events) {
  Held& connection = m_open[index];
  HttpCut why = HttpCut::failed;
  try {
    if (is_answering(*connection)) {
      if (connection->answered != Connection::Answered::not_yet) {
        take_back(connection);
      }
    } else if (events != 0) {
      receive(connection);
    }
    return;
  } catch (const std::bad_alloc&) {
    why = HttpCut::no_memory;
  } catch (...) {
  }
  note_cut(why);
  connection.reset();
}

void Reception::accept_new() {
  // Not without end: those who are here already are waiting.
  for (int i = 0; i < k_accept_at_once; ++i) {
    const int socket = ::accept4(m_listening, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket < 0) {
      // Of the reasons of accept(2) some are the one connection's, some will pass; none ends it.
      const bool later = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
      if (later) {
        m_accept_after = steady_clock::now() + k_look;
      }
      return;
    }
    admit(socket);
  }
}

void Reception::admit(int socket) {
  Held connection;
  try {
    connection = std::make_unique<Connection>(socket, m_parts.memory);
  } catch (const std::bad_alloc&) {
    ::close(socket);
    note_cut(HttpCut::no_memory);
    return;
  }
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  set_state(*connection, Connection::State::idle);
  if (m_open.size() < m_most_connections) {
    m_open.push_back(std::move(connection));
    return;
  }
  Connection* const place = longest_waiting();
  if (place == nullptr || is_reading(*place)) {
    note_cut(HttpCut::crowded);
  }
  if (place != nullptr) { // else all of them are being answered
    const auto is_place = [&](const Held& each) { return each.get() == place; };
    *std::find_if(m_open.begin(), m_open.end(), is_place) = std::move(connection);
  }
}

void Reception::take_back(Held& connection) {
  const bool keep = connection->answered == Connection::Answered::keep;
  connection->answered = Connection::Answered::not_yet;
  const bool whole = is_whole(*connection);
  connection->next_request();
  if (keep && !m_stopping) {
    set_state(*connection, Connection::State::idle);
    advance(connection);
  } else if (m_stopping && whole) {
    connection.reset();
  } else {
    connection->end_sending();
    set_state(*connection, Connection::State::closing);
  }
}

void Reception::receive(Held& connection) {
  if (connection->state == Connection::State::closing) {
    throw_away(connection);
    return;
  }
  const HttpLimits& limits = m_parts.limits;
  // Not a byte more than belongs to the request: what is not read holds the sender back.
  const std::size_t wanted = connection->head_size == 0
                                 ? limits.max_header_bytes - connection->received.size()
                                 : *connection->head.length - connection->body.size();
  const long count =
      ::recv(connection->socket(), m_piece.data(), std::min(m_piece.size(), wanted), MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
    return;
  }
  if (count <= 0) {
    connection.reset(); // the peer has left
    return;
  }
  const std::string_view bytes(m_piece.data(), static_cast<std::size_t>(count));
  if (connection->head_size == 0) {
    connection->received.append(bytes);
  } else if (!store_body(*connection, bytes)) {
    return;
  }
  advance(connection);
}

void Reception::throw_away(Held& connection) {
  const long count = ::recv(connection->socket(), m_piece.data(), m_piece.size(), MSG_DONTWAIT);
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
    request.state = Connection::State::answering;
    m_parts.hand_on(request);
  }
}

// False when the request was refused for want of memory.
bool Reception::store_body(Connection& connection, std::string_view bytes) {
  while (!connection.body.append(bytes, *connection.head.length)) {
    Connection* const other = largest();
    const bool is_larger = other != nullptr && other != &connection &&
                           other->body.charged() > connection.body.charged() + bytes.size();
    note_cut(HttpCut::no_memory);
    refuse(is_larger ? *other : connection, 503);
    if (!is_larger) {
      return false;
    }
  }
  return true;
}

void Reception::refuse(Connection& connection, int status) {
  connection.body.clear();
  connection.send_at_once(refusal_answer(status));
  connection.end_sending();
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

// Which connection makes place: one that has its answer, else the one that has been idle, or has
// been sending, for longest. Whether it sends decides nothing: else those who only connect would
// outlast those who have something to say.
Connection* Reception::longest_waiting() const {
  const auto rank = [](const Connection& each) {
    return std::pair(each.state != Connection::State::closing, each.since);
  };
  Connection* found = nullptr;
  for (const Held& each : m_open) {
    const bool may_go = each != nullptr && !is_answering(*each);
    if (may_go && (found == nullptr || rank(*each) < rank(*found))) {
      found = each.get();
    }
  }
  return found;
}

Connection* Reception::largest() const {
  Connection* found = nullptr;
  for (const Held& each : m_open) {
    if (each != nullptr && !is_answering(*each) &&
        (found == nullptr || each->body.charged() > found->body.charged())) {
      found = each.get();
    }
  }
  return found;
}

void Reception::drop_late() {
  const SteadyTime now = steady_clock::now();
  for (Held& each : m_open) {
    if (each != nullptr && !is_answering(*each) && now >= each->deadline) {
      if (is_reading(*each)) {
        note_cut(HttpCut::slow);
      }
      each.reset();
    }
  }
}

void Reception::note_cut(HttpCut why) const noexcept {
  try {
    m_parts.cut(why);
  } catch (...) { // a count is not worth a connection
  }
}

} // namespace leadline
