#include "app/render/audit.hpp"

#include "app/github/messages_json.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace leadline {
namespace {

using nlohmann::json;

json time_or_null(Acknowledgement::Time time) {
  return time == Acknowledgement::Time{} ? json() : json(iso_time(time));
}

json to_json(const Acknowledgement& a) {
  return {{"schema", 1},
          {"id", a.id},
          {"repository", a.repository},
          {"pull_number", a.pull_number},
          {"head_sha", a.head_sha},
          {"finding", a.finding_id},
          {"rule", a.rule},
          {"severity", a.severity},
          {"domain", a.domain},
          {"path", a.path},
          {"key", a.key},
          {"old", a.old_value},
          {"new", a.new_value},
          {"by", a.by},
          {"reason", a.reason},
          {"at", iso_time(a.at)},
          {"until", time_or_null(a.until)},
          {"withdrawn_by", a.withdrawn_by.empty() ? json() : json(a.withdrawn_by)},
          {"withdrawn", time_or_null(a.withdrawn)}};
}

constexpr std::array k_columns = {"id",    "repository",   "pull_number", "head_sha", "finding",
                                  "rule",  "severity",     "domain",      "path",     "key",
                                  "old",   "new",          "by",          "reason",   "at",
                                  "until", "withdrawn_by", "withdrawn"};

std::string csv_field(const json& value) {
  std::string text = value.is_string() ? value.get<std::string>()
                     : value.is_null() ? ""
                                       : value.dump();
  if (value.is_string() && !text.empty() &&
      std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) {
    text.insert(0, 1, '\'');
  }
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + "\"";
}

} // namespace

std::string audit_json(const Acknowledgement& acknowledgement) {
  return to_json(acknowledgement).dump(-1, ' ', true, json::error_handler_t::replace) + "\n";
}

std::string audit_csv_header() {
  std::string line;
  for (const char* column : k_columns) {
    line += (line.empty() ? "" : ",") + std::string(column);
  }
  return line + "\r\n";
}

std::string audit_csv(const Acknowledgement& acknowledgement) {
  const json row = to_json(acknowledgement);
  std::string line;
  for (const char* column : k_columns) {
    line += (line.empty() ? "" : ",") + csv_field(row.at(column));
  }
  return line + "\r\n";
}

} // namespace leadline
