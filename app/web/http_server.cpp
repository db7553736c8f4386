#include "app/web/http_server.hpp"

#include "app/web/connection.hpp"
#include "app/web/http_parts.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <httplib.h>
#include <spdlog/spdlog.h>

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <optional>
#include <thread>

namespace leadline {
namespace {

using std::chrono::steady_clock;

// Chunk sizes and trailers around a body, at most.
constexpr std::size_t k_chunk_overhead = 4UL * 1024 * 1024;
constexpr int k_backlog = 1024;

// What one request's body takes of the memory for all bodies, until the request is answered.
class BodyShare {
public:
  BodyShare(std::atomic<std::size_t>& taken, std::size_t most) : m_taken(taken), m_most(most) {}
  ~BodyShare() { m_taken -= m_mine; }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;

  bool take(std::size_t size) {
    m_mine += size;
    return m_taken.fetch_add(size) + size <= m_most;
  }

private:
  std::atomic<std::size_t>& m_taken;
  const std::size_t m_most;
  std::size_t m_mine = 0;
};

// httplib tells a handler nothing of its connection; one thread serves one connection at a time.
thread_local int t_socket = -1;

std::string regex_of(const std::string& path) {
  std::string pattern;
  for (const char c : path) {
    if (c == '.' || c == '-') {
      pattern += '\\';
    }
    pattern += c;
  }
  return pattern;
}

const char* phrase_of(int status) {
  switch (status) {
  case 400:
    return "bad request\n";
  case 404:
    return "not found\n";
  case 405:
    return "method not allowed\n";
  case 411:
    return "length required\n";
  case 413:
    return "too large\n";
  case 415:
    return "unsupported media type\n";
  case 503:
    return "busy, try again\n";
  case 500:
    return "internal error\n";
  default:
    return "refused\n";
  }
}

class Server final : public HttpServer, private httplib::Server {
public:
  Server(const HttpOptions& options, std::vector<WebRoute> routes, spdlog::logger& logger)
      : m_limits(options.limits), m_routes(std::move(routes)), m_logger(logger) {
    new_task_queue = [this] { return make_pool(m_limits, m_connections).release(); };
    // httplib's own choice, SO_REUSEPORT, would let a second server take half of the deliveries.
    set_socket_options([](socket_t socket) {
      const int yes = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    set_tcp_nodelay(true);
    set_keep_alive_max_count(m_limits.requests_per_connection);
    set_idle_interval(0, 100'000);
    set_default_headers({{"X-Content-Type-Options", "nosniff"},
                         {"Cache-Control", "no-store"},
                         {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
                         {"Referrer-Policy", "no-referrer"}});
    set_error_handler([](const httplib::Request&, httplib::Response& response) {
      if (response.body.empty()) {
        response.set_content(phrase_of(response.status), "text/plain; charset=utf-8");
      }
    });
    set_exception_handler(
        [this](const httplib::Request&, httplib::Response& response, std::exception_ptr thrown) {
          log_exception(thrown);
          response.status = 500;
        });
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      return refuse(request, response);
    });
    std::size_t largest_body = 0;
    for (const WebRoute& route : m_routes) {
      largest_body = std::max(largest_body, route.max_body_bytes);
      add(route);
    }
    set_payload_max_length(largest_body);
    m_max_bytes = largest_body + k_chunk_overhead;
    bind(options);
  }

  ~Server() override { stop(); }

  int port() const override { return m_port; }

  void start() override {
    m_thread = std::thread([this] { listen_after_bind(); });
    // Only then does stop() reach the accepting thread.
    while (!is_running()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  void stop() override {
    m_stopping = true;
    m_connections.close_idle();
    if (m_thread.joinable()) {
      httplib::Server::stop();
      m_thread.join();
    } else if (svr_sock_ != INVALID_SOCKET) {
      ::close(svr_sock_.exchange(INVALID_SOCKET));
    }
  }

private:
  void bind(const HttpOptions& options) {
    const bool bound = options.port == 0 ? (m_port = bind_to_any_port(options.host)) > 0
                                         : bind_to_port(options.host, options.port);
    if (!bound) {
      throw Error(ErrorKind::unavailable,
                  "cannot listen on " + options.host + " port " + std::to_string(options.port));
    }
    if (options.port != 0) {
      m_port = options.port;
    }
    // httplib listens with a queue of five, which a burst overflows.
    ::listen(svr_sock_, k_backlog);
  }

  const WebRoute* find(const std::string& path) const {
    const auto found = std::find_if(m_routes.begin(), m_routes.end(),
                                    [&](const WebRoute& route) { return route.path == path; });
    return found == m_routes.end() ? nullptr : &*found;
  }

  // Everything that can be refused by its headers, before a byte of the body is read; 0 when
  // nothing is.
  int refusal(const httplib::Request& request, const WebRoute* route) const {
    if (route == nullptr) {
      return 404;
    }
    if (request.method != route->method && !(request.method == "HEAD" && route->method == "GET")) {
      return 405;
    }
    const bool chunked = to_lower(request.get_header_value("Transfer-Encoding")) == "chunked";
    const std::size_t lengths = request.get_header_value_count("Content-Length");
    const std::optional<std::size_t> length = declared_length(request);
    // Two readings of where a request ends are how one is smuggled in another.
    if (lengths > 1 || (lengths == 1 && (!length || request.has_header("Transfer-Encoding"))) ||
        (request.has_header("Transfer-Encoding") && !chunked)) {
      return 400;
    }
    if (route->method == "POST" && !chunked && lengths == 0) {
      return 411;
    }
    if (request.has_header("Content-Encoding")) {
      return 415;
    }
    return length.value_or(0) > route->max_body_bytes ? 413 : 0;
  }

  HandlerResponse refuse(const httplib::Request& request, httplib::Response& response) const {
    const WebRoute* route = find(request.path);
    const int status = refusal(request, route);
    if (status == 0) {
      return HandlerResponse::Unhandled;
    }
    response.status = status;
    if (status == 405) {
      response.set_header("Allow", route->method == "GET" ? "GET, HEAD" : route->method);
    }
    return HandlerResponse::Handled;
  }

  static std::optional<std::size_t> declared_length(const httplib::Request& request) {
    const std::string text = request.get_header_value("Content-Length");
    std::size_t length = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), length);
    return failed == std::errc() && end == text.data() + text.size() ? std::optional(length)
                                                                     : std::nullopt;
  }

  void add(const WebRoute& route) {
    if (route.method == "GET") {
      Get(regex_of(route.path),
          [this, &route](const httplib::Request& request, httplib::Response& response) {
            answer(route, request, "", response);
          });
      return;
    }
    Post(regex_of(route.path),
         [this, &route](const httplib::Request& request, httplib::Response& response,
                        const httplib::ContentReader& read) {
           std::string body;
           BodyShare share(m_bodies_bytes, m_limits.max_bodies_bytes);
           bool too_large = false;
           bool no_room = false;
           const bool complete = read([&](const char* data, std::size_t size) {
             too_large = body.size() + size > route.max_body_bytes;
             no_room = !too_large && !share.take(size);
             if (!too_large && !no_room) {
               body.append(data, size);
             }
             return !too_large && !no_room;
           });
           if (no_room) {
             response.status = 503;
             response.set_header("Retry-After", "5");
             return;
           }
           if (too_large || !complete) {
             response.status = too_large ? 413 : 400;
             return;
           }
           answer(route, request, std::move(body), response);
         });
  }

  void answer(const WebRoute& route, const httplib::Request& request, std::string body,
              httplib::Response& response) {
    WebRequest ours;
    ours.method = request.method;
    ours.path = request.path;
    ours.query.assign(request.params.begin(), request.params.end());
    ours.peer = request.remote_addr;
    ours.headers.assign(request.headers.begin(), request.headers.end());
    ours.body = std::move(body);
    m_connections.set_state(t_socket, Connections::State::answering);
    WebResponse made = route.handler(ours);
    response.status = made.status;
    for (const auto& [name, value] : made.headers) {
      response.headers.erase(name); // a handler knows better than the defaults
      response.set_header(name, value);
    }
    if (made.status != 204) {
      response.set_content(std::move(made.body), made.content_type);
    }
  }

  void log_exception(const std::exception_ptr& thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      m_logger.error("internal error while answering: {}", e.what());
    } catch (...) {
      m_logger.error("internal error while answering");
    }
  }

  // The life of one connection, in a thread of the pool. Replaces httplib's, which bounds each read
  // but not their sum, and reads on behind a body that was not wanted.
  bool process_and_close_socket(socket_t socket) override {
    m_connections.add(socket);
    t_socket = socket;
    try {
      BoundedSocket bounded(socket);
      const auto stream = make_socket_stream(bounded);
      for (std::size_t left = m_limits.requests_per_connection; left > 0; --left) {
        if (!serve_one(bounded, *stream, left == 1)) {
          break;
        }
      }
    } catch (...) {
      log_exception(std::current_exception());
    }
    m_connections.remove(socket);
    ::close(socket);
    return true;
  }

  // True when the connection may carry another request.
  bool serve_one(BoundedSocket& bounded, httplib::Stream& stream, bool last) {
    const int socket = bounded.descriptor();
    m_connections.set_state(socket, Connections::State::idle);
    // Asked behind set_state: stop() sets the flag before it closes what is idle.
    if (m_stopping || !bounded.wait_for_data(steady_clock::now() + m_limits.idle_time)) {
      return false;
    }
    m_connections.set_state(socket, Connections::State::reading);
    const auto began = steady_clock::now();
    bounded.allow(began + m_limits.header_time, m_limits.max_header_bytes);
    bool clean = false;         // the next byte starts a request
    std::size_t body_bytes = 0; // as declared
    const auto headers_read = [&](httplib::Request& request) {
      // Answers are small and whole: ranges of them are only a way to make work.
      request.ranges.clear();
      request.headers.erase("Range");
      clean = !request.has_header("Transfer-Encoding") && !request.has_header("Expect") &&
              request.get_header_value_count("Content-Length") <= 1;
      body_bytes = declared_length(request).value_or(0);
      bounded.allow(began + m_limits.request_time, m_max_bytes);
    };
    bool closed = false;
    const bool answered = process_request(stream, last || m_stopping, closed, headers_read);
    m_connections.set_state(socket, Connections::State::answering);
    if (answered && !closed && !last && !m_stopping && clean && !bounded.exhausted() &&
        bounded.consumed() == body_bytes) {
      return true;
    }
    bounded.linger();
    return false;
  }

  const HttpLimits m_limits;
  const std::vector<WebRoute> m_routes;
  spdlog::logger& m_logger;
  Connections m_connections;
  std::atomic<bool> m_stopping = false;
  std::size_t m_max_bytes = 0;
  std::atomic<std::size_t> m_bodies_bytes = 0; // of all requests now being read or answered
  int m_port = 0;
  std::thread m_thread;
};

} // namespace

bool WebRequest::asks_only_for(std::initializer_list<std::string_view> names) const {
  return std::all_of(query.begin(), query.end(), [&](const auto& given) {
    const auto same = std::count_if(query.begin(), query.end(),
                                    [&](const auto& other) { return other.first == given.first; });
    return same == 1 && std::find(names.begin(), names.end(), given.first) != names.end();
  });
}

std::string WebRequest::parameter(std::string_view name) const {
  const auto found = std::find_if(query.begin(), query.end(),
                                  [&](const auto& given) { return given.first == name; });
  return found == query.end() ? std::string() : found->second;
}

std::string WebRequest::header(std::string_view name) const {
  const std::string wanted = to_lower(name);
  for (const auto& [key, value] : headers) {
    if (to_lower(key) == wanted) {
      return value;
    }
  }
  return "";
}

std::unique_ptr<HttpServer> HttpServer::create(const HttpOptions& options,
                                               std::vector<WebRoute> routes,
                                               spdlog::logger& logger) {
  return std::make_unique<Server>(options, std::move(routes), logger);
}

} // namespace leadline
