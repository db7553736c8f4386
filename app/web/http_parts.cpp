#include "app/web/http_parts.hpp"

#include "app/web/connection.hpp"
#include "app/web/http_server.hpp"

#include <httplib.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <utility>

namespace leadline {
namespace {

class SocketStream final : public httplib::Stream {
public:
  explicit SocketStream(BoundedSocket& socket) : m_socket(socket) {}

  bool is_readable() const override { return m_socket.readable(); }
  bool is_writable() const override { return m_socket.writable(); }
  ssize_t read(char* data, size_t size) override { return m_socket.read(data, size); }
  ssize_t write(const char* data, size_t size) override { return m_socket.write(data, size); }
  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    ip = m_socket.peer();
    port = 0;
  }
  void get_local_ip_and_port(std::string& ip, int& port) const override {
    ip.clear();
    port = 0;
  }
  socket_t socket() const override { return m_socket.descriptor(); }

private:
  BoundedSocket& m_socket;
};

class Pool final : public httplib::TaskQueue {
public:
  Pool(const HttpLimits& limits, Connections& connections)
      : m_limits(limits), m_connections(connections), m_pool(limits.threads) {}

  void enqueue(std::function<void()> work) override {
    while (m_waiting >= m_limits.max_waiting) {
      on_idle();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ++m_waiting;
    m_pool.enqueue([this, work = std::move(work)] {
      --m_waiting;
      work();
    });
    on_idle();
  }
  void on_idle() override {
    if (m_waiting > 0) {
      m_connections.close_slow(m_limits.slow_after);
    }
  }
  void shutdown() override { m_pool.shutdown(); }

private:
  const HttpLimits& m_limits;
  Connections& m_connections;
  std::atomic<std::size_t> m_waiting = 0;
  httplib::ThreadPool m_pool;
};

} // namespace

std::unique_ptr<httplib::Stream> make_socket_stream(BoundedSocket& socket) {
  return std::make_unique<SocketStream>(socket);
}

std::unique_ptr<httplib::TaskQueue> make_pool(const HttpLimits& limits, Connections& connections) {
  return std::make_unique<Pool>(limits, connections);
}

} // namespace leadline
