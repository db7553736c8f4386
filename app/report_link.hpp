#pragma once

#include "base/secret.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// Which stored report a page shows.
struct ReportAddress {
  std::string repository; // "owner/name" as it was called then
  int pull_number = 0;    // 0: of a merge queue's group
  std::string head_sha;
};

inline constexpr const char* k_report_path = "/report";

// Links to the pages of reports. Whoever has one may read that report and no other until it
// expires: it is signed by HMAC-SHA256. The key is derived from a secret that all servers of an App
// know, by HKDF-SHA256 (RFC 5869) with the salt "leadline" and the info "links to reports, 1": what
// is signed here can never be taken for a webhook, and the secret cannot be computed from a link;
// but one that is short can be guessed with a link at hand. Links are given to whoever may read the
// check run, which shows the same.
class ReportLinks {
public:
  using Time = std::chrono::system_clock::time_point;

  ReportLinks() = default; // makes none
  // `public_url` as ServerConfig has it; "" makes none. The first secret signs, all are believed.
  ReportLinks(std::string public_url, const std::vector<Secret>& secrets);

  // "" without a public address. Valid for 90 days, to the end of the day.
  std::string link(const ReportAddress& address, Time now) const;

  enum class Answer { valid, forged, expired };
  // `expires` and `signature` as they stand in a link.
  Answer check(const ReportAddress& address, std::string_view expires, std::string_view signature,
               Time now) const;

private:
  std::string m_public_url;
  std::vector<Secret> m_keys;
};

} // namespace leadline
