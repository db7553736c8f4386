#pragma once

#include "app/github/app_api.hpp"

#include <string_view>

// Answers of GitHub to the App itself. All throw Error(unavailable) naming the field that is
// missing or of the wrong type.
namespace leadline {

std::vector<HookAttempt> parse_hook_attempts(std::string_view body);
std::vector<Installation> parse_installations(std::string_view body); // without suspended ones
std::vector<std::string> parse_repositories(std::string_view body);   // without archived ones
AppProfile parse_app_profile(std::string_view body);
HookConfig parse_hook_config(std::string_view body);

// Of "2026-01-31T23:59:59Z", also with a fraction. Throws Error(unavailable).
std::chrono::system_clock::time_point parse_iso_time(const std::string& text);
// Of an HTTP date, "Sat, 31 Jan 2026 23:59:59 GMT" (RFC 9110, 5.6.7). Throws Error(unavailable).
std::chrono::system_clock::time_point parse_http_date(const std::string& text);

} // namespace leadline
