#include "analyzers/moved_protection.hpp"

#include "analyzers/risk/environment.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace leadline {
namespace {

// So many settings before and after are looked at: who moves together stands together.
constexpr std::size_t k_reach = 8;

// Folders whose files are everybody's.
constexpr std::array<std::string_view, 22> k_shared = {
    "base", "bases",    "common",   "shared",     "default",   "defaults",    "global", "globals",
    "all",  "snippets", "include",  "includes",   "conf.d",    "templates",   "lib",    "partials",
    "vars", "defs",     "overlays", "group_vars", "host_vars", "environments"};

bool names_no_service(std::string_view folder) {
  const std::string word = to_lower(folder);
  // "prod" is an environment, "orders-prod" a service in one.
  const bool one_word = word.find_first_of("-_.") == std::string::npos;
  return std::find(k_shared.begin(), k_shared.end(), word) != k_shared.end() ||
         (one_word && environment_in_value(word) != Environment::unknown);
}

std::vector<std::string_view> folders_of(std::string_view path) {
  std::vector<std::string_view> folders = split(path, '/');
  folders.pop_back();
  std::erase_if(folders, names_no_service);
  return folders;
}

std::string stamp(std::size_t file, std::span<const std::string> segments, std::string_view value) {
  std::string text = std::to_string(file);
  for (const std::string& segment : segments) {
    text += '\0';
    text += segment;
  }
  text += '\n';
  text += value;
  return text;
}

} // namespace

bool is_protection(const Meaning& meaning) {
  const Parameter* parameter = meaning.parameter;
  if (parameter != nullptr && parameter->hurts != Hurts::never &&
      (parameter->impact == Impact::security || parameter->impact == Impact::data_loss)) {
    return true;
  }
  return meaning.guard != Guard::none;
}

bool is_one_service(std::string_view path, std::string_view other_path) {
  const std::vector<std::string_view> here = folders_of(path);
  const std::vector<std::string_view> there = folders_of(other_path);
  const std::size_t common = std::min(here.size(), there.size());
  return std::equal(here.begin(), here.begin() + static_cast<std::ptrdiff_t>(common),
                    there.begin());
}

void Arrivals::add(std::size_t file, const Setting& setting) {
  m_added.insert(stamp(file, setting.key.segments, setting.value));
}

bool Arrivals::is_same_protection(const FileReading& home, std::size_t index,
                                  const SettingChange& added) const {
  const std::vector<std::string>& from = home.settings[index].old_setting->key.segments;
  const std::vector<std::string>& to = added.new_setting->key.segments;
  const auto differs = std::mismatch(from.rbegin(), from.rend(), to.rbegin(), to.rend());
  const auto left = static_cast<std::size_t>(from.rend() - differs.first);
  const auto left_there = static_cast<std::size_t>(to.rend() - differs.second);
  if (left == 0 || left_there == 0) {
    return true;
  }
  // Another setting of the block that left went to the same block.
  const std::size_t first = index > k_reach ? index - k_reach : 0;
  const std::size_t last = std::min(index + k_reach + 1, home.settings.size());
  for (std::size_t i = first; i < last; ++i) {
    if (i == index || home.settings[i].change != ChangeKind::removed) {
      continue;
    }
    const Setting& other = *home.settings[i].old_setting;
    const std::vector<std::string>& key = other.key.segments;
    if (key.size() <= left ||
        !std::equal(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(left), key.begin())) {
      continue;
    }
    std::vector<std::string> moved(to.begin(),
                                   to.begin() + static_cast<std::ptrdiff_t>(left_there));
    moved.insert(moved.end(), key.begin() + static_cast<std::ptrdiff_t>(left), key.end());
    if (m_added.count(stamp(added.file, moved, other.value)) > 0) {
      return true;
    }
  }
  return false;
}

} // namespace leadline
