#pragma once

#include "app/github/api_urls.hpp"
#include "app/github/app_jwt.hpp"
#include "app/github/clock.hpp"
#include "app/github/installation_tokens.hpp"
#include "app/github/transport.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace leadline {

// One attempt of GitHub to deliver a webhook
// (https://docs.github.com/rest/apps/webhooks#list-deliveries-for-an-app-webhook).
struct HookAttempt {
  std::int64_t id = 0;
  std::string guid; // X-GitHub-Delivery: the same for all attempts
  std::chrono::system_clock::time_point at{};
  int status = 0;     // that we answered; 0 when nothing arrived
  std::string event;  // "pull_request.opened"
  bool again = false; // asked for by us or by a person, not GitHub's own first attempt
};

// Who GitHub says that the App is.
struct AppProfile {
  std::string slug;
  std::map<std::string, std::string> permissions; // "checks" -> "write"
  std::vector<std::string> events;
};

// An account that has the App
// (https://docs.github.com/rest/apps/apps#list-installations-for-the-authenticated-app).
struct Installation {
  std::int64_t id = 0;
  std::string account; // its login, or the slug of an enterprise; "" when GitHub tells none
  // What its owner has accepted: less than the App's where it asks for more since.
  std::map<std::string, std::string> permissions;
};

// Where GitHub delivers to, and how
// (https://docs.github.com/rest/apps/webhooks#get-a-webhook-configuration-for-an-app).
struct HookConfig {
  std::string url;      // "": nowhere
  bool verified = true; // the certificate of `url` is; false: insecure_ssl
};

// GitHub's API for the App itself, by its JWT. All calls throw Error as answers.hpp maps it. Safe
// for several threads; what it refers to outlives it.
class AppApi {
public:
  AppApi(HttpTransport& transport, const AppJwt& jwt, InstallationTokens& tokens, Clock& clock,
         ApiUrls urls)
      : m_transport(transport), m_jwt(jwt), m_tokens(tokens), m_clock(clock),
        m_urls(std::move(urls)) {}

  // Newest first, until one is older than `since`; GitHub keeps 3 days, GHES 7. False: there are
  // more than 50,000, and the older ones were not looked at.
  bool hook_attempts(std::chrono::system_clock::time_point since,
                     const std::function<void(const HookAttempt&)>& attempt);
  // Asks for another attempt
  // (https://docs.github.com/rest/apps/webhooks#redeliver-a-delivery-for-an-app-webhook).
  void redeliver(std::int64_t attempt_id);

  // Those that are not suspended, a page at a time. Throws Error(bad_input) for more than 50,000:
  // no list ends unsaid.
  void installations(const std::function<void(const Installation&)>& installation);
  std::vector<std::int64_t> installation_ids(); // of the same; throws likewise
  // "owner/name" of what an installation covers and can still change; throws likewise.
  std::vector<std::string> repositories(std::int64_t installation_id);

  AppProfile profile();
  HookConfig hook_config();
  // GitHub's clock before ours; by the Date of its answer, so to a second and the way there.
  std::chrono::seconds clock_drift();

private:
  HttpResponse send(HttpRequest request, const std::string& doing);
  HttpResponse get(const std::string& path, const std::string& doing);

  HttpTransport& m_transport;
  const AppJwt& m_jwt;
  InstallationTokens& m_tokens;
  Clock& m_clock;
  const ApiUrls m_urls;
};

} // namespace leadline
