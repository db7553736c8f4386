#include "app/github/installation_tokens.hpp"

#include "app/github/answers.hpp"
#include "app/github/messages_json.hpp"

namespace leadline {
namespace {

constexpr std::chrono::minutes k_renew_before{5};

} // namespace

InstallationTokens::InstallationTokens(HttpTransport& transport, const AppJwt& jwt, Clock& clock)
    : m_transport(transport), m_jwt(jwt), m_clock(clock) {}

InstallationTokens::Entry& InstallationTokens::entry_of(const Key& key) {
  const std::lock_guard<std::mutex> lock(m_mutex);
  return m_entries[key]; // references into a std::map stay valid
}

Secret InstallationTokens::token(std::int64_t installation_id, TokenScope scope) {
  Entry& entry = entry_of({installation_id, scope});
  const std::lock_guard<std::mutex> lock(entry.mutex);
  if (!entry.token.empty() && m_clock.now() + k_renew_before < entry.expires_at) {
    return entry.token;
  }
  HttpRequest request;
  request.method = "POST";
  request.path = "/app/installations/" + std::to_string(installation_id) + "/access_tokens";
  request.body = token_request_json(scope);
  request.token = m_jwt.issue(m_clock.now());
  request.repeatable = true;
  const HttpResponse response = m_transport.send(request);
  const std::string doing = "asking for a token of installation " + std::to_string(installation_id);
  require_success(response, doing);
  IssuedToken issued = understood(doing, [&] { return parse_issued_token(response.body); });
  entry.token = std::move(issued.token);
  entry.expires_at = issued.expires_at;
  return entry.token;
}

void InstallationTokens::forget(std::int64_t installation_id, const Secret& token,
                                TokenScope scope) {
  Entry& entry = entry_of({installation_id, scope});
  const std::lock_guard<std::mutex> lock(entry.mutex);
  if (entry.token.reveal() == token.reveal()) { // else another thread has renewed it already
    entry.token = Secret();
  }
}

std::int64_t InstallationTokens::installation_of(const std::string& repository) {
  HttpRequest request;
  request.path = repository_path(repository) + "/installation";
  request.token = m_jwt.issue(m_clock.now());
  const HttpResponse response = m_transport.send(request);
  const std::string doing = "finding the installation of " + repository;
  require_success(response, doing);
  return understood(doing, [&] { return parse_id(response.body); });
}

} // namespace leadline
