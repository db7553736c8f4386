#include "analyzers/risk/findings.hpp"

#include "analyzers/risk/identity.hpp"
#include "analyzers/risk/related.hpp"
#include "analyzers/risk/sweeps.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <unordered_map>

namespace leadline {
namespace {

constexpr std::size_t k_longest_suggestion = 500; // bytes

// How much of its burial a finding that already matters gains in urgency.
constexpr double k_burial = 0.15;
// Of two equal findings the lonely one comes first: what stands in many places is hard to overlook.
constexpr double k_sweep = 0.2;
constexpr std::size_t k_rewrite = 3; // items of one list

// At one severity, what opens a door or loses data goes before what is slow, and that before more
// of something: nobody is hurt by a door that is read about too early.
constexpr double k_door = 0.4;
double precedence_of(const Suspect& suspect) {
  const std::string& rule = suspect.draft.rule;
  const Impact impact = suspect.subject->meaning.impact;
  if (rule == "capacity.jump" || rule == "replicas.multiplied" || rule == "timeout.raise" ||
      rule == "verbosity.raised" || rule == "flag.enabled") {
    return -k_door;
  }
  const bool opens = rule.starts_with("protection.") || rule.starts_with("permission.") ||
                     rule.starts_with("exposure.");
  const bool stated = suspect.subject->meaning.known && rule != "protection.changed" &&
                      (impact == Impact::security || impact == Impact::data_loss);
  return (opens && rule != "protection.changed") || stated ? k_door : 0;
}

void sort_suspects(std::vector<Suspect>& suspects) {
  std::stable_sort(suspects.begin(), suspects.end(), [](const Suspect& a, const Suspect& b) {
    const Severity severity_a = severity_of_urgency(a.draft.urgency);
    const Severity severity_b = severity_of_urgency(b.draft.urgency);
    if (severity_a != severity_b) {
      return severity_a > severity_b;
    }
    const auto weight = [](const Suspect& suspect) {
      return suspect.draft.urgency + 0.3 * suspect.draft.confidence + precedence_of(suspect) -
             (suspect.sweep ? k_sweep : 0);
    };
    const double urgency_a = weight(a);
    const double urgency_b = weight(b);
    if (urgency_a != urgency_b) {
      return urgency_a > urgency_b;
    }
    return a.line->line->diff_line < b.line->line->diff_line;
  });
}

bool is_within(const KeyPath& part, const KeyPath& whole) {
  return part.segments.size() > whole.segments.size() &&
         std::equal(whole.segments.begin(), whole.segments.end(), part.segments.begin());
}

// A value and its parts (a URL, its host, its port) on one line are one change: the gravest speaks,
// and rests on the others.
void merge_parts(std::vector<Suspect>& suspects) {
  std::unordered_map<const IndexedLine*, std::vector<std::size_t>> by_line;
  std::vector<Suspect> kept;
  for (Suspect& suspect : suspects) {
    std::vector<std::size_t>& here = by_line[suspect.line];
    const KeyPath& key = suspect.subject->setting().key;
    // Lines with very many settings (minified data) are not compared pair by pair.
    const auto same =
        here.size() > 16 ? here.end() : std::find_if(here.begin(), here.end(), [&](std::size_t i) {
          const KeyPath& other = kept[i].subject->setting().key;
          const bool siblings =
              suspect.draft.rule == "address.changed" && kept[i].draft.rule == "address.changed";
          return is_within(key, other) || is_within(other, key) || siblings;
        });
    if (same == here.end()) {
      here.push_back(kept.size());
      kept.push_back(std::move(suspect));
      continue;
    }
    Suspect& other = kept[*same];
    // At equal urgency the whole value explains more than its part.
    if (suspect.draft.urgency > other.draft.urgency ||
        (suspect.draft.urgency == other.draft.urgency &&
         is_within(other.subject->setting().key, key))) {
      std::swap(other, suspect);
    }
    // With another value there it would be another change.
    const SettingChange& silent = *suspect.subject->change;
    std::vector<Beside>& rests_on = other.draft.rests_on;
    rests_on.push_back({"", silent.old_setting, silent.new_setting});
    std::move(suspect.draft.rests_on.begin(), suspect.draft.rests_on.end(),
              std::back_inserter(rests_on));
  }
  suspects = std::move(kept);
}

// The list that a key's nearest unnamed item stands in: "rules" of "rules[3].regex"; "" without
// one.
std::string list_of(const KeyPath& key) {
  for (std::size_t i = key.segments.size(); i-- > 0;) {
    const std::string& segment = key.segments[i];
    const std::size_t open = segment.rfind('[');
    const bool numbered =
        open != std::string::npos && open + 2 < segment.size() && segment.back() == ']' &&
        std::all_of(segment.begin() + static_cast<std::ptrdiff_t>(open) + 1, segment.end() - 1,
                    [](char c) { return c >= '0' && c <= '9'; });
    if (numbered) {
      std::string list;
      for (std::size_t j = 0; j < i; ++j) {
        list += key.segments[j] + ".";
      }
      return list + segment.substr(0, open);
    }
  }
  return {};
}

// Items that only their place names, three or more of them with other patterns or modes: the list
// was rewritten, and which item became which nobody can tell.
void fold_rewrites(std::vector<Suspect>& suspects) {
  std::unordered_map<std::string, std::set<std::string>> changed;
  const auto list = [](const Suspect& suspect) {
    const bool generic =
        suspect.draft.rule == "pattern.changed" || suspect.draft.rule == "mode.changed";
    const std::string name =
        generic && suspect.draft.urgency < 2 ? list_of(suspect.subject->setting().key) : "";
    return name.empty() ? name : std::to_string(suspect.file) + ":" + name;
  };
  const auto item = [](const Suspect& suspect) {
    return suspect.subject->setting().key.text().substr(
        list_of(suspect.subject->setting().key).size());
  };
  for (const Suspect& suspect : suspects) {
    if (const std::string name = list(suspect); !name.empty()) {
      const std::string rest = item(suspect);
      changed[name].insert(rest.substr(0, rest.find(']')));
    }
  }
  for (Suspect& suspect : suspects) {
    const auto found = changed.find(list(suspect));
    if (found != changed.end() && found->second.size() >= k_rewrite) {
      suspect.draft.urgency = std::min(suspect.draft.urgency, 0.9);
      suspect.alone = suspect.alone < 2 ? std::min(suspect.alone, 0.9) : suspect.alone;
      suspect.draft.reasons.push_back(fmt::format(
          "{} items of the list changed together: it was rewritten", found->second.size()));
    }
  }
}

Identity identity_of(const SettingChange& change, const Redactor& redactor,
                     const KnownSecrets& secrets) {
  const auto value = [&](const std::optional<Setting>& setting) {
    return setting ? secrets.hide(redactor.whole_value(setting->key, setting->value))
                   : std::string();
  };
  Identity identity;
  identity.key = secrets.hide(redactor.whole_key(change.any().key));
  identity.old_value = value(change.old_setting);
  identity.new_value = value(change.new_setting);
  identity.old_place = place_of(change.old_setting, redactor, secrets);
  identity.new_place = place_of(change.new_setting, redactor, secrets);
  return identity;
}

double rounded(double value) {
  return static_cast<double>(static_cast<long>(value * 100 + 0.5)) / 100;
}

} // namespace

LineIndex::LineIndex(const FileChange& file, const std::vector<Chunk>& chunks,
                     std::size_t first_chunk) {
  std::size_t at = first_chunk;
  const int hunks = static_cast<int>(file.hunks.size());
  for (int h = 0; h < hunks; ++h) {
    while (at < chunks.size() && chunks[at].hunk < h) {
      ++at;
    }
    std::size_t at_old = at;
    std::size_t at_new = at;
    const auto last = [&](std::size_t place) {
      return place + 1 >= chunks.size() || chunks[place + 1].file != chunks[place].file ||
             chunks[place + 1].hunk != h;
    };
    std::size_t run_start = m_lines.size();
    const auto end_run = [&] {
      for (std::size_t i = run_start; i < m_lines.size(); ++i) {
        m_lines[i].run = static_cast<int>(m_lines.size() - run_start);
      }
      run_start = m_lines.size();
    };
    for (const DiffLine& line : file.hunks[static_cast<std::size_t>(h)].lines) {
      if (m_lines.size() > run_start && m_lines.back().line->kind != line.kind) {
        end_run();
      }
      if (line.kind == LineKind::context) {
        continue;
      }
      if (line.kind == LineKind::removed) {
        while (!last(at_old) &&
               line.old_line >= chunks[at_old].old_start + chunks[at_old].old_lines) {
          ++at_old;
        }
      } else {
        while (!last(at_new) &&
               line.new_line >= chunks[at_new].new_start + chunks[at_new].new_lines) {
          ++at_new;
        }
      }
      m_lines.push_back({&line, line.kind == LineKind::removed ? at_old : at_new, 0});
    }
    end_run();
  }
}

const IndexedLine* LineIndex::find(int diff_line) const {
  const auto at = std::lower_bound(
      m_lines.begin(), m_lines.end(), diff_line,
      [](const IndexedLine& entry, int wanted) { return entry.line->diff_line < wanted; });
  return at != m_lines.end() && at->line->diff_line == diff_line ? &*at : nullptr;
}

std::vector<Finding> make_findings(const ChangeSet& changes, const std::vector<Chunk>& chunks,
                                   std::vector<Suspect> suspects, const Redactor& redactor,
                                   const KnownSecrets& secrets) {
  const BurialMap burial_map(changes, chunks);
  merge_parts(suspects);
  sort_suspects(suspects);
  fold_sweeps(suspects);
  fold_rewrites(suspects);
  for (Suspect& suspect : suspects) {
    const Burial burial = burial_map.of(chunks[suspect.line->chunk].domain, suspect.file,
                                        suspect.line->line->diff_line);
    // Hidden well is more urgent, but being hidden makes nothing dangerous that is not.
    suspect.draft.urgency += suspect.draft.urgency >= 1 ? k_burial * burial.score : 0;
    suspect.alone += suspect.alone >= 1 ? k_burial * burial.score : 0;
  }
  sort_suspects(suspects);
  std::vector<Finding> findings;
  std::set<std::string> ids;
  std::unordered_map<std::string, int> equal; // by digest, of findings alike
  for (const Suspect& suspect : suspects) {
    const Subject& subject = *suspect.subject;
    const SettingChange& change = *subject.change;
    const DiffLine& line = *suspect.line->line;
    Finding finding;
    finding.rule = suspect.draft.rule;
    finding.severity = severity_of_urgency(suspect.draft.urgency);
    finding.confidence = rounded(std::clamp(suspect.draft.confidence, 0.0, 1.0));
    finding.path = subject.file->path;
    finding.side = line.kind == LineKind::removed ? Side::base : Side::head;
    finding.line = line.kind == LineKind::removed ? line.old_line : line.new_line;
    finding.diff_line = line.diff_line;
    finding.domain = chunks[suspect.line->chunk].domain;
    finding.burial = burial_map.of(finding.domain, suspect.file, line.diff_line);
    const KeyPath& key = subject.setting().key;
    FindingSetting setting;
    setting.key = to_valid_utf8(redactor.key(key));
    const auto value = [&](const std::optional<Setting>& from) {
      return from
                 ? std::optional<std::string>(to_valid_utf8(redactor.value(from->key, from->value)))
                 : std::nullopt;
    };
    setting.old_value = value(change.old_setting);
    setting.new_value = value(change.new_setting);
    Related related = related_of(suspect.draft, finding.path, redactor, secrets);
    finding.related = std::move(related.rows);
    Identity identity = identity_of(change, redactor, secrets);
    identity.related = std::move(related.text);
    setting.place = shown_place(identity.old_place, identity.new_place);
    identify(finding, identity);
    int& repeats = equal[finding.digest]; // so many came before: none of theirs is tried again
    for (identity.repeat = repeats;; ++identity.repeat) {
      identify(finding, identity);
      if (ids.insert(finding.id).second) {
        break;
      }
    }
    repeats = identity.repeat + 1;
    if (!setting.place.empty()) {
      finding.reasons.push_back("one of several in the file: " + setting.place);
    }
    explain(
        finding, suspect.draft, subject, redactor, secrets,
        BurialMap::describe(finding.burial, suspect.file, changes.files.size(), finding.domain));
    const bool secret = redactor.is_secret_key(key);
    if (suspect.draft.restorable && subject.modified() && !secret && line.kind == LineKind::added &&
        line.new_line == change.new_setting->first_line) {
      const std::string restored =
          restored_line(line.text, *change.old_setting, *change.new_setting);
      // The rest of the line goes with it: nothing that may be a secret, and nothing endless.
      const bool fit =
          restored.size() <= k_longest_suggestion && !redactor.may_hold_secret(restored);
      finding.suggestion = fit ? restored : "";
    }
    finding.setting = std::move(setting);
    findings.push_back(std::move(finding));
  }
  name_leaders(suspects, findings);
  return findings;
}

bool is_blocking(const Finding& finding, const Policy& policy) {
  return finding.rule.starts_with("policy.") ||
         (!policy.never_fail && finding.severity >= policy.fail_on);
}

Verdict make_verdict(const Report& report, const Policy& policy) {
  Verdict verdict;
  std::vector<const Finding*> blocking;
  for (const Finding& finding : report.findings) {
    if (is_blocking(finding, policy)) {
      blocking.push_back(&finding);
    }
  }
  for (const Finding* finding : blocking) {
    if (verdict.reasons.size() == 10) {
      verdict.reasons.push_back(fmt::format("and {} more", blocking.size() - 10));
      break;
    }
    verdict.reasons.push_back(fmt::format("{}: {} ({}:{})", name_of(finding->severity),
                                          finding->title, finding->path, finding->line));
  }
  const bool complete = report.coverage.complete();
  if (!complete) {
    const Coverage& coverage = report.coverage;
    verdict.reasons.push_back(fmt::format(
        "not everything was analysed: {} of {} files, {} of {} hunks", coverage.files_analyzed,
        coverage.files, coverage.hunks_analyzed, coverage.hunks));
    for (std::size_t i = 0; i < coverage.skipped.size() && i < 5; ++i) {
      verdict.reasons.push_back(
          to_valid_utf8(fmt::format("{}: {}", coverage.skipped[i].path, coverage.skipped[i].why)));
    }
  }
  const bool must_split = policy.split.required && report.split.recommended;
  if (must_split) {
    verdict.reasons.push_back("the repository asks for a split of changes like this one");
  }
  if (!blocking.empty()) {
    verdict.conclusion = Conclusion::failure;
  } else if (!complete || must_split) {
    verdict.conclusion = Conclusion::action_required;
  } else {
    verdict.conclusion = Conclusion::success;
    verdict.reasons.push_back(report.findings.empty() ? std::string("no risky setting change found")
                              : policy.never_fail
                                  ? fmt::format("{} finding(s); the policy lets every change pass",
                                                report.findings.size())
                                  : fmt::format("{} finding(s), none at or above {}",
                                                report.findings.size(), name_of(policy.fail_on)));
  }
  return verdict;
}

} // namespace leadline
