#include "app/render/json.hpp"

#include "base/error.hpp"

#include <nlohmann/json.hpp>

namespace leadline {
namespace {

using nlohmann::json;

std::string text_of(const json& value) { return value.is_null() ? "" : value.get<std::string>(); }
int line_of(const json& value) { return value.is_null() ? 0 : value.get<int>(); }

std::optional<std::string> value_of(const json& value) {
  return value.is_null() ? std::nullopt : std::optional<std::string>(value.get<std::string>());
}

Conclusion conclusion_of(const std::string& name) {
  for (const Conclusion conclusion :
       {Conclusion::success, Conclusion::failure, Conclusion::action_required}) {
    if (name_of(conclusion) == name) {
      return conclusion;
    }
  }
  throw Error(ErrorKind::bad_input, "no conclusion: " + name);
}

ChangeKind change_of(const std::string& name) {
  for (const ChangeKind kind : {ChangeKind::modified, ChangeKind::added, ChangeKind::removed}) {
    if (name_of(kind) == name) {
      return kind;
    }
  }
  throw Error(ErrorKind::bad_input, "no kind of change: " + name);
}

Severity severity_in(const json& row) {
  const auto severity = severity_of(row.get<std::string>());
  if (!severity) {
    throw Error(ErrorKind::bad_input, "no severity: " + row.dump());
  }
  return *severity;
}

Chunk chunk_of(const json& row) {
  Chunk chunk;
  chunk.id = row.at("id");
  chunk.path = row.at("path");
  chunk.old_path = row.at("old_path");
  chunk.old_start = row.at("old_start");
  chunk.old_lines = row.at("old_lines");
  chunk.new_start = row.at("new_start");
  chunk.new_lines = row.at("new_lines");
  chunk.diff_line = row.at("diff_line");
  chunk.domain = row.at("domain");
  chunk.confidence = row.at("confidence");
  chunk.evidence = row.at("evidence").get<std::vector<std::string>>();
  chunk.noise = row.at("noise");
  return chunk;
}

ReportHunk hunk_of(const json& row) {
  return {row.at("id"),        row.at("path"),      row.at("old_path"),  row.at("old_start"),
          row.at("old_lines"), row.at("new_start"), row.at("new_lines"), row.at("diff_line"),
          row.at("domains"),   row.at("chunks")};
}

ReportSetting setting_of(const json& row) {
  return {row.at("path"),
          row.at("key"),
          change_of(row.at("change")),
          value_of(row.at("old")),
          value_of(row.at("new")),
          line_of(row.at("old_line")),
          line_of(row.at("new_line")),
          line_of(row.at("diff_line")),
          text_of(row.at("system")),
          row.at("domain"),
          text_of(row.at("chunk"))};
}

FindingSetting setting_in(const json& row) {
  return {row.at("key"), value_of(row.at("old")), value_of(row.at("new")), row.value("place", "")};
}

// Reports of versions before have none of these.
void read_company(const json& row, Finding& finding) {
  finding.digest = row.value("digest", "");
  finding.secret = row.value("secret", false);
  for (const json& each : row.value("related", json::array())) {
    finding.related.push_back({each.at("path"), setting_in(each)});
  }
  const auto sweep = row.find("sweep");
  if (sweep != row.end() && !sweep->is_null()) {
    finding.sweep = {sweep->at("leader"), severity_in(sweep->at("severity"))};
  }
}

Finding finding_of(const json& row) {
  Finding finding;
  finding.id = row.at("id");
  finding.rule = row.at("rule");
  finding.severity = severity_in(row.at("severity"));
  finding.confidence = row.at("confidence");
  finding.path = row.at("path");
  finding.side = row.at("side") == "LEFT" ? Side::base : Side::head;
  finding.line = line_of(row.at("line"));
  finding.diff_line = line_of(row.at("diff_line"));
  finding.domain = row.at("domain");
  if (const json& setting = row.at("setting"); !setting.is_null()) {
    finding.setting = setting_in(setting);
  }
  finding.title = row.at("title");
  finding.message = row.at("message");
  finding.reasons = row.at("reasons").get<std::vector<std::string>>();
  const json& burial = row.at("burial");
  finding.burial = {burial.at("score"), burial.at("diff_line"), burial.at("diff_lines"),
                    burial.at("same_domain_lines"), burial.at("other_lines")};
  finding.suggestion = text_of(row.at("suggestion"));
  finding.references = row.at("references").get<std::vector<std::string>>();
  read_company(row, finding);
  return finding;
}

SplitGroup group_of(const json& row) {
  SplitGroup group;
  group.id = row.at("id");
  group.title = row.at("title");
  group.domain = row.at("domain");
  group.chunks = row.at("chunks").get<std::vector<std::string>>();
  group.files = row.at("files");
  group.additions = row.at("additions");
  group.deletions = row.at("deletions");
  group.depends_on = row.at("depends_on").get<std::vector<std::string>>();
  group.why = row.at("why");
  return group;
}

Report report_of(const json& root) {
  Report report;
  const json& range = root.at("range");
  report.range = {text_of(range.at("base")), text_of(range.at("head")),
                  text_of(range.at("merge_base"))};
  report.verdict = {conclusion_of(root.at("verdict").at("conclusion")),
                    root.at("verdict").at("reasons")};
  const json& coverage = root.at("coverage");
  report.coverage = {coverage.at("files"),
                     coverage.at("files_analyzed"),
                     coverage.at("hunks"),
                     coverage.at("hunks_analyzed"),
                     {},
                     {}};
  for (const json& row : coverage.at("skipped")) {
    report.coverage.skipped.push_back({row.at("path"), row.at("why")});
  }
  if (const auto unread = coverage.find("unread"); unread != coverage.end()) {
    for (const json& row : *unread) { // reports stored by older versions have none
      report.coverage.unread.push_back({row.at("path"), row.at("why")});
    }
  }
  const json& stats = root.at("stats");
  report.stats = {stats.at("files"), stats.at("additions"),  stats.at("deletions"),
                  stats.at("hunks"), stats.at("diff_lines"), stats.at("noise_lines")};
  for (const json& row : root.at("domains")) {
    report.domains.push_back(
        {row.at("name"), row.at("hunks"), row.at("additions"), row.at("deletions")});
  }
  for (const json& row : root.at("hunks")) {
    report.hunks.push_back(hunk_of(row));
  }
  for (const json& row : root.at("chunks")) {
    report.chunks.push_back(chunk_of(row));
  }
  for (const json& row : root.at("settings")) {
    report.settings.push_back(setting_of(row));
  }
  for (const json& row : root.at("findings")) {
    report.findings.push_back(finding_of(row));
  }
  report.split.recommended = root.at("split").at("recommended");
  report.split.reasons = root.at("split").at("reasons").get<std::vector<std::string>>();
  report.split.proof = text_of(root.at("split").at("proof"));
  for (const json& row : root.at("split").at("groups")) {
    report.split.groups.push_back(group_of(row));
  }
  return report;
}

} // namespace

Report report_from_json(const std::string& text) {
  try {
    return report_of(json::parse(text));
  } catch (const json::exception& e) {
    throw Error(ErrorKind::bad_input, std::string("reading a report: ") + e.what());
  }
}

} // namespace leadline
