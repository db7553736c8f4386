#include "analyzers/settings/pairing.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <string>

namespace leadline {
namespace {

enum class Scope { chunk, hunk, file };

// Above this many cells two groups are paired in order instead of by the best alignment.
constexpr std::size_t k_most_cells = 40000;

using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

std::string spelling(std::string_view text) {
  std::string plain;
  for (const char c : to_lower(text)) {
    if (c != '-' && c != '_') {
      plain.push_back(c);
    }
  }
  return plain;
}

std::vector<std::string> bare_segments(const KeyPath& key) {
  std::vector<std::string> bare;
  for (const std::string& segment : key.segments) {
    bare.push_back(segment.substr(
        0, !segment.empty() && segment.back() == ']' ? segment.find('[') : std::string::npos));
  }
  return bare;
}

// Whether one path is the other with parents put around or in between.
bool is_nested(const KeyPath& a, const KeyPath& b) {
  const std::vector<std::string> first = bare_segments(a);
  const std::vector<std::string> second = bare_segments(b);
  const auto& shorter = first.size() <= second.size() ? first : second;
  const auto& longer = first.size() <= second.size() ? second : first;
  std::size_t at = 0;
  for (const std::string& segment : longer) {
    at += at < shorter.size() && segment == shorter[at] ? 1 : 0;
  }
  return at == shorter.size();
}

constexpr std::size_t k_compared = 256; // bytes at each end of a value

// 0..1: the share of both ends that two values have in common.
double likeness(std::string_view a, std::string_view b) {
  const std::size_t longest = std::min(std::max(a.size(), b.size()), 2 * k_compared);
  const std::size_t shortest = std::min(a.size(), b.size());
  if (longest == 0) {
    return 1;
  }
  std::size_t front = 0;
  while (front < std::min(shortest, k_compared) && a[front] == b[front]) {
    ++front;
  }
  std::size_t back = 0;
  while (back < std::min(shortest - front, k_compared) &&
         a[a.size() - 1 - back] == b[b.size() - 1 - back]) {
    ++back;
  }
  return static_cast<double>(front + back) / static_cast<double>(longest);
}

// Whether one parent has another name, near enough to be the same thing ("mem_60_6", "mem_60_7"),
// or the line stands where the other stood.
bool is_renamed_parent(const KeyPath& a, const KeyPath& b, bool line_for_line) {
  const std::vector<std::string> first = bare_segments(a);
  const std::vector<std::string> second = bare_segments(b);
  if (first.size() != second.size()) {
    return false;
  }
  std::size_t different = 0;
  double like = 1;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i] != second[i]) {
      ++different;
      like = likeness(first[i], second[i]);
    }
  }
  return different <= 1 && (line_for_line || like >= 0.5);
}

// Without white space and quotes.
std::string squeezed(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '"' && c != '\'') {
      plain.push_back(c);
    }
  }
  return plain;
}

bool is_switch(std::string_view value) {
  const std::string lower = to_lower(value);
  return lower == "true" || lower == "false" || lower == "yes" || lower == "no" || lower == "on" ||
         lower == "off" || lower == "null";
}

bool is_nothing(std::string_view value) {
  const std::string lower = to_lower(value);
  return lower == "none" || lower == "null" || lower == "nil" || lower == "undefined";
}

// Equal for values that same_value takes for equal; cheap to compare.
std::size_t value_hash(const Setting& setting) {
  return std::hash<std::string>{}(to_lower(squeezed(setting.value)));
}

struct Pass {
  Scope scope = Scope::chunk;
  std::string (*key)(const KeyPath&) = nullptr;
  enum class Only { any, nested, nested_and_equal, equal, renamed_parent } only = Only::any;
};

class Pairing {
public:
  Pairing(const std::vector<Candidate>& removed, const std::vector<Candidate>& added)
      : m_removed(removed), m_added(added), m_removed_done(removed.size()),
        m_added_done(added.size()) {
    for (const Candidate& candidate : removed) {
      m_removed_values.push_back(value_hash(*candidate.setting));
    }
    for (const Candidate& candidate : added) {
      m_added_values.push_back(value_hash(*candidate.setting));
    }
  }

  void run(const Pass& pass) {
    struct Group {
      std::vector<std::size_t> removed, added;
    };
    std::map<std::string, Group> groups;
    const auto name = [&](const Candidate& candidate) {
      std::string key = pass.scope == Scope::chunk  ? std::to_string(candidate.chunk)
                        : pass.scope == Scope::hunk ? std::to_string(candidate.hunk)
                                                    : std::string();
      return key.append("\n").append(pass.key(candidate.setting->key));
    };
    for (std::size_t i = 0; i < m_removed.size(); ++i) {
      if (!m_removed_done[i]) {
        groups[name(m_removed[i])].removed.push_back(i);
      }
    }
    if (groups.empty()) {
      return;
    }
    for (std::size_t i = 0; i < m_added.size(); ++i) {
      if (!m_added_done[i]) {
        const auto group = groups.find(name(m_added[i]));
        if (group != groups.end()) {
          group->second.added.push_back(i);
        }
      }
    }
    for (const auto& [key, group] : groups) {
      align(pass, group.removed, group.added);
    }
  }

  Pairs take() { return std::move(m_pairs); }

private:
  void pair(std::size_t removed, std::size_t added) {
    m_removed_done[removed] = m_added_done[added] = true;
    m_pairs.emplace_back(removed, added);
  }

  // How well two fit; 0 when they must not be paired.
  int score(const Pass& pass, std::size_t removed, std::size_t added, bool same_count) const {
    const Setting& before = *m_removed[removed].setting;
    const Setting& after = *m_added[added].setting;
    const bool equal = m_removed_values[removed] == m_added_values[added];
    switch (pass.only) {
    case Pass::Only::any:
      break;
    case Pass::Only::equal:
      if (!equal) {
        return 0;
      }
      break;
    case Pass::Only::nested:
    case Pass::Only::nested_and_equal:
      if ((pass.only == Pass::Only::nested_and_equal && !equal) ||
          !is_nested(before.key, after.key)) {
        return 0;
      }
      break;
    case Pass::Only::renamed_parent:
      // With an equal value the two stay a removal and an addition: another parent reads the value.
      if (equal || !is_renamed_parent(before.key, after.key, m_removed[removed].line_for_line)) {
        return 0;
      }
      break;
    }
    if (equal) {
      return 100;
    }
    const int like = static_cast<int>(likeness(before.value, after.value) * 40);
    const bool list = has_place(before.key) || has_place(after.key);
    return list && !same_count && like < 16 ? 0 : 10 + like;
  }

  void align(const Pass& pass, const std::vector<std::size_t>& removed,
             const std::vector<std::size_t>& added) {
    if (removed.empty() || added.empty()) {
      return;
    }
    const std::size_t rows = removed.size();
    const std::size_t columns = added.size();
    const bool same_count = rows == columns;
    const bool list = has_place(m_removed[removed.front()].setting->key);
    // One key more than once, as in several documents: each stays with its own.
    const bool in_order = same_count && !list && pass.only == Pass::Only::any;
    if (in_order || rows * columns > k_most_cells) {
      for (std::size_t i = 0; i < std::min(rows, columns); ++i) {
        if (in_order || score(pass, removed[i], added[i], true) > 0) {
          pair(removed[i], added[i]);
        }
      }
      return;
    }
    std::vector<std::vector<int>> best(rows + 1, std::vector<int>(columns + 1));
    std::vector<std::vector<int>> fit(rows, std::vector<int>(columns));
    for (std::size_t r = rows; r-- > 0;) {
      for (std::size_t c = columns; c-- > 0;) {
        fit[r][c] = score(pass, removed[r], added[c], same_count);
        best[r][c] = std::max(
            {best[r + 1][c], best[r][c + 1], fit[r][c] > 0 ? best[r + 1][c + 1] + fit[r][c] : 0});
      }
    }
    for (std::size_t r = 0, c = 0; r < rows && c < columns;) {
      if (fit[r][c] > 0 && best[r][c] == best[r + 1][c + 1] + fit[r][c]) {
        pair(removed[r++], added[c++]);
      } else if (best[r][c] == best[r + 1][c]) {
        ++r;
      } else {
        ++c;
      }
    }
  }

  const std::vector<Candidate>& m_removed;
  const std::vector<Candidate>& m_added;
  std::vector<bool> m_removed_done, m_added_done;
  std::vector<std::size_t> m_removed_values, m_added_values;
  Pairs m_pairs;
};

std::string shape_of(const KeyPath& key) { return key.shape(); }
std::string spelling_of(const KeyPath& key) { return spelling(nameless_shape(key)); }
std::string leaf_of(const KeyPath& key) { return std::string(key.leaf()); }

} // namespace

bool has_place(const KeyPath& key) {
  for (const std::string& segment : key.segments) {
    const std::size_t at = segment.rfind('[');
    if (at != std::string::npos && at + 1 < segment.size() && segment.back() == ']' &&
        segment[at + 1] >= '0' && segment[at + 1] <= '9') {
      return true;
    }
  }
  return false;
}

bool same_value(const Setting& a, const Setting& b) {
  if (a.value == b.value) {
    // None and "None" are two things; 5 and "5" are one to most programs.
    const bool quoted = a.syntax == ValueSyntax::quoted;
    return quoted == (b.syntax == ValueSyntax::quoted) || !is_nothing(a.value);
  }
  if (a.syntax == ValueSyntax::list && b.syntax == ValueSyntax::list) {
    return squeezed(a.value) == squeezed(b.value);
  }
  const bool folded = a.first_line != a.last_line || b.first_line != b.last_line;
  if (folded && a.syntax != ValueSyntax::quoted && b.syntax != ValueSyntax::quoted) {
    return squeezed(a.value) == squeezed(b.value);
  }
  return is_switch(a.value) && to_lower(a.value) == to_lower(b.value);
}

std::string nameless_shape(const KeyPath& key) {
  std::string shape;
  for (const std::string& segment : key.segments) {
    const std::size_t at =
        !segment.empty() && segment.back() == ']' ? segment.find('[') : std::string::npos;
    shape.append(segment, 0, at).append(at == std::string::npos ? "." : "[].");
  }
  return shape;
}

std::vector<std::pair<std::size_t, std::size_t>>
pair_settings(const std::vector<Candidate>& removed, const std::vector<Candidate>& added) {
  Pairing pairing(removed, added);
  using Only = Pass::Only;
  for (const Pass& pass : {
           Pass{Scope::chunk, shape_of, Only::any},
           Pass{Scope::hunk, shape_of, Only::any},
           Pass{Scope::file, shape_of, Only::any},
           Pass{Scope::chunk, nameless_shape, Only::any},
           Pass{Scope::hunk, nameless_shape, Only::equal},
           Pass{Scope::chunk, spelling_of, Only::any},
           Pass{Scope::chunk, leaf_of, Only::nested_and_equal},
           Pass{Scope::chunk, leaf_of, Only::nested},
           Pass{Scope::hunk, leaf_of, Only::nested},
           Pass{Scope::file, leaf_of, Only::nested_and_equal},
           Pass{Scope::chunk, leaf_of, Only::renamed_parent},
       }) {
    pairing.run(pass);
  }
  return pairing.take();
}

} // namespace leadline
