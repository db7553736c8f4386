#include "analyzers/risk/subject.hpp"

#include "analyzers/catalog/key_parts.hpp"
#include "analyzers/domains/words.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

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
  return value.find("{{") != std::string_view::npos || value.find("<%") != std::string_view::npos ||
         value.find("${") != std::string_view::npos || value.find("{%") != std::string_view::npos;
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
    if (colon != std::string_view::npos) {
      std::string_view rest = inside.substr(colon + 1);
      rest = rest.starts_with('-') || rest.starts_with('=') ? rest.substr(1) : rest;
      return rest.starts_with('?') ? std::nullopt
                                   : std::optional<std::string>(std::string(unquoted(rest)));
    }
  }
  return std::nullopt;
}

namespace {

// The unit that decides between readings of one text ("100m") where neither side says more: bytes
// for sizes, time for durations. A bare number keeps its ratio in any unit.
std::string unit_for(const Meaning& meaning, std::string_view leaf) {
  if (!meaning.unit.empty() || !meaning.known) {
    return meaning.unit;
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
  const std::string unit = unit_for(meaning, subject.leaf);
  const auto read = [&](const std::optional<Setting>& setting, std::string& value, bool& templated,
                        std::optional<Quantity>& quantity, std::optional<bool>& state) {
    if (!setting) {
      return;
    }
    templated = is_template(setting->value);
    value = literal_of(setting->value).value_or(setting->value);
    quantity = parse_quantity(value, unit);
    state = parse_switch(value);
    if (state && is_ambiguous_switch(value) && !speaks_of_switch(meaning)) {
      state.reset();
    }
  };
  read(change.old_setting, subject.old_value, subject.old_is_template, subject.old_quantity,
       subject.old_switch);
  read(change.new_setting, subject.new_value, subject.new_is_template, subject.new_quantity,
       subject.new_switch);
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
