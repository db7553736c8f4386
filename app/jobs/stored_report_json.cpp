#include "app/jobs/stored_report.hpp"

#include "base/error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace leadline {
namespace {

using nlohmann::json;

constexpr const char* k_acknowledged = "acknowledged";             // optional
constexpr const char* k_void_words = "void_words";                 // optional
constexpr const char* k_acknowledged_until = "acknowledged_until"; // ms since 1970; optional
constexpr const char* k_defaults = "organisation_defaults";        // optional
constexpr const char* k_fail_on = "fail_on";                       // optional
constexpr const char* k_group_base = "group_base";                 // optional

std::string text_or_empty(const json& row, const char* key) {
  const auto at = row.find(key);
  return at != row.end() && at->is_string() ? at->get<std::string>() : std::string();
}

int number_or_zero(const json& row, const char* key) {
  const auto at = row.find(key);
  return at != row.end() && at->is_number_integer() ? at->get<int>() : 0;
}

std::optional<std::string> optional_text(const json& row, const char* key) {
  const auto at = row.find(key);
  return at != row.end() && at->is_string() ? std::optional(at->get<std::string>()) : std::nullopt;
}

std::vector<std::string> texts(const json& row, const char* key) {
  const auto at = row.find(key);
  return at != row.end() && at->is_array() ? at->get<std::vector<std::string>>()
                                           : std::vector<std::string>();
}

FindingSetting read_setting(const json& row) {
  return {text_or_empty(row, "key"), optional_text(row, "old"), optional_text(row, "new"),
          text_or_empty(row, "place")};
}

Finding read_finding(const json& row) {
  Finding finding;
  finding.id = row.at("id").get<std::string>();
  finding.rule = row.at("rule").get<std::string>();
  finding.severity =
      severity_of(row.at("severity").get<std::string>()).value_or(Severity::critical);
  finding.confidence = row.value("confidence", 0.0);
  finding.path = row.at("path").get<std::string>();
  finding.side = text_or_empty(row, "side") == "LEFT" ? Side::base : Side::head;
  finding.line = number_or_zero(row, "line");
  finding.diff_line = number_or_zero(row, "diff_line");
  finding.domain = text_or_empty(row, "domain");
  if (const auto setting = row.find("setting"); setting != row.end() && setting->is_object()) {
    finding.setting = read_setting(*setting);
  }
  finding.digest = text_or_empty(row, "digest");
  finding.secret = row.value("secret", false);
  finding.title = text_or_empty(row, "title");
  finding.message = text_or_empty(row, "message");
  finding.reasons = texts(row, "reasons");
  if (const auto burial = row.find("burial"); burial != row.end() && burial->is_object()) {
    finding.burial = {burial->value("score", 0.0), number_or_zero(*burial, "diff_line"),
                      number_or_zero(*burial, "diff_lines"),
                      number_or_zero(*burial, "same_domain_lines"),
                      number_or_zero(*burial, "other_lines")};
  }
  finding.suggestion = text_or_empty(row, "suggestion");
  finding.references = texts(row, "references");
  for (const json& each : row.value("related", json::array())) {
    finding.related.push_back({text_or_empty(each, "path"), read_setting(each)});
  }
  if (const auto sweep = row.find("sweep"); sweep != row.end() && sweep->is_object()) {
    finding.sweep = {
        sweep->at("leader").get<std::string>(),
        severity_of(sweep->at("severity").get<std::string>()).value_or(Severity::critical)};
  }
  return finding;
}

FindingPaths read_paths(const json& root) {
  FindingPaths paths;
  for (const char* list : {"hunks", "chunks"}) {
    for (const json& row : root.value(list, json::array())) {
      ReportHunk hunk;
      hunk.path = text_or_empty(row, "path");
      hunk.old_path = text_or_empty(row, "old_path");
      const bool whole = list == std::string_view("hunks"); // a chunk may begin at the first line
      hunk.old_start = whole ? number_or_zero(row, "old_start") : 1;
      hunk.old_lines = number_or_zero(row, "old_lines");
      if (is_new_here(hunk)) {
        paths.new_here.insert(hunk.path);
      }
    }
  }
  for (const json& row : root.value("settings", json::array())) {
    paths.with_settings.insert(text_or_empty(row, "path"));
  }
  return paths;
}

} // namespace

const Finding* StoredReport::find(const std::string& finding_id) const {
  const auto found = std::find_if(findings.begin(), findings.end(),
                                  [&](const Finding& each) { return each.id == finding_id; });
  return found != findings.end() ? &*found : nullptr;
}

std::string with_words(const std::string& report_json, const std::vector<StoredWord>& words,
                       std::chrono::sys_time<std::chrono::milliseconds> acknowledged_until,
                       const std::string& defaults) {
  json root = json::parse(report_json);
  json rows = json::array();
  json void_rows = json::array();
  for (const StoredWord& word : words) {
    json row = {
        {"at", word.at}, {"by", word.by}, {"finding", word.finding_id}, {"reason", word.reason}};
    if (word.void_why.empty()) {
      row["until"] = word.until;
      rows.push_back(std::move(row));
    } else {
      row["why"] = word.void_why;
      void_rows.push_back(std::move(row));
    }
  }
  root[k_acknowledged] = std::move(rows);
  if (!void_rows.empty()) {
    root[k_void_words] = std::move(void_rows);
  }
  if (acknowledged_until.time_since_epoch().count() != 0) {
    root[k_acknowledged_until] = acknowledged_until.time_since_epoch().count();
  }
  if (!defaults.empty()) {
    root[k_defaults] = defaults;
  }
  return root.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string with_judging(const std::string& report_json, const std::string& fail_on,
                         const std::string& group_base) {
  json root = json::parse(report_json);
  root[k_fail_on] = fail_on;
  root[k_group_base] = group_base;
  return root.dump(-1, ' ', false, json::error_handler_t::replace);
}

StoredReport parse_stored_report(const std::string& text) {
  try {
    const json root = json::parse(text);
    StoredReport report;
    const json& range = root.at("range");
    report.range = {text_or_empty(range, "base"), text_or_empty(range, "head"),
                    text_or_empty(range, "merge_base")};
    const std::string conclusion = root.at("verdict").at("conclusion").get<std::string>();
    report.conclusion = conclusion == name_of(Conclusion::success)   ? Conclusion::success
                        : conclusion == name_of(Conclusion::failure) ? Conclusion::failure
                                                                     : Conclusion::action_required;
    report.acknowledged_until += std::chrono::milliseconds(root.value(k_acknowledged_until, 0LL));
    for (const json& row : root.at("findings")) {
      report.findings.push_back(read_finding(row));
    }
    for (const json& row : root.value(k_acknowledged, json::array())) {
      report.acknowledged.push_back({text_or_empty(row, "finding"), text_or_empty(row, "by"),
                                     text_or_empty(row, "reason"), text_or_empty(row, "until"), "",
                                     text_or_empty(row, "at")});
    }
    for (const json& row : root.value(k_void_words, json::array())) {
      report.void_words.push_back({text_or_empty(row, "finding"), text_or_empty(row, "by"),
                                   text_or_empty(row, "reason"), "", text_or_empty(row, "why"),
                                   text_or_empty(row, "at")});
    }
    report.paths = read_paths(root);
    report.defaults = text_or_empty(root, k_defaults);
    report.fail_on = text_or_empty(root, k_fail_on);
    report.group_base = text_or_empty(root, k_group_base);
    return report;
  } catch (const json::exception& e) {
    throw Error(ErrorKind::bad_input, std::string("reading a stored report: ") + e.what());
  }
}

} // namespace leadline
