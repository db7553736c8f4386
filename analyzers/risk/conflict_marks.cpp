#include "analyzers/risk/conflict_marks.hpp"

#include "analyzers/risk/identity.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace leadline {
namespace {

constexpr char k_rule[] = "conflict.marker";

// Seven signs at the start of the line, then a blank and a name.
bool is_mark(std::string_view line, char sign) {
  return line.size() > 8 && line.substr(0, 7).find_first_not_of(sign) == std::string_view::npos &&
         line[7] == ' ' && line[8] != ' ';
}

struct Marks {
  const DiffLine* first = nullptr;
  bool begins = false;
  bool parts = false;
  bool ends = false;
  std::string text; // of all: who says that these are meant has not said it of others
};

Marks marks_of(const FileChange& file) {
  Marks marks;
  for (const Hunk& hunk : file.hunks) {
    for (const DiffLine& line : hunk.lines) {
      if (line.kind != LineKind::added || line.text.size() < 7) {
        continue;
      }
      const bool begins = is_mark(line.text, '<');
      const bool ends = is_mark(line.text, '>');
      const bool parts = trim(line.text) == "=======";
      if (begins || parts || ends) {
        marks.text += std::string(trim(line.text)) + '\n';
      }
      marks.parts = marks.parts || parts;
      marks.begins = marks.begins || begins;
      marks.ends = marks.ends || ends;
      if ((begins || ends) && marks.first == nullptr) {
        marks.first = &line;
      }
    }
  }
  return marks;
}

Severity severity_here(const Marks& marks, const ShownFile& file) {
  const bool whole = marks.parts ? marks.begins || marks.ends : marks.begins && marks.ends;
  const bool shown_on_purpose = file.role == FileRole::docs || file.role == FileRole::tests;
  return shown_on_purpose || !file.noise.empty() ? Severity::low
         : whole                                 ? Severity::high
                                                 : Severity::medium;
}

} // namespace

std::vector<Finding> conflict_findings(const ChangeSet& changes, const std::vector<Chunk>& chunks,
                                       const std::vector<LineIndex>& lines,
                                       const std::vector<ShownFile>& files, const Policy& policy) {
  std::vector<Finding> findings;
  const auto setting = policy.rules.find(k_rule);
  if (setting != policy.rules.end() && !setting->second.enabled) {
    return findings;
  }
  std::optional<BurialMap> burial_map; // made when there is something to say
  for (std::size_t f = 0; f < changes.files.size(); ++f) {
    const Marks marks = files[f].ignored ? Marks() : marks_of(changes.files[f]);
    const IndexedLine* line =
        marks.first == nullptr ? nullptr : lines[f].find(marks.first->diff_line);
    if (line == nullptr) {
      continue;
    }
    if (!burial_map) {
      burial_map.emplace(changes, chunks);
    }
    Finding finding;
    finding.rule = k_rule;
    finding.severity = severity_here(marks, files[f]);
    if (setting != policy.rules.end() && setting->second.severity) {
      finding.severity = std::min(finding.severity, *setting->second.severity);
    }
    finding.confidence = 0.9;
    finding.path = changes.files[f].path();
    finding.line = marks.first->new_line;
    finding.diff_line = marks.first->diff_line;
    finding.domain = chunks[line->chunk].domain;
    finding.burial = burial_map->of(finding.domain, f, finding.diff_line);
    identify(finding, {.new_value = marks.text});
    finding.title = "the marks of an unfinished merge stand in the file";
    finding.message =
        "Both versions of the lines stand in the file, with marks that no program understands: it "
        "fails at start, or reads one of the two by accident.\n\nEasy to miss here: " +
        BurialMap::describe(finding.burial, f, changes.files.size(), finding.domain) +
        ".\n\nBefore merging: Keep one version and take the marks out.";
    finding.reasons = {"added lines that git writes where two branches disagree"};
    finding.references = {"https://git-scm.com/docs/git-merge#_how_conflicts_are_presented"};
    findings.push_back(std::move(finding));
  }
  return findings;
}

} // namespace leadline
