#include "analyzers/risk/hidden_characters.hpp"

#include "analyzers/risk/hidden_text.hpp"
#include "analyzers/risk/identity.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <unordered_set>

namespace leadline {
namespace {

constexpr const char* k_reordering = "hidden.reordering";
constexpr const char* k_invisible = "hidden.invisible";
constexpr std::size_t k_longest_suggestion = 500; // bytes
constexpr std::size_t k_before_shown = 40;        // bytes of a line
constexpr std::size_t k_line_shown = 120;

template <typename List>
bool ends_with_any(std::string_view text, const List& endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return text.ends_with(ending); });
}

bool is_code(std::string_view path) {
  constexpr std::array<std::string_view, 44> k_endings = {
      ".c",   ".cc", ".cpp",   ".cxx",  ".h",   ".hpp", ".go",    ".py",     ".js",  ".jsx", ".mjs",
      ".cjs", ".ts", ".tsx",   ".java", ".kt",  ".kts", ".scala", ".rb",     ".rs",  ".php", ".cs",
      ".fs",  ".m",  ".swift", ".mm",   ".ex",  ".exs", ".erl",   ".hs",     ".clj", ".lua", ".pl",
      ".pm",  ".sh", ".bash",  ".zsh",  ".ps1", ".sql", ".dart",  ".groovy", ".vb",  ".r",   ".jl"};
  return ends_with_any(path, k_endings);
}

// What people read: text, pages, translations.
bool is_text(std::string_view path) {
  constexpr std::array<std::string_view, 20> k_endings = {
      ".html",  ".htm",     ".xhtml", ".svelte", ".vue", ".svg", ".tex", ".po",  ".pot", ".xlf",
      ".xliff", ".strings", ".arb",   ".resx",   ".ftl", ".srt", ".vtt", ".csv", ".tsv", ".ipynb"};
  constexpr std::array<std::string_view, 9> k_folders = {"locale/", "locales/",      "i18n/",
                                                         "l10n/",   "translations/", "lang/",
                                                         "langs/",  "languages/",    "messages/"};
  return ends_with_any(path, k_endings) ||
         std::any_of(k_folders.begin(), k_folders.end(), [&](std::string_view folder) {
           const std::size_t at = path.find(folder);
           return at != std::string_view::npos && (at == 0 || path[at - 1] == '/');
         });
}

enum class Audience { programs, programs_and_people, people };

Audience audience_of(std::string_view path, FileRole role) {
  const bool text = is_text(path) || role == FileRole::docs;
  return !text           ? Audience::programs
         : is_code(path) ? Audience::programs_and_people
                         : Audience::people;
}

// nullopt: nothing to say.
std::optional<Severity> severity_here(HiddenKind kind, Audience audience, const ShownFile& file) {
  int severity = kind == HiddenKind::in_text   ? static_cast<int>(Severity::low)
                 : kind == HiddenKind::in_word ? static_cast<int>(Severity::medium)
                                               : static_cast<int>(Severity::high);
  const bool plain = kind == HiddenKind::in_text || kind == HiddenKind::in_word;
  if (audience != Audience::programs && plain) {
    return std::nullopt;
  }
  if (audience == Audience::people) {
    if (kind == HiddenKind::reorders) {
      return std::nullopt;
    }
    --severity;
  }
  if (file.role == FileRole::tests) {
    severity -= 2;
  } else if (file.role == FileRole::examples) {
    --severity;
  }
  if (!file.noise.empty()) {
    severity -= plain ? 2 : 1;
  }
  return severity < 0 ? std::nullopt : std::optional(static_cast<Severity>(severity));
}

struct Spot {
  HiddenText hidden;
  const DiffLine* line = nullptr;
  Severity severity = Severity::low;
};

std::string title_of(const Spot& spot, std::size_t more) {
  const std::string name = name_of_hidden(spot.hidden.character);
  std::string title;
  switch (spot.hidden.kind) {
  case HiddenKind::reorders:
    title = name + ": the line runs in another order than it reads";
    break;
  case HiddenKind::carried:
    title = name + ": the line holds what nobody sees";
    break;
  case HiddenKind::in_word:
  case HiddenKind::in_text:
    title = name + " inside a word: it is not the word that it looks like";
    break;
  }
  if (more > 0) {
    title +=
        more == 1 ? std::string(" (and 1 more line)") : fmt::format(" (and {} more lines)", more);
  }
  return title;
}

std::string effect_of(HiddenKind kind) {
  switch (kind) {
  case HiddenKind::reorders:
    return "Bidirectional controls change the order in which the line is shown, not the order in "
           "which it runs: what looks like a comment or a string can be code, and the other way "
           "round (Trojan Source, CVE-2021-42574).";
  case HiddenKind::carried:
    return "Characters without a shape can be names, end a line or spell a whole program: it runs, "
           "and no reviewer has seen it.";
  case HiddenKind::in_word:
  case HiddenKind::in_text:
    break;
  }
  return "An invisible character makes another word of this one: programs that compare, look up or "
         "connect do not find what the reader sees.";
}

// The line from shortly before the place, with what is hidden written out.
std::string shown_line(const Spot& spot) {
  const std::string& text = spot.line->text;
  std::size_t begin = spot.hidden.at > k_before_shown ? spot.hidden.at - k_before_shown : 0;
  while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) {
    --begin;
  }
  std::string shown = with_hidden_shown(trim(std::string_view(text).substr(begin, k_line_shown)));
  return (begin > 0 ? "..." : "") + to_valid_utf8(shown) +
         (begin + k_line_shown < text.size() ? "..." : "");
}

class Search {
public:
  Search(const ChangeSet& changes, const std::vector<ShownFile>& files, const Policy& policy)
      : m_changes(changes), m_files(files), m_policy(policy) {
    for (const FileChange& file : changes.files) {
      for (const Hunk& hunk : file.hunks) {
        for (const DiffLine& line : hunk.lines) {
          if (line.kind == LineKind::removed && may_hide_text(line.text)) {
            m_gone.insert(trim(line.text));
          }
        }
      }
    }
  }

  // Of one file, by line, only what `rule` is about.
  std::vector<Spot> spots(std::size_t index, std::string_view rule) const {
    std::vector<Spot> found;
    const FileChange& file = m_changes.files[index];
    const auto setting = m_policy.rules.find(std::string(rule));
    if (m_files[index].ignored || (setting != m_policy.rules.end() && !setting->second.enabled)) {
      return found;
    }
    const std::string path = to_lower(file.path());
    const Audience audience = audience_of(path, m_files[index].role);
    const LineReading reading = is_code(path) ? LineReading::code : LineReading::settings;
    std::set<std::string> before;
    for (const Hunk& hunk : file.hunks) {
      for (const DiffLine& line : hunk.lines) {
        if (line.kind == LineKind::removed) {
          for (HiddenText& hidden : hidden_text(line.text, line.old_line, reading)) {
            before.insert(std::move(hidden.around));
          }
        }
      }
    }
    for (const Hunk& hunk : file.hunks) {
      for (const DiffLine& line : hunk.lines) {
        if (line.kind != LineKind::added || !may_hide_text(line.text) ||
            m_gone.count(trim(line.text)) > 0) {
          continue;
        }
        for (HiddenText& hidden : hidden_text(line.text, line.new_line, reading)) {
          const bool reorders = hidden.kind == HiddenKind::reorders;
          const auto severity = severity_here(hidden.kind, audience, m_files[index]);
          if (!severity || (rule == k_reordering) != reorders ||
              (!reorders && before.count(hidden.around) > 0)) {
            continue;
          }
          found.push_back({std::move(hidden), &line, *severity});
          break; // a line is told once
        }
      }
    }
    if (setting != m_policy.rules.end() && setting->second.severity) {
      for (Spot& spot : found) {
        spot.severity = std::min(spot.severity, *setting->second.severity);
      }
    }
    return found;
  }

private:
  const ChangeSet& m_changes;
  const std::vector<ShownFile>& m_files;
  const Policy& m_policy;
  std::unordered_set<std::string_view> m_gone; // lines that were removed anywhere
};

} // namespace

std::vector<Finding> hidden_findings(const ChangeSet& changes, const std::vector<Chunk>& chunks,
                                     const std::vector<LineIndex>& lines,
                                     const std::vector<ShownFile>& files, const Policy& policy,
                                     const Redactor& redactor) {
  const Search search(changes, files, policy);
  std::optional<BurialMap> burial_map; // made when there is something to say
  std::vector<Finding> findings;
  for (std::size_t f = 0; f < changes.files.size(); ++f) {
    for (const char* rule : {k_reordering, k_invisible}) {
      const std::vector<Spot> spots = search.spots(f, rule);
      if (spots.empty()) {
        continue;
      }
      const Spot& first =
          *std::max_element(spots.begin(), spots.end(),
                            [](const Spot& a, const Spot& b) { return a.severity < b.severity; });
      const IndexedLine* line = lines[f].find(first.line->diff_line);
      if (line == nullptr) {
        continue;
      }
      if (!burial_map) {
        burial_map.emplace(changes, chunks);
      }
      Finding finding;
      finding.rule = rule;
      finding.severity = first.severity;
      finding.confidence = first.hidden.kind == HiddenKind::in_text ? 0.5 : 0.9;
      finding.path = changes.files[f].path();
      finding.line = first.line->new_line;
      finding.diff_line = first.line->diff_line;
      finding.domain = chunks[line->chunk].domain;
      finding.burial = burial_map->of(finding.domain, f, finding.diff_line);
      Identity identity; // who says that these lines are meant has not said it of others
      for (const Spot& spot : spots) {
        identity.new_value += std::string(trim(spot.line->text)) + '\n';
      }
      identify(finding, identity);
      finding.title = title_of(first, spots.size() - 1);
      finding.message =
          effect_of(first.hidden.kind) + "\n\nEasy to miss here: no diff shows it; " +
          BurialMap::describe(finding.burial, f, changes.files.size(), finding.domain) +
          ".\n\nBefore merging: Take it out, or write it as an escape that can be seen.";
      const std::string shown = shown_line(first);
      if (!redactor.may_hold_secret(first.line->text)) {
        finding.reasons.push_back("stored as: " + to_valid_utf8(redactor.text(shown)));
        const std::string clean = without_hidden(first.line->text);
        if (first.hidden.kind == HiddenKind::in_word && clean.size() <= k_longest_suggestion &&
            to_valid_utf8(clean) == clean) {
          finding.suggestion = clean.ends_with('\r') ? clean.substr(0, clean.size() - 1) : clean;
        }
      }
      finding.references = {first.hidden.kind == HiddenKind::reorders
                                ? "https://trojansource.codes"
                                : "https://www.unicode.org/reports/tr55/"};
      findings.push_back(std::move(finding));
    }
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
  return findings;
}

} // namespace leadline
