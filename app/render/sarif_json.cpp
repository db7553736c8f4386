#include "app/render/sarif_json.hpp"

#include "analyzers/risk/rules.hpp"
#include "app/render/neutralize.hpp"
#include "app/render/words.hpp"
#include "app/version.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>

namespace leadline {
namespace {

using nlohmann::json;

std::string level_of(Severity severity) {
  switch (severity) {
  case Severity::critical:
  case Severity::high:
    return "error";
  case Severity::medium:
    return "warning";
  case Severity::low:
    return "note";
  }
  return "note";
}

// RFC 3986: everything but unreserved characters and '/' is escaped, byte by byte.
std::string uri_of(const std::string& path) {
  std::string uri;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    uri += plain ? std::string(1, c)
                 : fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
  return uri;
}

json artifact(const std::string& path) {
  return {{"uri", uri_of(path)}, {"uriBaseId", "%SRCROOT%"}};
}

json location_of(const Finding& finding) {
  json physical = {{"artifactLocation", artifact(finding.path)}};
  if (finding.side == Side::head && finding.line > 0) {
    physical["region"] = {{"startLine", finding.line}};
  }
  return {{"physicalLocation", physical}};
}

json fix_of(const Finding& finding) {
  const json replacement = {{"deletedRegion",
                             {{"startLine", finding.line},
                              {"startColumn", 1},
                              {"endLine", finding.line + 1},
                              {"endColumn", 1}}},
                            {"insertedContent", {{"text", finding.suggestion + "\n"}}}};
  return {{"description", {{"text", "Put the old value back"}}},
          {"artifactChanges", json::array({{{"artifactLocation", artifact(finding.path)},
                                            {"replacements", json::array({replacement})}}})}};
}

json result_of(const Finding& finding, std::size_t rule) {
  std::string message = visible(finding.title) + ".";
  if (!finding.message.empty()) {
    message += " " + visible(finding.message);
  }
  if (const std::string burial = burial_sentence(finding); !burial.empty()) {
    message += " (" + burial + ")";
  }
  json result = {
      {"ruleId", finding.rule},
      {"ruleIndex", rule},
      {"level", level_of(finding.severity)},
      {"message", {{"text", message}}},
      {"locations", json::array({location_of(finding)})},
      {"partialFingerprints", {{"leadlineFinding/v1", finding.id}}},
      {"properties", {{"severity", name_of(finding.severity)}, {"domain", finding.domain}}}};
  const bool replaceable = finding.side == Side::head && finding.line > 0 &&
                           !finding.suggestion.empty() && is_plain(finding.suggestion);
  if (replaceable) {
    result["fixes"] = json::array({fix_of(finding)});
  }
  return result;
}

json rule_of(const Finding& finding) {
  std::string title = finding.rule;
  for (const RuleInfo& info : rule_infos()) {
    if (info.id == finding.rule) {
      title = info.title;
    }
  }
  return {{"id", finding.rule},
          {"name", finding.rule},
          {"shortDescription", {{"text", title}}},
          {"defaultConfiguration", {{"level", level_of(finding.severity)}}}};
}

} // namespace

std::string render_sarif(const Report& report) {
  json rules = json::array();
  json results = json::array();
  std::map<std::string, std::size_t> places;
  for (const Finding& finding : report.findings) {
    const auto [place, added] = places.emplace(finding.rule, rules.size());
    if (added) {
      rules.push_back(rule_of(finding));
    }
    results.push_back(result_of(finding, place->second));
  }
  json notifications = json::array();
  for (const Skipped& skipped : report.coverage.skipped) {
    notifications.push_back(
        {{"level", "error"},
         {"message", {{"text", "not analysed: " + visible(skipped.why)}}},
         {"locations",
          json::array({{{"physicalLocation", {{"artifactLocation", artifact(skipped.path)}}}}})}});
  }
  const json driver = {{"name", "leadline"}, {"version", version()}, {"rules", rules}};
  const json run = {
      {"tool", {{"driver", driver}}},
      {"invocations", json::array({{{"executionSuccessful", report.coverage.complete()},
                                    {"toolExecutionNotifications", notifications}}})},
      {"originalUriBaseIds",
       {{"%SRCROOT%", {{"description", {{"text", "The root of the repository"}}}}}}},
      {"columnKind", "utf16CodeUnits"},
      {"results", results}};
  const json document = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                         {"version", "2.1.0"},
                         {"runs", json::array({run})}};
  return document.dump(2, ' ', true, json::error_handler_t::replace) + "\n";
}

} // namespace leadline
