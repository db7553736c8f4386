#include "analyzers/domains/chunks.hpp"

#include "analyzers/domains/line_scores.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace leadline {
namespace {

// What it costs to change the domain from one line to the next: a lonely line needs more evidence
// than this, twice, to stand alone between lines of another domain.
constexpr double k_switch = 1.6;
// How much of the file's own evidence each line gets.
constexpr double k_file_share = 0.3;
// Code speaks about everything; its words count for less than those of configuration.
constexpr double k_code_words = 0.4;
constexpr std::size_t k_evidence = 3;
constexpr int k_long_setting = 200;

using LinePtr = const DiffLine*;

// The smallest piece a run is cut into: a removed line, an added line, or two that replace each
// other.
struct Unit {
  LinePtr removed = nullptr;
  LinePtr added = nullptr;
  Scores scores;
  bool has_setting = false;
};

class FileChunker {
public:
  FileChunker(const FileToChunk& input, DomainTable& domains)
      : m_input(input), m_domains(domains), m_file_scores(scores_of_file(input, domains)) {
    for (std::size_t i = 0; i < input.settings.size(); ++i) {
      const SettingLine& line = input.settings[i];
      index(m_by_old, line.old_line, line.old_last, i);
      index(m_by_new, line.new_line, line.new_last, i);
    }
    const FileRole role = input.role;
    if (!input.noise.empty()) {
      m_fixed = role == FileRole::lock ? "dependencies" : "generated";
      m_fixed_evidence = input.noise;
    } else if (role == FileRole::tests || role == FileRole::docs || role == FileRole::lock) {
      m_fixed = default_domain(role);
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
  using ByLine = std::unordered_map<int, std::vector<std::size_t>>;

  static void index(ByLine& by_line, int first, int last, std::size_t setting) {
    for (int line = first;
         line > 0 && line <= std::min(std::max(first, last), first + k_long_setting); ++line) {
      by_line[line].push_back(setting);
    }
  }

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
    std::vector<LinePtr> removed;
    std::vector<LinePtr> added;
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
  void cut_run(int hunk, const std::vector<LinePtr>& removed, const std::vector<LinePtr>& added,
               int& old_before, int& new_before) {
    std::vector<Unit> units = align(removed, added);
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

  // Pairs removed lines with the added lines that replace them, in order: settings that were
  // modified are anchors, and between two anchors equally many lines on both sides pair up.
  std::vector<Unit> align(const std::vector<LinePtr>& removed,
                          const std::vector<LinePtr>& added) const {
    std::vector<Unit> units;
    std::size_t r = 0;
    std::size_t a = 0;
    const auto fill = [&](std::size_t r_end, std::size_t a_end) {
      if (r_end - r == a_end - a) {
        while (r < r_end) {
          units.push_back(unit(removed[r++], added[a++]));
        }
      }
      while (r < r_end) {
        units.push_back(unit(removed[r++], nullptr));
      }
      while (a < a_end) {
        units.push_back(unit(nullptr, added[a++]));
      }
    };
    for (const auto& [anchor_r, anchor_a] : anchors(removed, added)) {
      fill(anchor_r, anchor_a);
      units.push_back(unit(removed[r++], added[a++]));
    }
    fill(removed.size(), added.size());
    return units;
  }

  // Pairs (index in removed, index in added) of modified settings, rising on both sides; as many as
  // can be.
  std::vector<std::pair<std::size_t, std::size_t>>
  anchors(const std::vector<LinePtr>& removed, const std::vector<LinePtr>& added) const {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    if (removed.empty() || added.empty()) {
      return pairs;
    }
    std::unordered_map<int, std::size_t> place_of_added;
    for (std::size_t i = 0; i < added.size(); ++i) {
      place_of_added.emplace(added[i]->new_line, i);
    }
    for (std::size_t i = 0; i < removed.size(); ++i) {
      const auto known = m_by_old.find(removed[i]->old_line);
      if (known == m_by_old.end()) {
        continue;
      }
      for (const std::size_t setting : known->second) {
        const SettingLine& line = m_input.settings[setting];
        const auto place = place_of_added.find(line.new_line);
        if (line.old_line == removed[i]->old_line && place != place_of_added.end()) {
          pairs.emplace_back(i, place->second);
          break;
        }
      }
    }
    return rising(pairs);
  }

  // The longest subsequence that also rises strictly in its second part (patience sorting).
  static std::vector<std::pair<std::size_t, std::size_t>>
  rising(const std::vector<std::pair<std::size_t, std::size_t>>& pairs) {
    std::vector<std::size_t> tails;
    std::vector<std::size_t> before(pairs.size(), pairs.size());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const auto at = std::lower_bound(
          tails.begin(), tails.end(), pairs[i].second,
          [&](std::size_t tail, std::size_t place) { return pairs[tail].second < place; });
      if (at != tails.begin()) {
        before[i] = *(at - 1);
      }
      if (at == tails.end()) {
        tails.push_back(i);
      } else {
        *at = i;
      }
    }
    std::vector<std::pair<std::size_t, std::size_t>> chain;
    for (std::size_t i = tails.empty() ? pairs.size() : tails.back(); i < pairs.size();
         i = before[i]) {
      chain.push_back(pairs[i]);
    }
    std::reverse(chain.begin(), chain.end());
    return chain;
  }

  Unit unit(LinePtr removed, LinePtr added) const {
    Unit made;
    made.removed = removed;
    made.added = added;
    if (!m_fixed.empty()) {
      made.has_setting = false;
      return made;
    }
    const std::vector<std::size_t>* old_settings = nullptr;
    if (removed != nullptr) {
      old_settings = add_settings(made, m_by_old, removed->old_line, nullptr);
    }
    if (added != nullptr) {
      add_settings(made, m_by_new, added->new_line, old_settings);
    }
    const double share = (removed != nullptr && added != nullptr ? 0.5 : 1.0) *
                         (m_input.role == FileRole::code ? k_code_words : 1.0);
    for (const LinePtr line : {removed, added}) {
      if (line != nullptr) {
        made.scores.add_all(scores_of_text(line->text, m_domains), share);
      }
    }
    return made;
  }

  // Adds what the settings of a line say; those in `told` have spoken already.
  const std::vector<std::size_t>* add_settings(Unit& made, const ByLine& by_line, int line,
                                               const std::vector<std::size_t>* told) const {
    const auto known = by_line.find(line);
    if (known == by_line.end()) {
      return nullptr;
    }
    made.has_setting = true;
    for (const std::size_t setting : known->second) {
      if (told == nullptr || std::find(told->begin(), told->end(), setting) == told->end()) {
        made.scores.add_all(scores_of_setting(m_input.settings[setting], m_domains), 1);
      }
    }
    return &known->second;
  }

  // The domain of each unit, so that evidence minus the cost of changes is greatest (Viterbi).
  std::vector<std::size_t> label(const std::vector<Unit>& units) {
    if (!m_fixed.empty()) {
      return std::vector<std::size_t>(units.size(), m_domains.require(m_fixed));
    }
    const FileStatus status = m_input.file->status;
    if (status == FileStatus::added || status == FileStatus::removed) {
      return std::vector<std::size_t>(units.size(), best_of(sum(units, 0, units.size())));
    }
    const std::size_t count = m_domains.size();
    std::vector<double> prior(count, 0);
    for (const Scores::Entry& entry : m_file_scores.entries) {
      prior[entry.domain] = entry.score * k_file_share;
    }
    std::vector<double> score(count, 0);
    std::vector<std::size_t> best_before(units.size(), 0);
    std::vector<bool> stays(units.size() * count, true);
    for (std::size_t u = 0; u < units.size(); ++u) {
      const std::size_t best =
          static_cast<std::size_t>(std::max_element(score.begin(), score.end()) - score.begin());
      const double switched = score[best] - k_switch;
      best_before[u] = best;
      for (std::size_t d = 0; d < count; ++d) {
        if (u > 0 && switched > score[d]) {
          score[d] = switched;
          stays[u * count + d] = false;
        }
        score[d] += prior[d];
      }
      for (const Scores::Entry& entry : units[u].scores.entries) {
        score[entry.domain] += entry.score;
      }
    }
    std::vector<std::size_t> domains(units.size());
    std::size_t d =
        static_cast<std::size_t>(std::max_element(score.begin(), score.end()) - score.begin());
    for (std::size_t u = units.size(); u-- > 0;) {
      domains[u] = d;
      d = stays[u * count + d] ? d : best_before[u];
    }
    return domains;
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
      for (const LinePtr line : {units[u].removed, units[u].added}) {
        if (line != nullptr && (chunk.diff_line == 0 || line->diff_line < chunk.diff_line)) {
          chunk.diff_line = line->diff_line;
        }
      }
      chunk.old_lines += units[u].removed != nullptr ? 1 : 0;
      chunk.new_lines += units[u].added != nullptr ? 1 : 0;
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
      for (const LinePtr line : {units[u].removed, units[u].added}) {
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
  ByLine m_by_old;
  ByLine m_by_new;
  std::string m_fixed; // the domain of every line, "" when lines decide
  std::string m_fixed_evidence;
  std::vector<Chunk> m_chunks;
};

} // namespace

std::vector<Chunk> chunk_file(const FileToChunk& input, DomainTable& domains) {
  return FileChunker(input, domains).run();
}

std::vector<ReportHunk> number_chunks(const ChangeSet& changes, std::vector<Chunk>& chunks) {
  std::vector<ReportHunk> hunks;
  std::size_t next = 0;
  for (std::size_t f = 0; f < changes.files.size(); ++f) {
    const FileChange& file = changes.files[f];
    for (int h = -1; h < static_cast<int>(file.hunks.size()); ++h) {
      ReportHunk hunk;
      if (h >= 0) {
        const Hunk& from = file.hunks[static_cast<std::size_t>(h)];
        hunk = {fmt::format("h{}", hunks.size() + 1),
                file.path(),
                file.old_path,
                from.old_start,
                from.old_lines,
                from.new_start,
                from.new_lines,
                from.diff_line,
                {},
                {}};
      }
      for (; next < chunks.size() && chunks[next].file == f && chunks[next].hunk == h; ++next) {
        chunks[next].id = fmt::format("c{}", next + 1);
        hunk.chunks.push_back(chunks[next].id);
        if (std::find(hunk.domains.begin(), hunk.domains.end(), chunks[next].domain) ==
            hunk.domains.end()) {
          hunk.domains.push_back(chunks[next].domain);
        }
      }
      if (h >= 0) {
        hunks.push_back(std::move(hunk));
      }
    }
  }
  return hunks;
}

} // namespace leadline
