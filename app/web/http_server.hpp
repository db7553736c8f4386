#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spdlog {
class logger;
}

namespace leadline {

struct WebRequest {
  std::string method;
  std::string path;
  std::vector<std::pair<std::string, std::string>> query; // decoded, in order of their names
  std::string peer; // address of the client, as the socket sees it
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  // Value of the first header of this name, in any case; empty when there is none.
  std::string header(std::string_view name) const;

  // Whether every parameter is one of `names` and none is given twice.
  bool asks_only_for(std::initializer_list<std::string_view> names) const;
  // Value of the parameter of this name; empty when there is none.
  std::string parameter(std::string_view name) const;
};

struct WebResponse {
  int status = 200;
  std::string body;
  std::string content_type = "text/plain; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers;
};

struct WebRoute {
  std::string method;                                    // "GET" (also answers HEAD) or "POST"
  std::string path;                                      // exact
  std::function<WebResponse(const WebRequest&)> handler; // called by several threads
  std::size_t max_body_bytes = 0;                        // of POST
  bool at_once = false; // of GET: its handler waits for nothing, and it for no other route's
};

// What clients may take. Requests beyond are answered with 4xx or 503 where that is possible, else
// closed.
struct HttpLimits {
  // That answer, beside one for routes that answer at once.
  std::size_t threads = 64;
  // At most half of the descriptors that the process may have, whatever stands here.
  std::size_t max_connections = 2048;
  std::size_t max_header_bytes = 16UL * 1024; // request line and all headers
  // Memory for the bodies of all requests together; where it ends the largest of those that are
  // still being received is answered with 503.
  std::size_t max_bodies_bytes = 64UL << 20U;
  std::chrono::milliseconds header_time{5'000};
  // From the first byte to the last: GitHub waits ten seconds for the answer
  // (https://docs.github.com/webhooks/using-webhooks/best-practices-for-using-webhooks#respond-within-10-seconds).
  std::chrono::milliseconds request_time{10'000};
  std::chrono::milliseconds answer_time{10'000}; // for the peer to take it
  std::chrono::milliseconds idle_time{5'000};    // between two requests of a connection
  std::size_t requests_per_connection = 1000;
};

// Why a request was cut before it was whole: it took too long; it had waited for longest where all
// connections were taken; it was the largest where there was no memory left; something else failed
// for it alone.
enum class HttpCut { slow, crowded, no_memory, failed };
std::string_view name_of(HttpCut why); // "slow", "crowded", "no_memory", "failed"

struct HttpOptions {
  std::string host = "127.0.0.1";
  int port = 0; // 0 takes a free one
  HttpLimits limits;
  std::function<void(HttpCut)> cut; // told of each; may be empty; called in one thread
};

// An HTTP/1.1 server for a few exact paths, made to stand on the internet behind nothing but a
// proxy for TLS. Other paths are 404, other methods 405, an exception of a handler 500 without its
// text. Compressed bodies are 415: what is signed is what is sent. Bodies in chunks are 411.
class HttpServer {
public:
  // Listens before it returns; throws Error(unavailable) naming the address that cannot be had.
  static std::unique_ptr<HttpServer> create(const HttpOptions& options,
                                            std::vector<WebRoute> routes, spdlog::logger& logger);
  virtual ~HttpServer() = default; // stops

  virtual int port() const = 0;
  // Serves in threads of its own until stop().
  virtual void start() = 0;
  // Accepts no more; requests that have begun end within their time.
  virtual void stop() = 0;
};

} // namespace leadline
