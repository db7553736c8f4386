#include "analyzers/risk/subject.hpp"

#include "analyzers/catalog/key_parts.hpp"
#include "analyzers/domains/words.hpp"
#include "analyzers/risk/guards.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace leadline {
namespace {

std::string_view unquoted(std::string_view text) {
  text = trim(text);
  while (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
         text.back() == text.front()) {
    text = trim(text.substr(1, text.size() - 2));
  }
  return text;
}

// "default(90)", "default 90", "default: 90" (Jinja, Go templates) inside a template's marks.
std::optional<std::string> jinja_default(std::string_view inside) {
  const std::size_t at = inside.rfind("default");
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view rest = trim(inside.substr(at + 7));
  if (rest.starts_with('(')) {
    const std::size_t end = rest.find_first_of(",)");
    return std::string(unquoted(rest.substr(1, end == std::string_view::npos ? end : end - 1)));
  }
  rest = rest.substr(0, rest.find('|'));
  const std::size_t space = rest.find_first_of(" \t");
  rest = unquoted(rest.substr(0, space));
  if (rest.empty() || rest.front() == '.' || rest.front() == '$') {
    return std::nullopt;
  }
  return std::string(rest);
}

bool speaks_of_switch(const Meaning& meaning) {
  return meaning.known && (meaning.kind == ParameterKind::on_off || meaning.guard != Guard::none);
}

} // namespace

bool is_template(std::string_view value) {
  // "$PORT"; "$2y$10$..." is a hash.
  const bool variable = value.size() > 1 && value.front() == '$' &&
                        std::all_of(value.begin() + 1, value.end(), [](char c) {
                          return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
                        });
  return variable || value.find("{{") != std::string_view::npos ||
         value.find("<%") != std::string_view::npos || value.find("${") != std::string_view::npos ||
         value.find("{%") != std::string_view::npos;
}

std::optional<std::string> literal_of(std::string_view value) {
  if (!is_template(value)) {
    return std::string(value);
  }
  const std::string_view text = unquoted(value);
  if (text.starts_with("{{") && text.ends_with("}}") &&
      text.find("{{", 2) == std::string_view::npos) {
    return jinja_default(trim(text.substr(2, text.size() - 4)));
  }
  if (text.starts_with("${") && text.ends_with('}') &&
      text.find("${", 2) == std::string_view::npos) {
    const std::string_view inside = text.substr(2, text.size() - 3);
    const std::size_t colon = inside.find(':');
    // "${PORT:-80}"; an expression with a colon somewhere is none.
    const bool named = std::all_of(
        inside.begin(),
        inside.begin() + static_cast<std::ptrdiff_t>(std::min(colon, inside.size())), [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '_' || c == '.' || c == '-';
        });
    if (named && colon != std::string_view::npos) {
      std::string_view rest = inside.substr(colon + 1);
      rest = rest.starts_with('-') || rest.starts_with('=') ? rest.substr(1) : rest;
      return rest.starts_with('?') ? std::nullopt
                                   : std::optional<std::string>(std::string(unquoted(rest)));
    }
  }
  return std::nullopt;
}

bool reads_the_same(std::string_view a, std::string_view b) {
  const auto bare = [](std::string_view text) {
    text = unquoted(text);
    if (text.starts_with("${") && text.ends_with('}') &&
        text.find("${", 2) == std::string_view::npos) {
      text = trim(text.substr(2, text.size() - 3));
    }
    return text;
  };
  const std::string_view left = bare(a);
  const std::string_view right = bare(b);
  if (left == right) {
    return true;
  }
  const std::optional<bool> state = parse_switch(left);
  // Only where the word is the same in another case: "1" and "true" differ where text is expected.
  return state && state == parse_switch(right) && to_lower(left) == to_lower(right);
}

bool is_rewired(const Subject& subject) {
  if (!subject.modified()) {
    return false;
  }
  const std::string& path = subject.file->path;
  const bool terraform = path.ends_with(".tf") || path.ends_with(".hcl") || path.ends_with(".tofu");
  const auto points = [&](std::string_view value) {
    value = unquoted(value);
    if (value.find("{{") != std::string_view::npos) {
      return value.find(".Values.") != std::string_view::npos ||
             value.find("{{ $") != std::string_view::npos ||
             value.find("{{$") != std::string_view::npos ||
             value.find("{{ .") != std::string_view::npos ||
             value.find("{{ include ") != std::string_view::npos ||
             value.find("{{ template ") != std::string_view::npos;
    }
    if (!terraform) {
      return false;
    }
    if (value.starts_with("${")) {
      value = trim(value.substr(2));
    }
    constexpr std::array<std::string_view, 8> k_roots = {"var.",  "local.", "module.", "data.",
                                                         "each.", "self.",  "path.",   "aws_"};
    const std::size_t call = value.find('(');
    const bool calls = call != std::string_view::npos && call > 2 &&
                       std::all_of(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(call),
                                   [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    return calls || std::any_of(k_roots.begin(), k_roots.end(),
                                [&](std::string_view root) { return value.starts_with(root); });
  };
  return points(subject.change->old_setting->value) && points(subject.change->new_setting->value);
}

namespace {

// The unit that a key names at its end: "timeout_ms", "cacheSizeMb"; "" none. A rate ("per second")
// names none.
std::string unit_named_by(std::string_view leaf) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 19> k_units = {
      {{"ns", "ns"},
       {"nanos", "ns"},
       {"micros", "us"},
       {"ms", "ms"},
       {"msec", "ms"},
       {"msecs", "ms"},
       {"millis", "ms"},
       {"milliseconds", "ms"},
       {"sec", "s"},
       {"secs", "s"},
       {"seconds", "s"},
       {"minutes", "min"},
       {"mins", "min"},
       {"hours", "h"},
       {"days", "d"},
       {"bytes", "B"},
       {"kb", "kB"},
       {"mb", "MB"},
       {"gb", "GB"}}};
  const std::string_view last = last_word(leaf);
  const auto at = std::find_if(k_units.begin(), k_units.end(),
                               [&](const auto& row) { return row.first == last; });
  return at == k_units.end() || has_phrase(leaf, "per " + std::string(last))
             ? std::string()
             : std::string(at->second);
}

// The unit that decides between readings of one text ("100m") where neither side says more: bytes
// for sizes, time for durations. A bare number keeps its ratio in any unit.
std::string unit_for(const Meaning& meaning, std::string_view leaf) {
  if (!meaning.known) {
    return {};
  }
  switch (meaning.kind) {
  case ParameterKind::size:
    return has_phrase(leaf, "cpu") || has_phrase(leaf, "cpus") || has_phrase(leaf, "cores")
               ? "cores"
               : "B";
  case ParameterKind::timeout:
  case ParameterKind::interval:
  case ParameterKind::retention:
    return "s";
  default:
    return {};
  }
}

// The number of `time.Duration(30)`, the rest as it is.
std::string without_conversion(const std::string& value) {
  constexpr std::string_view k_type = "time.Duration(";
  const bool converts = value.starts_with(k_type) && value.ends_with(')') &&
                        value.find_first_not_of("0123456789_", k_type.size()) == value.size() - 1;
  return converts ? value.substr(k_type.size(), value.size() - k_type.size() - 1) : value;
}

// In Go a bare number where a time.Duration is due counts nanoseconds, whatever the parameter:
// https://pkg.go.dev/time#Duration
bool counts_nanoseconds(const SettingChange& change, const FileContext& file) {
  const auto is = [](const std::optional<Setting>& setting) {
    return setting && setting->syntax == ValueSyntax::plain &&
           setting->value.find("time.") != std::string::npos;
  };
  return file.path.ends_with(".go") && (is(change.old_setting) || is(change.new_setting));
}

} // namespace

Subject make_subject(const SettingChange& change, const FileContext& file, const Meaning& meaning) {
  Subject subject;
  subject.change = &change;
  subject.file = &file;
  subject.meaning = meaning;
  const KeyPath& key = change.any().key;
  subject.environment = environment_of_setting(key, file.environment);
  subject.leaf = spaced_words(key_parts(key).leaf);
  std::string joined;
  for (std::size_t i = 0; i + 1 < key.segments.size(); ++i) {
    joined += key.segments[i];
    joined += ' ';
  }
  subject.parents = spaced_words(joined);
  subject.unit = meaning.unit.empty() ? unit_for(meaning, subject.leaf) : meaning.unit;
  subject.unit_known = !meaning.unit.empty();
  const bool nanoseconds = counts_nanoseconds(change, file);
  if (nanoseconds) {
    subject.unit = "ns";
    subject.unit_known = true;
  }
  const auto read = [&](const std::optional<Setting>& setting, std::string& value, bool& templated,
                        std::optional<Quantity>& quantity, std::optional<bool>& state) {
    if (!setting) {
      return;
    }
    templated = is_template(setting->value);
    value = literal_of(setting->value).value_or(setting->value);
    value = nanoseconds ? without_conversion(value) : value;
    quantity = parse_quantity(value, subject.unit);
    state = parse_switch(value);
    if (state && is_ambiguous_switch(value) && !speaks_of_switch(meaning)) {
      state.reset();
    }
  };
  read(change.old_setting, subject.old_value, subject.old_is_template, subject.old_quantity,
       subject.old_switch);
  read(change.new_setting, subject.new_value, subject.new_is_template, subject.new_quantity,
       subject.new_switch);
  // "timeout_ms: 50s" -> 90: only where a unit comes or goes does the name of the key decide.
  if (!subject.unit_known && subject.old_quantity && subject.new_quantity &&
      subject.old_quantity->unit_written != subject.new_quantity->unit_written) {
    if (std::string named = unit_named_by(subject.leaf); !named.empty()) {
      subject.unit = std::move(named);
      subject.unit_known = true;
      subject.old_quantity = parse_quantity(subject.old_value, subject.unit);
      subject.new_quantity = parse_quantity(subject.new_value, subject.unit);
    }
  }
  // "1" beside "yes" is a switch, whatever the key is called.
  const auto settle = [](const std::string& value, const std::optional<bool>& other,
                         std::optional<bool>& state) {
    if (!state && other && is_ambiguous_switch(value)) {
      state = parse_switch(value);
    }
  };
  settle(subject.old_value, subject.new_switch, subject.old_switch);
  settle(subject.new_value, subject.old_switch, subject.new_switch);
  if (subject.old_quantity && subject.new_quantity) {
    subject.quantity = describe_change(*subject.old_quantity, *subject.new_quantity);
  }
  return subject;
}

} // namespace leadline
