#pragma once

#include "app/jobs/acknowledgement.hpp"

#include <string>

namespace leadline {

// An acknowledgement as one line of JSON, keys sorted, with "schema": 1. Times are ISO 8601 in UTC;
// "until" and "withdrawn" are null where there is none.
std::string audit_json(const Acknowledgement& acknowledgement);

// The same as comma-separated values (RFC 4180), with their names as the first line. What a
// spreadsheet would take for a formula gets an apostrophe in front
// (https://owasp.org/www-community/attacks/CSV_Injection).
std::string audit_csv_header();
std::string audit_csv(const Acknowledgement& acknowledgement);

} // namespace leadline
