#pragma once

#include "app/report_link.hpp"
#include "app/web/http_server.hpp"

namespace leadline {

class Clock;
class PublicationLog;

struct ReportParts {
  ReportLinks links;
  PublicationLog& log;
  Clock& clock;
  spdlog::logger& logger;
};

// GET /report, by a link of ReportLinks: the stored report as a page without scripts, or with
// format=json as it is stored. 403 for a link that was not signed by us, whether or not there is
// such a report; 410 for one that has expired; 404 when the report is no longer kept.
WebRoute report_route(ReportParts parts);

} // namespace leadline
