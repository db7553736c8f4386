#include "app/web/report_route.hpp"

#include "app/github/clock.hpp"
#include "app/github/publication_log.hpp"
#include "app/jobs/moved_repository.hpp"
#include "app/jobs/stored_report.hpp"
#include "app/render/html.hpp"
#include "app/render/json.hpp"
#include "base/error.hpp"

#include <spdlog/spdlog.h>

#include <charconv>

namespace leadline {
namespace {

constexpr const char* k_forged =
    "this link is not, or no longer, one of ours: take the present one from the check\n";

WebResponse plain(int status, const char* text) {
  WebResponse response;
  response.status = status;
  response.body = text;
  return response;
}

std::string said(const StoredWord& word) {
  return "Acknowledged by " + word.by + (word.at.empty() ? "" : " on " + word.at);
}

// What people have said of its findings, as it stood when the check was made.
std::vector<FindingNote> notes_of(const StoredReport& report) {
  std::vector<FindingNote> notes;
  for (const StoredWord& word : report.acknowledged) {
    notes.push_back(
        {word.finding_id,
         said(word) + (word.until.empty() ? "" : " until " + word.until) + ": " + word.reason});
  }
  for (const StoredWord& word : report.void_words) {
    notes.push_back(
        {word.finding_id, said(word) + ", which does not count here: " + word.void_why});
  }
  return notes;
}

std::optional<std::string> page_of(const std::string& stored) {
  try {
    return render_html(report_from_json(stored), notes_of(parse_stored_report(stored)));
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::bad_input) {
      throw;
    }
    return std::nullopt; // an older version wrote it: it is shown as it is
  }
}

WebResponse answer(const ReportParts& parts, const WebRequest& request) {
  if (!request.asks_only_for({"repository", "pull", "head", "expires", "signature", "format"})) {
    return plain(400, "this is no link to a report\n");
  }
  ReportAddress address;
  address.repository = request.parameter("repository");
  address.head_sha = request.parameter("head");
  const std::string number = request.parameter("pull");
  const char* const end = number.data() + number.size();
  const auto [last, failed] = std::from_chars(number.data(), end, address.pull_number);
  if (failed != std::errc() || last != end) {
    return plain(403, k_forged); // 0 is a group of a merge queue
  }
  switch (parts.links.check(address, request.parameter("expires"), request.parameter("signature"),
                            parts.clock.now())) {
  case ReportLinks::Answer::forged:
    return plain(403, k_forged);
  case ReportLinks::Answer::expired:
    return plain(410, "this link has expired: run the check again, and it has a new one\n");
  case ReportLinks::Answer::valid:
    break;
  }
  std::optional<std::string> stored;
  try {
    stored = find_report(parts.log, address.repository, address.pull_number, address.head_sha);
  } catch (const Error& e) {
    parts.logger.error("a report cannot be read: {}", e.what());
    return plain(503, "the store cannot be read now\n");
  }
  if (!stored) {
    return plain(404, "this report is no longer kept: run the check again\n");
  }
  WebResponse response;
  response.headers = {{"X-Robots-Tag", "noindex"}};
  const auto page = request.parameter("format") == "json" ? std::nullopt : page_of(*stored);
  if (page) {
    response.body = *page;
    response.content_type = "text/html; charset=utf-8";
    // Its style stands in the page.
    response.headers.emplace_back(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
  } else {
    response.body = *std::move(stored);
    response.content_type = "application/json";
  }
  return response;
}

} // namespace

WebRoute report_route(ReportParts parts) {
  WebRoute route;
  route.method = "GET";
  route.path = k_report_path;
  route.handler = [parts = std::move(parts)](const WebRequest& request) {
    return answer(parts, request);
  };
  return route;
}

} // namespace leadline
