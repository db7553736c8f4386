#include "app/log.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <sstream>
#include <thread>

using namespace leadline;

namespace {

struct Log {
  std::ostringstream text;
  spdlog::logger logger{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text)};
  explicit Log(LogFormat format) { logger.set_formatter(make_log_formatter(format)); }
};

} // namespace

TEST_CASE("every line of a thread carries its keys while they live", "[log]") {
  Log log(LogFormat::json);
  {
    const LogKeys delivery{{"delivery", "d1"}, {"repo", "o/r"}, {"pr", ""}};
    {
      const LogKeys pull{{"pr", "7"}, {"repo", "o/new"}};
      log.logger.warn("inside");
    }
    std::thread([&] { log.logger.info("elsewhere"); }).join();
    log.logger.info("between");
  }
  log.logger.error("outside");
  std::istringstream lines(log.text.str());
  std::vector<nlohmann::json> rows;
  for (std::string line; std::getline(lines, line);) {
    rows.push_back(nlohmann::json::parse(line));
  }
  REQUIRE(rows.size() == 4);
  CHECK(rows[0]["message"] == "inside");
  CHECK(rows[0]["level"] == "warn");
  CHECK(rows[0]["delivery"] == "d1");
  CHECK(rows[0]["repo"] == "o/new");
  CHECK(log.text.str().find("o/r") > log.text.str().find("o/new")); // once in a line
  CHECK(rows[2]["repo"] == "o/r");
  CHECK(rows[0]["pr"] == "7");
  CHECK_FALSE(rows[1].contains("delivery"));
  CHECK(rows[2]["delivery"] == "d1");
  CHECK_FALSE(rows[2].contains("pr"));
  CHECK_FALSE(rows[3].contains("delivery"));
  const std::string time = rows[0]["time"];
  CHECK(time.size() == std::string("2026-01-02T03:04:05.678Z").size());
  CHECK(time.back() == 'Z');
}

TEST_CASE("what cannot be seen, or reorders what is seen, is shown in the log", "[log]") {
  for (const LogFormat format : {LogFormat::json, LogFormat::text}) {
    Log log(format);
    const LogKeys keys{{"repo", "\xE2\x80\xAE"
                                "gnp.exe"}};
    log.logger.info("{}", "a\xC2\x9B"
                          "31m b\xE2\x81\xA7 c\xE2\x80\x8B \xC3\xA4\xE6\xB0\xB4");
    const std::string text = log.text.str();
    CHECK(text.find("a[U+009B]31m b[U+2067] c[U+200B] \xC3\xA4\xE6\xB0\xB4") != std::string::npos);
    CHECK(text.find("[U+202E]gnp.exe") != std::string::npos);
    CHECK(text.find("\xC2\x9B") == std::string::npos);
  }
}

TEST_CASE("one line a second is logged of what strangers cause, and how many were not", "[log]") {
  LogLimit limit;
  const LogLimit::Time start{};
  using std::chrono::milliseconds;
  CHECK(limit.pass(start) == 0);
  CHECK_FALSE(limit.pass(start + milliseconds(1)));
  CHECK_FALSE(limit.pass(start + milliseconds(999)));
  CHECK(limit.pass(start + milliseconds(1000)) == 2);
  CHECK(limit.pass(start + milliseconds(2000)) == 0);
}

TEST_CASE("no text from outside can forge a line", "[log]") {
  const std::string hostile = "a\n2026 error b\r\x1b[2J \"quoted\" \\ \xff";
  for (const LogFormat format : {LogFormat::json, LogFormat::text}) {
    Log log(format);
    const LogKeys keys{{"repo", hostile}};
    log.logger.info("{}", hostile);
    const std::string text = log.text.str();
    CHECK(std::count(text.begin(), text.end(), '\n') == 1);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\r') == std::string::npos);
    if (format == LogFormat::json) {
      const auto row = nlohmann::json::parse(text);
      CHECK(row["message"] == "a\n2026 error b\r\x1b[2J \"quoted\" \\ \xEF\xBF\xBD");
    } else {
      CHECK(text.find(" info  a\\n2026") != std::string::npos);
    }
  }
}
