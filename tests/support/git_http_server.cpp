#include "tests/support/git_http_server.hpp"

#include "tests/support/git_fixture.hpp"

#include <chrono>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <httplib.h>

namespace leadline::test {
namespace {

// RFC 3875: headers, an empty line, the body; "Status" is the status.
void take_cgi_answer(const std::string& output, httplib::Response& response) {
  std::size_t at = 0;
  std::string type = "application/octet-stream";
  response.status = 200;
  while (at < output.size()) {
    const std::size_t end = output.find('\n', at);
    std::string line = output.substr(at, end - at);
    at = end == std::string::npos ? output.size() : end + 1;
    if (!line.empty() && line.back() == '\r') {
      line.pop_back();
    }
    if (line.empty()) {
      break;
    }
    const std::size_t colon = line.find(": ");
    const std::string name = line.substr(0, colon);
    const std::string value = colon == std::string::npos ? "" : line.substr(colon + 2);
    if (name == "Status") {
      response.status = std::stoi(value);
    } else if (name == "Content-Type") {
      type = value;
    } else {
      response.set_header(name, value);
    }
  }
  response.set_content(output.substr(at), type);
}

} // namespace

struct GitHttpServer::State {
  Options options;
  std::unique_ptr<httplib::Server> server;
  std::thread thread;
  int port = 0;
  mutable std::mutex mutex; // guards what follows
  std::vector<std::string> requests;
  int status = 0;
  int forced_left = 0; // 0: until `status` is 0
  int delay = 0;
  bool version_ignored = false;
  std::string from;
  std::string to;

  void handle(const httplib::Request& request, httplib::Response& response) {
    int forced = 0;
    int wait = 0;
    std::string version = request.get_header_value("Git-Protocol");
    {
      const std::lock_guard<std::mutex> lock(mutex);
      requests.push_back(request.method + " " + request.path);
      forced = status;
      if (forced_left > 0 && --forced_left == 0) {
        status = 0;
      }
      wait = delay;
      version = version_ignored ? "" : version;
      if (!from.empty() && request.path.rfind(from, 0) == 0) {
        const std::string query = request.target.find('?') == std::string::npos
                                      ? ""
                                      : request.target.substr(request.target.find('?'));
        response.status = request.method == "GET" ? 301 : 308;
        response.set_header("Location", to + request.path.substr(from.size()) + query);
        return;
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(wait));
    if (forced != 0) {
      response.status = forced;
      return;
    }
    const auto expected =
        httplib::make_basic_authentication_header("x-access-token", options.token);
    if (!options.token.empty() && request.get_header_value("Authorization") != expected.second) {
      response.status = 401;
      response.set_header("WWW-Authenticate", "Basic realm=\"git\"");
      return;
    }
    const std::size_t query = request.target.find('?');
    const ProcessResult result = run_program(
        {"env", "GIT_PROJECT_ROOT=" + options.root, "GIT_HTTP_EXPORT_ALL=1",
         "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory",
         "GIT_CONFIG_VALUE_0=*", "REMOTE_USER=x-access-token", "REMOTE_ADDR=127.0.0.1",
         "REQUEST_METHOD=" + request.method, "PATH_INFO=" + request.path,
         "QUERY_STRING=" + (query == std::string::npos ? "" : request.target.substr(query + 1)),
         "CONTENT_TYPE=" + request.get_header_value("Content-Type"),
         "CONTENT_LENGTH=" + std::to_string(request.body.size()),
         "HTTP_CONTENT_ENCODING=" + request.get_header_value("Content-Encoding"),
         "GIT_PROTOCOL=" + version, "git", "http-backend"},
        request.body);
    take_cgi_answer(result.output, response);
  }
};

GitHttpServer::GitHttpServer(const Options& options) : m_state(std::make_unique<State>()) {
  State& state = *m_state;
  state.options = options;
  if (options.certificate.empty()) {
    state.server = std::make_unique<httplib::Server>();
  } else {
    state.server =
        std::make_unique<httplib::SSLServer>(options.certificate.c_str(), options.key.c_str());
  }
  state.server->set_keep_alive_timeout(1); // how long stopping waits for idle connections
  const auto handler = [&state](const httplib::Request& request, httplib::Response& response) {
    state.handle(request, response);
  };
  state.server->Get(".*", handler).Post(".*", handler);
  if (options.port == 0) {
    state.port = state.server->bind_to_any_port("127.0.0.1");
  } else {
    state.port = state.server->bind_to_port("127.0.0.1", options.port) ? options.port : -1;
  }
  if (state.port <= 0) {
    throw std::runtime_error("no port for the git server");
  }
  state.thread = std::thread([&state] { state.server->listen_after_bind(); });
  while (!state.server->is_running()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

GitHttpServer::~GitHttpServer() {
  m_state->server->stop();
  m_state->thread.join();
}

int GitHttpServer::port() const { return m_state->port; }

std::string GitHttpServer::url() const {
  return (m_state->options.certificate.empty() ? "http" : "https") +
         ("://127.0.0.1:" + std::to_string(m_state->port));
}

std::vector<std::string> GitHttpServer::requests() const {
  const std::lock_guard<std::mutex> lock(m_state->mutex);
  return m_state->requests;
}

void GitHttpServer::answer_with(int status, int count) {
  const std::lock_guard<std::mutex> lock(m_state->mutex);
  m_state->status = status;
  m_state->forced_left = count;
}

void GitHttpServer::redirect(const std::string& from, const std::string& to) {
  const std::lock_guard<std::mutex> lock(m_state->mutex);
  m_state->from = from;
  m_state->to = to;
}

void GitHttpServer::ignore_version(bool ignored) {
  const std::lock_guard<std::mutex> lock(m_state->mutex);
  m_state->version_ignored = ignored;
}

void GitHttpServer::delay_milliseconds(int delay) {
  const std::lock_guard<std::mutex> lock(m_state->mutex);
  m_state->delay = delay;
}

} // namespace leadline::test
