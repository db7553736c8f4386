#include "analyzers/split/order.hpp"

#include "analyzers/split/chunk_lines.hpp"
#include "analyzers/split/disjoint_sets.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace leadline {
namespace {

constexpr std::size_t k_nobody = std::numeric_limits<std::size_t>::max();
constexpr std::size_t k_several = k_nobody - 1;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < line.size();) {
    std::size_t end = at;
    while (end < line.size() && is_word(line[end])) {
      ++end;
    }
    if (end > at) {
      words.push_back(line.substr(at, end - at));
    }
    at = std::max(end, at + 1);
  }
  return words;
}

// Words that, standing before a name, define it, in the languages that we read.
bool defines(std::string_view word) {
  static constexpr std::array<std::string_view, 20> k_words = {
      "class", "const",    "def",       "define", "enum",  "fn",      "fun",
      "func",  "function", "interface", "let",    "local", "module",  "output",
      "proc",  "record",   "struct",    "trait",  "type",  "variable"};
  return std::binary_search(k_words.begin(), k_words.end(), word);
}

bool telling(std::string_view name) { return name.size() >= 5; }

// Which draft alone defines a name, by the added or by the removed lines.
class Definitions {
public:
  void add(std::string_view name, std::size_t draft) {
    const auto [known, fresh] = m_by.emplace(std::string(name), draft);
    if (!fresh && known->second != draft) {
      known->second = k_several;
    }
  }
  std::size_t of(std::string_view name) const {
    const auto found = m_by.find(std::string(name));
    return found == m_by.end() || found->second == k_several ? k_nobody : found->second;
  }

private:
  std::unordered_map<std::string, std::size_t> m_by;
};

using EachLine = std::function<void(std::size_t draft, bool added, std::string_view line)>;

class NeedFinder {
public:
  NeedFinder(const ChangeSet& changes, const Report& report, const std::vector<SplitUnit>& units,
             std::vector<Draft>& drafts)
      : m_lines(lines_of_chunks(changes, report.chunks)), m_units(units), m_drafts(drafts) {}

  void find() {
    Definitions come;
    Definitions go;
    each_line([&](std::size_t draft, bool added, std::string_view line) {
      const std::vector<std::string_view> words = words_of(line);
      for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (defines(words[i]) && telling(words[i + 1])) {
          (added ? come : go).add(words[i + 1], draft);
        }
      }
    });
    each_line([&](std::size_t draft, bool added, std::string_view line) {
      for (const std::string_view word : words_of(line)) {
        if (!telling(word)) {
          continue;
        }
        const std::size_t owner = (added ? come : go).of(word);
        if (owner == k_nobody || owner == draft) {
          continue;
        }
        if (added) {
          m_drafts[draft].needs.insert(owner);
        } else {
          m_drafts[owner].needs.insert(draft);
        }
      }
    });
  }

private:
  void each_line(const EachLine& take) const {
    for (std::size_t draft = 0; draft < m_drafts.size(); ++draft) {
      for (const std::size_t unit : m_drafts[draft].units) {
        for (const std::size_t chunk : m_units[unit].chunks) {
          for (const DiffLine* line : m_lines[chunk].removed) {
            take(draft, false, line->text);
          }
          for (const DiffLine* line : m_lines[chunk].added) {
            take(draft, true, line->text);
          }
        }
      }
    }
  }

  std::vector<ChunkLines> m_lines;
  const std::vector<SplitUnit>& m_units;
  std::vector<Draft>& m_drafts;
};

// Whether `from` reaches `to` over needs. Drafts are few.
bool reaches(const std::vector<Draft>& drafts, std::size_t from, std::size_t to,
             std::vector<bool>& seen) {
  if (from == to) {
    return true;
  }
  seen[from] = true;
  return std::any_of(drafts[from].needs.begin(), drafts[from].needs.end(), [&](std::size_t next) {
    return !seen[next] && reaches(drafts, next, to, seen);
  });
}

std::vector<Draft> join_cycles(const std::vector<Draft>& drafts) {
  DisjointSets sets(drafts.size());
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    for (const std::size_t need : drafts[i].needs) {
      std::vector<bool> seen(drafts.size(), false);
      if (reaches(drafts, need, i, seen)) {
        sets.unite(i, need);
      }
    }
  }
  std::map<std::size_t, std::size_t> place; // root -> index of the joined draft
  std::vector<Draft> joined;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const auto [known, fresh] = place.emplace(sets.find(i), joined.size());
    if (fresh) {
      joined.push_back({{}, drafts[i].rank, {}});
    }
    Draft& draft = joined[known->second];
    draft.units.insert(draft.units.end(), drafts[i].units.begin(), drafts[i].units.end());
    draft.rank = std::min(draft.rank, drafts[i].rank);
  }
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    for (const std::size_t need : drafts[i].needs) {
      const std::size_t from = place[sets.find(i)];
      const std::size_t to = place[sets.find(need)];
      if (from != to) {
        joined[from].needs.insert(to);
      }
    }
  }
  for (Draft& draft : joined) {
    std::sort(draft.units.begin(), draft.units.end());
  }
  return joined;
}

} // namespace

std::vector<Draft> in_merge_order(const ChangeSet& changes, const Report& report,
                                  const std::vector<SplitUnit>& units, std::vector<Draft> drafts) {
  NeedFinder(changes, report, units, drafts).find();
  drafts = join_cycles(drafts);
  std::vector<std::size_t> order; // old index of the draft at each place
  std::vector<std::size_t> place(drafts.size(), k_nobody);
  while (order.size() < drafts.size()) {
    std::size_t best = k_nobody;
    for (std::size_t i = 0; i < drafts.size(); ++i) {
      const bool ready = place[i] == k_nobody &&
                         std::all_of(drafts[i].needs.begin(), drafts[i].needs.end(),
                                     [&](std::size_t need) { return place[need] != k_nobody; });
      if (ready && (best == k_nobody || drafts[i].rank < drafts[best].rank)) {
        best = i;
      }
    }
    place[best] = order.size();
    order.push_back(best);
  }
  std::vector<Draft> ordered;
  for (const std::size_t old : order) {
    Draft draft = std::move(drafts[old]);
    std::set<std::size_t> needs;
    for (const std::size_t need : draft.needs) {
      needs.insert(place[need]);
    }
    draft.needs = std::move(needs);
    ordered.push_back(std::move(draft));
  }
  return ordered;
}

} // namespace leadline
