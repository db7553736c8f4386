#include "app/render/html.hpp"

#include "app/render/diff_map.hpp"
#include "app/render/markdown_parts.hpp"
#include "app/render/markup.hpp"
#include "app/render/neutralize.hpp"
#include "app/render/words.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <map>

namespace leadline {
namespace {

constexpr int k_map_cells = 120;

constexpr const char* k_style = R"(
:root { color-scheme: light dark; --line: #8886; --critical: #b3201b; --high: #b3201b; --medium: #8a5a00; --low: #0b6171; }
@media (prefers-color-scheme: dark) { :root { --critical: #ff8a80; --high: #ff8a80; --medium: #ffc947; --low: #6fd3e3; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } h3 { font-size: 1rem; margin-bottom: .2rem; }
code { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; }
article { border-left: .3rem solid var(--line); padding-left: 1rem; margin: 1.5rem 0; }
.critical { border-color: var(--critical); } .high { border-color: var(--high); }
.medium { border-color: var(--medium); } .low { border-color: var(--low); }
.map { display: flex; height: 2rem; border: 1px solid var(--line); } .map span { flex: 1; }
.map .found { outline: 2px solid var(--critical); z-index: 1; }
.key span { display: inline-block; width: 1em; height: 1em; vertical-align: -0.1em; }
ul.key { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; }
)";

// Told apart also by people who see few colours (https://jfly.uni-koeln.de/color/); repeated when
// they end.
constexpr const char* k_colors[] = {"#56b4e9", "#e69f00", "#009e73", "#cc79a7",
                                    "#0072b2", "#d55e00", "#f0e442", "#999999"};

std::string color_of(int domain) {
  return domain < 0 ? "transparent"
                    : k_colors[static_cast<std::size_t>(domain) % std::size(k_colors)];
}

std::string code(std::string_view text) { return "<code>" + markup_escaped(text) + "</code>"; }

std::string list_of(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) {
    text += "<li>" + markup_escaped(item) + "</li>\n";
  }
  return text.empty() ? "" : "<ul>\n" + text + "</ul>\n";
}

std::string finding_of(const Finding& finding, std::size_t number,
                       const std::vector<FindingNote>& notes) {
  const std::string place =
      finding.line > 0 ? fmt::format("{}:{}", finding.path, finding.line) : finding.path;
  std::string text = fmt::format(
      "<article class=\"{0}\" id=\"{1}\">\n<h3>{2}. {0}: {3}</h3>\n<p>{4}{5}</p>\n",
      name_of(finding.severity), markup_escaped(finding.id), number, markup_escaped(finding.title),
      code(place), finding.side == Side::base ? " (old)" : "");
  for (const FindingNote& note : notes) {
    if (note.finding_id == finding.id) {
      text += "<p class=\"note\">" + markup_escaped(note.text) + "</p>\n";
    }
  }
  if (finding.setting) {
    text += fmt::format("<p>{}: {} → {}</p>\n", code(finding.setting->key),
                        code(shown_value(finding.setting->old_value)),
                        code(shown_value(finding.setting->new_value)));
  }
  for (const std::string_view line : split_lines(finding.message)) {
    if (!trim(line).empty()) {
      text += "<p>" + markup_escaped(trim(line)) + "</p>\n";
    }
  }
  text += list_of(finding.reasons);
  if (const std::string burial = burial_sentence(finding); !burial.empty()) {
    text += "<p>" + markup_escaped(burial) + "</p>\n";
  }
  if (!finding.suggestion.empty() && is_plain(finding.suggestion)) {
    text += "<p>Put it back: " + code(finding.suggestion) + "</p>\n";
  }
  for (const std::string& reference : finding.references) {
    if (reference.rfind("https://", 0) == 0) {
      text += fmt::format("<p>Source: <a rel=\"noreferrer\" href=\"{0}\">{0}</a></p>\n",
                          markup_escaped(reference));
    }
  }
  return text + fmt::format("<p>Rule {}, finding {}</p>\n</article>\n", code(finding.rule),
                            code(finding.id));
}

std::string map_section(const Report& report) {
  const DiffMap map = map_of(report, k_map_cells);
  if (map.cells.empty()) {
    return "";
  }
  std::string cells;
  for (const DiffMap::Cell& cell : map.cells) {
    cells += fmt::format("<span{} style=\"background:{}\"></span>",
                         cell.finding >= 0 ? " class=\"found\"" : "", color_of(cell.domain));
  }
  std::string key;
  for (std::size_t i = 0; i < map.domains.size(); ++i) {
    key += fmt::format("<li><span style=\"background:{}\"></span> {}: {}</li>\n",
                       color_of(static_cast<int>(i)), markup_escaped(map.domains[i].name),
                       counted(map.domains[i].changed_lines, "changed line"));
  }
  return fmt::format("<h2>The diff, from its first line to its last</h2>\n<div class=\"map\" "
                     "role=\"img\" aria-label=\"Map of "
                     "{}; findings are outlined\">{}</div>\n<ul class=\"key\">\n{}</ul>\n",
                     counted(report.stats.diff_lines, "diff line"), cells, key);
}

std::string split_table(const Report& report) {
  const SplitPlan& plan = report.split;
  if (plan.groups.empty()) {
    return "";
  }
  if (!plan.recommended) {
    return "<h2>Reviews well as it is</h2>\n" + list_of(plan.reasons);
  }
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < plan.groups.size(); ++i) {
    places.emplace(plan.groups[i].id, i + 1);
  }
  std::string text = fmt::format(
      "<h2>Split it into "
      "{}</h2>\n{}<table>\n<thead><tr><th>Merge</th><th>Group</th><th>Files</th><th>Lines</"
      "th><th>Findings</th><th>After</th></tr></thead>\n<tbody>\n",
      counted(static_cast<long>(plan.groups.size()), "pull request"), list_of(plan.reasons));
  for (std::size_t i = 0; i < plan.groups.size(); ++i) {
    const SplitGroup& group = plan.groups[i];
    std::string after;
    for (const std::string& id : group.depends_on) {
      const auto found = places.find(id);
      after += (after.empty() ? "" : ", ") +
               (found == places.end() ? markup_escaped(id) : std::to_string(found->second));
    }
    text += fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>+{} −{}</td><td>{}</td><td>{}</td></tr>\n", i + 1,
        markup_escaped(group.title), grouped(group.files), grouped(group.additions),
        grouped(group.deletions), severity_counts(report, group), after);
  }
  return text + "</tbody>\n</table>\n";
}

std::string skipped_section(const Report& report) {
  if (report.coverage.skipped.empty()) {
    return "";
  }
  std::vector<std::string> items;
  for (const Skipped& skipped : report.coverage.skipped) {
    items.push_back(skipped.path + ": " + skipped.why);
  }
  return "<h2>Not analysed</h2>\n" + list_of(items);
}

} // namespace

std::string render_html(const Report& report, const std::vector<FindingNote>& notes) {
  const std::string title = markup_escaped(headline(report));
  std::string text =
      fmt::format("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                  "style-src 'unsafe-inline'\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<title>leadline: "
                  "{0}</title>\n<style>{1}</style>\n</head>\n<body>\n<main>\n<h1>{2}: {0}</h1>\n",
                  title, k_style, conclusion_words(report.verdict.conclusion));
  text += list_of(report.verdict.reasons);
  text += "<p>leadline " + markup_escaped(coverage_sentence(report.coverage)) + ".</p>\n";
  text += map_section(report);
  if (!report.findings.empty()) {
    text += "<h2>Findings, most urgent first</h2>\n";
  }
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    text += finding_of(report.findings[i], i + 1, notes);
  }
  text += skipped_section(report);
  text += split_table(report);
  return text + "</main>\n</body>\n</html>\n";
}

} // namespace leadline
