#include "analyzers/moved_settings.hpp"

#include "analyzers/catalog/key_parts.hpp"
#include "analyzers/moved_protection.hpp"
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
// So many places that a protection may have gone to are looked at.
constexpr std::size_t k_goals = 8;

// Of what a key's name says: "max_client_conn" is one thing in any file, "enabled" is not.
bool is_telling(const Setting& setting) { return key_parts(setting.key).leaf_words.size() > 1; }

} // namespace

MovedSettings::MovedSettings(std::span<const FileReading> files) {
  Places removed;
  Places added;
  std::unordered_map<std::string, std::vector<std::size_t>> homes; // files that lost it
  for (const FileReading& file : files) {
    for (std::size_t i = 0; i < file.settings.size(); ++i) {
      const SettingChange& change = file.settings[i];
      if (change.change == ChangeKind::modified) {
        continue;
      }
      const Setting& setting = change.any();
      const Environment environment = environment_of_setting(setting.key, file.context.environment);
      const Place place = {&change, &file, i, file.meanings[i].parameter, environment};
      const std::string name = normalize_key(key_parts(setting.key).leaf);
      if (change.change == ChangeKind::added) {
        added[name].push_back(place);
      } else {
        homes[identity(setting, file.context.role)].push_back(change.file);
        removed[name].push_back(place);
      }
    }
  }
  for (const auto& [name, places] : added) {
    for (const Place& place : places) {
      if (!is_telling(*place.change->new_setting)) {
        continue; // "enabled: true" comes and goes everywhere
      }
      const auto from = homes.find(identity(*place.change->new_setting, place.file->context.role));
      // One home and one goal: what stands everywhere says nothing about these two files.
      if (from != homes.end() && from->second.size() == 1) {
        ++m_between[{from->second.front(), place.change->file}];
      }
    }
  }
  mark_same(removed, added);
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

void MovedSettings::mark_same(const Places& removed, const Places& added) {
  Arrivals arrivals;
  std::unordered_map<std::string, unsigned> arrived; // environments, as bits
  std::unordered_map<std::string, unsigned> departed;
  std::unordered_map<std::string, std::vector<const Place*>> goals; // of protections
  const auto who = [](const Place& place) {
    return identity(place.change->any(), place.file->context.role);
  };
  const auto guards = [](const Place& place) {
    return is_protection(place.file->meanings[place.index]);
  };
  for (const auto& [name, places] : added) {
    for (const Place& place : places) {
      arrivals.add(place.change->file, *place.change->new_setting);
      arrived[who(place)] |= bit_of(place.environment);
      std::vector<const Place*>& here = goals[who(place)];
      if (here.size() < k_goals) {
        here.push_back(&place);
      }
    }
  }
  for (const auto& [name, places] : removed) {
    for (const Place& place : places) {
      const std::string identity = who(place);
      departed[identity] |= bit_of(place.environment);
      const auto there = arrived.find(identity);
      if (there == arrived.end() || !any_compatible(there->second, place.environment)) {
        continue;
      }
      if (!guards(place)) {
        m_same.insert(place.change);
        continue;
      }
      for (const Place* goal : goals[identity]) {
        const auto company = m_between.find({place.change->file, goal->change->file});
        const bool together = company != m_between.end() && company->second >= k_company;
        if (any_compatible(bit_of(goal->environment), place.environment) &&
            (together || is_one_service(place.file->context.path, goal->file->context.path)) &&
            arrivals.is_same_protection(*place.file, place.index, *goal->change)) {
          m_same.insert(place.change);
          m_same.insert(goal->change);
        }
      }
    }
  }
  for (const auto& [name, places] : added) {
    for (const Place& place : places) {
      const auto from = departed.find(who(place));
      if (!guards(place) && from != departed.end() &&
          any_compatible(from->second, place.environment)) {
        m_same.insert(place.change);
      }
    }
  }
}

void MovedSettings::pair(const Place& removed, const Place& added) {
  const Setting& before = *removed.change->old_setting;
  const Setting& after = *added.change->new_setting;
  if (before.value == after.value || is_template(before.value) || is_template(after.value) ||
      !is_telling(after) || removed.parameter != added.parameter ||
      removed.environment != added.environment ||
      removed.file->context.role != added.file->context.role) {
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
