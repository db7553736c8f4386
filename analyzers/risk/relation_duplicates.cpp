#include "analyzers/risk/relation_rules.hpp"
#include "analyzers/risk/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace leadline {
namespace {

// More new ones than this in one file: the format lets keys repeat, or was read as another one.
constexpr std::size_t k_most = 12;
constexpr std::size_t k_told = 5; // the gravest

constexpr double k_some_key = 1.6;
constexpr double k_known_key = 2.1; // high

std::map<std::string, std::vector<const Setting*>> by_key(const std::vector<Setting>& settings) {
  std::map<std::string, std::vector<const Setting*>> found;
  for (const Setting& setting : settings) {
    found[setting.key.text()].push_back(&setting);
  }
  return found;
}

// What the step from the one value to the other would be as a change.
std::optional<Concern> as_change(const Setting& from, const Setting& to, const RelationFile& file,
                                 const Meaning& meaning) {
  SettingChange change;
  change.change = ChangeKind::modified;
  change.old_setting = from;
  change.new_setting = to;
  const Subject subject = make_subject(change, *file.context, meaning);
  std::optional<Concern> worst;
  for (const Rule rule : rules()) {
    std::optional<Concern> made = rule(subject);
    if (made && (!worst || worst->urgency < made->urgency)) {
      worst = std::move(made);
    }
  }
  return worst;
}

} // namespace

// One key twice with different values; most programs take the last one and say nothing, and some
// refuse the file.
void find_duplicates(const RelationFile& file, const Catalog& catalog,
                     std::vector<Relation>& found) {
  if (file.repeats) {
    return;
  }
  const auto after = by_key(file.new_settings);
  const auto before = by_key(file.old_settings);
  std::vector<Relation> mine;
  for (const SettingChange* change : file.changes) {
    const Setting& changed = *change->new_setting;
    const std::string key = changed.key.text();
    const auto now = after.find(key);
    const auto then = before.find(key);
    // Items of a list may share a name.
    if (key.find('[') != std::string::npos || now == after.end() || now->second.size() < 2 ||
        (then != before.end() && then->second.size() > 1)) {
      continue;
    }
    const auto other =
        std::find_if(now->second.begin(), now->second.end(), [&](const Setting* candidate) {
          return candidate->first_line != changed.first_line && candidate->value != changed.value;
        });
    if (other == now->second.end()) {
      continue;
    }
    const Setting& last = *now->second.back();
    const bool counts = last.first_line == changed.first_line;
    const bool last_is_new =
        std::any_of(file.changes.begin(), file.changes.end(), [&](const SettingChange* candidate) {
          return candidate->new_setting->first_line == last.first_line &&
                 candidate->new_setting->key == last.key;
        });
    if (!counts && last_is_new) {
      continue; // told where the one stands that counts
    }
    Relation made = make_relation(
        *change, "duplicate.key", k_some_key,
        fmt::format("the same key stands in line {} with another value", (*other)->first_line),
        counts ? "Most readers take the last one, which is this line, and say nothing; others "
                 "refuse the file."
               : fmt::format("Most readers take the last one, in line {}, and say nothing: this "
                             "line changes nothing.",
                             last.first_line),
        "Delete one of the two.");
    const Meaning meaning = meaning_of(catalog, file.context->path, changed);
    if (counts && meaning.parameter != nullptr) {
      made.concern.urgency = k_known_key;
    }
    const auto step = counts ? as_change(**other, changed, file, meaning) : std::nullopt;
    if (step) {
      made.concern.urgency = std::max(made.concern.urgency, step->urgency);
      made.concern.reasons.push_back("against the other line: " + step->tail);
    }
    mine.push_back(std::move(made));
  }
  if (mine.size() > k_most) {
    return;
  }
  std::stable_sort(mine.begin(), mine.end(), [](const Relation& a, const Relation& b) {
    return a.concern.urgency > b.concern.urgency;
  });
  mine.resize(std::min(mine.size(), k_told));
  found.insert(found.end(), mine.begin(), mine.end());
}

} // namespace leadline
