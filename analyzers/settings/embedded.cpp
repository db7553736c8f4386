#include "analyzers/settings/embedded.hpp"

#include "analyzers/settings/code/command_line.hpp"
#include "analyzers/settings/code/connection.hpp"
#include "analyzers/settings/code/literal_text.hpp"
#include "analyzers/settings/key_budget.hpp"
#include "analyzers/settings/readers.hpp"
#include "analyzers/settings/template_text.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <iterator>

namespace leadline {
namespace {

constexpr std::size_t k_longest = 64 << 10;
constexpr std::size_t k_most_parts = 500; // of one JSON text

bool is_item(const Setting& setting) {
  return !setting.key.segments.empty() && setting.key.segments.back().ends_with(']');
}

// Items of one list: the same path but for the place in brackets.
bool are_neighbours(const Setting& a, const Setting& b) {
  const auto& left = a.key.segments;
  const auto& right = b.key.segments;
  if (left.size() != right.size() || !is_item(a) || !is_item(b) ||
      !std::equal(left.begin(), left.end() - 1, right.begin())) {
    return false;
  }
  return left.back().substr(0, left.back().rfind('[')) ==
         right.back().substr(0, right.back().rfind('['));
}

bool is_image_key(const Setting& setting) {
  const std::string leaf = to_lower(setting.key.leaf());
  return leaf == "from" || leaf.ends_with("image");
}

// `--workers` or `-c`: what it sets stands elsewhere, or it is a switch.
bool is_lone_flag(std::string_view value) {
  return value.substr(0, 2) != "-X" && value.size() >= 2 && value[0] == '-' &&
         value.find_first_of("= \t\n") == std::string_view::npos && has_flags(value);
}

// "return 301 https://example.org$request_uri": where nginx sends to
// (https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#return).
std::vector<Flag> redirect_parts(const Setting& setting) {
  const std::string_view value = setting.value;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (setting.key.leaf() != "return" || value.size() < 5 || value[3] != ' ' ||
      !std::all_of(value.begin(), value.begin() + 3, digit)) {
    return {};
  }
  const std::string_view target = trim(value.substr(4));
  if (target.find("://") == std::string_view::npos || target.find(' ') != std::string_view::npos) {
    return {};
  }
  return {{"url", std::string(target), 0}};
}

// "idle_timeout.timeout_seconds=60,deletion_protection.enabled=true", "NodeSwap=true,Foo=false":
// attributes of AWS's load balancers and gates of Kubernetes, which are lists of assignments.
std::vector<Flag> assignments_in(const Setting& setting) {
  const std::string leaf = to_lower(setting.key.leaf());
  if (!leaf.ends_with("attributes") && !leaf.ends_with("gates")) {
    return {};
  }
  std::vector<Flag> parts;
  for (const std::string_view piece : split(setting.value, ',')) {
    const std::size_t equals = piece.find('=');
    const std::string_view name = trim(piece.substr(0, equals));
    if (equals == std::string_view::npos || name.empty() ||
        name.find_first_of(" \t{\"'") != std::string_view::npos) {
      return {};
    }
    parts.push_back({std::string(name), std::string(trim(piece.substr(equals + 1))), 0});
  }
  return parts;
}

std::vector<Flag> parts_of_value(const Setting& setting, const Setting* before,
                                 const Setting* after) {
  const std::string_view value = setting.value;
  if (value.size() < 3 && before == nullptr) {
    return {};
  }
  const bool listed =
      value.size() > 2 && value.front() == '[' && value.back() == ']' && !is_item(setting);
  if (listed && setting.syntax == ValueSyntax::list && has_flags(value)) {
    return {}; // its items are settings of their own
  }
  // timeout: {{ x | default(30) }} is timeout[default] = 30.
  if (!setting.key.segments.empty() && setting.syntax != ValueSyntax::list) {
    if (std::optional<std::string> standard = with_defaults(value)) {
      if (has_flags(value)) {
        return flags_of(command_words(*standard));
      }
      return {{std::string(setting.key.leaf()) + "[default]", std::move(*standard)}};
    }
  }
  if (is_image_key(setting)) {
    if (std::vector<Flag> parts = image_parts(value); !parts.empty()) {
      return parts;
    }
  }
  // args: ["--workers", "4"]
  if (before != nullptr && is_lone_flag(before->value) && !is_lone_flag(value)) {
    std::vector<std::string> words = {before->value, setting.value};
    std::vector<Flag> parts = flags_of(words);
    std::erase_if(parts, [&](const Flag& part) { return part.value == "true" && value != "true"; });
    if (!parts.empty()) {
      return parts;
    }
  }
  if (is_lone_flag(value)) {
    const bool is_switch =
        is_item(setting) && (after == nullptr || after->value.substr(0, 1) == "-");
    return is_switch ? flags_of({setting.value}) : std::vector<Flag>{};
  }
  if (has_flags(value)) {
    return flags_of(command_words(value));
  }
  if (std::vector<Flag> parts = redirect_parts(setting); !parts.empty()) {
    return parts;
  }
  if (std::vector<Flag> parts = assignments_in(setting); !parts.empty()) {
    return parts;
  }
  if (std::vector<Flag> parts = connection_parts(value); !parts.empty()) {
    return parts;
  }
  // environment: ["POOL=20"]
  return is_item(setting) ? flags_of({setting.value}) : std::vector<Flag>{};
}

// A JSON object on one line, as annotations of Kubernetes and environment variables hold it; its
// quotes may be escaped for the text around it.
std::vector<Setting> json_parts(const Setting& whole, KeyBudget& keys) {
  const std::string_view value = trim(whole.value);
  const bool braced = value.size() > 6 && ((value.front() == '{' && value.back() == '}') ||
                                           (value.front() == '[' && value.back() == ']'));
  if (!braced || whole.first_line != whole.last_line || value.starts_with("{{") ||
      value.find('{') == std::string_view::npos || whole.syntax == ValueSyntax::list) {
    return {};
  }
  std::string text(value);
  if (text.find("\\\"") != std::string::npos) {
    std::erase(text, '\\');
  }
  if (text.find("\":") == std::string::npos && text.find("\" :") == std::string::npos) {
    return {}; // Go's and Jinja's maps, patterns, shell
  }
  SettingTree tree(nullptr);
  const TextLines lines = text_lines(text);
  read_json({lines, {Format::json, false}, whole.key.leaf(), tree});
  std::vector<Setting> parts = tree.settings();
  parts.resize(std::min(parts.size(), k_most_parts));
  for (Setting& part : parts) {
    part.key.segments.insert(part.key.segments.begin(), whole.key.segments.begin(),
                             whole.key.segments.end());
    keys.take(part.key);
    part.first_line = whole.first_line;
    part.last_line = whole.last_line;
    part.context = whole.context;
    part.place = part.place.empty() ? whole.place : part.place;
  }
  return parts;
}

Setting part_of(const Setting& whole, Flag part, KeyBudget& keys) {
  Setting setting = whole;
  setting.key.segments.push_back(std::move(part.name));
  keys.take(setting.key);
  setting.value = std::move(part.value);
  setting.syntax = ValueSyntax::plain;
  return setting;
}

} // namespace

void expand_embedded(std::vector<Setting>& settings) {
  std::vector<Setting> expanded;
  expanded.reserve(settings.size());
  KeyBudget keys;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const Setting& whole = settings[i];
    const Setting* before =
        i > 0 && are_neighbours(settings[i - 1], whole) ? &settings[i - 1] : nullptr;
    const Setting* after = i + 1 < settings.size() && are_neighbours(whole, settings[i + 1])
                               ? &settings[i + 1]
                               : nullptr;
    std::vector<Setting> inner_text =
        whole.value.size() > k_longest ? std::vector<Setting>{} : json_parts(whole, keys);
    if (!inner_text.empty()) {
      expanded.push_back(whole);
      std::move(inner_text.begin(), inner_text.end(), std::back_inserter(expanded));
      continue;
    }
    std::vector<Flag> parts =
        whole.value.size() > k_longest ? std::vector<Flag>{} : parts_of_value(whole, before, after);
    expanded.push_back(whole);
    for (Flag& part : parts) {
      Setting inner = part_of(whole, std::move(part), keys);
      // --dsn=postgres://...: one level further.
      std::vector<Flag> deeper = inner.value.find("://") == std::string::npos
                                     ? std::vector<Flag>{}
                                     : connection_parts(inner.value);
      expanded.push_back(std::move(inner));
      const std::size_t outer = expanded.size() - 1;
      for (Flag& below : deeper) {
        expanded.push_back(part_of(expanded[outer], std::move(below), keys));
      }
    }
  }
  settings = std::move(expanded);
}

bool is_part_of(const Setting& part, const Setting& whole) {
  const auto& inner = part.key.segments;
  const auto& outer = whole.key.segments;
  return inner.size() > outer.size() && std::equal(outer.begin(), outer.end(), inner.begin()) &&
         part.first_line == whole.first_line && part.last_line == whole.last_line;
}

} // namespace leadline
