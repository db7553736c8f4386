#include "analyzers/risk/relation_rules.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
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

// Which of two lines counts, and which keys may stand more than once; lower case.
struct OneLine {
  std::string_view system;
  bool first = false;
  std::string_view title;
  std::string_view lists; // parted by ' '
};
// https://www.postgresql.org/docs/current/config-setting.html,
// https://redis.io/docs/latest/operate/oss_and_stack/management/config-file/,
// https://man.openbsd.org/sshd_config, https://man7.org/linux/man-pages/man5/sysctl.d.5.html
constexpr std::array<OneLine, 4> k_one_line = {{
    {"linux", false, "sysctl", ""},
    {"postgresql", false, "PostgreSQL", " include include_dir include_if_exists "},
    {"redis", false, "Redis",
     " save include loadmodule user rename-command client-output-buffer-limit "
     "sentinel "},
    {"sshd", true, "sshd",
     " port listenaddress hostkey hostcertificate acceptenv setenv allowusers denyusers "
     "allowgroups "
     "denygroups subsystem include permitopen permitlisten match host identityfile sendenv "
     "localforward remoteforward dynamicforward certificatefile "},
}};

const OneLine* one_line_of(const FileContext& file) {
  // The systems have other files as well, in which lines repeat.
  const std::string path = to_lower(file.path);
  if (path.find("hba") != std::string::npos || path.find("ident") != std::string::npos ||
      (path.find("sysctl") == std::string::npos && file.system != nullptr &&
       file.system->id == "linux")) {
    return nullptr;
  }
  const auto at = std::find_if(k_one_line.begin(), k_one_line.end(), [&](const OneLine& row) {
    return file.system != nullptr && file.system->id == row.system;
  });
  return at == k_one_line.end() ? nullptr : &*at;
}

std::string said_of(const OneLine* known, bool counts, int line) {
  if (known != nullptr) {
    const std::string_view which = known->first ? "first" : "last";
    return counts ? fmt::format("{} takes the {} one, which is this line, and says nothing.",
                                known->title, which)
                  : fmt::format("{} takes the {} one, in line {}, and says nothing: this line "
                                "changes nothing.",
                                known->title, which, line);
  }
  return counts ? "Most readers take the last one, which is this line, and say nothing; others "
                  "refuse the file."
                : fmt::format("Most readers take the last one, in line {}, and say nothing: this "
                              "line changes nothing.",
                              line);
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

bool keeps_one_line(const FileContext& file) { return one_line_of(file) != nullptr; }

// One key twice with different values; most programs take the last one and say nothing, and some
// refuse the file.
void find_duplicates(const RelationFile& file, const Catalog& catalog,
                     std::vector<Relation>& found) {
  if (file.repeats) {
    return;
  }
  const OneLine* known = one_line_of(*file.context);
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
    const std::string name = " " + to_lower(key) + " ";
    if (known != nullptr && known->lists.find(name) != std::string_view::npos) {
      continue;
    }
    const auto other =
        std::find_if(now->second.begin(), now->second.end(), [&](const Setting* candidate) {
          return candidate->first_line != changed.first_line && candidate->value != changed.value;
        });
    if (other == now->second.end()) {
      continue;
    }
    const bool first_counts = known != nullptr && known->first;
    const Setting& last = first_counts ? *now->second.front() : *now->second.back();
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
        said_of(known, counts, last.first_line), "Delete one of the two.");
    // Which of the two counts makes the difference.
    made.concern.rests_on.push_back(counts ? Beside{"", **other, {}} : Beside{"", {}, **other});
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
