#include "app/github/transport.hpp"

#include "app/version.hpp"
#include "base/error.hpp"
#include "base/handle.hpp"
#include "tests/support/connect_proxy.hpp"
#include "tests/support/slow_server.hpp"

#include <catch2/catch.hpp>
#include <httplib.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

using namespace leadline;

namespace {

// A server on a free loopback port, for the length of a test.
template <typename Server>
class Running {
public:
  template <typename... Args>
  explicit Running(Args&&... args) : server(std::forward<Args>(args)...) {
    port = server.bind_to_any_port("127.0.0.1");
  }
  ~Running() {
    server.stop();
    if (m_thread.joinable()) {
      m_thread.join();
    }
  }
  void start() {
    m_thread = std::thread([this] { server.listen_after_bind(); });
    while (!server.is_running()) {
      std::this_thread::yield();
    }
  }

  Server server;
  int port = 0;

private:
  std::thread m_thread;
};

ApiUrls at(const std::string& scheme, int port, const std::string& path = "") {
  return ApiUrls::from(scheme + "://127.0.0.1:" + std::to_string(port) + path);
}

HttpRequest get(const std::string& path, const std::string& token = "") {
  HttpRequest request;
  request.path = path;
  request.token = Secret(token);
  return request;
}

std::string failure(HttpTransport& transport, const HttpRequest& request) {
  try {
    transport.send(request);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::unavailable);
    return error.what();
  }
  return "no error";
}

// A key and a certificate for 127.0.0.1 that it signs itself, as files.
struct Certificate {
  Certificate() {
    folder =
        std::filesystem::temp_directory_path() / ("leadline-tls-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    key_file = folder / "key.pem";
    file = folder / "cert.pem";
    const Handle<EVP_PKEY, EVP_PKEY_free> key(EVP_RSA_gen(2048));
    const Handle<X509, X509_free> certificate(X509_new());
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_version(certificate.get(), 2);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("leadline test"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    const Handle<X509_EXTENSION, X509_EXTENSION_free> alternative(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1"));
    X509_add_ext(certificate.get(), alternative.get(), -1);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    std::FILE* out = std::fopen(file.c_str(), "w");
    PEM_write_X509(out, certificate.get());
    std::fclose(out);
    out = std::fopen(key_file.c_str(), "w");
    PEM_write_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(out);
  }
  ~Certificate() { std::filesystem::remove_all(folder); }

  std::filesystem::path folder;
  std::filesystem::path file;
  std::filesystem::path key_file;
};

} // namespace

TEST_CASE("a request carries who we are and the token, below the path of the API", "[transport]") {
  Running<httplib::Server> github;
  std::mutex mutex;
  httplib::Request last;
  github.server.Post(".*", [&](const httplib::Request& request, httplib::Response& response) {
    const std::lock_guard lock(mutex);
    last = request;
    response.status = 201;
    response.set_header("X-Custom", "1");
    response.set_content("{}", "application/json");
  });
  github.start();
  const auto last_seen = [&] {
    const std::lock_guard lock(mutex);
    return std::exchange(last, {});
  };
  const auto transport = make_http_transport(at("http", github.port, "/api/v3"), {});
  HttpRequest request = get("/repos/o%20x/r?per_page=1", "ghs_x");
  request.method = "POST";
  request.body = "{\"a\": 1}";
  const HttpResponse response = transport->send(request);
  CHECK(response.status == 201);
  CHECK(response.body == "{}");
  CHECK(response.header("x-custom") == "1");
  const httplib::Request seen = last_seen();
  CHECK(seen.target == "/api/v3/repos/o%20x/r?per_page=1");
  CHECK(seen.get_header_value("Authorization") == "Bearer ghs_x");
  CHECK(seen.get_header_value("User-Agent") == "leadline/" + std::string(version()));
  CHECK(seen.get_header_value("Accept") == "application/vnd.github+json");
  CHECK(seen.get_header_value("X-GitHub-Api-Version") == "2022-11-28");
  CHECK(seen.get_header_value("Content-Type") == "application/json");

  HttpRequest query;
  query.method = "POST";
  query.endpoint = Endpoint::graphql;
  query.body = "{}";
  CHECK(transport->send(query).status == 201);
  CHECK(last_seen().target == "/api/graphql");
}

TEST_CASE("a redirect is followed within the origin and nowhere else", "[transport]") {
  Running<httplib::Server> other;
  int leaked = 0;
  other.server.Get(".*", [&](const httplib::Request&, httplib::Response&) { ++leaked; });
  other.start();
  Running<httplib::Server> github;
  github.server.Get("/old", [](const httplib::Request&, httplib::Response& response) {
    response.set_redirect("/new", 301);
  });
  github.server.Post("/old", [](const httplib::Request&, httplib::Response& response) {
    response.set_redirect("/new", 307);
  });
  github.server.Post("/moved", [](const httplib::Request&, httplib::Response& response) {
    response.set_redirect("/new", 301);
  });
  github.server.Patch("/moved", [](const httplib::Request&, httplib::Response& response) {
    response.set_redirect("/new", 302);
  });
  github.server.Patch("/see-other", [](const httplib::Request&, httplib::Response& response) {
    response.set_redirect("/new", 303);
  });
  const auto arrived = [](const httplib::Request& request, httplib::Response& response) {
    response.set_content(request.method + request.body, "text/plain");
  };
  github.server.Get("/new", arrived);
  github.server.Post("/new", arrived);
  github.server.Patch("/new", arrived);
  github.server.Get("/away", [&](const httplib::Request&, httplib::Response& response) {
    response.set_redirect("http://127.0.0.1:" + std::to_string(other.port) + "/", 302);
  });
  github.server.Get("/scheme", [&](const httplib::Request&, httplib::Response& response) {
    response.set_redirect("//127.0.0.1:" + std::to_string(other.port) + "/", 302);
  });
  github.server.Get("/loop", [](const httplib::Request&, httplib::Response& response) {
    response.set_redirect("/loop", 302);
  });
  github.start();
  const auto transport = make_http_transport(at("http", github.port), {});
  CHECK(transport->send(get("/old", "t")).body == "GET");
  HttpRequest post = get("/old", "t");
  post.method = "POST";
  post.body = "b";
  CHECK(transport->send(post).body == "POSTb");
  // A write stays the write that it was, with its body.
  post.path = "/moved";
  CHECK(transport->send(post).body == "POSTb");
  post.method = "PATCH";
  CHECK(transport->send(post).body == "PATCHb");
  post.path = "/see-other";
  CHECK(transport->send(post).status == 303);
  CHECK(transport->send(get("/away", "t")).status == 302);
  CHECK(transport->send(get("/scheme", "t")).status == 302);
  CHECK(transport->send(get("/loop", "t")).status == 302);
  CHECK(leaked == 0);
}

TEST_CASE("an answer that cannot be taken whole is an error without the token", "[transport]") {
  Running<httplib::Server> github;
  github.server.Get("/large", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(std::string(5'000, 'x'), "text/plain");
  });
  github.server.Get("/slow", [](const httplib::Request&, httplib::Response& response) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    response.set_content("late", "text/plain");
  });
  github.start();
  TransportOptions options;
  options.max_response_bytes = 4'999;
  options.read_timeout = std::chrono::seconds(1);
  const auto transport = make_http_transport(at("http", github.port), options);
  for (const std::string path : {"/large?token=x", "/slow"}) {
    const std::string message = failure(*transport, get(path, "ghs_secret"));
    CAPTURE(message);
    CHECK(message.find("GET http://127.0.0.1" + path.substr(0, 5)) == 0);
    CHECK(message.find("ghs_secret") == std::string::npos);
    CHECK(message.find("token=") == std::string::npos);
  }
  CHECK(failure(*transport, get("/large")).find("larger") != std::string::npos);
  const auto nobody = make_http_transport(at("http", 1), options);
  CHECK(failure(*nobody, get("/x", "ghs_secret")).find("cannot connect") != std::string::npos);
}

TEST_CASE("a token with a line end cannot add a header", "[transport]") {
  const auto transport = make_http_transport(at("http", 1), {});
  CHECK_THROWS_WITH(transport->send(get("/x", "a\r\nX-Evil: 1")),
                    Catch::Contains("control characters") && !Catch::Contains("Evil"));
}

TEST_CASE("a certificate is trusted only when its authority is", "[transport]") {
  const Certificate certificate;
  Running<httplib::SSLServer> github(certificate.file.c_str(), certificate.key_file.c_str());
  github.server.Get("/x", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("secure", "text/plain");
  });
  github.start();
  const auto distrusting = make_http_transport(at("https", github.port), {});
  CHECK(failure(*distrusting, get("/x")).find("not trusted") != std::string::npos);
  TransportOptions options;
  options.ca_file = certificate.file;
  const auto trusting = make_http_transport(at("https", github.port), options);
  CHECK(trusting->send(get("/x")).body == "secure");
  CHECK(trusting->send(get("/x")).body == "secure"); // on the kept connection
}

TEST_CASE("a proxy is used unless NO_PROXY names the host", "[transport]") {
  Running<httplib::Server> proxy; // refuses CONNECT, which shows that it was asked
  proxy.start();
  const Certificate certificate;
  Running<httplib::SSLServer> github(certificate.file.c_str(), certificate.key_file.c_str());
  std::atomic<bool> password_seen = false;
  github.server.Get("/x", [&](const httplib::Request& request, httplib::Response&) {
    password_seen = password_seen || request.has_header("Proxy-Authorization");
  });
  github.start();
  TransportOptions options;
  options.ca_file = certificate.file;
  options.https_proxy = "http://user:pass@127.0.0.1:" + std::to_string(proxy.port);
  CHECK(failure(*make_http_transport(at("https", github.port), options), get("/x")).find("pass") ==
        std::string::npos);
  for (const std::string no_proxy : {"127.0.0.1", "*", "example.org, 127.0.0.1", ".0.0.1"}) {
    CAPTURE(no_proxy);
    options.no_proxy = no_proxy;
    CHECK(make_http_transport(at("https", github.port), options)->send(get("/x")).status == 200);
  }
  options.no_proxy.clear();
  const tests::ConnectProxy working;
  options.https_proxy = "http://user:pass@127.0.0.1:" + std::to_string(working.port());
  CHECK(make_http_transport(at("https", github.port), options)->send(get("/x", "ghs_t")).status ==
        200);
  REQUIRE(working.heads().size() == 1);
  CHECK(working.heads()[0].starts_with("CONNECT 127.0.0.1:" + std::to_string(github.port) + " "));
  CHECK_THAT(working.heads()[0],
             Catch::Contains("Proxy-Authorization: Basic dXNlcjpwYXNz\r\n")); // "user:pass"
  CHECK_THAT(working.seen(), !Catch::Contains("ghs_t"));
  CHECK_FALSE(password_seen); // it is the proxy's own
  options.https_proxy = "ftp://user:pass@host";
  CHECK_THROWS_WITH(make_http_transport(at("https", github.port), options),
                    Catch::Contains("HTTPS_PROXY") && !Catch::Contains("pass"));
}

TEST_CASE("an exchange ends in time, whatever of it is slow", "[transport]") {
  struct Row {
    const char* what;
    std::string first;
    std::string piece;
    std::string scheme = "http";
    bool proxy = false;
    std::size_t request_bytes = 0;
  };
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n";
  const std::vector<Row> rows = {
      {"the status", "", "H"},
      {"headers", head, tests::k_slow_header},
      {"one header", head + "X-Long: ", "x"},
      {"the body", head + "\r\n", "x"},
      {"the request", "", "", "http", false, 16UL * 1024 * 1024},
      {"the handshake", tests::k_slow_handshake, "x", "https"},
      {"the answer of the proxy", "HTTP/1.1 200 OK\r\n", tests::k_slow_header, "https", true},
      {"a handshake through a proxy", "HTTP/1.1 200 OK\r\n\r\n" + tests::k_slow_handshake, "x",
       "https", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const tests::SlowServer server(row.first, row.piece);
    TransportOptions options;
    options.total_timeout = std::chrono::seconds(1);
    if (row.proxy) {
      options.https_proxy = "http://127.0.0.1:" + std::to_string(server.port());
    }
    const auto transport =
        make_http_transport(at(row.scheme, row.proxy ? 443 : server.port()), options);
    HttpRequest request = get("/x", "ghs_secret");
    request.method = row.request_bytes == 0 ? "GET" : "POST";
    request.body.assign(row.request_bytes, 'x');
    const auto began = std::chrono::steady_clock::now();
    const std::string message = failure(*transport, request);
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(30));
    CHECK_THAT(message, Catch::EndsWith(": the answer took longer than 1 s"));
    CHECK_THAT(message, !Catch::Contains("ghs_secret"));
  }
}

TEST_CASE("an exchange on a kept connection ends in time, and so do its redirects", "[transport]") {
  const Certificate certificate;
  Running<httplib::SSLServer> github(certificate.file.c_str(), certificate.key_file.c_str());
  std::atomic<bool> done = false;
  github.server.Get("/x", [](const httplib::Request&, httplib::Response&) {});
  github.server.Get("/slow", [&](const httplib::Request&, httplib::Response& response) {
    response.set_chunked_content_provider("text/plain", [&](std::size_t, httplib::DataSink& sink) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      return !done && sink.write("x", 1);
    });
  });
  github.server.Get("/loop", [](const httplib::Request&, httplib::Response& response) {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    response.set_redirect("/loop", 302);
  });
  github.start();
  TransportOptions options;
  options.ca_file = certificate.file;
  options.total_timeout = std::chrono::seconds(1);
  const auto transport = make_http_transport(at("https", github.port), options);
  for (const std::string path : {"/slow", "/loop"}) {
    CAPTURE(path);
    CHECK(transport->send(get("/x")).status == 200);
    const auto began = std::chrono::steady_clock::now();
    CHECK_THAT(failure(*transport, get(path)),
               Catch::EndsWith(": the answer took longer than 1 s"));
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(30));
  }
  CHECK(transport->send(get("/x")).status == 200);
  done = true;
}

TEST_CASE("a proxy that opens no tunnel is an error at once", "[transport]") {
  for (const std::string end : {"Connection: close\r\nContent-Length: 0\r\n\r\n", "\r\n"}) {
    CAPTURE(end);
    const tests::SlowServer proxy("HTTP/1.1 407 Proxy Authentication Required\r\n" + end, "");
    TransportOptions options;
    options.https_proxy = "http://user:pass@127.0.0.1:" + std::to_string(proxy.port());
    const auto transport = make_http_transport(at("https", 443), options);
    CHECK_THAT(failure(*transport, get("/x")),
               Catch::EndsWith(": the proxy opens no tunnel: HTTP 407"));
  }
  TransportOptions options;
  options.https_proxy = "http://127.0.0.1:1";
  CHECK_THAT(failure(*make_http_transport(at("https", 443), options), get("/x")),
             Catch::EndsWith(": the proxy cannot be reached"));
}
