#include "app/render/rdjson.hpp"

#include "app/render/neutralize.hpp"
#include "app/render/words.hpp"

#include <nlohmann/json.hpp>

namespace leadline {
namespace {

using nlohmann::json;

std::string severity_name(Severity severity) {
  switch (severity) {
  case Severity::critical:
  case Severity::high:
    return "ERROR";
  case Severity::medium:
    return "WARNING";
  case Severity::low:
    return "INFO";
  }
  return "INFO";
}

json diagnostic_of(const Finding& finding) {
  std::string message = visible(finding.title);
  if (!finding.message.empty()) {
    message += "\n" + visible(finding.message);
  }
  if (const std::string burial = burial_sentence(finding); !burial.empty()) {
    message += "\n" + burial;
  }
  json code = {{"value", finding.rule}};
  if (!finding.references.empty() && finding.references.front().rfind("https://", 0) == 0) {
    code["url"] = finding.references.front();
  }
  json location = {{"path", finding.path}};
  json diagnostic = {
      {"message", message}, {"severity", severity_name(finding.severity)}, {"code", code}};
  if (finding.side == Side::head && finding.line > 0) {
    // Without columns a range is of whole lines.
    const json range = {{"start", {{"line", finding.line}}}, {"end", {{"line", finding.line}}}};
    location["range"] = range;
    if (!finding.suggestion.empty() && is_plain(finding.suggestion)) {
      diagnostic["suggestions"] = json::array({{{"range", range}, {"text", finding.suggestion}}});
    }
  }
  diagnostic["location"] = location;
  return diagnostic;
}

} // namespace

std::string render_rdjson(const Report& report) {
  json diagnostics = json::array();
  for (const Finding& finding : report.findings) {
    diagnostics.push_back(diagnostic_of(finding));
  }
  for (const Skipped& skipped : report.coverage.skipped) {
    diagnostics.push_back({{"message", "not analysed: " + visible(skipped.why)},
                           {"severity", "ERROR"},
                           {"code", {{"value", "coverage.skipped"}}},
                           {"location", {{"path", skipped.path}}}});
  }
  const json document = {{"source", {{"name", "leadline"}}}, {"diagnostics", diagnostics}};
  return document.dump(2, ' ', true, json::error_handler_t::replace) + "\n";
}

} // namespace leadline
