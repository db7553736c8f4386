#include "app/web/http_parts.hpp"

#include "app/web/connection.hpp"

#include <httplib.h>

#include <string>

namespace leadline {
namespace {

class ConnectionStream final : public httplib::Stream {
public:
  explicit ConnectionStream(Connection& connection) : m_connection(connection) {}

  bool is_readable() const override { return m_connection.readable(); }
  bool is_writable() const override { return m_connection.writable(); }
  ssize_t read(char* data, size_t size) override { return m_connection.read(data, size); }
  ssize_t write(const char* data, size_t size) override { return m_connection.write(data, size); }
  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    ip = m_connection.peer();
    port = 0;
  }
  void get_local_ip_and_port(std::string& ip, int& port) const override {
    ip.clear();
    port = 0;
  }
  socket_t socket() const override { return m_connection.socket(); }

private:
  Connection& m_connection;
};

} // namespace

std::unique_ptr<httplib::Stream> make_stream(Connection& connection) {
  return std::make_unique<ConnectionStream>(connection);
}

} // namespace leadline
