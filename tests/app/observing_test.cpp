#include "app/web/metrics.hpp"

#include "analyzers/report.hpp"
#include "app/github/transport.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace leadline;
using namespace std::chrono_literals;

namespace {

const std::string k_manifests = std::string(LEADLINE_SOURCE_DIR) + "/manifests/";

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(k_manifests + path).rdbuf();
  REQUIRE_FALSE(text.str().empty());
  return text.str();
}

// Everything that the server tells once each thing has happened.
std::string all_metrics() {
  const auto metrics = Metrics::create();
  metrics->count_delivery("accepted", 1ms);
  metrics->count_cut_request("slow");
  metrics->count_job(JobKind::pull_request, JobResult::done, 1ms);
  metrics->stage_ended("fetch", 1ms);
  Finding finding;
  finding.rule = "a.rule";
  metrics->found(finding);
  metrics->acknowledged(finding.rule);
  metrics->count_missed({});
  HttpRequest request;
  request.installation_id = 1;
  HttpResponse response;
  response.status = 200;
  response.headers = {{"x-ratelimit-remaining", "4000"}, {"x-ratelimit-reset", "99999999999"}};
  metrics->count_exchange(request, &response, 1ms);
  response.status = 404;
  metrics->count_exchange(request, &response, 1ms);
  response.status = 502;
  metrics->count_exchange(request, &response, 1ms);
  metrics->count_exchange(request, nullptr, 1ms);
  return metrics->text(QueueStats());
}

// `name` as a sample of its own, with all `labels` where it has any.
bool has_sample(const std::string& text, const std::string& name) {
  return text.find("\n" + name + "{") != std::string::npos ||
         text.find("\n" + name + " ") != std::string::npos;
}

// What the expression names that the server does not tell; empty when all is right.
std::string unknown_in(const std::string& expression, const std::string& text) {
  std::string unknown;
  const auto each = [&](const std::string& pattern, const auto& check) {
    const std::regex regex(pattern);
    for (std::sregex_iterator at(expression.begin(), expression.end(), regex), end; at != end;
         ++at) {
      check(*at);
    }
  };
  each("leadline_[a-z_]+", [&](const std::smatch& match) {
    unknown += has_sample(text, match.str()) ? "" : match.str() + " ";
  });
  // Labels: {state="dead"}, {status=~"4xx|5xx"}, by (le, kind).
  each("([a-z]+)=~?\"([^\"]*)\"", [&](const std::smatch& match) {
    std::istringstream values(match[2].str());
    for (std::string value; std::getline(values, value, '|');) {
      const std::string label = match[1].str() + "=\"" + value + "\"";
      unknown += text.find(label) != std::string::npos ? "" : label + " ";
    }
  });
  each("by \\(([a-z, ]+)\\)", [&](const std::smatch& match) {
    std::istringstream names(std::regex_replace(match[1].str(), std::regex(" "), ""));
    for (std::string name; std::getline(names, name, ',');) {
      unknown += text.find(name + "=\"") != std::string::npos ? "" : name + " ";
    }
  });
  return unknown;
}

} // namespace

TEST_CASE("alerts name what the server tells", "[manifests]") {
  const std::string text = all_metrics();
  CHECK(unknown_in("sum by (kind) (leadline_jobs_total{kind=\"pull_request\"})", text).empty());
  CHECK(unknown_in("leadline_jobs_totals", text) == "leadline_jobs_totals ");
  CHECK(unknown_in("leadline_queue_jobs{state=~\"dead|alive\"}", text) == "state=\"alive\" ");
  CHECK(unknown_in("sum by (rul) (x)", text) == "rul ");

  const YAML::Node rules = YAML::Load(content_of("prometheus/leadline.rules.yaml"));
  std::set<std::string> names;
  REQUIRE(rules["groups"].size() == 1);
  for (const YAML::Node& rule : rules["groups"][0]["rules"]) {
    const auto name = rule["alert"].as<std::string>();
    CAPTURE(name);
    CHECK(names.insert(name).second);
    const auto expression = rule["expr"].as<std::string>();
    CHECK(expression.find("leadline_") != std::string::npos);
    CHECK(unknown_in(expression, text).empty());
    CHECK_FALSE(rule["annotations"]["summary"].as<std::string>().empty());
    CHECK_FALSE(rule["annotations"]["description"].as<std::string>().empty());
    const auto severity = rule["labels"]["severity"].as<std::string>();
    CHECK((severity == "critical" || severity == "warning" || severity == "info"));
  }
  CHECK(names.size() >= 12);
}

TEST_CASE("the dashboard shows every metric that the server tells, and no other", "[manifests]") {
  const std::string text = all_metrics();
  const auto dashboard = nlohmann::json::parse(content_of("grafana/leadline.json"));
  std::set<int> ids;
  std::string all;
  for (const auto& panel : dashboard.at("panels")) {
    CAPTURE(panel.at("title"));
    CHECK(ids.insert(panel.at("id").get<int>()).second);
    CHECK(panel.at("datasource").at("uid") == "${datasource}");
    CHECK_FALSE(panel.at("targets").empty());
    for (const auto& target : panel.at("targets")) {
      const auto expression = target.at("expr").get<std::string>();
      CHECK(unknown_in(expression, text).empty());
      all += expression + "\n";
    }
  }
  const std::regex declared("# TYPE (leadline_[a-z_]+) ");
  for (std::sregex_iterator at(text.begin(), text.end(), declared), end; at != end; ++at) {
    CAPTURE((*at)[1].str());
    CHECK(all.find((*at)[1].str()) != std::string::npos);
  }
}
