#include "app/web/http_server.hpp"

#include "app/log.hpp"
#include "app/web/connection.hpp"
#include "app/web/http_parts.hpp"
#include "app/web/reception.hpp"
#include "app/web/refusal.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <httplib.h>
#include <spdlog/spdlog.h>

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <optional>

namespace leadline {
namespace {

using std::chrono::steady_clock;

constexpr int k_backlog = 1024;
// Answers wait for their reader in the kernel, not in a thread.
constexpr int k_send_buffer = 256 * 1024;

// httplib tells a handler nothing of its connection; one thread serves one connection at a time.
thread_local Connection* t_connection = nullptr;

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

class Server final : public HttpServer, private httplib::Server {
public:
  Server(const HttpOptions& options, std::vector<WebRoute> routes, spdlog::logger& logger)
      : m_limits(options.limits), m_routes(std::move(routes)), m_logger(logger),
        m_memory(m_limits.max_bodies_bytes),
        m_reception({m_limits, m_memory,
                     [this](const RequestHead& head) { return wants_body(head); },
                     [this](Connection& whole) { hand_on(whole); },
                     [this, told = options.cut](HttpCut why) { note_cut(why, told); }}) {
    // httplib's own choice, SO_REUSEPORT, would let a second server take half of the deliveries.
    set_socket_options([](socket_t socket) {
      const int yes = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
      ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &k_send_buffer, sizeof k_send_buffer);
    });
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
    set_pre_routing_handler(
        [this](const httplib::Request&, httplib::Response& response) { return refuse(response); });
    for (const WebRoute& route : m_routes) {
      add(route);
    }
    bind(options);
  }

  ~Server() override { stop(); }

  int port() const override { return m_port; }

  void start() override {
    m_pool = std::make_unique<httplib::ThreadPool>(m_limits.threads);
    m_at_once = std::make_unique<httplib::ThreadPool>(1);
    m_reception.start(svr_sock_.exchange(INVALID_SOCKET)); // httplib's own loop is not robust
  }

  void stop() override {
    m_stopping = true;
    m_reception.stop();
    for (auto* const pool : {&m_pool, &m_at_once}) {
      if (*pool) {
        (*pool)->shutdown();
        pool->reset();
      }
    }
    if (svr_sock_ != INVALID_SOCKET) {
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

  // Everything that can be refused by its headers; 0 when nothing is.
  int refusal(const RequestHead& head) const {
    const WebRoute* const route = find(head.path);
    if (route == nullptr) {
      return 404;
    }
    if (head.method != route->method && !(head.method == "HEAD" && route->method == "GET")) {
      return 405;
    }
    // GitHub declares its lengths; what reads chunks is one more way to disagree about an end.
    if (head.chunked || (route->method == "POST" && !head.length)) {
      return 411;
    }
    if (head.length.value_or(0) > route->max_body_bytes) {
      return 413;
    }
    return head.encoded ? 415 : 0;
  }

  bool wants_body(const RequestHead& head) const {
    return head.method == "POST" && head.length && refusal(head) == 0;
  }

  HandlerResponse refuse(httplib::Response& response) const {
    const RequestHead& head = t_connection->head;
    const int status = refusal(head);
    if (status == 0) {
      return HandlerResponse::Unhandled;
    }
    response.status = status;
    if (status == 405) {
      const WebRoute* const route = find(head.path);
      response.set_header("Allow", route->method == "GET" ? "GET, HEAD" : route->method);
    }
    return HandlerResponse::Handled;
  }

  void add(const WebRoute& route) {
    if (route.method == "GET") {
      Get(regex_of(route.path),
          [this, &route](const httplib::Request& request, httplib::Response& response) {
            answer(route, request, "", response);
          });
      return;
    }
    // With a reader, which is not asked: the body is here, and httplib is to look for none.
    Post(regex_of(route.path),
         [this, &route](const httplib::Request& request, httplib::Response& response,
                        const httplib::ContentReader& /*read*/) {
           answer(route, request, t_connection->body.take(), response);
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
    WebResponse made = route.handler(ours);
    ours.body = {};
    t_connection->body.clear(); // there is room again for whoever has seen the answer
    t_connection->deadline = steady_clock::now() + m_limits.answer_time;
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

  void note_cut(HttpCut why, const std::function<void(HttpCut)>& told) {
    if (told) {
      told(why);
    }
    if (const auto others = m_cuts_logged.pass()) {
      m_logger.warn("cut off a request: {} ({} more before)", reason_of(why), *others);
    }
  }

  static const char* reason_of(HttpCut why) {
    switch (why) {
    case HttpCut::slow:
      return "it took too long to arrive";
    case HttpCut::crowded:
      return "all connections are taken, and it had waited for longest";
    case HttpCut::no_memory:
      return "no memory is left for bodies, and it was the largest";
    case HttpCut::failed:
      return "of an internal error";
    }
    return "";
  }

  void hand_on(Connection& whole) {
    const WebRoute* const route = find(whole.head.path);
    const bool at_once = route != nullptr && route->at_once && whole.head.method != "POST";
    (at_once ? m_at_once : m_pool)->enqueue([this, &whole] {
      bool keep = false;
      try {
        keep = serve(whole);
      } catch (...) {
        log_exception(std::current_exception());
      }
      m_reception.give_back(whole, keep);
    });
  }

  // True when the connection may carry another request. Nothing is read here: httplib would go on
  // reading behind a body that was not wanted.
  bool serve(Connection& connection) {
    t_connection = &connection;
    const auto stream = make_stream(connection);
    const bool last = m_stopping || connection.requests >= m_limits.requests_per_connection;
    const auto headers_read = [](httplib::Request& request) {
      // Answers are small and whole: ranges of them are only a way to make work.
      request.ranges.clear();
      request.headers.erase("Range");
      request.headers.erase("Expect"); // answered before
    };
    const bool body_is_read = !connection.head.chunked && (wants_body(connection.head) ||
                                                           connection.head.length.value_or(0) == 0);
    // 411 leaves open whether the sender means a body to follow.
    const bool clean = body_is_read && refusal(connection.head) != 411;
    bool closed = false;
    return process_request(*stream, last || !clean, closed, headers_read) && !closed && !last &&
           clean;
  }

  const HttpLimits m_limits;
  const std::vector<WebRoute> m_routes;
  spdlog::logger& m_logger;
  BodyMemory m_memory;
  Reception m_reception;
  LogLimit m_cuts_logged; // of the thread of m_reception
  std::unique_ptr<httplib::ThreadPool> m_pool;
  std::unique_ptr<httplib::ThreadPool> m_at_once;
  std::atomic<bool> m_stopping = false;
  int m_port = 0;
};

} // namespace

std::string_view name_of(HttpCut why) {
  switch (why) {
  case HttpCut::slow:
    return "slow";
  case HttpCut::crowded:
    return "crowded";
  case HttpCut::no_memory:
    return "no_memory";
  case HttpCut::failed:
    return "failed";
  }
  return "";
}

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
