#include "analyzers/split/needs.hpp"

#include "analyzers/split/chunk_lines.hpp"
#include "analyzers/split/file_names.hpp"
#include "analyzers/split/imports.hpp"
#include "analyzers/split/line_names.hpp"
#include "analyzers/split/members.hpp"
#include "analyzers/split/unit_profile.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace leadline {
namespace {

constexpr std::size_t k_most_lines = 20000; // of a unit; more is a dump, and its first lines tell
constexpr std::size_t k_most_owners = 6;    // a declaration and what it declares, in many files
constexpr std::size_t k_least_plain = 6;
constexpr int k_most_lines_of_member = 2;
// Where a member that is not there yet is an error before anything runs.
constexpr std::string_view k_typed = " go rs c java cs ";

// Where a name is defined.
struct Place {
  std::vector<std::size_t> units; // each once; one more than k_most_owners: too many to tell
  int lines = 0;
  std::string_view language; // of the first
};

using Places = std::unordered_map<std::string, Place>;

// The lines of one side.
class SideNames {
public:
  SideNames(const ChangeSet& changes, const Report& report, const std::vector<SplitUnit>& units,
            bool added)
      : m_changes(changes), m_report(report), m_units(units), m_added(added),
        m_words(units.size()) {
    for (std::size_t i = 0; i < units.size(); ++i) {
      for (const std::size_t chunk : units[i].chunks) {
        const FileChange& file = changes.files[report.chunks[chunk].file];
        const bool moves = file.status == FileStatus::renamed || file.status == FileStatus::copied;
        const bool leads = report.chunks[chunk].whole_file() || !moves;
        if (added && leads && (file.status == FileStatus::added || moves)) {
          m_files.add(file.new_path, i);
        } else if (!added && leads &&
                   (file.status == FileStatus::removed || file.status == FileStatus::renamed)) {
          m_files.add(file.old_path, i);
        }
      }
    }
  }

  void read(const std::vector<ChunkLines>& lines) {
    for (std::size_t unit = 0; unit < m_units.size(); ++unit) {
      std::size_t left = k_most_lines;
      for (const std::size_t chunk : m_units[unit].chunks) {
        const auto& of_side = m_added ? lines[chunk].added : lines[chunk].removed;
        const Chunk& about = m_report.chunks[chunk];
        NameReader reader(m_added ? about.path : about.old_path);
        for (const DiffLine* line : of_side) {
          if (left == 0) {
            break;
          }
          --left;
          read_line(unit, about, reader.read(line->text), line->text);
        }
      }
    }
  }

  // Takes the need of every unit that uses what another one has.
  template <typename Take>
  void each_use(const SideNames& other, Take take) const {
    for (std::size_t unit = 0; unit < m_units.size(); ++unit) {
      const Words& words = m_words[unit];
      const std::string_view language = words.language;
      for (const std::string& name : words.uses) {
        const std::string own = std::string(language) + ':' + name;
        if (m_added || other.m_defined.count(own) == 0) { // what only changes is nothing that goes
          each_owner(m_defined, own, unit, [&](std::size_t owner, bool sure) {
            take({unit, owner, name, sure && is_compound(name), false, false});
          });
        }
        if (is_compound(name) && name.size() >= k_least_plain) {
          each_far_owner(m_keys, name, unit, language, take);
        }
      }
      for (const std::string& name : words.accesses) {
        each_member_owner(other, name, unit, take);
      }
      for (const std::string& name : words.reads) {
        each_far_owner(m_keys, name, unit, {}, take);
        if (words.marks) {
          each_far_owner(m_literals, name, unit, {}, take);
        }
      }
      for (const auto& [file, strong] : words.files) {
        if (file != unit && (strong || m_added)) { // a file that goes may be mentioned still
          take({unit, file, m_changes.files[m_units[file].file].path(), strong, false, true});
        }
      }
    }
  }

private:
  struct Words {
    std::set<std::string> uses;
    std::set<std::string> reads;
    std::set<std::string> accesses;
    std::map<std::size_t, bool> files; // unit of a file -> whether a line imports it
    std::string_view language;
    bool marks = false;
  };

  static void note(Places& places, const std::string& name, std::size_t unit,
                   std::string_view language) {
    Place& place = places[name];
    if (place.lines++ == 0) {
      place.language = language;
    }
    if (place.units.size() <= k_most_owners &&
        std::find(place.units.begin(), place.units.end(), unit) == place.units.end()) {
      place.units.push_back(unit);
    }
  }

  void read_line(std::size_t unit, const Chunk& chunk, const LineNames& names,
                 const std::string& line) {
    const std::string& path = m_added ? chunk.path : chunk.old_path;
    const Language& language = language_of(path);
    Words& words = m_words[unit];
    words.language = language.id;
    words.marks = takes_marks(path);
    for (const std::string& name : names.defines) {
      note(m_defined, std::string(language.id) + ':' + name, unit, language.id);
      note(m_literals, name, unit, language.id);
    }
    for (const std::string& name : names.keys) {
      note(m_keys, name, unit, language.id);
    }
    for (const std::string& name : names.columns) {
      note(m_keys, name, unit, "migration"); // read in its own language, too
    }
    for (const std::string& name : names.literals) {
      note(m_literals, name, unit, language.id);
    }
    for (const std::string& name : names.members) {
      note(m_members, std::string(language.id) + ':' + name, unit, language.id);
      if (language.id == "proto") {
        note(m_spoken, without_spelling(name), unit, language.id);
      }
    }
    words.accesses.insert(names.accesses.begin(), names.accesses.end());
    words.uses.insert(names.uses.begin(), names.uses.end());
    words.reads.insert(names.reads.begin(), names.reads.end());
    if (!m_files.empty() && language.tongue != Tongue::prose) {
      for (const std::size_t file : m_files.named_in(path, line, names.imports)) {
        words.files[file] = words.files[file] || names.imports;
      }
    }
  }

  // Who defines the name, when the user does not do it itself. It is sure when all of them are
  // files of one name (a header and its source); an interface and what implements it, or two things
  // of one name, only order.
  template <typename Take>
  void each_owner(const Places& places, const std::string& name, std::size_t user,
                  Take take) const {
    const auto found = places.find(name);
    if (found == places.end() || found->second.units.size() > k_most_owners) {
      return;
    }
    const std::vector<std::size_t>& owners = found->second.units;
    const auto stem = [&](std::size_t unit) {
      return stem_of(m_changes.files[m_units[unit].file].path());
    };
    const bool sure = std::all_of(owners.begin(), owners.end(), [&](std::size_t owner) {
      return owner == owners.front() || stem(owner) == stem(owners.front());
    });
    if (!sure && !is_compound(std::string_view(name).substr(name.find(':') + 1))) {
      return;
    }
    if (std::find(owners.begin(), owners.end(), user) == owners.end()) {
      for (const std::size_t owner : owners) {
        take(owner, sure);
      }
    }
  }

  // Over the languages: the only line that has it, or, of a name made of parts, each of some (the
  // values of several environments). Within `not_of` such a name is another matter.
  template <typename Take>
  void each_far_owner(const Places& places, const std::string& name, std::size_t user,
                      std::string_view not_of, Take take) const {
    const auto found = places.find(name);
    if (found == places.end() || (!not_of.empty() && found->second.language == not_of)) {
      return;
    }
    const std::vector<std::size_t>& owners = found->second.units;
    const bool told =
        found->second.lines == 1 || (is_compound(name) && owners.size() <= k_most_owners);
    if (told && std::find(owners.begin(), owners.end(), user) == owners.end()) {
      for (const std::size_t owner : owners) {
        take({user, owner, name, false, true, false});
      }
    }
  }

  // Who has the member, when its name is rare; one that stays on with another type or more blanks
  // before it is nothing that comes or goes.
  template <typename Take>
  void each_member_owner(const SideNames& other, const std::string& name, std::size_t user,
                         Take take) const {
    const std::string_view language = m_words[user].language;
    const auto offer = [&](const Places& places, const Places& of_other, const std::string& key,
                           bool sure) {
      const auto found = places.find(key);
      if (found == places.end() || found->second.lines > k_most_lines_of_member ||
          of_other.count(key) != 0) {
        return;
      }
      const std::vector<std::size_t>& owners = found->second.units;
      if (std::find(owners.begin(), owners.end(), user) == owners.end()) {
        for (const std::size_t owner : owners) {
          take({user, owner, name, sure && owners.size() == 1, false, false});
        }
      }
    };
    offer(m_members, other.m_members, std::string(language) + ':' + name,
          is_compound(name) && is_among(k_typed, language));
    if (language != "proto" && is_compound(name)) {
      offer(m_spoken, other.m_spoken, without_spelling(name), false);
    }
  }

  const ChangeSet& m_changes;
  const Report& m_report;
  const std::vector<SplitUnit>& m_units;
  bool m_added;
  FileNames m_files;
  Places m_defined;  // by language and name
  Places m_keys;     // by name
  Places m_literals; // by name
  Places m_members;  // by language and name
  Places m_spoken;   // fields of messages, by their name without its spelling
  std::vector<Words> m_words;
};

} // namespace

std::vector<UnitNeed> unit_needs(const ChangeSet& changes, const Report& report,
                                 const std::vector<SplitUnit>& units) {
  const std::vector<ChunkLines> lines = lines_of_chunks(changes, report.chunks);
  SideNames comes(changes, report, units, true);
  comes.read(lines);
  SideNames goes(changes, report, units, false);
  goes.read(lines);
  std::map<std::pair<std::size_t, std::size_t>, UnitNeed> needs;
  const auto note = [&](UnitNeed need) {
    const auto [known, fresh] = needs.emplace(std::make_pair(need.user, need.owner), need);
    const ImportEnd import = need.import == ImportEnd::none ? known->second.import : need.import;
    if (!fresh && need.strong && !known->second.strong) {
      known->second = std::move(need);
    }
    known->second.import = import;
  };
  each_import_need(changes, report, units, note);
  comes.each_use(goes, note);
  goes.each_use(comes, [&](UnitNeed need) {
    if (!need.across) {
      std::swap(need.user, need.owner);
      note(std::move(need));
    }
  });
  std::vector<UnitNeed> found;
  found.reserve(needs.size());
  for (auto& [pair, need] : needs) {
    found.push_back(std::move(need));
  }
  return found;
}

} // namespace leadline
