#include "app/render/text.hpp"

#include "app/render/diff_map.hpp"
#include "app/render/neutralize.hpp"
#include "app/render/utf8.hpp"
#include "app/render/words.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

namespace leadline {
namespace {

constexpr int k_least_width = 40;
constexpr int k_most_width = 110; // longer lines of prose are hard to read
constexpr int k_label = 10;       // columns of "CRITICAL  "
constexpr std::size_t k_most_skipped = 20;
constexpr std::size_t k_most_groups = 30;

// Domains are told apart by their letters; colours, in turn, make the runs visible.
Paint paint_of_domain(int domain) {
  constexpr Paint k_paints[] = {Paint::blue, Paint::green, Paint::magenta, Paint::cyan};
  return domain < 0 ? Paint::dim : k_paints[static_cast<std::size_t>(domain) % std::size(k_paints)];
}

std::string upper(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return made;
}

// Writes the sections into one text; knows the page.
class Page {
public:
  explicit Page(const TextStyle& style) : m_style(style) {
    m_style.width = std::clamp(style.width, k_least_width, k_most_width);
    m_indent = m_style.width < 60 ? 2 : k_label;
  }

  std::string take() { return std::move(m_text); }

  void verdict(const Report& report);
  void findings(const Report& report);
  void map(const Report& report);
  void coverage(const Report& report);
  void split(const Report& report);

private:
  void line(const std::string& text) { m_text += text + "\n"; }
  void blank() { m_text += "\n"; }
  std::string paint(Paint paint, std::string_view text) const {
    return painted(m_style, paint, text);
  }

  // `text` in lines below a margin of `margin` columns; `first` stands in the margin of the first
  // line.
  void block(int margin, std::string_view text, Paint kind = Paint::none,
             std::string_view first = "") {
    std::string start = padded(first, margin);
    for (const std::string_view part : split_lines(text)) {
      for (const std::string& piece : wrapped(visible(part), m_style.width - margin)) {
        if (!piece.empty()) {
          line(start + paint(kind, piece));
          start = std::string(static_cast<std::size_t>(margin), ' ');
        }
      }
    }
  }

  void finding(const Finding& finding, std::size_t number);
  void short_finding(const Finding& finding);
  void legend(const DiffMap& map, const std::string& letters);
  void groups(const Report& report);

  TextStyle m_style;
  int m_indent = k_label;
  std::string m_text;
};

void Page::verdict(const Report& report) {
  const Conclusion conclusion = report.verdict.conclusion;
  const bool passed = conclusion == Conclusion::success;
  const std::string word = passed                              ? "PASSED"
                           : conclusion == Conclusion::failure ? "FAILED"
                                                               : "ACTION REQUIRED";
  const Paint kind = passed ? Paint::good : Paint::critical;
  const std::string first = paint(kind, word) + "  ";
  const int margin = static_cast<int>(word.size()) + 2;
  bool begun = false;
  for (const std::string& piece : wrapped(headline(report), m_style.width - margin)) {
    line((begun ? std::string(static_cast<std::size_t>(margin), ' ') : first) +
         paint(Paint::bold, piece));
    begun = true;
  }
  for (const std::string& reason : report.verdict.reasons) {
    block(4, shortened(reason, 500), Paint::none, "  - ");
  }
  blank();
}

void Page::finding(const Finding& finding, std::size_t number) {
  const Paint kind = paint_of(finding.severity);
  const std::string margin(static_cast<std::size_t>(m_indent), ' ');
  const std::string label = padded(upper(name_of(finding.severity)), k_label);
  const auto room = static_cast<std::size_t>(m_style.width - k_label - 16);
  std::string place = shortened(finding.path, room);
  if (finding.line > 0) {
    place += fmt::format(":{}{}", finding.line, finding.side == Side::base ? " (old)" : "");
  }
  line(fmt::format("{}{} {}", paint(kind, label), paint(Paint::dim, std::to_string(number)),
                   paint(Paint::bold, place)));
  block(m_indent, shortened(finding.title, 300), Paint::bold);
  if (finding.setting) {
    const FindingSetting& setting = *finding.setting;
    const std::string old_value = shortened(shown_value(setting.old_value), 60);
    const std::string after = shortened(shown_value(setting.new_value), 60);
    const std::string key = shortened(setting.key, 100);
    const std::string before = fmt::format("{}: {} -> ", key, old_value);
    if (m_indent + columns(before) + columns(after) <= m_style.width) {
      line(margin + before + paint(kind, after));
    } else {
      block(m_indent, before + after);
    }
  }
  block(m_indent, finding.message);
  for (const std::string& reason : finding.reasons) {
    block(m_indent + 2, shortened(reason, 500), Paint::none, margin + "- ");
  }
  block(m_indent, burial_sentence(finding), Paint::dim);
  if (!finding.suggestion.empty() && is_plain(finding.suggestion)) {
    block(m_indent, "put it back: " + std::string(trim(finding.suggestion)));
  }
  for (const std::string& reference : finding.references) {
    if (reference.rfind("https://", 0) == 0) { // whole, so that it can be opened
      line(margin + paint(Paint::dim, "source: " + visible(reference)));
    }
  }
  line(margin + paint(Paint::dim, visible(finding.rule) + "  " + visible(finding.id)));
  blank();
}

void Page::short_finding(const Finding& finding) {
  const std::string label = padded(upper(name_of(finding.severity)), k_label);
  const std::string rest = fmt::format("{}:{}  {}", finding.path, finding.line, finding.title);
  line(paint(paint_of(finding.severity), label) +
       shortened(rest, static_cast<std::size_t>(m_style.width - k_label)));
}

void Page::findings(const Report& report) {
  std::size_t remarks = 0;
  bool shortened_some = false;
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    remarks += report.findings[i].severity == Severity::low ? 1 : 0;
    if (i < k_full_findings && remarks <= k_full_remarks) {
      finding(report.findings[i], i + 1);
    } else {
      short_finding(report.findings[i]);
      shortened_some = true;
    }
  }
  if (shortened_some) {
    blank();
  }
}

// "T tls 312   L logging 120" of the domains that the row shows.
void Page::legend(const DiffMap& map, const std::string& letters) {
  const std::string margin(static_cast<std::size_t>(m_indent), ' ');
  std::string row;
  for (const DiffMap::Domain& domain : map.domains) {
    if (letters.find(domain.letter) == std::string::npos) {
      continue;
    }
    const std::string entry = fmt::format("{} {} {}", domain.letter, shortened(domain.name, 30),
                                          grouped(domain.changed_lines));
    if (!row.empty() && columns(row) + 3 + columns(entry) > m_style.width - m_indent) {
      line(margin + paint(Paint::dim, row));
      row.clear();
    }
    row += (row.empty() ? "" : "   ") + entry;
  }
  line(margin + paint(Paint::dim, row));
}

void Page::map(const Report& report) {
  const DiffMap map = map_of(report, std::min(60, m_style.width - m_indent));
  if (map.cells.empty() || map.domains.empty()) {
    return;
  }
  std::string row;
  std::string marks;
  std::string letters;
  bool marked = false;
  for (const DiffMap::Cell& cell : map.cells) {
    const char letter =
        cell.domain < 0 ? '.' : map.domains[static_cast<std::size_t>(cell.domain)].letter;
    letters += letter;
    if (cell.finding < 0) {
      row += paint(paint_of_domain(cell.domain), std::string(1, letter));
      marks += ' ';
      continue;
    }
    const Finding& finding = report.findings[static_cast<std::size_t>(cell.finding)];
    row += paint(paint_of(finding.severity), std::string(1, letter));
    marks += paint(paint_of(finding.severity),
                   cell.finding < 9 ? std::to_string(cell.finding + 1) : "^");
    marked = true;
  }
  const std::string margin(static_cast<std::size_t>(m_indent), ' ');
  line(m_indent < k_label ? "MAP\n" + margin + row : padded("MAP", m_indent) + row);
  if (marked) {
    line(margin + marks.substr(0, marks.find_last_not_of(' ') + 1));
  }
  legend(map, letters);
  blank();
}

void Page::coverage(const Report& report) {
  const std::string sentence = coverage_sentence(report.coverage);
  const std::string noise = report.stats.noise_lines > 0
                                ? fmt::format("; {} generated, moved or only laid out anew",
                                              counted(report.stats.noise_lines, "line"))
                                : "";
  block(k_label, sentence + noise, Paint::none, "COVERAGE");
  const std::vector<Skipped>& skipped = report.coverage.skipped;
  for (std::size_t i = 0; i < skipped.size() && i < k_most_skipped; ++i) {
    block(k_label + 2,
          fmt::format("{}: {}", shortened(skipped[i].path, 200), shortened(skipped[i].why, 200)),
          Paint::medium, std::string(k_label, ' ') + "! ");
  }
  if (skipped.size() > k_most_skipped) {
    block(k_label, fmt::format("and {} more", skipped.size() - k_most_skipped), Paint::medium);
  }
}

void Page::groups(const Report& report) {
  struct Row {
    std::string title;
    std::string size;
    std::string rest; // findings and what it comes after
  };
  const std::vector<SplitGroup>& all = report.split.groups;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < all.size(); ++i) {
    places.emplace(all[i].id, i + 1);
  }
  std::vector<Row> rows;
  int title_width = 0;
  int size_width = 0;
  for (std::size_t i = 0; i < all.size() && i < k_most_groups; ++i) {
    const SplitGroup& group = all[i];
    std::string rest = severity_counts(report, group);
    std::string before = rest.empty() ? "after " : "; after ";
    for (const std::string& id : group.depends_on) {
      const auto found = places.find(id);
      rest += before + (found == places.end() ? shortened(id, 30) : std::to_string(found->second));
      before = ", ";
    }
    rows.push_back({shortened(group.title, 40),
                    fmt::format("{}, +{} -{}", counted(group.files, "file"),
                                grouped(group.additions), grouped(group.deletions)),
                    rest});
    title_width = std::max(title_width, columns(rows.back().title));
    size_width = std::max(size_width, columns(rows.back().size));
  }
  const int margin = m_style.width < 70 ? 5 : k_label + 3;
  const bool one_line = margin + title_width + 2 + size_width + 2 + 12 <= m_style.width;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    const std::string first = padded_left(std::to_string(i + 1), margin - 2);
    if (one_line) {
      const std::string start =
          fmt::format("{}  {}  {}", first, padded(row.title, title_width), row.size);
      if (row.rest.empty()) {
        line(start);
      }
      block(margin + title_width + size_width + 4, row.rest, Paint::none, start);
    } else {
      block(margin, row.title, Paint::none, first);
      block(margin, row.size + (row.rest.empty() ? "" : "; ") + row.rest);
    }
  }
}

void Page::split(const Report& report) {
  const SplitPlan& plan = report.split;
  if (plan.groups.empty()) {
    return;
  }
  if (!plan.recommended) {
    block(k_label,
          plan.reasons.empty() ? "reviews well as it is" : shortened(plan.reasons.front(), 300),
          Paint::none, "SPLIT");
    return;
  }
  blank();
  block(k_label,
        fmt::format("into {}, merged in this order",
                    counted(static_cast<long>(plan.groups.size()), "pull request")),
        Paint::bold, "SPLIT");
  for (const std::string& reason : plan.reasons) {
    block(k_label + 2, shortened(reason, 300), Paint::none, std::string(k_label, ' ') + "- ");
  }
  groups(report);
  if (plan.groups.size() > k_most_groups) {
    block(k_label, fmt::format("and {} more", plan.groups.size() - k_most_groups));
  }
}

} // namespace

std::string render_text(const Report& report, const TextStyle& style) {
  Page page(style);
  page.verdict(report);
  page.findings(report);
  page.map(report);
  page.coverage(report);
  page.split(report);
  return page.take();
}

} // namespace leadline
