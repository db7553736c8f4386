#include "app/report_link.hpp"

#include "app/github/api_urls.hpp"
#include "webhooks/signature.hpp"

#include <fmt/format.h>

#include <charconv>

namespace leadline {
namespace {

constexpr std::chrono::days k_valid{90};
constexpr std::string_view k_scheme = "sha256=";

// No line end can stand in a repository's name or a commit's id that was checked, and a number has
// none: one text, one address.
std::string signed_text(const ReportAddress& address, std::string_view expires) {
  return fmt::format("{}\n{}\n{}\n{}", address.repository, address.pull_number, address.head_sha,
                     expires);
}

} // namespace

ReportLinks::ReportLinks(std::string public_url, const std::vector<Secret>& webhook_secrets)
    : m_public_url(std::move(public_url)) {
  for (const Secret& secret : webhook_secrets) {
    // A key of its own: what is signed here can never be taken for a webhook.
    m_keys.emplace_back(webhooks::sign(secret, "leadline: links to reports"));
  }
}

std::string ReportLinks::link(const ReportAddress& address, Time now) const {
  if (m_public_url.empty() || m_keys.empty() || address.pull_number == 0) {
    return {};
  }
  const auto end = std::chrono::ceil<std::chrono::days>(now) + k_valid;
  const std::string expires = std::to_string(
      std::chrono::duration_cast<std::chrono::seconds>(end.time_since_epoch()).count());
  const std::string signature = webhooks::sign(m_keys.front(), signed_text(address, expires));
  return fmt::format("{}{}?repository={}&pull={}&head={}&expires={}&signature={}", m_public_url,
                     k_report_path, url_encode(address.repository), address.pull_number,
                     url_encode(address.head_sha), expires, signature.substr(k_scheme.size()));
}

ReportLinks::Answer ReportLinks::check(const ReportAddress& address, std::string_view expires,
                                       std::string_view signature, Time now) const {
  if (!webhooks::signature_matches(m_keys, signed_text(address, expires),
                                   std::string(k_scheme) + std::string(signature))) {
    return Answer::forged;
  }
  long long end = 0;
  const auto [last, failed] = std::from_chars(expires.data(), expires.data() + expires.size(), end);
  const auto present =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  return failed == std::errc() && last == expires.data() + expires.size() && present < end
             ? Answer::valid
             : Answer::expired;
}

} // namespace leadline
