#include "app/render/replay.hpp"

#include "app/render/neutralize.hpp"
#include "app/render/words.hpp"
#include "app/version.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ctime>

namespace leadline {
namespace {

using nlohmann::json;

constexpr std::size_t k_most_rows = 8; // of a table by rule or setting: the rest is a tail of ones
constexpr std::size_t k_subject_characters = 72;

std::string date_of(std::int64_t time, const char* format) {
  const std::time_t seconds = time;
  std::tm parts{};
  return gmtime_r(&seconds, &parts) == nullptr ? std::string("?")
                                               : fmt::format(fmt::runtime(format), parts);
}

std::string last_segment(const std::string& key) { return key.substr(key.rfind('.') + 1); }

double per_hundred(int count, int changes) {
  return changes == 0 ? 0.0 : 100.0 * static_cast<double>(count) / static_cast<double>(changes);
}

std::string most_frequent(const char* heading, const std::map<std::string, int>& counts) {
  std::vector<std::pair<std::string, int>> rows(counts.begin(), counts.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (std::size_t i = 0; i < std::min(rows.size(), k_most_rows); ++i) {
    text += fmt::format("{}{} {}", i == 0 ? heading : ", ", visible(rows[i].first), rows[i].second);
  }
  if (rows.size() > k_most_rows) {
    text += fmt::format(", and {} more", rows.size() - k_most_rows);
  }
  return text.empty() ? text : text + "\n";
}

json to_json(const Finding& finding) {
  return {{"id", finding.id},
          {"rule", finding.rule},
          {"severity", name_of(finding.severity)},
          {"path", finding.path},
          {"line", finding.line > 0 ? json(finding.line) : json(nullptr)},
          {"key", finding.setting ? json(finding.setting->key) : json(nullptr)},
          {"title", finding.title}};
}

json to_json(const ReplayedChange& change) {
  json findings = json::array();
  for (const Finding& finding : change.findings) {
    findings.push_back(to_json(finding));
  }
  return {{"commit", change.commit},
          {"time", date_of(change.time, "{:%Y-%m-%dT%H:%M:%SZ}")},
          {"subject", change.subject},
          {"conclusion", name_of(change.conclusion)},
          {"changed_lines", change.changed_lines},
          {"error", change.error.empty() ? json(nullptr) : json(change.error)},
          {"findings", std::move(findings)}};
}

json to_json(const ReplaySummary& summary) {
  json severities = json::object();
  for (const Severity severity :
       {Severity::critical, Severity::high, Severity::medium, Severity::low}) {
    severities[std::string(name_of(severity))] =
        summary.by_severity[static_cast<std::size_t>(severity)];
  }
  return {{"changes", summary.changes},       {"blocked", summary.blocked},
          {"unfinished", summary.unfinished}, {"silent", summary.silent},
          {"findings", severities},           {"by_rule", summary.by_rule},
          {"by_setting", summary.by_setting}};
}

} // namespace

ReplaySummary summary_of(const std::vector<ReplayedChange>& changes) {
  ReplaySummary summary;
  for (const ReplayedChange& change : changes) {
    ++summary.changes;
    summary.blocked += change.conclusion == Conclusion::failure ? 1 : 0;
    summary.unfinished += change.conclusion == Conclusion::action_required ? 1 : 0;
    summary.silent += change.error.empty() && change.findings.empty() ? 1 : 0;
    for (const Finding& finding : change.findings) {
      ++summary.by_severity[static_cast<std::size_t>(finding.severity)];
      ++summary.by_rule[finding.rule];
      if (finding.setting) {
        ++summary.by_setting[last_segment(finding.setting->key)];
      }
    }
  }
  return summary;
}

std::string replayed_text(const ReplayedChange& change, Severity least, const TextStyle& style) {
  std::string findings;
  for (const Finding& finding : change.findings) {
    if (finding.severity >= least) {
      const std::string severity(name_of(finding.severity));
      findings += fmt::format("  {} {}:{}  {}\n",
                              painted(style, paint_of(finding.severity), padded(severity, 8)),
                              visible(finding.path), finding.line, visible(finding.title));
    }
  }
  if (change.conclusion == Conclusion::action_required) {
    findings += fmt::format("  {}\n", change.error.empty() ? "not everything could be analysed"
                                                           : visible(change.error));
  }
  if (findings.empty()) {
    return "";
  }
  return fmt::format(
      "{} {} {}{}\n{}", change.commit.substr(0, 10), date_of(change.time, "{:%Y-%m-%d}"),
      change.conclusion == Conclusion::failure ? painted(style, Paint::bold, "blocked ")
                                               : std::string(),
      shortened(change.subject, k_subject_characters), findings);
}

std::string summary_text(const ReplaySummary& summary, const TextStyle& style) {
  const auto count = [&](Severity severity) {
    return summary.by_severity[static_cast<std::size_t>(severity)];
  };
  const auto rate = [&](Severity severity) {
    return fmt::format("{} {:.1f}", name_of(severity),
                       per_hundred(count(severity), summary.changes));
  };
  std::string text = painted(style, Paint::bold, counted(summary.changes, "change")) +
                     fmt::format(": {} blocked ({:.1f} %), {} without a finding ({:.1f} %)",
                                 summary.blocked, per_hundred(summary.blocked, summary.changes),
                                 summary.silent, per_hundred(summary.silent, summary.changes));
  if (summary.unfinished > 0) {
    text += fmt::format(", {} not analysed whole", summary.unfinished);
  }
  text += fmt::format("\nfindings per 100 changes: {}, {}, {}, {}\n", rate(Severity::critical),
                      rate(Severity::high), rate(Severity::medium), rate(Severity::low));
  text += most_frequent("by rule: ", summary.by_rule);
  text += most_frequent("by setting: ", summary.by_setting);
  return text;
}

std::string replay_json(const std::vector<ReplayedChange>& changes) {
  json list = json::array();
  for (const ReplayedChange& change : changes) {
    list.push_back(to_json(change));
  }
  const json document = {{"schema", 1},
                         {"tool", {{"name", "leadline"}, {"version", version()}}},
                         {"changes", std::move(list)},
                         {"summary", to_json(summary_of(changes))}};
  return document.dump(2, ' ', true, json::error_handler_t::replace) + "\n";
}

} // namespace leadline
