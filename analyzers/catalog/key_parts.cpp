#include "analyzers/catalog/key_parts.hpp"

#include "analyzers/catalog/catalog.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace leadline {
namespace {

constexpr std::size_t k_most_parts = 64;
constexpr std::size_t k_longest_segment_bytes = 512; // longer ones are no key that a program reads

struct Segment {
  std::string_view name;
  std::string_view qualifier; // "" none, or a place
};

bool is_place(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

Segment split_brackets(std::string_view text) {
  if (text.size() < 2 || text.back() != ']') {
    return {text, {}};
  }
  const std::size_t open = text.find('[');
  if (open == std::string_view::npos) {
    return {text, {}};
  }
  const std::string_view inner = text.substr(open + 1, text.size() - open - 2);
  if (open == 0) {
    return {inner, {}}; // an INI section written with its brackets
  }
  return {text.substr(0, open), is_place(inner) ? std::string_view{} : inner};
}

bool looks_like_file_name(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  return dot != std::string_view::npos && dot > 0 && text.size() - dot >= 3 &&
         text.size() - dot <= 12 && text.find(' ') == std::string_view::npos;
}

// Whether the last segment only says "value of" the one before it.
bool is_value_of_parent(const std::vector<Segment>& segments) {
  if (segments.size() < 2) {
    return false;
  }
  const std::string leaf = to_lower(segments.back().name);
  const Segment& parent = segments[segments.size() - 2];
  if (leaf == "value" && !parent.qualifier.empty()) {
    return true;
  }
  const bool declared = segments.size() >= 3 && leaf == "default" &&
                        (to_lower(segments[segments.size() - 3].name) == "variable" ||
                         to_lower(segments[segments.size() - 3].name) == "parameters");
  return declared ||
         (leaf == "default" && !parent.qualifier.empty() && to_lower(parent.name) == "variable");
}

// php_admin_value[memory_limit] of PHP-FPM sets what stands in the brackets.
bool names_in_brackets(std::string_view segment) {
  return segment == "php_admin_value" || segment == "php_value" || segment == "php_admin_flag" ||
         segment == "php_flag" || segment == "env";
}

// Cut at '.' and at Puppet's "::".
std::vector<std::string_view> pieces_of(std::string_view name) {
  std::vector<std::string_view> pieces;
  for (const std::string_view piece : split(name, '.')) {
    for (std::string_view rest = piece;;) {
      const std::size_t at = rest.find("::");
      pieces.push_back(rest.substr(0, at));
      if (at == std::string_view::npos) {
        break;
      }
      rest.remove_prefix(at + 2);
    }
  }
  return pieces;
}

} // namespace

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) {
      words.push_back(to_lower(word));
      word.clear();
    }
  };
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c == '_' || c == '-' || c == '.' || c == ' ' || c == '/') {
      finish();
      continue;
    }
    if (is_upper(c) && i > 0 && !is_upper(name[i - 1])) {
      finish();
    }
    word += c;
  }
  finish();
  return words;
}

KeyParts key_parts(const KeyPath& key) {
  std::vector<Segment> segments;
  const std::size_t from =
      key.segments.size() > k_most_parts ? key.segments.size() - k_most_parts : 0;
  for (std::size_t i = from; i < key.segments.size(); ++i) {
    segments.push_back(
        split_brackets(std::string_view(key.segments[i]).substr(0, k_longest_segment_bytes)));
  }
  // timeout.timeout[default]: the default of a templated value.
  if (segments.size() >= 2 && segments.back().qualifier == "default" &&
      segments.back().name == segments[segments.size() - 2].name) {
    segments.pop_back();
  }
  if (!segments.empty() && !segments.back().qualifier.empty() &&
      names_in_brackets(segments.back().name)) {
    Segment& leaf = segments.back();
    leaf = {leaf.qualifier, {}};
  }
  if (is_value_of_parent(segments)) {
    segments.pop_back();
    Segment& leaf = segments.back();
    if (!leaf.qualifier.empty()) {
      const std::string_view name = leaf.qualifier;
      leaf.qualifier = {};
      segments.push_back({name, {}});
    }
  }

  KeyParts found;
  std::string_view leaf;
  for (const Segment& segment : segments) {
    if (&segment != &segments.back() && looks_like_file_name(segment.name)) {
      found.file_names.emplace_back(segment.name);
      found.qualifiers.push_back(normalize_key(segment.name.substr(0, segment.name.find('.'))));
    }
    if (!segment.qualifier.empty()) {
      for (const std::string_view piece : split(segment.qualifier, '.')) {
        found.qualifiers.push_back(normalize_key(piece));
      }
    }
    for (const std::string_view piece : pieces_of(segment.name)) {
      if (!piece.empty()) {
        found.parts.push_back(normalize_key(piece));
        leaf = piece;
      }
    }
  }
  if (found.parts.size() > k_most_parts) {
    found.parts.erase(found.parts.begin(),
                      found.parts.end() - static_cast<std::ptrdiff_t>(k_most_parts));
  }
  found.leaf = std::string(leaf);
  found.leaf_words = words_of(leaf);
  return found;
}

} // namespace leadline
