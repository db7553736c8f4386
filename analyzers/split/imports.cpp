#include "analyzers/split/imports.hpp"

#include "analyzers/split/definitions.hpp"
#include "analyzers/split/tokens.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace leadline {
namespace {

constexpr std::string_view k_no_names =
    " import from require require_relative include use using const let var type typeof await async "
    "export default static pub crate self super as mod extern alias load function package ";

std::string folded(std::string_view name) {
  std::string text = to_lower(name);
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
  return text;
}

bool is_folded(const Language& language) { return language.id == "c" || language.id == "rb"; }

// "github.com/acme/go-pool/v2" -> "pool"; "pool/limiter.h" -> "limiter".
std::string_view last_part(std::string_view path) {
  std::string_view part = path.substr(path.rfind('/') + 1);
  const bool version =
      part.size() > 1 && part[0] == 'v' &&
      std::all_of(part.begin() + 1, part.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (version && part.size() < path.size()) {
    path = path.substr(0, path.size() - part.size() - 1);
    part = path.substr(path.rfind('/') + 1);
  }
  part = part.substr(0, part.find('.'));
  return part.starts_with("go-") ? part.substr(3) : part;
}

// The names that an import's line brings in; `listed`: a line of a list that an import began
// before.
void each_brought(std::string_view line, const Language& language, bool listed,
                  const TakeWord& take) {
  const std::size_t open = line.find_first_of("\"'<");
  const std::size_t close = line.find_last_of("\"'>");
  const bool quoted = open != std::string_view::npos && close > open;
  const std::string_view inside = quoted ? line.substr(open + 1, close - open - 1) : "";
  if (language.id == "c" || language.id == "rb" || language.id == "go") {
    if (quoted) {
      take(last_part(inside));
      if (language.id == "go") {
        const std::vector<Token> before = tokens_of(line.substr(0, open));
        if (!before.empty() && !is_among(k_no_names, before.back().text)) {
          take(before.back().text);
        }
      }
    }
    return;
  }
  std::string_view names = language.id == "js" && quoted ? line.substr(0, open) : line;
  const std::vector<Token> leading = tokens_of(names);
  if (language.id == "py" && !leading.empty() && leading[0].text == "from") {
    const std::size_t import = names.find(" import ");
    names = import == std::string_view::npos ? "" : names.substr(import + 8);
  } else if (language.id == "py" && !listed) { // import a.b brings in a
    const std::size_t alias = names.find(" as ");
    names =
        alias == std::string_view::npos ? names.substr(0, names.find('.')) : names.substr(alias);
  } else if (language.id != "js" && !listed) { // a.b.C, a::{b, C}
    const std::size_t brace = names.find('{');
    names = names.substr(brace == std::string_view::npos
                             ? std::min(names.find_last_of(".:\\ "), names.size())
                             : brace);
  }
  const std::vector<Token> tokens = tokens_of(names);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool renamed = i + 1 < tokens.size() && tokens[i + 1].text == "as";
    if (!renamed && !is_among(k_no_names, tokens[i].text) && tokens[i].text.size() > 1) {
      take(tokens[i].text);
    }
  }
}

bool has_imports(const Language& language) {
  return language.tongue == Tongue::code && language.id != "tf" && language.id != "sh" &&
         language.id != "sql" && language.id != "proto";
}

// One side of a file: what its units import and use.
struct Side {
  std::map<std::string, std::set<std::size_t>> imports; // name -> units
  std::map<std::size_t, std::set<std::string>> uses;    // by unit
};

class FileImports {
public:
  FileImports(const FileChange& file, const Report& report, const std::vector<std::size_t>& chunks,
              const std::map<std::size_t, std::size_t>& unit_of)
      : m_file(file), m_language(language_of(file.path())) {
    for (const std::size_t index : chunks) {
      const Chunk& chunk = report.chunks[index];
      if (!chunk.whole_file()) {
        m_ranges[chunk.hunk].emplace_back(&chunk, unit_of.at(index));
      }
    }
  }

  void read() {
    for (const bool added : {true, false}) {
      for (const auto& [hunk, chunks] : m_ranges) {
        read_hunk(m_file.hunks[static_cast<std::size_t>(hunk)], chunks, added);
      }
    }
  }

  void each_need(const std::function<void(UnitNeed)>& take) const {
    for (const bool added : {true, false}) {
      const Side& side = added ? m_added : m_removed;
      const Side& other = added ? m_removed : m_added;
      for (const auto& [unit, words] : side.uses) {
        for (const std::string& word : words) {
          const auto found = side.imports.find(word);
          if (found == side.imports.end() || other.imports.count(word) != 0 ||
              found->second.count(unit) != 0) {
            continue;
          }
          for (const std::size_t importer : found->second) {
            UnitNeed need;
            need.user = added ? unit : importer;
            need.owner = added ? importer : unit;
            need.name = word;
            need.strong = true;
            need.import = added ? ImportEnd::owner : ImportEnd::user;
            take(need);
          }
        }
      }
    }
  }

private:
  using Ranges = std::vector<std::pair<const Chunk*, std::size_t>>;

  void read_hunk(const Hunk& hunk, const Ranges& chunks, bool added) {
    CodeReader reader(m_language);
    bool listed = false; // within the brackets of an import
    for (const DiffLine& line : hunk.lines) {
      if (line.kind == (added ? LineKind::removed : LineKind::added)) {
        continue;
      }
      const std::string code = reader.code_of(line.text);
      const bool begins = is_import(code, m_language);
      const bool is_one = listed || begins;
      if (line.kind != LineKind::context) {
        note(unit_at(chunks, added ? line.new_line : line.old_line, added), line.text, code, is_one,
             listed && !begins, added);
      }
      const std::string_view end = trim(code);
      listed = begins ? end.ends_with("(") || end.ends_with("{") || end.ends_with(",")
                      : listed && end.find_first_of(")}") == std::string_view::npos;
    }
  }

  static std::size_t unit_at(const Ranges& chunks, int line, bool added) {
    for (const auto& [chunk, unit] : chunks) {
      const int first = added ? chunk->new_start : chunk->old_start;
      const int count = added ? chunk->new_lines : chunk->old_lines;
      if (line >= first && line < first + count) {
        return unit;
      }
    }
    return chunks.front().second;
  }

  void note(std::size_t unit, std::string_view line, std::string_view code, bool import,
            bool listed, bool added) {
    Side& side = added ? m_added : m_removed;
    if (import) {
      each_brought(line, m_language, listed, [&](std::string_view name) {
        side.imports[is_folded(m_language) ? folded(name) : std::string(name)].insert(unit);
      });
      return;
    }
    each_identifier(code, [&](std::string_view name) {
      side.uses[unit].insert(is_folded(m_language) ? folded(name) : std::string(name));
    });
  }

  const FileChange& m_file;
  const Language& m_language;
  std::map<int, Ranges> m_ranges; // by hunk
  Side m_added;
  Side m_removed;
};

} // namespace

void each_import_need(const ChangeSet& changes, const Report& report,
                      const std::vector<SplitUnit>& units,
                      const std::function<void(UnitNeed)>& take) {
  constexpr std::size_t k_most_chunks = 500;                 // of a file; more is a sweep
  std::map<std::size_t, std::vector<std::size_t>> chunks_of; // by file
  std::map<std::size_t, std::size_t> unit_of;
  std::map<std::size_t, std::set<std::size_t>> units_of;
  for (std::size_t unit = 0; unit < units.size(); ++unit) {
    for (const std::size_t chunk : units[unit].chunks) {
      chunks_of[report.chunks[chunk].file].push_back(chunk);
      units_of[report.chunks[chunk].file].insert(unit);
      unit_of[chunk] = unit;
    }
  }
  for (const auto& [file, chunks] : chunks_of) {
    if (units_of[file].size() > 1 && chunks.size() <= k_most_chunks &&
        has_imports(language_of(changes.files[file].path()))) {
      FileImports imports(changes.files[file], report, chunks, unit_of);
      imports.read();
      imports.each_need(take);
    }
  }
}

std::vector<Draft> with_imports(const std::vector<SplitUnit>& units,
                                const std::vector<UnitNeed>& needs, std::vector<Draft> drafts) {
  constexpr int k_few_lines = 6;
  std::map<std::size_t, std::size_t> draft_of;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    for (const std::size_t unit : drafts[i].units) {
      draft_of[unit] = i;
    }
  }
  std::map<std::size_t, std::map<std::size_t, int>> uses; // importer -> draft -> uses
  for (const UnitNeed& need : needs) {
    if (need.import != ImportEnd::none) {
      const bool owner = need.import == ImportEnd::owner;
      ++uses[owner ? need.owner : need.user][draft_of.at(owner ? need.user : need.owner)];
    }
  }
  for (const auto& [importer, by_draft] : uses) {
    const std::size_t home = draft_of.at(importer);
    if (units[importer].at_stake || units[importer].lines > k_few_lines ||
        by_draft.count(home) != 0) {
      continue;
    }
    const std::size_t to =
        std::max_element(by_draft.begin(), by_draft.end(), [](const auto& a, const auto& b) {
          return a.second < b.second;
        })->first;
    std::vector<std::size_t>& from = drafts[home].units;
    from.erase(std::find(from.begin(), from.end(), importer));
    std::vector<std::size_t>& into = drafts[to].units;
    into.insert(std::lower_bound(into.begin(), into.end(), importer), importer);
    draft_of[importer] = to;
  }
  drafts.erase(std::remove_if(drafts.begin(), drafts.end(),
                              [](const Draft& draft) { return draft.units.empty(); }),
               drafts.end());
  return drafts;
}

} // namespace leadline
