#include "analyzers/split/group_names.hpp"

#include "analyzers/split/chunk_lines.hpp"
#include "base/digest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

namespace leadline {
namespace {

constexpr std::size_t k_id_digits = 6;
constexpr std::size_t k_max_pairs = 200; // of a large group, looked at for its reason

// The folder that all paths share, "" when it is the root.
std::string place_of(const std::set<std::string>& paths) {
  std::string place = paths.begin()->substr(0, paths.begin()->rfind('/') + 1);
  for (const std::string& path : paths) {
    while (!place.empty() && path.compare(0, place.size(), place) != 0) {
      place.pop_back();
      place.erase(place.rfind('/') + 1);
    }
  }
  return place;
}

// The deepest folder that holds two thirds of the paths, "" when only the root does.
std::string place_of_most(const std::set<std::string>& paths) {
  std::map<std::string, std::size_t> below;
  for (const std::string& path : paths) {
    for (std::size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      ++below[path.substr(0, slash + 1)];
    }
  }
  std::string place;
  for (const auto& [folder, count] : below) {
    if (3 * count >= 2 * paths.size() && folder.size() > place.size()) {
      place = folder;
    }
  }
  return place;
}

class Namer {
public:
  Namer(const ChangeSet& changes, const Report& report, const std::vector<SplitUnit>& units,
        const AffinityTable& table,
        const std::function<std::string(const std::string& domain)>& title_of)
      : m_report(report), m_units(units), m_table(table), m_title_of(title_of),
        m_lines(lines_of_chunks(changes, report.chunks)) {}

  void name(const std::vector<Draft>& drafts, std::vector<SplitGroup>& groups) {
    std::map<std::string, int> of_domain;
    std::map<std::string, int> at_stake_of_domain;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      ++of_domain[groups[i].domain];
      at_stake_of_domain[groups[i].domain] += at_stake(drafts[i]) ? 1 : 0;
    }
    std::set<std::string> ids;
    std::set<std::string> titles;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      SplitGroup& group = groups[i];
      const std::set<std::string> paths = paths_of(drafts[i]);
      const std::vector<std::string> words = m_table.words_of(drafts[i].units);
      const bool alone = at_stake(drafts[i]) && at_stake_of_domain[group.domain] == 1;
      group.id = unique(ids, alone ? group.domain : id_of(drafts[i], group.domain), "-{}");
      std::string title = m_title_of(group.domain);
      if (of_domain[group.domain] > 1 && !alone) {
        title += whereabouts(paths, words);
      }
      if (titles.count(title) != 0 && !words.empty()) {
        title += ": " + words.front();
      }
      group.title = unique(titles, title, " ({})");
      group.why = why(drafts, i, paths, words);
    }
  }

private:
  static std::string unique(std::set<std::string>& taken, const std::string& wanted,
                            const char* numbered) {
    std::string name = wanted;
    for (int number = 2; !taken.insert(name).second; ++number) {
      name = wanted + fmt::format(fmt::runtime(numbered), number);
    }
    return name;
  }

  bool at_stake(const Draft& draft) const {
    return std::any_of(draft.units.begin(), draft.units.end(),
                       [&](std::size_t unit) { return m_units[unit].at_stake; });
  }

  std::set<std::string> paths_of(const Draft& draft) const {
    std::set<std::string> paths;
    for (const std::size_t unit : draft.units) {
      for (const std::size_t chunk : m_units[unit].chunks) {
        paths.insert(m_report.chunks[chunk].path);
      }
    }
    return paths;
  }

  // Of what a chunk changes, wherever in the file it stands by now.
  std::string content_hash(std::size_t chunk) const {
    std::string content = m_report.chunks[chunk].path + '\n';
    for (const DiffLine* line : m_lines[chunk].removed) {
      content += '-' + line->text + '\n';
    }
    for (const DiffLine* line : m_lines[chunk].added) {
      content += '+' + line->text + '\n';
    }
    return sha256_hex(content);
  }

  std::string id_of(const Draft& draft, const std::string& domain) const {
    std::string least;
    for (const std::size_t unit : draft.units) {
      for (const std::size_t chunk : m_units[unit].chunks) {
        const std::string hash = content_hash(chunk);
        least = least.empty() ? hash : std::min(least, hash);
      }
    }
    return domain + "-" + least.substr(0, k_id_digits);
  }

  // What tells the group from others of its domain.
  static std::string whereabouts(const std::set<std::string>& paths,
                                 const std::vector<std::string>& words) {
    if (paths.size() == 1) {
      return " in " + paths.begin()->substr(paths.begin()->rfind('/') + 1);
    }
    if (const std::string place = place_of(paths); !place.empty()) {
      return " below " + place;
    }
    if (const std::string place = place_of_most(paths); !place.empty()) {
      return " mostly below " + place;
    }
    return words.empty() ? "" : ": " + words.front();
  }

  std::string why(const std::vector<Draft>& drafts, std::size_t at,
                  const std::set<std::string>& paths, const std::vector<std::string>& words) const {
    const Draft& draft = drafts[at];
    if (at_stake(draft)) {
      return why_at_stake(draft);
    }
    if (draft.units.size() == 1) {
      return m_units[draft.units[0]].locked ? "a manifest and its lock file"
             : paths.size() == 1            ? "one piece, " + ties(drafts, at)
                                            : "git needs them together";
    }
    EvidenceRow sum{};
    std::size_t pairs = 0;
    for (std::size_t i = 0; i < draft.units.size() && pairs < k_max_pairs; ++i) {
      for (std::size_t j = i + 1; j < draft.units.size() && pairs < k_max_pairs; ++j, ++pairs) {
        const EvidenceRow row = m_table.evidence(draft.units[i], draft.units[j]);
        for (std::size_t kind = 0; kind < row.size(); ++kind) {
          sum[kind] += row[kind];
        }
      }
    }
    std::vector<std::size_t> kinds;
    for (std::size_t kind = 0; kind < sum.size(); ++kind) {
      if (sum[kind] > 0 && !words_for(static_cast<Evidence>(kind)).empty()) {
        kinds.push_back(kind);
      }
    }
    std::stable_sort(kinds.begin(), kinds.end(),
                     [&](std::size_t a, std::size_t b) { return sum[a] > sum[b]; });
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(2, kinds.size()); ++i) {
      text += (i == 0 ? "" : ", ") + std::string(words_for(static_cast<Evidence>(kinds[i])));
    }
    if (!words.empty()) {
      text += fmt::format(" ({})", fmt::join(words, ", "));
    }
    const std::string place = place_of(paths);
    if (paths.size() > 1 && !place.empty()) {
      text += ", below " + place;
    }
    return text.empty() ? "what is left" : text;
  }

  std::string why_at_stake(const Draft& draft) const {
    std::size_t risky = 0;
    std::string domain;
    for (const std::size_t unit : draft.units) {
      if (m_units[unit].at_stake && risky++ == 0) {
        domain = m_units[unit].domain;
      }
    }
    const std::string text = m_title_of(domain) + (risky == 1 ? " change" : " changes") +
                             " with a finding that blocks, ";
    if (risky == draft.units.size()) {
      return text + "to be reviewed by itself";
    }
    std::vector<std::string> names(draft.joined_over.begin(), draft.joined_over.end());
    names.resize(std::min<std::size_t>(3, names.size()));
    return text +
           fmt::format("together with what it cannot be parted from: each needs the other ({})",
                       fmt::join(names, ", "));
  }

  // What a piece has to do with others.
  static std::string ties(const std::vector<Draft>& drafts, std::size_t at) {
    if (!drafts[at].needs.empty()) {
      return "which needs what comes before (" + drafts[at].needs.begin()->second + ")";
    }
    for (std::size_t later = at + 1; later < drafts.size(); ++later) {
      const auto need = drafts[later].needs.find(at);
      if (need != drafts[later].needs.end()) {
        return "needed by what comes later (" + need->second + ")";
      }
    }
    return "bound to nothing else";
  }

  const Report& m_report;
  const std::vector<SplitUnit>& m_units;
  const AffinityTable& m_table;
  const std::function<std::string(const std::string& domain)>& m_title_of;
  std::vector<ChunkLines> m_lines;
};

} // namespace

void name_groups(const ChangeSet& changes, const Report& report,
                 const std::vector<SplitUnit>& units, const AffinityTable& table,
                 const std::vector<Draft>& drafts,
                 const std::function<std::string(const std::string& domain)>& title_of,
                 std::vector<SplitGroup>& groups) {
  Namer(changes, report, units, table, title_of).name(drafts, groups);
}

} // namespace leadline
