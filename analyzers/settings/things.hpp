#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace leadline {

// The things of a file that settings stand in, told apart: blocks, elements, sections, objects.
// A key path says what a block is called, and not which of several that are called so.
class Things {
public:
  using Id = std::uint32_t;
  static constexpr Id k_file = 0; // what is around everything

  Things();

  // A block inside of `around`. Its name matters where another one stands there that is called so.
  Id block(Id around, std::string name);
  // A part without a name, as a document of several in a file: it always has its number.
  Id part(Id around);
  // An object that has a name of its own, wherever it stands.
  Id object(std::string name);
  void rename(Id id, std::string name);

  // What each is called, by id: "" where the path says it all; else the name of the nearest object,
  // and the number among its like of each block inside of that which is not the only one:
  // "server_name a.org, location[/] 2 of 3". What is longer than 300 bytes is told by its SHA-256.
  std::vector<std::string> places() const;

private:
  enum class Kind { block, part, object };
  struct Thing {
    Kind kind;
    Id around;
    std::string name;
  };
  Id add(Thing thing);

  std::vector<Thing> m_things;
};

} // namespace leadline
