#include "app/github/app_api.hpp"

#include "app/github/answers.hpp"
#include "app/github/app_api_json.hpp"
#include "app/github/pages.hpp"

#include <algorithm>
#include <iterator>

namespace leadline {
namespace {

constexpr int k_max_pages = 500;

void require_end(const std::string& next_path, const std::string& doing) {
  if (!next_path.empty()) {
    throw Error(ErrorKind::bad_input,
                doing + ": there are more than " + std::to_string(100 * k_max_pages));
  }
}

} // namespace

HttpResponse AppApi::send(HttpRequest request, const std::string& doing) {
  request.token = m_jwt.issue(m_clock.now());
  HttpResponse response = understood(doing, [&] { return m_transport.send(request); });
  require_success(response, doing);
  return response;
}

HttpResponse AppApi::get(const std::string& path, const std::string& doing) {
  HttpRequest request;
  request.path = path;
  return send(std::move(request), doing);
}

bool AppApi::hook_attempts(std::chrono::system_clock::time_point since,
                           const std::function<void(const HookAttempt&)>& attempt) {
  const std::string doing = "listing the deliveries of the App's webhook";
  std::string path = "/app/hook/deliveries?per_page=100";
  for (int page = 0; page < k_max_pages && !path.empty(); ++page) {
    const HttpResponse response = get(path, doing);
    for (const HookAttempt& each :
         understood(doing, [&] { return parse_hook_attempts(response.body); })) {
      if (each.at < since) {
        return true;
      }
      attempt(each);
    }
    path = next_page(m_urls, response, doing);
  }
  return path.empty();
}

void AppApi::redeliver(std::int64_t attempt_id) {
  HttpRequest request;
  request.method = "POST";
  request.path = "/app/hook/deliveries/" + std::to_string(attempt_id) + "/attempts";
  request.repeatable = true; // one more attempt is a duplicate, and duplicates are known
  send(std::move(request), "asking for delivery " + std::to_string(attempt_id) + " again");
}

void AppApi::installations(const std::function<void(const Installation&)>& installation) {
  const std::string doing = "listing the installations";
  std::string path = "/app/installations?per_page=100";
  for (int page = 0; page < k_max_pages && !path.empty(); ++page) {
    const HttpResponse response = get(path, doing);
    for (const Installation& each :
         understood(doing, [&] { return parse_installations(response.body); })) {
      installation(each);
    }
    path = next_page(m_urls, response, doing);
  }
  require_end(path, doing);
}

std::vector<std::int64_t> AppApi::installation_ids() {
  std::vector<std::int64_t> ids;
  installations([&](const Installation& each) { ids.push_back(each.id); });
  return ids;
}

std::vector<std::string> AppApi::repositories(std::int64_t installation_id) {
  const std::string doing =
      "listing the repositories of installation " + std::to_string(installation_id);
  std::vector<std::string> names;
  std::string path = "/installation/repositories?per_page=100";
  for (int page = 0; page < k_max_pages && !path.empty(); ++page) {
    HttpRequest request;
    request.path = path;
    request.installation_id = installation_id;
    request.token = m_tokens.token(installation_id);
    const HttpResponse response = understood(doing, [&] { return m_transport.send(request); });
    require_success(response, doing);
    auto found = understood(doing, [&] { return parse_repositories(response.body); });
    std::move(found.begin(), found.end(), std::back_inserter(names));
    path = next_page(m_urls, response, doing);
  }
  require_end(path, doing);
  return names;
}

AppProfile AppApi::profile() {
  const std::string doing = "asking who the App is";
  const HttpResponse response = get("/app", doing);
  return understood(doing, [&] { return parse_app_profile(response.body); });
}

HookConfig AppApi::hook_config() {
  const std::string doing = "asking where webhooks go";
  const HttpResponse response = get("/app/hook/config", doing);
  return understood(doing, [&] { return parse_hook_config(response.body); });
}

std::chrono::seconds AppApi::clock_drift() {
  const std::string doing = "asking for GitHub's time";
  HttpRequest request;
  request.path = "/meta"; // needs no token: a clock that is wrong makes every JWT wrong
  const HttpResponse response = understood(doing, [&] { return m_transport.send(request); });
  const auto there = understood(doing, [&] { return parse_http_date(response.header("date")); });
  return std::chrono::duration_cast<std::chrono::seconds>(there - m_clock.now());
}

} // namespace leadline
