#include "analyzers/settings/things.hpp"

#include "base/digest.hpp"

#include <cstddef>
#include <unordered_map>
#include <utility>

namespace leadline {
namespace {

constexpr const char* k_part = "part";
constexpr std::size_t k_longest_place = 300; // bytes: things nest deep, and names are long

std::string number_of(std::size_t number, std::size_t of) {
  return std::to_string(number) + " of " + std::to_string(of);
}

} // namespace

Things::Things() : m_things{{Kind::block, k_file, {}}} {}

Things::Id Things::add(Thing thing) {
  m_things.push_back(std::move(thing));
  return static_cast<Id>(m_things.size() - 1);
}

Things::Id Things::block(Id around, std::string name) {
  return add({Kind::block, around, std::move(name)});
}

Things::Id Things::part(Id around) { return add({Kind::part, around, k_part}); }

Things::Id Things::object(std::string name) { return add({Kind::object, k_file, std::move(name)}); }

void Things::rename(Id id, std::string name) { m_things[id].name = std::move(name); }

std::vector<std::string> Things::places() const {
  const auto like = [](const Thing& thing) {
    return std::to_string(static_cast<int>(thing.kind)) + " " + std::to_string(thing.around) + " " +
           thing.name;
  };
  std::unordered_map<std::string, std::size_t> counts;
  std::vector<std::size_t> numbers(m_things.size());
  for (std::size_t i = 1; i < m_things.size(); ++i) {
    numbers[i] = ++counts[like(m_things[i])];
  }
  std::vector<std::string> places(m_things.size());
  for (std::size_t i = 1; i < m_things.size(); ++i) {
    const Thing& thing = m_things[i];
    const std::size_t of = counts[like(thing)];
    std::string& place = places[i];
    if (thing.kind == Kind::object) {
      place = thing.name + (of > 1 ? ", number " + number_of(numbers[i], of) : "");
      continue;
    }
    place = places[thing.around];
    if (of > 1 || thing.kind == Kind::part) {
      place += (place.empty() ? "" : ", ") + thing.name + " " + number_of(numbers[i], of);
    }
    if (place.size() > k_longest_place) {
      place = "block " + sha256_hex(place);
    }
  }
  return places;
}

} // namespace leadline
