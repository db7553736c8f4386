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
// the thing around a setting is called, or "". A key that stands once has no place, unless only its
// list places tell it from that of another thing. Of a key that stands more than once the place is
// what is around it, and its number among those of equal key and name where that is not enough: the
// number of another one shifts with what is put in before it, a name does not. Where not all
// settings were read, nobody can count, and the place is the line.
void set_places(std::vector<Setting>& settings, Reach reach);

} // namespace leadline
