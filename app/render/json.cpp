#include "app/render/json.hpp"

#include "app/version.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace leadline {
namespace {

using nlohmann::json;

// Absent is null, never "" or 0.
json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json line_or_null(int line) { return line > 0 ? json(line) : json(nullptr); }

json value_or_null(const std::optional<std::string>& value) {
  return value ? json(*value) : json(nullptr);
}

// Four digits: what lies behind them is no knowledge, and would differ between builds.
double rounded(double value) { return std::round(value * 10000.0) / 10000.0; }

json to_json(const Skipped& skipped) { return {{"path", skipped.path}, {"why", skipped.why}}; }

json to_json(const DomainCount& domain) {
  return {{"name", domain.name},
          {"hunks", domain.hunks},
          {"additions", domain.additions},
          {"deletions", domain.deletions}};
}

json to_json(const ReportHunk& hunk) {
  return {{"id", hunk.id},
          {"path", hunk.path},
          {"old_path", hunk.old_path},
          {"old_start", hunk.old_start},
          {"old_lines", hunk.old_lines},
          {"new_start", hunk.new_start},
          {"new_lines", hunk.new_lines},
          {"diff_line", hunk.diff_line},
          {"domains", hunk.domains},
          {"chunks", hunk.chunks}};
}

json to_json(const Chunk& chunk) {
  return {{"id", chunk.id},
          {"path", chunk.path},
          {"old_path", chunk.old_path},
          {"old_start", chunk.old_start},
          {"old_lines", chunk.old_lines},
          {"new_start", chunk.new_start},
          {"new_lines", chunk.new_lines},
          {"diff_line", chunk.diff_line},
          {"domain", chunk.domain},
          {"confidence", rounded(chunk.confidence)},
          {"evidence", chunk.evidence},
          {"noise", chunk.noise}};
}

json to_json(const ReportSetting& setting) {
  return {{"path", setting.path},
          {"key", setting.key},
          {"change", name_of(setting.change)},
          {"old", value_or_null(setting.old_value)},
          {"new", value_or_null(setting.new_value)},
          {"old_line", line_or_null(setting.old_line)},
          {"new_line", line_or_null(setting.new_line)},
          {"diff_line", line_or_null(setting.diff_line)},
          {"system", text_or_null(setting.system)},
          {"domain", setting.domain},
          {"chunk", text_or_null(setting.chunk)}};
}

json to_json(const Burial& burial) {
  return {{"score", rounded(burial.score)},
          {"diff_line", burial.diff_line},
          {"diff_lines", burial.diff_lines},
          {"same_domain_lines", burial.same_domain_lines},
          {"other_lines", burial.other_lines}};
}

json to_json(const std::optional<FindingSetting>& setting) {
  if (!setting) {
    return nullptr;
  }
  json made = {{"key", setting->key},
               {"old", value_or_null(setting->old_value)},
               {"new", value_or_null(setting->new_value)}};
  if (!setting->place.empty()) {
    made["place"] = setting->place;
  }
  return made;
}

json to_json(const std::vector<RelatedSetting>& related) {
  json rows = json::array();
  for (const RelatedSetting& row : related) {
    rows.push_back(to_json(std::optional(row.setting)));
    rows.back()["path"] = row.path;
  }
  return rows;
}

json to_json(const std::optional<PlaceOfSweep>& sweep) {
  return sweep ? json{{"leader", sweep->leader}, {"severity", name_of(sweep->severity)}}
               : json(nullptr);
}

json to_json(const Finding& finding) {
  json made = {{"id", finding.id},
               {"rule", finding.rule},
               {"severity", name_of(finding.severity)},
               {"confidence", rounded(finding.confidence)},
               {"path", finding.path},
               {"side", finding.side == Side::head ? "RIGHT" : "LEFT"},
               {"line", line_or_null(finding.line)},
               {"diff_line", line_or_null(finding.diff_line)},
               {"domain", finding.domain},
               {"setting", to_json(finding.setting)},
               {"title", finding.title},
               {"message", finding.message},
               {"reasons", finding.reasons},
               {"burial", to_json(finding.burial)},
               {"suggestion", text_or_null(finding.suggestion)},
               {"references", finding.references},
               {"related", to_json(finding.related)},
               {"sweep", to_json(finding.sweep)}};
  if (!finding.digest.empty()) {
    made["digest"] = finding.digest;
  }
  if (finding.secret) {
    made["secret"] = true;
  }
  return made;
}

json to_json(const SplitGroup& group) {
  return {{"id", group.id},
          {"title", group.title},
          {"domain", group.domain},
          {"chunks", group.chunks},
          {"files", group.files},
          {"additions", group.additions},
          {"deletions", group.deletions},
          {"depends_on", group.depends_on},
          {"why", group.why}};
}

template <typename T>
json list(const std::vector<T>& items) {
  json made = json::array();
  for (const T& item : items) {
    made.push_back(to_json(item));
  }
  return made;
}

// What renames a file has the lines of each side on which nothing else changes.
json list_chunks(const std::vector<Chunk>& chunks) {
  json made = json::array();
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    Chunk row = chunks[i];
    if (row.moved_lines > 0) {
      bool old_changes = false;
      bool new_changes = false;
      for (std::size_t j = i + 1; j < chunks.size() && chunks[j].path == row.path; ++j) {
        old_changes = old_changes || chunks[j].old_lines > 0;
        new_changes = new_changes || chunks[j].new_lines > 0;
      }
      row.old_start = old_changes ? 0 : 1;
      row.old_lines = old_changes ? 0 : row.moved_lines;
      row.new_start = new_changes ? 0 : 1;
      row.new_lines = new_changes ? 0 : row.moved_lines;
    }
    made.push_back(to_json(row));
  }
  return made;
}

json to_json(const Report& report) {
  const Coverage& coverage = report.coverage;
  const Stats& stats = report.stats;
  return {
      {"schema", 1},
      {"tool", {{"name", "leadline"}, {"version", version()}}},
      {"range",
       {{"base", text_or_null(report.range.base)},
        {"head", text_or_null(report.range.head)},
        {"merge_base", text_or_null(report.range.merge_base)}}},
      {"verdict",
       {{"conclusion", name_of(report.verdict.conclusion)}, {"reasons", report.verdict.reasons}}},
      {"coverage",
       {{"files", coverage.files},
        {"files_analyzed", coverage.files_analyzed},
        {"hunks", coverage.hunks},
        {"hunks_analyzed", coverage.hunks_analyzed},
        {"skipped", list(coverage.skipped)},
        {"unread", list(coverage.unread)}}},
      {"stats",
       {{"files", stats.files},
        {"additions", stats.additions},
        {"deletions", stats.deletions},
        {"hunks", stats.hunks},
        {"diff_lines", stats.diff_lines},
        {"noise_lines", stats.noise_lines}}},
      {"domains", list(report.domains)},
      {"hunks", list(report.hunks)},
      {"chunks", list_chunks(report.chunks)},
      {"settings", list(report.settings)},
      {"findings", list(report.findings)},
      {"split",
       {{"recommended", report.split.recommended},
        {"reasons", report.split.reasons},
        {"groups", list(report.split.groups)},
        {"proof", text_or_null(report.split.proof)}}}};
}

} // namespace

std::string render_json(const Report& report) {
  // ASCII only: bytes that a terminal would obey or that are no UTF-8 cannot leave through a
  // report.
  return to_json(report).dump(2, ' ', true, json::error_handler_t::replace) + "\n";
}

} // namespace leadline
