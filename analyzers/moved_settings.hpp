#pragma once

#include "analyzers/file_reading.hpp"

#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace leadline {

// Settings that left one place of a change set and came to another one.
class MovedSettings {
public:
  // Keeps pointers into `files`.
  explicit MovedSettings(std::span<const FileReading> files);

  // A removed setting that now stands elsewhere with its value, or an added one that stood
  // elsewhere, in a file of the same role and no other environment: nothing changed about it. One
  // that protects must have come to the same place of the same service (moved_protection.hpp):
  // another service's new `sslmode` does not replace it.
  bool is_same_elsewhere(const SettingChange& change) const;

  // The removed setting whose place an added one took with another value, nullptr when none. Only
  // where that is beyond doubt: one such key went and one came, both with a value that no template
  // makes, both of one environment, and they stand in one file, or other settings moved between the
  // two files, or the key's name alone tells the system.
  const SettingChange* came_from(const SettingChange& added) const;
  // The other way: that removed setting is judged where it came to.
  bool went_elsewhere(const SettingChange& removed) const;

private:
  struct Place {
    const SettingChange* change = nullptr;
    const FileReading* file = nullptr;
    std::size_t index = 0; // in the file's settings
    const Parameter* parameter = nullptr;
    Environment environment = Environment::unknown;
  };
  using Places = std::map<std::string, std::vector<Place>>;

  void mark_same(const Places& removed, const Places& added);
  void pair(const Place& removed, const Place& added);

  std::unordered_set<const SettingChange*> m_same;
  std::map<std::pair<std::size_t, std::size_t>, int>
      m_between; // files: settings that moved unchanged
  std::unordered_map<const SettingChange*, const SettingChange*> m_from;
  std::unordered_set<const SettingChange*> m_gone;
};

} // namespace leadline
