#include "analyzers/catalog/catalog_index.hpp"
#include "analyzers/catalog/catalog_rows.hpp"
#include "analyzers/catalog/key_parts.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace leadline {
namespace {

// How sure a sign of a system is. Later sections stand nearer to the setting.
constexpr int k_by_path = 1000;    // + specificity of the pattern
constexpr int k_by_section = 2000; // + place of the section
constexpr int k_by_context = 3000;

constexpr std::size_t k_most_section_parts = 3; // "spec.template.spec"

// "rb" of source code; empty where a file is no source code.
std::string code_extension(std::string_view path) {
  constexpr std::array<std::string_view, 25> k_code = {
      "c",   "cc", "cjs", "cpp", "cs",  "cts", "ex", "exs", "fs", "go",    "groovy", "java", "js",
      "jsx", "kt", "kts", "mjs", "mts", "php", "py", "rb",  "rs", "scala", "ts",     "tsx"};
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  const std::string extension = dot == std::string_view::npos ? "" : to_lower(name.substr(dot + 1));
  return std::find(k_code.begin(), k_code.end(), extension) == k_code.end() ? "" : extension;
}

// Which systems a setting's surroundings speak for; read only when a candidate needs to know.
class Signs {
public:
  Signs(const CatalogIndex& index, std::string_view path, const Setting& setting,
        const KeyParts& key)
      : m_index(index), m_path(path), m_setting(setting), m_key(key),
        m_extension(code_extension(path)) {}

  // False where the setting stands in code of a language that the system has nothing to do with.
  bool may_mean(std::size_t system) const {
    const std::vector<std::string>& code = m_index.code[system];
    return m_extension.empty() || code.empty() ||
           std::find(code.begin(), code.end(), m_extension) != code.end();
  }

  // 0 when nothing speaks for it.
  int of(std::size_t system) {
    if (!m_read) {
      read();
    }
    const auto at = m_strength.find(system);
    return at == m_strength.end() ? 0 : at->second;
  }

private:
  void read() {
    m_read = true;
    look_at_path(m_path, k_by_path);
    for (const std::string& name : m_key.file_names) {
      look_at_path(name, k_by_section);
    }
    look_at_parents();
    look_at_context();
  }

  void look_at_path(std::string_view path, int strength) {
    for (const std::size_t pattern : m_index.files.matches(path)) {
      const FilePattern& file = m_index.patterns[pattern];
      note(file.system, strength + file.specificity);
    }
  }

  void look_at_parents() {
    const std::vector<std::string>& parts = m_key.parts;
    for (std::size_t end = 1; end < parts.size(); ++end) {
      std::string joined;
      for (std::size_t n = 1; n <= std::min(end, k_most_section_parts); ++n) {
        joined.insert(0, parts[end - n]);
        note_all(m_index.sections, joined, k_by_section + static_cast<int>(end));
      }
    }
    for (const std::string& qualifier : m_key.qualifiers) {
      note_all(m_index.sections, qualifier, k_by_section);
    }
    // Words of a name, not of a sentence: "Install nginx" is the title of a step.
    for (const std::string& segment : m_setting.key.segments) {
      if (&segment != &m_setting.key.segments.back() && segment.find(' ') == std::string::npos) {
        for (const std::string& word : words_of(std::string_view(segment).substr(0, 200))) {
          note_all(m_index.sections, word, k_by_section);
        }
      }
    }
  }

  // "docker.io/bitnami/pgbouncer:1.22", "sqlalchemy.create_engine", "aws_db_instance"
  void look_at_context() {
    std::string_view name = std::string_view(m_setting.context).substr(0, 500);
    if (name.empty()) {
      return;
    }
    note_all(m_index.images, joined_key(name), k_by_context);
    name = name.substr(name.rfind('/') == std::string_view::npos ? 0 : name.rfind('/') + 1);
    name = name.substr(0, name.find_first_of("@:"));
    note_all(m_index.images, joined_key(name), k_by_context);
    for (const std::string_view piece : split(name, '.')) {
      note_all(m_index.images, joined_key(piece), k_by_context);
      note_all(m_index.sections, joined_key(piece), k_by_context);
    }
  }

  void note_all(const ByText<std::size_t>& table, std::string_view word, int strength) {
    const auto at = table.find(word);
    if (at != table.end()) {
      for (const std::size_t system : at->second) {
        note(system, strength);
      }
    }
  }

  void note(std::size_t system, int strength) {
    int& known = m_strength[system];
    known = std::max(known, strength);
  }

  const CatalogIndex& m_index;
  std::string_view m_path;
  const Setting& m_setting;
  const KeyParts& m_key;
  std::string m_extension;
  std::map<std::size_t, int> m_strength;
  bool m_read = false;
};

constexpr std::size_t k_none = static_cast<std::size_t>(-1);

// The parameter with that spelling whose system the signs speak for most; k_none when there is
// none.
std::size_t best_of(const CatalogIndex& index, std::string_view joined, Signs& signs) {
  const auto at = index.spellings.find(joined);
  if (at == index.spellings.end()) {
    return k_none;
  }
  std::size_t best = k_none;
  int best_strength = -1;
  for (const Spelling& spelling : at->second) {
    if (!signs.may_mean(index.parameter_systems[spelling.parameter])) {
      continue;
    }
    // A name that belongs to one system alone needs no signs.
    const bool alone = spelling.distinctive && at->second.size() == 1;
    const int strength = alone ? 1 : signs.of(index.parameter_systems[spelling.parameter]);
    if ((strength > 0 || spelling.distinctive) && strength > best_strength) {
      best = spelling.parameter;
      best_strength = strength;
    }
  }
  return best;
}

// The whole name with its parents, longest first.
std::size_t by_parents(const CatalogIndex& index, const KeyParts& key, Signs& signs) {
  std::vector<std::string> suffixes;
  std::string joined;
  for (std::size_t i = key.parts.size(); i-- > 0;) {
    joined.insert(0, key.parts[i]);
    if (joined.size() > index.longest_key) {
      break;
    }
    suffixes.push_back(joined);
  }
  for (auto suffix = suffixes.rbegin(); suffix != suffixes.rend(); ++suffix) {
    const std::size_t found = best_of(index, *suffix, signs);
    if (found != k_none) {
      return found;
    }
  }
  return k_none;
}

bool speaks_for(const ByText<std::size_t>& table, const std::string& word, std::size_t system) {
  const auto at = table.find(word);
  return at != table.end() &&
         std::find(at->second.begin(), at->second.end(), system) != at->second.end();
}

bool is_upper_case(std::string_view name) {
  return to_lower(name) != name &&
         name.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
}

// A name that carries its system right before the key, or an environment variable that puts some
// prefix before a long distinctive key. Anything shorter would take `reserve_pool_timeout` for
// `pool_timeout`.
std::size_t by_prefix(const CatalogIndex& index, const KeyParts& key, const Signs& signs,
                      bool upper_case) {
  constexpr std::size_t k_words_of_a_long_key = 3;
  const std::vector<std::string>& words = key.leaf_words;
  for (std::size_t from = 1; from < words.size(); ++from) {
    std::string joined;
    for (std::size_t i = from; i < words.size(); ++i) {
      joined += words[i];
    }
    const auto at = index.spellings.find(joined);
    if (at == index.spellings.end()) {
      continue;
    }
    for (const Spelling& spelling : at->second) {
      if (!signs.may_mean(index.parameter_systems[spelling.parameter])) {
        continue;
      }
      if (upper_case && spelling.distinctive && words.size() - from >= k_words_of_a_long_key) {
        return spelling.parameter;
      }
      std::string prefix;
      for (std::size_t n = 1; n <= std::min(from, k_most_section_parts); ++n) {
        prefix.insert(0, words[from - n]);
        if (speaks_for(index.sections, prefix, index.parameter_systems[spelling.parameter])) {
          return spelling.parameter;
        }
      }
    }
  }
  return k_none;
}

// A call's setting has the name without "set"; the whole name may tell more:
// db.SetMaxOpenConns(20).
std::size_t by_setter(const CatalogIndex& index, const KeyParts& key, std::string_view context,
                      Signs& signs) {
  const std::string setter = joined_key(context.substr(context.find_last_of(".:>") + 1));
  return key.parts.size() == 1 && setter == "set" + key.parts[0] ? best_of(index, setter, signs)
                                                                 : k_none;
}

} // namespace

const Parameter* Catalog::find(std::string_view path, const Setting& setting) const {
  const KeyParts key = key_parts(setting.key);
  if (key.parts.empty()) {
    return nullptr;
  }
  Signs signs(*m_index, path, setting, key);
  std::size_t found = by_parents(*m_index, key, signs);
  if (found == k_none) {
    found = by_prefix(*m_index, key, signs, is_upper_case(key.leaf));
  }
  if (found == k_none) {
    found = by_setter(*m_index, key, setting.context, signs);
  }
  return found == k_none ? nullptr : &m_parameters[found];
}

} // namespace leadline
