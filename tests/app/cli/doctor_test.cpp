#include "app/store/store.hpp"
#include "base/handle.hpp"
#include "tests/app/cli/program.hpp"

#include <catch2/catch.hpp>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <functional>
#include <mutex>
#include <regex>
#include <sstream>
#include <thread>
#include <vector>

using namespace leadline;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const std::string& pem() {
  static const std::string text = [] {
    const Handle<EVP_PKEY, EVP_PKEY_free> key(EVP_RSA_gen(2048));
    const Handle<BIO, BIO_free_all> bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return std::string(data, static_cast<std::size_t>(size));
  }();
  return text;
}

std::string in_gmt(const char* format, std::chrono::seconds from_now) {
  const std::time_t time =
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + from_now);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::string text(64, '\0');
  text.resize(std::strftime(text.data(), text.size(), format, &parts));
  return text;
}

// What the App's own pages of GitHub tell. Answers in a thread of its own.
class GitHub {
public:
  GitHub() {
    std::ifstream file(LEADLINE_SOURCE_DIR "/manifests/github-app/manifest.json");
    const json manifest = json::parse(file);
    const json profile = {{"slug", "leadline"},
                          {"permissions", manifest.at("default_permissions")},
                          {"events", manifest.at("default_events")}};
    answer("/meta", [] { return json::object(); });
    answer("/app", [profile] { return profile; });
    answer("/app/hook/config", [] {
      return json{{"url", "http://127.0.0.1:3000/api/github/webhooks"}};
    });
    answer("/app/installations", [] { return json::array(); });
    answer("/app/hook/deliveries", [this] { return m_attempts; });
    m_server.Post(R"(/app/hook/deliveries/(\d+)/attempts)",
                  [this](const httplib::Request& request, httplib::Response& response) {
                    const std::lock_guard lock(m_mutex);
                    json again = m_attempts.at(0);
                    if (std::to_string(again["id"].get<int>()) != request.matches[1].str()) {
                      response.status = 404;
                      return;
                    }
                    again["id"] = 1000;
                    again["redelivery"] = true;
                    again["status_code"] = m_status_of_redelivery;
                    again["delivered_at"] = in_gmt("%Y-%m-%dT%H:%M:%SZ", 0s);
                    m_attempts.insert(m_attempts.begin(), again);
                    response.status = 202;
                    response.set_content("{}", "application/json");
                  });
    m_port = m_server.bind_to_any_port("127.0.0.1");
    m_thread = std::thread([this] { m_server.listen_after_bind(); });
    while (!m_server.is_running()) {
      std::this_thread::yield();
    }
  }
  ~GitHub() { stop(); }
  GitHub(const GitHub&) = delete;
  GitHub& operator=(const GitHub&) = delete;

  void stop() {
    m_server.stop();
    if (m_thread.joinable()) {
      m_thread.join();
    }
  }

  void set_clock(std::chrono::seconds ahead) {
    const std::lock_guard lock(m_mutex);
    m_ahead = ahead;
  }
  // Of deliveries that were asked for again.
  void answer_again_with(int status) {
    const std::lock_guard lock(m_mutex);
    m_status_of_redelivery = status;
  }
  // The newest first, in place of those before.
  struct Delivered {
    int id = 0;
    int status = 0;
    std::chrono::seconds ago{0};
  };
  void set_deliveries(const std::vector<Delivered>& deliveries) {
    const std::lock_guard lock(m_mutex);
    m_attempts = json::array();
    for (const Delivered& each : deliveries) {
      m_attempts.push_back({{"id", each.id},
                            {"guid", "guid-" + std::to_string(each.id)},
                            {"delivered_at", in_gmt("%Y-%m-%dT%H:%M:%SZ", -each.ago)},
                            {"status_code", each.status},
                            {"redelivery", false},
                            {"event", "pull_request"},
                            {"action", "opened"}});
    }
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }

private:
  void answer(const char* path, const std::function<json()>& body) {
    m_server.Get(path, [this, body](const httplib::Request&, httplib::Response& response) {
      const std::lock_guard lock(m_mutex);
      response.set_header("Date", in_gmt("%a, %d %b %Y %H:%M:%S GMT", m_ahead));
      response.set_content(body().dump(), "application/json");
    });
  }

  std::mutex m_mutex;
  std::chrono::seconds m_ahead{0};
  json m_attempts = json::array(); // to deliver, the newest first
  int m_status_of_redelivery = 202;
  httplib::Server m_server;
  std::thread m_thread;
  int m_port = 0;
};

// A folder with a database, and the environment of a server that uses it.
struct Bench {
  TemporaryFolder folder;
  std::string database = folder.path() + "/s.sqlite";
  GitHub github;

  Bench() { open_store("sqlite:" + database); }

  ProgramRun doctor(std::vector<std::string> options = {}) const {
    options.insert(options.begin(), "doctor");
    return run_leadline(options, "",
                        {{"APP_ID", "42"},
                         {"PRIVATE_KEY", pem()},
                         {"WEBHOOK_SECRET", "a secret for the tests only"},
                         {"DATABASE_URL", "sqlite:" + database},
                         {"GITHUB_API_URL", github.url()}});
  }
};

// The lines that say that something is wrong.
std::string wrong(const ProgramRun& run) {
  CAPTURE(run.out, run.err);
  std::string found;
  std::istringstream lines(run.out);
  for (std::string line; std::getline(lines, line);) {
    found += line.rfind("WRONG ", 0) == 0 ? line + "\n" : "";
  }
  CHECK(run.exit_code == (found.empty() ? 0 : 1));
  return found;
}

} // namespace

TEST_CASE("the doctor tells a clock that is not GitHub's, and by how much", "[doctor]") {
  struct Row {
    std::chrono::seconds ahead;
    const char* says; // "" where the difference does no harm
  };
  const Row row = GENERATE(values<Row>({
      {0s, ""},
      {20s, ""},
      {-20s, ""},
      {120s, R"(WRONG  GitHub .* its clock is (1[01]\d|120|121) s ahead of ours: .*\n)"},
      {-120s, R"(WRONG  GitHub .* its clock is (119|1[23]\d) s behind of ours: .*\n)"},
  }));
  CAPTURE(row.ahead.count());
  Bench bench;
  bench.github.set_clock(row.ahead);
  const std::string told = wrong(bench.doctor());
  CAPTURE(told);
  CHECK(std::regex_match(told, std::regex(row.says)));
}

TEST_CASE("the doctor tells that GitHub cannot be reached", "[doctor]") {
  Bench bench;
  bench.github.stop();
  CHECK_THAT(wrong(bench.doctor()),
             Catch::StartsWith("WRONG  GitHub ") && Catch::Contains("asking for GitHub's time: "));
}

TEST_CASE("the doctor tells jobs that are dead, and how to see them", "[doctor]") {
  const Bench bench;
  const auto store = open_store("sqlite:" + bench.database);
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  Job job;
  job.repository = "acme/shop";
  job.pull_number = 7;
  job.head_sha = "0123456789abcdef";
  job.delivery_id = "d1";
  store->record_delivery({job.delivery_id, "pull_request.opened", job.repository, now}, {job});
  CHECK(wrong(bench.doctor()).empty());
  store->bury(*store->lease_next({"worker", now, 60s}), "GitHub answered 503", now);
  CHECK(wrong(bench.doctor()) ==
        "WRONG  database       writable, but 1 jobs are dead: leadline jobs list\n");
}

TEST_CASE("the doctor tells a database that is damaged", "[doctor]") {
  const Bench bench;
  {
    const auto store = open_store("sqlite:" + bench.database);
    for (int i = 0; i < 300; ++i) {
      store->record_delivery({std::to_string(i), "e", "o/r", TimePoint{}}, {});
    }
  }
  std::fstream file(bench.database, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-4096, std::ios::end);
  file << std::string(4096, 'x');
  file.close();
  CHECK_THAT(wrong(bench.doctor()),
             Catch::StartsWith("WRONG  database ") && Catch::Contains("it is damaged: "));
}

TEST_CASE("the doctor tells that the newest delivery failed, and not that an older one did",
          "[doctor]") {
  Bench bench;
  bench.github.set_deliveries({{3, 202, 60s}, {2, 502, 120s}});
  CHECK(wrong(bench.doctor()).empty());
  CHECK_THAT(bench.doctor().out, Catch::Contains("2 in the last day, 1 of them failed"));
  bench.github.set_deliveries({{2, 502, 120s}, {1, 202, 180s}});
  CHECK(wrong(bench.doctor()) == "WRONG  deliveries     1 of 2 of the last day failed, the newest "
                                 "(pull_request.opened) with 502\n");
  bench.github.set_deliveries({{2, 0, 120s}});
  CHECK_THAT(wrong(bench.doctor()), Catch::EndsWith("with no answer\n"));
}

TEST_CASE("the doctor tells how a delivery that it asks for ends", "[doctor]") {
  Bench bench;
  CHECK_THAT(wrong(bench.doctor({"--round-trip"})),
             Catch::StartsWith("WRONG  round trip ") && Catch::Contains("delivered nothing"));
  bench.github.set_deliveries({{3, 202, 60s}});
  bench.github.answer_again_with(503);
  CHECK(wrong(bench.doctor({"--round-trip"})) ==
        "WRONG  round trip     GitHub delivered again, the answer was 503\n");
  bench.github.set_deliveries({{3, 202, 60s}});
  bench.github.answer_again_with(202);
  const ProgramRun well = bench.doctor({"--round-trip"});
  CHECK(wrong(well).empty());
  CHECK_THAT(well.out,
             Catch::Contains("ok     round trip     GitHub delivered again, the answer was 202\n"));
}
