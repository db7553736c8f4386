#include "analyzers/domains/chunks.hpp"

#include "analyzers/domains/label_lines.hpp"
#include "analyzers/domains/line_pairs.hpp"
#include "analyzers/domains/line_scores.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace leadline {
namespace {

// Code speaks about everything; its words count for less than those of configuration.
constexpr double k_code_words = 0.4;
constexpr std::size_t k_evidence = 3;

// The smallest piece a run is cut into, and what it says.
struct Unit {
  LinePair lines;
  Scores scores;
  bool has_setting = false;
};

class FileChunker {
public:
  FileChunker(const FileToChunk& input, DomainTable& domains)
      : m_input(input), m_domains(domains), m_file_scores(scores_of_file(input, domains)),
        m_settings(input.settings) {
    const FileRole role = input.role;
    if (!input.noise.empty()) {
      m_fixed = role == FileRole::lock ? "dependencies" : "generated";
      m_fixed_evidence = input.noise;
    } else if (role == FileRole::tests || role == FileRole::docs || role == FileRole::lock) {
      m_fixed = default_domain(role);
      m_fixed_evidence = std::string(name_of(role)) + " file";
    } else if (role == FileRole::reference) {
      // Its lines speak of everything that they describe.
      const std::vector<DomainTable::Hit> hits = domains.path_hits(input.file->path());
      m_fixed = hits.empty() ? default_domain(role) : domains.at(hits.front().domain).id;
      m_fixed_evidence = std::string(name_of(role)) + " file";
    }
  }

  std::vector<Chunk> run() {
    const FileChange& file = *m_input.file;
    if (file.has_file_level_change()) {
      add_whole_file();
    }
    for (std::size_t h = 0; h < file.hunks.size(); ++h) {
      cut_hunk(static_cast<int>(h));
    }
    return std::move(m_chunks);
  }

private:
  void add_whole_file() {
    Chunk chunk = blank(-1);
    chunk.diff_line = m_input.file->diff_line;
    finish(chunk, m_file_scores, best_of(m_file_scores));
    m_chunks.push_back(chunk);
  }

  Chunk blank(int hunk) const {
    Chunk chunk;
    chunk.path = m_input.file->path();
    chunk.old_path = m_input.file->old_path;
    chunk.file = m_input.index;
    chunk.hunk = hunk;
    chunk.noise = !m_input.noise.empty();
    return chunk;
  }

  void cut_hunk(int hunk_index) {
    const Hunk& hunk = m_input.file->hunks[static_cast<std::size_t>(hunk_index)];
    int old_before = hunk.old_lines == 0 ? hunk.old_start : hunk.old_start - 1;
    int new_before = hunk.new_lines == 0 ? hunk.new_start : hunk.new_start - 1;
    std::vector<const DiffLine*> removed;
    std::vector<const DiffLine*> added;
    const auto flush = [&] {
      if (!removed.empty() || !added.empty()) {
        cut_run(hunk_index, removed, added, old_before, new_before);
      }
      removed.clear();
      added.clear();
    };
    for (const DiffLine& line : hunk.lines) {
      if (line.kind == LineKind::context) {
        flush();
        old_before = line.old_line;
        new_before = line.new_line;
      } else {
        (line.kind == LineKind::removed ? removed : added).push_back(&line);
      }
    }
    flush();
  }

  // Cuts one run and moves the two places behind it.
  void cut_run(int hunk, const std::vector<const DiffLine*>& removed,
               const std::vector<const DiffLine*>& added, int& old_before, int& new_before) {
    std::vector<Unit> units;
    for (const LinePair& pair : pair_lines(removed, added, m_settings)) {
      units.push_back(unit(pair));
    }
    const std::vector<std::size_t> domains = label(units);
    for (std::size_t first = 0; first < units.size();) {
      std::size_t end = first + 1;
      while (end < units.size() && domains[end] == domains[first]) {
        ++end;
      }
      m_chunks.push_back(
          make_chunk(hunk, units, first, end, domains[first], old_before, new_before));
      first = end;
    }
  }

  Unit unit(const LinePair& pair) const {
    Unit made;
    made.lines = pair;
    if (!m_fixed.empty()) {
      return made;
    }
    std::span<const std::size_t> old_settings;
    if (pair.removed != nullptr) {
      old_settings = m_settings.at_old(pair.removed->old_line);
      add_settings(made, old_settings, {});
    }
    if (pair.added != nullptr) {
      add_settings(made, m_settings.at_new(pair.added->new_line), old_settings);
    }
    const double share = (pair.removed != nullptr && pair.added != nullptr ? 0.5 : 1.0) *
                         (m_input.role == FileRole::code ? k_code_words : 1.0);
    for (const DiffLine* line : {pair.removed, pair.added}) {
      if (line != nullptr) {
        made.scores.add_all(scores_of_text(line->text, m_domains), share);
      }
    }
    return made;
  }

  // Adds what the settings of a line say; those in `told` have spoken already.
  void add_settings(Unit& made, std::span<const std::size_t> settings,
                    std::span<const std::size_t> told) const {
    made.has_setting = made.has_setting || !settings.empty();
    for (const std::size_t setting : settings) {
      if (std::find(told.begin(), told.end(), setting) == told.end()) {
        made.scores.add_all(scores_of_setting(m_input.settings[setting], m_input.role, m_domains),
                            1);
      }
    }
  }

  std::vector<std::size_t> label(const std::vector<Unit>& units) {
    if (!m_fixed.empty()) {
      return std::vector<std::size_t>(units.size(), m_domains.require(m_fixed));
    }
    const FileStatus status = m_input.file->status;
    if (status == FileStatus::added || status == FileStatus::removed) {
      return std::vector<std::size_t>(units.size(), best_of(sum(units, 0, units.size())));
    }
    std::vector<const Scores*> scores;
    scores.reserve(units.size());
    for (const Unit& unit : units) {
      scores.push_back(&unit.scores);
    }
    return label_lines(scores, m_file_scores, m_domains.size());
  }

  Scores sum(const std::vector<Unit>& units, std::size_t first, std::size_t end) const {
    Scores total = m_file_scores;
    for (std::size_t u = first; u < end; ++u) {
      total.add_all(units[u].scores, 1);
    }
    return total;
  }

  std::size_t best_of(const Scores& scores) {
    const auto best =
        std::max_element(scores.entries.begin(), scores.entries.end(),
                         [](const Scores::Entry& a, const Scores::Entry& b) {
                           return a.score < b.score || (a.score == b.score && a.domain > b.domain);
                         });
    return best == scores.entries.end() ? m_domains.require(default_domain(m_input.role))
                                        : best->domain;
  }

  Chunk make_chunk(int hunk, const std::vector<Unit>& units, std::size_t first, std::size_t end,
                   std::size_t domain, int& old_before, int& new_before) {
    Chunk chunk = blank(hunk);
    bool has_setting = false;
    for (std::size_t u = first; u < end; ++u) {
      has_setting = has_setting || units[u].has_setting;
      for (const DiffLine* line : {units[u].lines.removed, units[u].lines.added}) {
        if (line != nullptr && (chunk.diff_line == 0 || line->diff_line < chunk.diff_line)) {
          chunk.diff_line = line->diff_line;
        }
      }
      chunk.old_lines += units[u].lines.removed != nullptr ? 1 : 0;
      chunk.new_lines += units[u].lines.added != nullptr ? 1 : 0;
    }
    chunk.old_start = chunk.old_lines > 0 ? old_before + 1 : old_before;
    chunk.new_start = chunk.new_lines > 0 ? new_before + 1 : new_before;
    old_before += chunk.old_lines;
    new_before += chunk.new_lines;
    finish(chunk, sum(units, first, end), domain);
    if (!chunk.noise && !has_setting && m_fixed.empty()) {
      mark_formatting(chunk, units, first, end);
    }
    return chunk;
  }

  void finish(Chunk& chunk, const Scores& scores, std::size_t domain) {
    if (!m_fixed.empty()) {
      chunk.domain = m_fixed;
      chunk.confidence = 1;
      chunk.evidence = {m_fixed_evidence};
      return;
    }
    chunk.domain = m_domains.at(domain).id;
    double total = 0;
    double own = 0;
    for (const Scores::Entry& entry : scores.entries) {
      total += entry.score;
      if (entry.domain == domain) {
        own = entry.score;
        chunk.evidence.push_back(entry.evidence);
      }
    }
    add_evidence(chunk, m_file_scores, domain);
    // How far ahead of the others, and how much evidence there is at all.
    const double share = total > 0 ? own / total : 0;
    chunk.confidence = std::round(100 * share * (1 - std::exp(-(own + 0.5)))) / 100;
    if (chunk.evidence.empty()) {
      chunk.evidence.push_back("neighbouring lines");
    }
  }

  static void add_evidence(Chunk& chunk, const Scores& scores, std::size_t domain) {
    for (const Scores::Entry& entry : scores.entries) {
      if (entry.domain == domain && chunk.evidence.size() < k_evidence &&
          std::find(chunk.evidence.begin(), chunk.evidence.end(), entry.evidence) ==
              chunk.evidence.end()) {
        chunk.evidence.push_back(entry.evidence);
      }
    }
  }

  // White space or comments only: nothing that a program reads.
  void mark_formatting(Chunk& chunk, const std::vector<Unit>& units, std::size_t first,
                       std::size_t end) const {
    std::string old_text;
    std::string new_text;
    bool comments = true;
    for (std::size_t u = first; u < end; ++u) {
      for (const DiffLine* line : {units[u].lines.removed, units[u].lines.added}) {
        if (line == nullptr) {
          continue;
        }
        comments =
            comments && (trim(line->text).empty() || is_comment_line(chunk.path, line->text));
        std::string& text = line->kind == LineKind::removed ? old_text : new_text;
        std::copy_if(line->text.begin(), line->text.end(), std::back_inserter(text),
                     [](char c) { return c != ' ' && c != '\t' && c != '\r'; });
      }
    }
    if (old_text == new_text) {
      chunk.noise = true;
      chunk.domain = "formatting";
      chunk.evidence = {"white space only"};
      chunk.confidence = 1;
    } else if (comments) {
      chunk.noise = true;
      chunk.evidence.insert(chunk.evidence.begin(), "comments only");
    }
  }

  const FileToChunk& m_input;
  DomainTable& m_domains;
  Scores m_file_scores;
  LineSettings m_settings;
  std::string m_fixed; // the domain of every line, "" when lines decide
  std::string m_fixed_evidence;
  std::vector<Chunk> m_chunks;
};

} // namespace

std::vector<Chunk> chunk_file(const FileToChunk& input, DomainTable& domains) {
  return FileChunker(input, domains).run();
}

} // namespace leadline
