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

HttpResponse answer_with(const std::string& remaining, const std::string& reset) {
  HttpResponse response;
  response.status = 200;
  response.headers = {{"x-ratelimit-remaining", remaining}, {"x-ratelimit-reset", reset}};
  return response;
}

constexpr const char* k_far_off = "99999999999"; // seconds since 1970

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
  HttpResponse response = answer_with("4000", k_far_off);
  metrics->count_exchange(request, &response, 1ms);
  request.endpoint = Endpoint::graphql;
  metrics->count_exchange(request, &response, 1ms);
  request.endpoint = Endpoint::rest;
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

TEST_CASE("what is left of GitHub's limits is told for REST and for GraphQL", "[metrics]") {
  const auto metrics = Metrics::create();
  const auto ask = [&](Endpoint api, std::int64_t installation, const HttpResponse& response) {
    HttpRequest request;
    request.endpoint = api;
    request.installation_id = installation;
    metrics->count_exchange(request, &response, 1ms);
  };
  const std::string rest = "\nleadline_github_quota_remaining{api=\"rest\"} ";
  const std::string graphql = "\nleadline_github_quota_remaining{api=\"graphql\"} ";
  const auto tells = [&](const std::string& sample) {
    return metrics->text(QueueStats()).find(sample) != std::string::npos;
  };
  ask(Endpoint::rest, 1, answer_with("4000", k_far_off));
  CHECK(tells(rest + "4000\n"));
  CHECK_FALSE(tells(graphql)); // nothing is known of it yet

  ask(Endpoint::graphql, 1, answer_with("120", k_far_off));
  ask(Endpoint::graphql, 2, answer_with("3000", k_far_off));
  CHECK(tells(graphql + "120\n"));
  CHECK(tells(rest + "4000\n")); // one does not stand for the other

  ask(Endpoint::rest, 0, answer_with("3", k_far_off)); // of the App itself
  CHECK(tells(rest + "4000\n"));

  ask(Endpoint::graphql, 1, answer_with("120", "1")); // an hour that is over
  CHECK(tells(graphql + "3000\n"));
  ask(Endpoint::graphql, 2, answer_with("3000", "1"));
  CHECK_FALSE(tells(graphql));
  CHECK(tells(rest + "4000\n"));
}

TEST_CASE("each of GitHub's limits raises the alert, and has its own figure", "[manifests]") {
  const std::string each = "min by (api) (leadline_github_quota_remaining)";
  const YAML::Node rules = YAML::Load(content_of("prometheus/leadline.rules.yaml"));
  bool raised = false;
  for (const YAML::Node& rule : rules["groups"][0]["rules"]) {
    if (rule["alert"].as<std::string>() == "LeadlineGitHubQuotaLow") {
      raised = true;
      CHECK(rule["expr"].as<std::string>() == each + " < 500");
      CHECK(rule["annotations"]["summary"].as<std::string>().find("{{ $labels.api }}") !=
            std::string::npos);
    }
  }
  CHECK(raised);
  const auto dashboard = nlohmann::json::parse(content_of("grafana/leadline.json"));
  bool shown = false;
  for (const auto& panel : dashboard.at("panels")) {
    const auto& target = panel.at("targets").front();
    if (target.at("expr") == each) {
      shown = true;
      CHECK(target.at("legendFormat") == "{{api}}");
    }
  }
  CHECK(shown);
}

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
