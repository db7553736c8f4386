#include "analyzers/split/line_names.hpp"

#include "analyzers/split/definitions.hpp"
#include "analyzers/split/keys.hpp"
#include "analyzers/split/members.hpp"
#include "analyzers/split/tokens.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

constexpr std::size_t k_telling = 5;
constexpr std::size_t k_telling_far = 6; // of a name that crosses languages

void take(std::vector<std::string>& names, std::string_view name, std::size_t least) {
  if (name.size() >= least && name.size() <= 120) {
    names.emplace_back(name);
  }
}

// What stands between `open` and `close`, each time; unclosed: up to the end.
template <typename Take>
void each_between(std::string_view line, std::string_view open, std::string_view close,
                  Take found) {
  for (std::size_t at = line.find(open); at != std::string_view::npos; at = line.find(open, at)) {
    at += open.size();
    const std::size_t end = std::min(line.find(close, at), line.size());
    found(line.substr(at, end - at));
    at = end;
  }
}

// Names in the marks of templates and in ${NAME}, $(NAME), %{NAME}.
void read_marks(std::string_view line, std::vector<std::string>& reads) {
  const auto inside = [&](std::string_view text) {
    each_identifier(text, [&](std::string_view name) { take(reads, name, k_telling_far); });
  };
  each_between(line, "{{", "}}", inside);
  each_between(line, "{%", "%}", inside);
  each_between(line, "<%", "%>", inside);
  for (const std::string_view open : {"${", "$(", "%{"}) {
    each_between(line, open, open.back() == '(' ? ")" : "}", [&](std::string_view text) {
      const std::size_t end = text.find_first_of(":-|");
      inside(text.substr(0, end));
    });
  }
}

bool asks_for_setting(std::string_view before) {
  constexpr std::size_t k_near = 40;
  const std::string text = to_lower(before.substr(before.size() - std::min(k_near, before.size())));
  return std::any_of(k_asking.begin(), k_asking.end(),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

// Strings that are one name, where they look like the name of a setting: "pool_size",
// get("timeout").
void read_quoted(std::string_view line, std::vector<std::string>& reads) {
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char quote = line[at];
    if (quote != '"' && quote != '\'') {
      continue;
    }
    const std::size_t end = line.find(quote, at + 1);
    if (end == std::string_view::npos) {
      return;
    }
    const std::string_view text = line.substr(at + 1, end - at - 1);
    const bool name = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
      return is_identifier_byte(c) || c == '.' || c == '-';
    });
    const bool asked = at > 0 && (line[at - 1] == '(' || line[at - 1] == '[') &&
                       asks_for_setting(line.substr(0, at));
    if (name) {
      for (const std::string_view part : {text, text.substr(text.rfind('.') + 1)}) {
        if (asked || is_compound(part)) {
          take(reads, part, k_telling_far);
        }
      }
    }
    at = end;
  }
}

// :name of Ruby and others.
void read_symbols(std::string_view code, std::vector<std::string>& reads) {
  for (std::size_t at = code.find(':'); at != std::string_view::npos; at = code.find(':', at + 1)) {
    const bool alone =
        at == 0 || is_blank(code[at - 1]) || code[at - 1] == '(' || code[at - 1] == '[';
    if (!alone) {
      continue;
    }
    std::size_t end = at + 1;
    while (end < code.size() && is_identifier_byte(code[end])) {
      ++end;
    }
    take(reads, code.substr(at + 1, end - at - 1), k_telling_far);
  }
}

} // namespace

bool is_compound(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool large = name[i] >= 'A' && name[i] <= 'Z';
    if (large || name[i] == '_' || name[i] == '-' || (name[i] >= '0' && name[i] <= '9')) {
      return true;
    }
  }
  return false;
}

NameReader::NameReader(const std::string& path)
    : m_language(language_of(path)), m_marks(takes_marks(path)), m_reader(m_language) {
  const std::string lower = to_lower(path);
  m_migration = m_language.id == "sql" || lower.find("migrat") != std::string::npos ||
                lower.find("/versions/") != std::string::npos ||
                std::string_view(lower).ends_with("schema.rb");
  const std::size_t dot = lower.rfind('.');
  const std::string ending = dot == std::string::npos ? "" : lower.substr(dot + 1);
  m_header = is_among(" h hh hpp hxx ", ending);
  m_values = ending == "tfvars";
}

LineNames NameReader::read(std::string_view line) {
  LineNames names;
  if (m_language.tongue == Tongue::prose && !m_marks) {
    return names;
  }
  constexpr std::size_t k_longest = 2000; // more is no line that somebody wrote
  line = line.substr(0, k_longest);
  const std::string code = m_reader.code_of(line);
  if (trim(code).empty()) {
    return names;
  }
  if (m_marks) {
    read_marks(m_language.tongue == Tongue::code ? line : std::string_view(code), names.reads);
  }
  if (m_language.tongue == Tongue::code) {
    read_code(line, code, names);
  } else if (m_language.tongue == Tongue::config) {
    read_config(line, code, names);
  }
  return names;
}

void NameReader::read_code(std::string_view line, const std::string& code, LineNames& names) const {
  names.imports = is_import(code, m_language);
  if (m_language.id == "tf") {
    read_terraform(line, code, m_values, names);
    return;
  }
  std::vector<std::string_view> defined;
  if (!names.imports) {
    each_defined(code, m_language, m_header,
                 [&](std::string_view name) { defined.push_back(name); });
  }
  if (m_migration) {
    each_column(line, [&](std::string_view name) { take(names.columns, name, k_telling_far); });
  }
  for (const std::string_view name : defined) {
    take(names.defines, name, k_telling);
  }
  each_identifier(code, [&](std::string_view name) {
    if (std::find(defined.begin(), defined.end(), name) == defined.end()) {
      take(names.uses, name, k_telling);
    }
  });
  if (!names.imports && defined.empty()) {
    each_member(code, m_language,
                [&](std::string_view name) { take(names.members, name, k_telling_far); });
  }
  each_access(code, [&](std::string_view name) { take(names.accesses, name, k_telling_far); });
  each_field(line, code, [&](std::string_view name) { take(names.literals, name, k_telling_far); });
  if (!m_migration) {
    read_quoted(line, names.reads);
    read_symbols(code, names.reads);
  }
}

void NameReader::read_config(std::string_view line, const std::string& code,
                             LineNames& names) const {
  names.imports = is_import(code, m_language);
  const std::string_view key = config_key(code);
  if (key.empty()) {
    return;
  }
  take(names.keys, key, k_telling_far);
  take(names.keys, key.substr(key.rfind('.') + 1), k_telling_far);
  if (names.keys.size() == 2 && names.keys[0] == names.keys[1]) {
    names.keys.pop_back();
  }
  if (key == "name") { // - name: PREFETCH_LIMIT, of an environment
    const std::string_view value = trim(line.substr(line.find(':') + 1));
    const bool constant = std::all_of(value.begin(), value.end(), [](char c) {
      return is_identifier_byte(c) && !(c >= 'a' && c <= 'z');
    });
    if (constant) {
      take(names.keys, value, k_telling_far);
    }
  }
}

} // namespace leadline
