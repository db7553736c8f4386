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
  std::size_t max_body_bytes = 0; // of POST; counted while reading, so chunks are bounded too
};

// What a client may take. Requests beyond are answered with 4xx where that is possible, else
// closed.
struct HttpLimits {
  std::size_t threads = 64;
  std::size_t max_waiting = 512;            // accepted connections without a thread
  std::size_t max_header_bytes = 32 * 1024; // request line and all headers
  // Bodies of all requests together, as they arrive; beyond, a request is answered with 503.
  std::size_t max_bodies_bytes = 256UL * 1024 * 1024;
  std::chrono::milliseconds header_time{5'000};
  std::chrono::milliseconds request_time{25'000}; // from the first byte to the last of the answer
  std::chrono::milliseconds idle_time{5'000};     // between two requests of a connection
  std::chrono::milliseconds slow_after{
      1'000}; // when all threads are busy, the request that has been reading longest
              // and longer than this makes place
  std::size_t requests_per_connection = 1000;
};

struct HttpOptions {
  std::string host = "127.0.0.1";
  int port = 0; // 0 takes a free one
  HttpLimits limits;
};

// An HTTP/1.1 server for a few exact paths, made to stand on the internet behind nothing but a
// proxy for TLS. Other paths are 404, other methods 405, an exception of a handler 500 without its
// text. Compressed bodies are 415: what is signed is what is sent.
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
