#include "app/web/request_head.hpp"

#include <httplib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>

namespace {

using leadline::RequestHead;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

class Received final : public httplib::Stream {
public:
  explicit Received(std::string_view bytes) : m_left(bytes) {}
  std::size_t left() const { return m_left.size(); }

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t size) override {
    const std::size_t count = m_left.copy(to, size);
    m_left.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* /*bytes*/, std::size_t size) override {
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }

private:
  std::string_view m_left;
};

// The library that reads the request after us.
class Second final : public httplib::Server {
public:
  std::function<void(const httplib::Request&)> see;

  Second() {
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response&) {
      see(request);
      return HandlerResponse::Handled;
    });
  }

  void read(Received& bytes) {
    bool closed = false;
    process_request(bytes, true, closed, nullptr);
  }
};

void compare(const RequestHead& head, const httplib::Request& second) {
  require(second.method == head.method);
  require(second.target.substr(0, second.target.find('?')) == head.path);
  require(second.get_header_value_count("Content-Length") == (head.length ? 1U : 0U));
  if (head.length) {
    require(second.get_header_value<std::uint64_t>("Content-Length") == *head.length);
  }
  require(second.has_header("Transfer-Encoding") == head.chunked);
  require(!second.has_header("Content-Encoding") || head.encoded);
}

} // namespace

// A head that is taken ends for the library where it ends for us, and says the same of the body: a
// request within a request is not to be had.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto end = leadline::end_of_head(bytes);
  if (!end) {
    return 0;
  }
  const auto head = leadline::read_head(bytes.substr(0, *end));
  if (!head) {
    return 0;
  }
  static Second second;
  Received received(bytes);
  second.see = [&](const httplib::Request& request) {
    compare(*head, request);
    require(received.left() == size - *end);
  };
  second.read(received);
  return 0;
}
