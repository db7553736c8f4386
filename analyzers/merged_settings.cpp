#include "analyzers/merged_settings.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>

namespace leadline {
namespace {

constexpr std::size_t k_most = 64;

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

// "a" and "b" of "[*a, *b]".
std::vector<std::string_view> aliases(std::string_view value) {
  std::vector<std::string_view> names;
  for (std::size_t at = value.find('*'); at != std::string_view::npos && names.size() < 8;
       at = value.find('*', at + 1)) {
    std::size_t end = at + 1;
    while (end < value.size() && is_name(value[end])) {
      ++end;
    }
    names.push_back(value.substr(at + 1, end - at - 1));
  }
  return names;
}

struct Anchor {
  int line = 0;    // 1-based; 0: there is none
  std::string key; // of the mapping that carries it; "" of an item
};

Anchor find_anchor(std::string_view text, std::string_view name) {
  const std::string mark = "&" + std::string(name);
  int number = 0;
  for (const std::string_view line : split_lines(text)) {
    ++number;
    const std::size_t at = line.find(mark);
    if (at == std::string_view::npos || trim(line).starts_with('#') ||
        (at + mark.size() < line.size() && is_name(line[at + mark.size()]))) {
      continue;
    }
    std::string_view before = trim(line.substr(0, at));
    if (!before.ends_with(':')) {
      return {number, ""};
    }
    before.remove_suffix(1);
    const std::size_t space = before.find_last_of(" \t");
    before = space == std::string_view::npos ? before : before.substr(space + 1);
    return {number, std::string(before)};
  }
  return {};
}

bool is_below(const std::vector<std::string>& key, std::span<const std::string> prefix) {
  return key.size() > prefix.size() && std::equal(prefix.begin(), prefix.end(), key.begin());
}

} // namespace

std::vector<SettingChange> lost_by_merge(const SettingChange& merge, std::string_view text,
                                         std::span<const Setting> anchored,
                                         std::span<const Setting> head) {
  std::vector<SettingChange> lost;
  if (merge.change != ChangeKind::removed || merge.old_setting->key.leaf() != "<<") {
    return lost;
  }
  std::vector<std::string> home = merge.old_setting->key.segments;
  home.pop_back();
  const auto stands_below = [](std::span<const Setting> settings,
                               std::span<const std::string> prefix) {
    return std::any_of(settings.begin(), settings.end(), [&](const Setting& setting) {
      return is_below(setting.key.segments, prefix);
    });
  };
  if (!stands_below(head, home)) {
    return lost; // went with its mapping
  }
  std::unordered_set<std::string> stated;
  for (const Setting& setting : head) {
    stated.insert(setting.key.text());
  }
  for (const std::string_view name : aliases(merge.old_setting->value)) {
    const Anchor anchor = find_anchor(text, name);
    const Setting* first = nullptr;
    for (const Setting& setting : anchored) {
      if (anchor.line > 0 && setting.first_line >= anchor.line &&
          (first == nullptr || setting.first_line < first->first_line)) {
        first = &setting;
      }
    }
    if (first == nullptr) {
      continue;
    }
    std::vector<std::string> base = first->key.segments;
    const auto named = std::find_if(base.rbegin(), base.rend(), [&](const std::string& segment) {
      return !anchor.key.empty() && segment.substr(0, segment.find('[')) == anchor.key;
    });
    base.resize(named == base.rend() ? base.size() - 1
                                     : static_cast<std::size_t>(base.rend() - named));
    for (const Setting& setting : anchored) {
      const std::vector<std::string>& key = setting.key.segments;
      if (!is_below(key, base) || lost.size() >= k_most) {
        continue;
      }
      std::vector<std::string> here = home;
      here.insert(here.end(), key.begin() + static_cast<std::ptrdiff_t>(base.size()), key.end());
      SettingChange change = merge;
      change.old_setting->key.segments = std::move(here);
      if (stated.count(change.old_setting->key.text()) == 0) {
        change.old_setting->value = setting.value;
        change.old_setting->syntax = setting.syntax;
        lost.push_back(std::move(change));
      }
    }
  }
  return lost;
}

} // namespace leadline
