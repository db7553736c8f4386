#include "analyzers/split/needs.hpp"

#include "analyzers/split/chunk_lines.hpp"
#include "analyzers/split/file_names.hpp"
#include "analyzers/split/imports.hpp"
#include "analyzers/split/line_names.hpp"
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

  const Places& defined() const { return m_defined; }

  // Takes the need of every unit that uses what another one has.
  template <typename Take>
  void each_use(const Places& elsewhere, Take take) const {
    for (std::size_t unit = 0; unit < m_units.size(); ++unit) {
      const Words& words = m_words[unit];
      const std::string_view language = words.language;
      for (const std::string& name : words.uses) {
        const std::string own = std::string(language) + ':' + name;
        if (elsewhere.count(own) == 0) {
          each_owner(m_defined, own, unit, [&](std::size_t owner, bool sure) {
            take({unit, owner, name, sure && is_compound(name), false, false});
          });
        }
        if (is_compound(name) && name.size() >= k_least_plain) {
          each_far_owner(m_keys, name, unit, language, take);
        }
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

  const ChangeSet& m_changes;
  const Report& m_report;
  const std::vector<SplitUnit>& m_units;
  bool m_added;
  FileNames m_files;
  Places m_defined;  // by language and name
  Places m_keys;     // by name
  Places m_literals; // by name
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
  comes.each_use({}, note);
  // A name that only changes is no name that goes.
  goes.each_use(comes.defined(), [&](UnitNeed need) {
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
