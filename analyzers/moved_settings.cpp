#include "analyzers/moved_settings.hpp"

#include "analyzers/catalog/key_parts.hpp"
#include "analyzers/risk/environment.hpp"

#include <algorithm>

namespace leadline {
namespace {

// Name and value, and what the file is for: a line that comes to a test replaces none of
// production.
std::string identity(const Setting& setting, FileRole role) {
  std::string text(setting.key.leaf());
  text += '\0';
  text += setting.value;
  text += '\0';
  text += name_of(role);
  return text;
}

unsigned bit_of(Environment environment) { return 1U << static_cast<unsigned>(environment); }

// Equal, or one of them is of no environment and so of all of them.
bool any_compatible(unsigned environments, Environment environment) {
  const unsigned unknown = bit_of(Environment::unknown);
  return environments != 0 && (environment == Environment::unknown ||
                               (environments & (unknown | bit_of(environment))) != 0);
}

// So many settings that moved unchanged between two files say that the third one did, too.
constexpr int k_company = 2;

// Of what a key's name says: "max_client_conn" is one thing in any file, "enabled" is not.
bool is_telling(const Setting& setting) { return key_parts(setting.key).leaf_words.size() > 1; }

} // namespace

MovedSettings::MovedSettings(std::span<const FileReading> files) {
  Places removed;
  Places added;
  std::unordered_map<std::string, std::vector<std::size_t>> homes; // files that lost it
  std::unordered_map<std::string, unsigned> arrivals;              // environments, as bits
  std::unordered_map<std::string, unsigned> departures;
  for (const FileReading& file : files) {
    for (std::size_t i = 0; i < file.settings.size(); ++i) {
      const SettingChange& change = file.settings[i];
      if (change.change == ChangeKind::modified) {
        continue;
      }
      const Setting& setting = change.any();
      const Environment environment = environment_of_setting(setting.key, file.context.environment);
      const Place place = {&change, &file.context, file.meanings[i].parameter, environment};
      const std::string name = normalize_key(key_parts(setting.key).leaf);
      const std::string who = identity(setting, file.context.role);
      if (change.change == ChangeKind::added) {
        arrivals[who] |= bit_of(environment);
        added[name].push_back(place);
      } else {
        departures[who] |= bit_of(environment);
        homes[who].push_back(change.file);
        removed[name].push_back(place);
      }
    }
  }
  const auto mark_same = [&](const Places& here,
                             const std::unordered_map<std::string, unsigned>& there) {
    for (const auto& [name, places] : here) {
      for (const Place& place : places) {
        const auto other = there.find(identity(place.change->any(), place.file->role));
        if (other != there.end() && any_compatible(other->second, place.environment)) {
          m_same.insert(place.change);
        }
      }
    }
  };
  mark_same(removed, arrivals);
  mark_same(added, departures);
  for (const auto& [name, places] : added) {
    for (const Place& place : places) {
      if (!is_telling(*place.change->new_setting)) {
        continue; // "enabled: true" comes and goes everywhere
      }
      const auto from = homes.find(identity(*place.change->new_setting, place.file->role));
      // One home and one goal: what stands everywhere says nothing about these two files.
      if (from != homes.end() && from->second.size() == 1) {
        ++m_between[{from->second.front(), place.change->file}];
      }
    }
  }
  const auto rest = [&](const std::vector<Place>& places) {
    std::vector<Place> found;
    std::copy_if(places.begin(), places.end(), std::back_inserter(found),
                 [&](const Place& place) { return !is_same_elsewhere(*place.change); });
    return found;
  };
  for (const auto& [name, places] : removed) {
    const auto goals = added.find(name);
    if (goals == added.end()) {
      continue;
    }
    const std::vector<Place> went = rest(places);
    const std::vector<Place> came = rest(goals->second);
    if (went.size() == 1 && came.size() == 1) {
      pair(went.front(), came.front());
    }
  }
}

void MovedSettings::pair(const Place& removed, const Place& added) {
  const Setting& before = *removed.change->old_setting;
  const Setting& after = *added.change->new_setting;
  if (is_template(before.value) || is_template(after.value) || !is_telling(after) ||
      removed.parameter != added.parameter || removed.environment != added.environment ||
      removed.file->role != added.file->role) {
    return;
  }
  const bool one_file = removed.change->file == added.change->file;
  const auto moved = m_between.find({removed.change->file, added.change->file});
  const int others = moved == m_between.end() ? 0 : moved->second;
  const bool known = added.parameter != nullptr && added.parameter->distinctive;
  if (one_file || known || others >= k_company) {
    m_from[added.change] = removed.change;
    m_gone.insert(removed.change);
  }
}

bool MovedSettings::is_same_elsewhere(const SettingChange& change) const {
  return m_same.count(&change) > 0;
}

const SettingChange* MovedSettings::came_from(const SettingChange& added) const {
  const auto found = m_from.find(&added);
  return found == m_from.end() ? nullptr : found->second;
}

bool MovedSettings::went_elsewhere(const SettingChange& removed) const {
  return m_gone.count(&removed) > 0;
}

} // namespace leadline
