#include "analyzers/split/order.hpp"

#include "analyzers/split/chunk_lines.hpp"
#include "analyzers/split/disjoint_sets.hpp"
#include "analyzers/split/identifiers.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <string_view>
#include <unordered_map>

namespace leadline {
namespace {

constexpr std::size_t k_nobody = std::numeric_limits<std::size_t>::max();
constexpr std::size_t k_several = k_nobody - 1;

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  each_identifier(line, [&](std::string_view word) { words.push_back(word); });
  return words;
}

// Files of one language can use each other's names; all others share them by chance. The ending,
// or the first of those that stand for one language.
std::string language_of(const std::string& path) {
  static const std::map<std::string_view, std::string_view> k_same = {
      {"cc", "c"},        {"cpp", "c"},     {"cxx", "c"},   {"h", "c"},     {"hh", "c"},
      {"hpp", "c"},       {"hxx", "c"},     {"inc", "c"},   {"bash", "sh"}, {"cjs", "js"},
      {"groovy", "java"}, {"jsx", "js"},    {"kt", "java"}, {"mjs", "js"},  {"scala", "java"},
      {"svelte", "js"},   {"tfvars", "tf"}, {"ts", "js"},   {"tsx", "js"},  {"vue", "js"},
  };
  const std::string name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  const std::string ending = dot == std::string::npos ? name : to_lower(name.substr(dot + 1));
  const auto same = k_same.find(ending);
  return same == k_same.end() ? ending : std::string(same->second);
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

// Which draft alone defines a name of a language, by the added or by the removed lines.
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

using EachLine = std::function<void(std::size_t draft, bool added, const std::string& language,
                                    std::string_view line)>;

class NeedFinder {
public:
  NeedFinder(const ChangeSet& changes, const Report& report, const std::vector<SplitUnit>& units,
             std::vector<Draft>& drafts)
      : m_lines(lines_of_chunks(changes, report.chunks)), m_units(units), m_drafts(drafts) {
    for (const Chunk& chunk : report.chunks) {
      m_languages.push_back(language_of(chunk.path));
    }
  }

  void find() {
    std::map<std::string, Definitions> come; // by language
    std::map<std::string, Definitions> go;
    each_line(
        [&](std::size_t draft, bool added, const std::string& language, std::string_view line) {
          const std::vector<std::string_view> words = words_of(line);
          for (std::size_t i = 0; i + 1 < words.size(); ++i) {
            if (defines(words[i]) && telling(words[i + 1])) {
              (added ? come : go)[language].add(words[i + 1], draft);
            }
          }
        });
    each_line(
        [&](std::size_t draft, bool added, const std::string& language, std::string_view line) {
          const Definitions& known = (added ? come : go)[language];
          for (const std::string_view word : words_of(line)) {
            if (!telling(word)) {
              continue;
            }
            const std::size_t owner = known.of(word);
            if (owner == k_nobody || owner == draft) {
              continue;
            }
            if (added) {
              m_drafts[draft].needs.emplace(owner, word);
            } else {
              m_drafts[owner].needs.emplace(draft, word);
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
            take(draft, false, m_languages[chunk], line->text);
          }
          for (const DiffLine* line : m_lines[chunk].added) {
            take(draft, true, m_languages[chunk], line->text);
          }
        }
      }
    }
  }

  std::vector<ChunkLines> m_lines;
  std::vector<std::string> m_languages; // by chunk
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
  return std::any_of(drafts[from].needs.begin(), drafts[from].needs.end(), [&](const auto& next) {
    return !seen[next.first] && reaches(drafts, next.first, to, seen);
  });
}

std::vector<Draft> join_cycles(const std::vector<Draft>& drafts) {
  DisjointSets sets(drafts.size());
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    for (const auto& [need, name] : drafts[i].needs) {
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
      joined.push_back({{}, drafts[i].rank, {}, {}});
    }
    Draft& draft = joined[known->second];
    draft.units.insert(draft.units.end(), drafts[i].units.begin(), drafts[i].units.end());
    draft.rank = std::min(draft.rank, drafts[i].rank);
  }
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    for (const auto& [need, name] : drafts[i].needs) {
      const std::size_t from = place[sets.find(i)];
      const std::size_t to = place[sets.find(need)];
      if (from != to) {
        joined[from].needs.emplace(to, name);
      } else {
        joined[from].joined_over.insert(name);
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
  std::vector<std::size_t> wanted(drafts.size());
  std::iota(wanted.begin(), wanted.end(), 0U);
  const auto earlier = [&](std::size_t a, std::size_t b) {
    return drafts[a].rank != drafts[b].rank ? drafts[a].rank < drafts[b].rank : a < b;
  };
  std::sort(wanted.begin(), wanted.end(), earlier);
  std::vector<std::size_t> order; // old index of the draft at each place
  std::vector<std::size_t> place(drafts.size(), k_nobody);
  // What is needed inherits the place of what needs it. Drafts are few, and no cycle is left.
  const std::function<void(std::size_t)> put = [&](std::size_t draft) {
    if (place[draft] != k_nobody) {
      return;
    }
    std::vector<std::size_t> needs;
    for (const auto& [need, name] : drafts[draft].needs) {
      needs.push_back(need);
    }
    std::sort(needs.begin(), needs.end(), earlier);
    std::for_each(needs.begin(), needs.end(), put);
    place[draft] = order.size();
    order.push_back(draft);
  };
  std::for_each(wanted.begin(), wanted.end(), put);
  std::vector<Draft> ordered;
  for (const std::size_t old : order) {
    Draft draft = std::move(drafts[old]);
    std::map<std::size_t, std::string> needs;
    for (auto& [need, name] : draft.needs) {
      needs.emplace(place[need], std::move(name));
    }
    draft.needs = std::move(needs);
    ordered.push_back(std::move(draft));
  }
  return ordered;
}

} // namespace leadline
