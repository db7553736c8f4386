#include "analyzers/risk/redact_report.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace leadline {
namespace {

constexpr std::size_t k_start = 6; // bytes; no known secret is shorter

} // namespace

void KnownSecrets::add(const Redactor& redactor, const KeyPath& key, std::string_view value) {
  if (!redactor.is_known_secret(key, value)) {
    return;
  }
  std::string secret = to_lower(value);
  std::vector<std::string>& same = m_by_start[secret.substr(0, k_start)];
  const auto place = std::find_if(same.begin(), same.end(), [&](const std::string& other) {
    return other.size() <= secret.size();
  });
  if (place == same.end() || *place != secret) {
    same.insert(place, std::move(secret));
  }
}

std::string KnownSecrets::hide(std::string text) const {
  if (m_by_start.empty() || text.size() < k_start) {
    return text;
  }
  const std::string lower = to_lower(text);
  std::string out;
  std::size_t kept = 0; // up to here `text` is in `out`
  std::string start;
  for (std::size_t i = 0; i + k_start <= text.size();) {
    start.assign(lower, i, k_start);
    const auto found = m_by_start.find(start);
    std::size_t length = 0;
    if (found != m_by_start.end()) {
      for (const std::string& secret : found->second) {
        if (length == 0 && lower.compare(i, secret.size(), secret) == 0) {
          length = secret.size();
        }
      }
    }
    if (length == 0) {
      ++i;
      continue;
    }
    out.append(text, kept, i - kept);
    out += k_redacted;
    i += length;
    kept = i;
  }
  if (kept == 0) {
    return text;
  }
  out.append(text, kept);
  return out;
}

void redact_report(Report& report, const Redactor& redactor, const KnownSecrets& known) {
  const auto text = [&](std::string& shown) { shown = known.hide(redactor.text(shown)); };
  // Keys and values went through the redactor with what it knows of their key.
  const auto value = [&](std::optional<std::string>& shown) {
    if (shown) {
      shown = known.hide(std::move(*shown));
    }
  };
  const auto all = [&](std::vector<std::string>& texts) {
    std::for_each(texts.begin(), texts.end(), text);
  };
  for (ReportSetting& setting : report.settings) {
    setting.key = known.hide(std::move(setting.key));
    value(setting.old_value);
    value(setting.new_value);
  }
  for (Chunk& chunk : report.chunks) {
    all(chunk.evidence);
  }
  // Before the titles are touched, which the reasons quote.
  for (std::string& reason : report.verdict.reasons) {
    const auto quoted =
        std::find_if(report.findings.begin(), report.findings.end(), [&](const Finding& finding) {
          return !finding.title.empty() && reason.find(finding.title) != std::string::npos;
        });
    if (quoted == report.findings.end()) {
      text(reason);
      continue;
    }
    const std::size_t at = reason.find(quoted->title);
    std::string before = reason.substr(0, at);
    std::string after = reason.substr(at + quoted->title.size());
    text(before);
    text(after);
    reason = before + known.hide(quoted->title) + after;
  }
  for (Finding& finding : report.findings) {
    finding.title = known.hide(std::move(finding.title)); // its parts went through the redactor
    text(finding.message);
    all(finding.reasons);
    if (finding.setting) {
      finding.setting->key = known.hide(std::move(finding.setting->key));
      value(finding.setting->old_value);
      value(finding.setting->new_value);
    }
    for (RelatedSetting& row : finding.related) {
      row.setting.key = known.hide(std::move(row.setting.key));
      value(row.setting.old_value);
      value(row.setting.new_value);
    }
    std::string suggestion = finding.suggestion;
    text(suggestion);
    if (suggestion != finding.suggestion) {
      finding.suggestion.clear();
    }
  }
  for (Skipped& skipped : report.coverage.skipped) {
    text(skipped.why);
  }
  for (SplitGroup& group : report.split.groups) {
    text(group.title);
    text(group.why);
  }
  all(report.split.reasons);
}

} // namespace leadline
