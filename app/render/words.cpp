#include "app/render/words.hpp"

#include "analyzers/file_reading.hpp"
#include "app/render/neutralize.hpp"
#include "app/render/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

namespace leadline {
namespace {

constexpr std::size_t k_headline_characters = 250;

// The last part of a key path: "pgbouncer.max_client_conn" is known as max_client_conn.
std::string_view leaf_of(std::string_view key) {
  const std::size_t at = key.find_last_of("./");
  return at == std::string_view::npos || at + 1 == key.size() ? key : key.substr(at + 1);
}

bool holds(const Chunk& chunk, const Finding& finding) {
  const bool head = finding.side == Side::head;
  const int start = head ? chunk.new_start : chunk.old_start;
  const int lines = head ? chunk.new_lines : chunk.old_lines;
  return (head ? chunk.path : chunk.old_path) == finding.path && finding.line >= start &&
         finding.line < start + lines;
}

std::string counts_of(const std::vector<Severity>& found) {
  std::vector<std::string> parts;
  for (const Severity severity :
       {Severity::critical, Severity::high, Severity::medium, Severity::low}) {
    if (const auto count = std::count(found.begin(), found.end(), severity); count > 0) {
      parts.push_back(fmt::format("{} {}", grouped(count), name_of(severity)));
    }
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string what_changed(const Finding& finding) {
  if (!finding.setting) {
    return shortened(finding.title, 120);
  }
  const FindingSetting& setting = *finding.setting;
  const std::string key = shortened(leaf_of(setting.key), 80);
  if (!setting.old_value && setting.new_value) {
    return fmt::format("{} {} added", key, shortened(*setting.new_value, 40));
  }
  if (setting.old_value && !setting.new_value) {
    return fmt::format("{} {} removed", key, shortened(*setting.old_value, 40));
  }
  if (!setting.old_value) {
    return shortened(finding.title, 120);
  }
  return fmt::format("{} {} -> {}", key, shortened(*setting.old_value, 40),
                     shortened(*setting.new_value, 40));
}

std::string findings_headline(const Report& report) {
  const Finding& first = report.findings.front();
  const std::string place = place_in_diff(first);
  return fmt::format("{}: {}{}", severity_counts(report), what_changed(first),
                     place.empty() ? "" : " on " + place);
}

} // namespace

std::string grouped(long number) {
  std::string digits = std::to_string(number);
  const std::size_t sign = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > sign + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string counted(long number, std::string_view singular) {
  return fmt::format("{} {}{}", grouped(number), singular, number == 1 ? "" : "s");
}

std::string severity_counts(const Report& report) {
  std::vector<Severity> found;
  for (const Finding& finding : report.findings) {
    found.push_back(finding.severity);
  }
  return counts_of(found);
}

std::string severity_counts(const Report& report, const SplitGroup& group) {
  const std::set<std::string_view> ids(group.chunks.begin(), group.chunks.end());
  std::vector<Severity> found;
  for (const Finding& finding : report.findings) {
    if (std::any_of(report.chunks.begin(), report.chunks.end(), [&](const Chunk& chunk) {
          return ids.contains(chunk.id) && holds(chunk, finding);
        })) {
      found.push_back(finding.severity);
    }
  }
  return counts_of(found);
}

std::string place_in_diff(const Finding& finding) {
  if (finding.diff_line <= 0) {
    return "";
  }
  if (finding.burial.diff_lines <= 0) {
    return "line " + grouped(finding.diff_line);
  }
  return fmt::format("line {} of {}", grouped(finding.diff_line),
                     grouped(finding.burial.diff_lines));
}

std::string coverage_sentence(const Coverage& coverage) {
  const auto binary = std::count_if(coverage.unread.begin(), coverage.unread.end(),
                                    [](const Skipped& file) { return file.why == k_binary; });
  const long unread = static_cast<long>(coverage.unread.size()) - binary;
  return fmt::format("analysed {} of {} in {} of {}, {} skipped{}{}",
                     grouped(coverage.hunks_analyzed), counted(coverage.hunks, "hunk"),
                     grouped(coverage.files_analyzed), counted(coverage.files, "file"),
                     grouped(static_cast<long>(coverage.skipped.size())),
                     binary > 0 ? ", " + grouped(binary) + " binary" : "",
                     unread > 0 ? ", " + grouped(unread) + " not read for settings" : "");
}

std::string headline(const Report& report) {
  std::string text;
  const bool incomplete = !report.coverage.complete();
  if (report.findings.empty()) {
    if (incomplete) {
      text = fmt::format("Not fully analysed: {} of {} read, {} skipped",
                         grouped(report.coverage.files_analyzed),
                         counted(report.coverage.files, "file"),
                         grouped(static_cast<long>(report.coverage.skipped.size())));
    } else if (report.verdict.conclusion == Conclusion::success) {
      text = fmt::format("No risky setting in {}", counted(report.stats.diff_lines, "diff line"));
    } else {
      text = report.verdict.reasons.empty() ? "Not passed" : report.verdict.reasons.front();
    }
  } else {
    text = findings_headline(report) + (incomplete ? "; not fully analysed" : "");
  }
  return shortened(text, k_headline_characters);
}

std::string burial_sentence(const Finding& finding) {
  const std::string place = place_in_diff(finding);
  if (place.empty() || visible(finding.message).find(place) != std::string::npos) {
    return "";
  }
  return fmt::format("diff {}: {} about {}, {} about something else", place,
                     counted(finding.burial.same_domain_lines, "changed line"),
                     shortened(finding.domain, 60), grouped(finding.burial.other_lines));
}

std::string shown_value(const std::optional<std::string>& value) {
  return value ? *value : "(not set)";
}

std::string shortened(std::string_view text, std::size_t most) {
  const std::string shown = visible(text);
  const std::size_t characters = count_characters(shown);
  if (characters <= most || most < 5) {
    return shown;
  }
  const std::size_t head = (most - 3 + 1) / 2;
  const std::size_t tail = most - 3 - head;
  std::size_t head_end = 0;
  std::size_t tail_begin = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < characters; ++i) {
    if (i == head) {
      head_end = at;
    }
    if (i == characters - tail) {
      tail_begin = at;
    }
    next_character(shown, at);
  }
  return shown.substr(0, head_end) + "..." + (tail == 0 ? "" : shown.substr(tail_begin));
}

} // namespace leadline
