#pragma once

#include "analyzers/file_reading.hpp"

#include <string>
#include <string_view>
#include <unordered_set>

namespace leadline {

// Whether a setting guards something, so that another one of its name and value somewhere else does
// not replace it.
bool is_protection(const Meaning& meaning);

// Whether two files belong to one service: one folder, or one above the other, or folders that
// differ only in an environment's name or in what is shared ("deploy/prod", "deploy/base").
bool is_one_service(std::string_view path, std::string_view other_path);

// Every added setting of a change set: its file, whole key and value.
class Arrivals {
public:
  void add(std::size_t file, const Setting& setting);

  // Whether the removed setting with that index among the file's settings and an added one of equal
  // leaf and value are the same protection in a new place: one key ends with the whole other one
  // (tls.verify, server.tls.verify), or a neighbour made the same move.
  bool is_same_protection(const FileReading& home, std::size_t index,
                          const SettingChange& added) const;

private:
  std::unordered_set<std::string> m_added;
};

} // namespace leadline
