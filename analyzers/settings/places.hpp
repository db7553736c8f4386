#pragma once

#include "analyzers/settings/setting.hpp"

#include <vector>

namespace leadline {

// Which settings of a version of a file were read.
enum class Reach {
  whole, // all
  near   // perhaps only those of the lines of interest
};

// Sets Setting::place of the settings of one version of a file, by first line; before, it is what
// the thing around a setting is called, or "". Where a file has several things, that stays, also of
// a key that only one of them has: an added line may as well be added to another. A key that stands
// more than once in one of them has its number among those, and how many they are. A name does not
// shift with what is put in before it, a number does, and may then fit another one where as many
// are taken away. Where not all settings were read, nobody can count, and the place is the line.
void set_places(std::vector<Setting>& settings, Reach reach);

} // namespace leadline
