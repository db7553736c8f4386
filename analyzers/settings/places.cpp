#include "analyzers/settings/places.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>

namespace leadline {
namespace {

using Indexes = std::vector<std::size_t>;

std::string with_number(const std::string& owner, const char* what, std::size_t number) {
  return owner + (owner.empty() ? "" : ", ") + what + " " + std::to_string(number);
}

// Whether things of several names stand in the file, or one beside what stands in none.
bool has_several(const std::vector<Setting>& settings) {
  return std::any_of(settings.begin(), settings.end(), [&](const Setting& setting) {
    return setting.place != settings.front().place;
  });
}

// For each of the settings `at`, which have one key and stand in one thing, its number among them.
// What two readers have found on one line is one setting.
Indexes numbers_of(const std::vector<Setting>& settings, const Indexes& at) {
  Indexes numbers;
  std::size_t number = 0;
  const Setting* before = nullptr;
  for (const std::size_t i : at) {
    const Setting& setting = settings[i];
    const bool same = before != nullptr && before->first_line == setting.first_line &&
                      before->value == setting.value;
    numbers.push_back(same ? number : ++number);
    before = &setting;
  }
  return numbers;
}

// Of settings with one key.
void tell_apart(std::vector<Setting>& settings, const Indexes& at, bool several) {
  std::unordered_map<std::string, Indexes> by_owner;
  for (const std::size_t i : at) {
    by_owner[settings[i].place].push_back(i);
  }
  for (const auto& [owner, here] : by_owner) {
    const Indexes numbers = numbers_of(settings, here);
    for (std::size_t i = 0; i < here.size(); ++i) {
      std::string& place = settings[here[i]].place;
      if (numbers.back() > 1 || (by_owner.size() > 1 && owner.empty())) {
        place = with_number(owner, "number", numbers[i]) + " of " + std::to_string(numbers.back());
      } else if (by_owner.size() == 1 && !several) {
        place.clear();
      }
    }
  }
}

} // namespace

void set_places(std::vector<Setting>& settings, Reach reach) {
  if (reach == Reach::near) {
    for (Setting& setting : settings) {
      setting.place =
          with_number(setting.place, "line", static_cast<std::size_t>(setting.first_line));
    }
    return;
  }
  const bool several = has_several(settings);
  std::unordered_map<std::string, Indexes> by_key;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    by_key[settings[i].key.text()].push_back(i);
  }
  for (const auto& [key, at] : by_key) {
    if (at.size() > 1) {
      tell_apart(settings, at, several);
    } else if (!several) {
      settings[at.front()].place.clear();
    }
  }
}

} // namespace leadline
