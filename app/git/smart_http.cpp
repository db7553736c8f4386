#include "app/git/smart_http.hpp"

#include "app/git/libgit2.hpp"
#include "app/github/http_client.hpp"
#include "app/version.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <fmt/format.h>
#include <git2.h>
#include <git2/sys/transport.h>
#include <httplib.h>

namespace leadline::git {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr const char* k_user =
    "x-access-token"; // https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation
// What is sent in one push is in memory; a larger stack of branches is no split anymore.
constexpr std::size_t k_max_request_bytes = 1024UL * 1024 * 1024;
constexpr int k_max_redirects = 3;
constexpr int k_max_tries = 3; // of one request that only reads

int close_file(std::FILE* file) { return std::fclose(file); }
using File = Handle<std::FILE, close_file>;

Error io_error(const char* doing) {
  return Error(ErrorKind::unavailable,
               std::string(doing) + " a spool file: " + std::generic_category().message(errno));
}

File make_spool(const std::string& folder) {
  std::string name = folder + "/spool-XXXXXX";
  const int descriptor = mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) {
    throw io_error("making");
  }
  unlink(name.c_str());
  File file(fdopen(descriptor, "w+b"));
  if (file == nullptr) {
    close(descriptor);
    throw io_error("opening");
  }
  return file;
}

// A failure that may pass by itself within moments.
class PassingError : public Error {
public:
  using Error::Error;
};

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

} // namespace

struct SmartHttp::Connection {
  explicit Connection(const GitFetchOptions& of) : options(of), limit(of.total_timeout) {}

  UrlParts base; // target: path of the repository, without '/' at its end
  std::string shown;
  Secret token;
  GitFetchOptions options;
  std::string folder;
  std::string doing; // "fetching " or "pushing to "
  SocketWatch watch;
  std::unique_ptr<HttpClient> client;
  bool version_2 = false; // of the protocol
  std::uint64_t received = 0;
  TimeLimit limit;
  std::exception_ptr problem;

  // Runs `step` for a C callback: what it throws is kept and rethrown after libgit2 returned.
  template <typename Step>
  int guarded(Step step) noexcept {
    try {
      step();
      return 0;
    } catch (...) {
      if (!problem) {
        problem = std::current_exception();
      }
      git_error_set_str(GIT_ERROR_HTTP, "see the problem of SmartHttp");
      return GIT_EUSER;
    }
  }

  // `service`: "git-upload-pack" (fetch) or "git-receive-pack" (push); no body: what refs are
  // there. All but a push is tried again when it fails in passing.
  File exchange(const std::string& service, const std::string* body) {
    const bool push = service == "git-receive-pack";
    doing = push ? "pushing to " : "fetching ";
    const int tries = push && body != nullptr ? 1 : k_max_tries;
    std::chrono::milliseconds pause = options.first_pause;
    for (int attempt = 1;; ++attempt) {
      try {
        return answer_of(service, body);
      } catch (const PassingError&) {
        if (attempt == tries || SteadyClock::now() + pause > limit.end) {
          throw;
        }
      }
      std::this_thread::sleep_for(pause);
      pause *= 2;
    }
  }

  File answer_of(const std::string& service, const std::string* body) {
    const std::string suffix = body == nullptr ? "/info/refs?service=" + service : "/" + service;
    for (int redirects = 0;; ++redirects) {
      File spool = make_spool(folder);
      std::string location;
      const int status = send(service, suffix, body, spool.get(), location);
      if (status == 200) {
        if (std::fflush(spool.get()) != 0 || std::fseek(spool.get(), 0, SEEK_SET) != 0) {
          throw io_error("rewinding");
        }
        return spool;
      }
      const bool moved =
          status == 307 || status == 308 || (body == nullptr && (status == 301 || status == 302));
      if (!moved || redirects == k_max_redirects || !follow(location, suffix)) {
        refuse(status);
      }
    }
  }

  int send(const std::string& service, const std::string& suffix, const std::string* body,
           std::FILE* spool, std::string& location) {
    const bool reading = body == nullptr;
    httplib::Request request;
    request.method = reading ? "GET" : "POST";
    request.path = base.target + suffix;
    request.headers = {{"User-Agent", "git/2.0 (leadline/" + std::string(version()) + ")"},
                       {"Accept-Encoding", "identity"},
                       {"Accept", reading ? "*/*" : "application/x-" + service + "-result"}};
    if (!reading) {
      request.body = *body;
      request.headers.emplace("Content-Type", "application/x-" + service + "-request");
    }
    if (version_2) {
      request.headers.emplace("Git-Protocol", "version=2");
    }
    if (!token.empty()) {
      request.headers.insert(httplib::make_basic_authentication_header(k_user, token.reveal()));
    }
    std::string stopped;
    ErrorKind kind = ErrorKind::unavailable;
    bool wanted = false;
    request.response_handler = [&](const httplib::Response& response) {
      wanted = response.status == 200;
      const std::string type = response.get_header_value("Content-Type");
      const std::string expected =
          "application/x-" + service + (reading ? "-advertisement" : "-result");
      if (wanted && type != expected) {
        stopped = "the answer is not git's (Content-Type \"" + type.substr(0, 80) + "\")";
      }
      return stopped.empty();
    };
    request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t,
                                   std::uint64_t) {
      received += size;
      if (received > options.max_bytes) {
        stopped = fmt::format("more than {} bytes were sent", options.max_bytes);
        kind = ErrorKind::bad_input; // so will the next try be
      } else if (wanted && std::fwrite(data, 1, size, spool) != size) {
        stopped = "no space for the answer";
      }
      return stopped.empty();
    };
    try {
      const httplib::Response answer = client->send(request, limit);
      location = answer.get_header_value("Location");
      return answer.status;
    } catch (const Error& error) {
      if (!stopped.empty()) {
        throw Error(kind, doing + shown + ": " + stopped);
      }
      throw PassingError(ErrorKind::unavailable, doing + shown + ": " + error.what());
    }
  }

  // A renamed repository redirects. Another origin never gets the token nor answers for this one.
  bool follow(const std::string& location, const std::string& suffix) {
    const std::string absolute =
        !location.empty() && location.front() == '/' && location.substr(0, 2) != "//"
            ? base.origin() + location
            : location;
    const std::optional<UrlParts> parts = parse_url(absolute);
    if (!parts || parts->origin() != base.origin() || !ends_with(parts->target, suffix)) {
      return false;
    }
    base.target = parts->target.substr(0, parts->target.size() - suffix.size());
    return true;
  }

  [[noreturn]] void refuse(int status) const {
    const char* why =
        status >= 300 && status < 400 ? " (a redirect to another host or address)" : "";
    const std::string message = fmt::format("{}{}: HTTP {}{}", doing, shown, status, why);
    if (status == 429 || status >= 500) {
      throw PassingError(ErrorKind::unavailable, message);
    }
    throw Error(status == 401 || status == 403   ? ErrorKind::denied
                : status == 404 || status == 410 ? ErrorKind::not_found
                                                 : ErrorKind::unavailable,
                message);
  }
};

namespace {

using Connection = SmartHttp::Connection;

// Objects that libgit2 frees through their own callbacks.
struct Stream : git_smart_subtransport_stream {
  Connection* connection = nullptr;
  bool discovery = false;
  const char* service = "";
  std::string request;
  File answer;
};

struct Subtransport : git_smart_subtransport {
  Connection* connection = nullptr;
};

int read_stream(git_smart_subtransport_stream* base, char* buffer, std::size_t size,
                std::size_t* bytes_read) {
  auto* stream = static_cast<Stream*>(base);
  *bytes_read = 0;
  return stream->connection->guarded([&] {
    if (stream->answer == nullptr) {
      stream->answer = stream->connection->exchange(stream->service,
                                                    stream->discovery ? nullptr : &stream->request);
    }
    *bytes_read = std::fread(buffer, 1, size, stream->answer.get());
    if (*bytes_read == 0 && std::ferror(stream->answer.get()) != 0) {
      throw io_error("reading");
    }
  });
}

int write_stream(git_smart_subtransport_stream* base, const char* buffer, std::size_t size) {
  auto* stream = static_cast<Stream*>(base);
  return stream->connection->guarded([&] {
    if (stream->request.size() + size > k_max_request_bytes) {
      throw Error(ErrorKind::bad_input,
                  fmt::format("more than {} bytes are to be sent", k_max_request_bytes));
    }
    stream->request.append(buffer, size);
  });
}

void free_stream(git_smart_subtransport_stream* base) { delete static_cast<Stream*>(base); }

int start_action(git_smart_subtransport_stream** out, git_smart_subtransport* base, const char*,
                 git_smart_service_t action) {
  auto* transport = static_cast<Subtransport*>(base);
  return transport->connection->guarded([&] {
    const bool push = action == GIT_SERVICE_RECEIVEPACK_LS || action == GIT_SERVICE_RECEIVEPACK;
    auto stream = std::make_unique<Stream>();
    stream->subtransport = base;
    stream->read = read_stream;
    stream->write = write_stream;
    stream->free = free_stream;
    stream->connection = transport->connection;
    stream->service = push ? "git-receive-pack" : "git-upload-pack";
    stream->discovery = action == GIT_SERVICE_UPLOADPACK_LS || action == GIT_SERVICE_RECEIVEPACK_LS;
    *out = stream.release();
  });
}

int close_transport(git_smart_subtransport*) { return 0; }

void free_transport(git_smart_subtransport* base) { delete static_cast<Subtransport*>(base); }

int make_subtransport(git_smart_subtransport** out, git_transport*, void* payload) {
  auto* connection = static_cast<Connection*>(payload);
  return connection->guarded([&] {
    auto transport = std::make_unique<Subtransport>();
    transport->action = start_action;
    transport->close = close_transport;
    transport->free = free_transport;
    transport->connection = connection;
    *out = transport.release();
  });
}

} // namespace

SmartHttp::SmartHttp(const GitRemote& remote, const GitFetchOptions& options, std::string folder)
    : m_connection(std::make_unique<Connection>(options)) {
  const std::optional<UrlParts> parts = parse_url(remote.url);
  if (remote.url.find('@') != std::string::npos) { // not repeated: it may hold a password
    throw Error(ErrorKind::bad_input, "the URL of a git remote must not hold credentials");
  }
  if (!parts || remote.url.find_first_of("?#") != std::string::npos) {
    throw Error(ErrorKind::bad_input, "no http or https URL of a git remote: " + remote.url);
  }
  if (parts->scheme == "http" && !is_loopback(parts->host)) {
    throw Error(ErrorKind::bad_input,
                "git remote " + remote.url + ": plain http is for loopback addresses only");
  }
  m_connection->base = *parts;
  while (!m_connection->base.target.empty() && m_connection->base.target.back() == '/') {
    m_connection->base.target.pop_back();
  }
  m_connection->shown = remote.url;
  m_connection->token = remote.token;
  m_connection->folder = std::move(folder);
  m_connection->client =
      std::make_unique<HttpClient>(*parts, options.transport, m_connection->watch);
}

SmartHttp::~SmartHttp() = default;

Remote remote_at(git_repository* repository, const std::string& url) {
  Remote remote;
  git_remote_create_options options{};
  if (git_remote_create_options_init(&options, GIT_REMOTE_CREATE_OPTIONS_VERSION) < 0) {
    return remote;
  }
  options.repository = repository;
  options.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF | GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC;
  const int code = git_remote_create_with_opts(Out(remote), url.c_str(), &options);
  return code < 0 ? Remote() : std::move(remote);
}

int SmartHttp::make_transport(git_transport** out, git_remote* owner, void* self) {
  git_smart_subtransport_definition definition{};
  definition.callback = make_subtransport;
  definition.rpc = 1;
  definition.param = static_cast<SmartHttp*>(self)->m_connection.get();
  return git_transport_smart(out, owner, &definition);
}

int SmartHttp::check_time(const git_indexer_progress* /*progress*/, void* self) {
  Connection& connection = *static_cast<SmartHttp*>(self)->m_connection;
  return connection.guarded([&] {
    if (connection.limit.is_over()) {
      // All was received before: the next try would take as long.
      throw Error(ErrorKind::bad_input,
                  fmt::format("{}{}: unpacking took longer than {} s", connection.doing,
                              connection.shown, connection.options.total_timeout.count()));
    }
  });
}

void SmartHttp::ask_version_2(const std::string* request,
                              const std::function<void(std::FILE*)>& read) {
  m_connection->version_2 = true;
  const File answer = m_connection->exchange("git-upload-pack", request);
  read(answer.get());
}

std::exception_ptr SmartHttp::problem() const { return m_connection->problem; }

} // namespace leadline::git
