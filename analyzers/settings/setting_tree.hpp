#pragma once

#include "analyzers/settings/setting.hpp"
#include "analyzers/settings/things.hpp"

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace leadline {

// A value as a reader found it. The view needs to live for the call only.
struct FoundValue {
  std::string_view value;
  ValueSyntax syntax = ValueSyntax::plain;
  int first_line = 0;
  int last_line = 0;
};

// Collects settings while a reader walks a file. Key paths are put together at the end, because the
// name of a list item often stands below some of its settings:
//   - value: "20"
//     name: MAX_CONN     ->  {"env", "MAX_CONN"} = 20
// Depth is capped: what is nested deeper hangs on the last place within the cap.
class SettingTree {
public:
  using Place = std::uint32_t;
  static constexpr Place k_root = 0;

  // `wanted`: lines whose settings are kept; null keeps all. The set must outlive the tree.
  explicit SettingTree(const std::set<int>* wanted);

  Place child(Place parent, std::string_view segment);
  // A child that may be one of several of its name, as a section, an element or a block in braces.
  Place block(Place parent, std::string_view segment);
  // The next item of a list. Named by its name, id or key once `add` has seen one.
  Place item(Place list);
  // A place without a segment of its own, for one of several documents in a file.
  Place document(Place parent);
  // Puts a name in brackets behind a child's segment: dependency[junit].
  void label(Place child, std::string_view name);
  void set_context(Place place, std::string_view context);

  void add(Place parent, std::string_view key, const FoundValue& found);
  // A scalar item of a list.
  void add_item(Place list, const FoundValue& found);
  // A setting that another reader found, below `parent`.
  void adopt(Place parent, Setting setting);

  // Says that a reader gave up below a place: its settings are not all here.
  void leave_unread() { m_unread = true; }
  bool has_unread() const { return m_unread; }

  bool wants(int first_line, int last_line) const;
  std::size_t size() const { return m_records.size(); }

  // By first line; in the order of reading where equal. The place of each is what the thing around
  // it is called (Things) that its path does not name: the Kubernetes object of several in a file,
  // the server of nginx or Apache, one of several blocks of a name; "" where there is none.
  // Throws KeysTooLong.
  std::vector<Setting> settings() const;

private:
  struct Node {
    Place parent = 0;
    int depth = 0;
    bool is_item = false;
    bool is_block = false;
    int items = 0;       // given out so far
    int rank = 99;       // of the key that named it; the least wins
    std::string segment; // of an item: its name or place
    std::string pair;    // the name in a {name, value} pair
    std::string context;
  };
  struct Record {
    Place place = 0;
    std::string key; // empty: the place itself
    Setting setting;
  };

  Place make(Place parent, std::string_view segment, bool is_item);
  void note(Place place, std::string_view key, const FoundValue& found);
  void note_owner(Place place, std::string_view key, std::string_view value);
  KeyPath path_of(Place place) const;
  std::string object_at(Place place) const;
  std::vector<Things::Id> find_things(Things& things) const;

  const std::set<int>* m_wanted;
  std::vector<Node> m_nodes;
  std::vector<Record> m_records;
  // Kind, namespace and name of an object; "", names and address of a server.
  std::unordered_map<Place, std::array<std::string, 3>> m_owners;
  bool m_unread = false;
};

} // namespace leadline
