#include "analyzers/settings/setting_tree.hpp"

#include "analyzers/settings/key_budget.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace leadline {
namespace {

constexpr int k_deepest = 64;
constexpr std::size_t k_longest_name = 120;

// Keys that name the mapping they stand in, best first. "alert" and "record" are Prometheus rules,
// "job_name" is a scrape job, "artifactId" Maven's.
constexpr std::array<std::string_view, 8> k_naming_keys = {
    "name", "id", "key", "alert", "record", "job_name", "artifactid", "uid"};

int naming_rank(std::string_view key) {
  if (key.size() > 10) {
    return -1;
  }
  const auto at = std::find(k_naming_keys.begin(), k_naming_keys.end(), to_lower(key));
  return at == k_naming_keys.end() ? -1 : static_cast<int>(at - k_naming_keys.begin());
}

bool names_a_pair(std::string_view key) {
  const std::string lower = to_lower(key);
  return lower == "name" || lower == "key" || lower == "option" || lower == "parameter";
}

// Brackets mark list places in a segment, so a name carries none.
std::string as_name(std::string_view text) {
  std::string name(text.substr(0, k_longest_name));
  std::replace(name.begin(), name.end(), '[', '(');
  std::replace(name.begin(), name.end(), ']', ')');
  std::replace(name.begin(), name.end(), '\n', ' ');
  return name;
}

} // namespace

SettingTree::SettingTree(const std::set<int>* wanted) : m_wanted(wanted), m_nodes(1) {}

SettingTree::Place SettingTree::make(Place parent, std::string_view segment, bool is_item) {
  const int depth = m_nodes[parent].depth + 1;
  if (depth > k_deepest) {
    return parent;
  }
  Node node;
  node.parent = parent;
  node.depth = depth;
  node.is_item = is_item;
  node.segment = std::string(segment);
  m_nodes.push_back(std::move(node));
  return static_cast<Place>(m_nodes.size() - 1);
}

SettingTree::Place SettingTree::child(Place parent, std::string_view segment) {
  return make(parent, segment, false);
}

SettingTree::Place SettingTree::block(Place parent, std::string_view segment) {
  const Place place = make(parent, segment, false);
  m_nodes[place].is_block |= place != parent; // else it is beyond the depth
  return place;
}

SettingTree::Place SettingTree::item(Place list) {
  return make(list, std::to_string(m_nodes[list].items++), true);
}

SettingTree::Place SettingTree::document(Place parent) { return make(parent, {}, false); }

void SettingTree::label(Place child, std::string_view name) {
  Node& node = m_nodes[child];
  if (!name.empty() && child != k_root && (node.segment.empty() || node.segment.back() != ']')) {
    node.segment += "[" + as_name(name) + "]";
  }
}

void SettingTree::set_context(Place place, std::string_view context) {
  m_nodes[place].context = std::string(context.substr(0, k_longest_name));
}

bool SettingTree::wants(int first_line, int last_line) const {
  if (m_wanted == nullptr) {
    return true;
  }
  const auto at = m_wanted->lower_bound(first_line);
  return at != m_wanted->end() && *at <= last_line;
}

void SettingTree::note(Place place, std::string_view key, const FoundValue& found) {
  if (found.value.empty() || found.syntax == ValueSyntax::block ||
      found.syntax == ValueSyntax::list) {
    return;
  }
  Node& node = m_nodes[place];
  const int rank = naming_rank(key);
  if (node.is_item && rank >= 0 && rank < node.rank) {
    node.segment = as_name(found.value);
    node.rank = rank;
  }
  if (names_a_pair(key) && (node.pair.empty() || to_lower(key) == "name")) {
    node.pair = as_name(found.value);
  }
  if (key == "image" || (key == "kind" && node.segment.empty())) {
    set_context(place, found.value);
  }
  note_owner(place, key, found.value);
}

void SettingTree::note_owner(Place place, std::string_view key, std::string_view value) {
  const auto is_object = [&](Place at) {
    return m_nodes[at].is_item || m_nodes[at].segment.empty();
  };
  const Node& node = m_nodes[place];
  if (is_object(place)) {
    if (key == "kind") {
      m_owners[place][0] = as_name(value);
    }
  } else if (node.segment == "metadata" && is_object(node.parent)) {
    if (key == "namespace" || key == "name") {
      m_owners[node.parent][key == "name" ? 2 : 1] = as_name(value);
    }
  } else if ((node.segment == "server" && (key == "server_name" || key == "listen")) ||
             (node.segment.starts_with("VirtualHost") && key == "ServerName")) {
    std::string& part = m_owners[place][key == "listen" ? 2 : 1];
    if (part.empty()) { // of several addresses the first
      part = std::string(key) + " " + as_name(value);
    }
  }
}

void SettingTree::add(Place parent, std::string_view key, const FoundValue& found) {
  note(parent, key, found);
  if (!wants(found.first_line, found.last_line)) {
    return;
  }
  Record record{parent, std::string(key), {}};
  record.setting.value = std::string(found.value);
  record.setting.syntax = found.syntax;
  record.setting.first_line = found.first_line;
  record.setting.last_line = std::max(found.first_line, found.last_line);
  m_records.push_back(std::move(record));
}

void SettingTree::add_item(Place list, const FoundValue& found) {
  if (!wants(found.first_line, found.last_line)) {
    ++m_nodes[list].items;
    return;
  }
  add(item(list), {}, found);
}

void SettingTree::adopt(Place parent, Setting setting) {
  if (wants(setting.first_line, setting.last_line)) {
    m_records.push_back({parent, {}, std::move(setting)});
  }
}

KeyPath SettingTree::path_of(Place place) const {
  std::vector<std::string> reversed;
  std::string brackets;
  for (Place at = place; at != k_root; at = m_nodes[at].parent) {
    const Node& node = m_nodes[at];
    if (node.is_item) {
      brackets = "[" + node.segment + "]" + brackets;
    } else if (!node.segment.empty()) {
      reversed.push_back(node.segment + brackets);
      brackets.clear();
    }
  }
  if (!brackets.empty()) {
    reversed.push_back(brackets);
  }
  std::reverse(reversed.begin(), reversed.end());
  return {std::move(reversed)};
}

// What the object that stands at a node is called; "" where none does.
std::string SettingTree::object_at(Place place) const {
  const auto found = m_owners.find(place);
  if (found == m_owners.end()) {
    return {};
  }
  const auto& [kind, first, second] = found->second;
  const Node& node = m_nodes[place];
  const bool nameless = !node.is_item && node.segment.empty();
  if (!nameless && !node.is_item) {
    return first + (first.empty() || second.empty() ? "" : " ") + second;
  }
  // An item with a kind alone is a part of an object.
  return nameless || !second.empty() ? kind + (first.empty() ? "" : "/" + first) + "/" + second
                                     : std::string();
}

// The nearest thing of each node.
std::vector<Things::Id> SettingTree::find_things(Things& things) const {
  std::vector<Things::Id> at(m_nodes.size(), Things::k_file);
  std::vector<Things::Id> around(m_nodes.size(), Things::k_file); // around that
  for (Place i = 0; i < m_nodes.size(); ++i) {
    const Node& node = m_nodes[i];
    const bool nameless = !node.is_item && node.segment.empty() && i != k_root;
    // The first document of a file stands in the very place that the others hang on.
    const bool beside = nameless && m_owners.contains(node.parent);
    around[i] = beside ? around[node.parent] : at[node.parent];
    if (std::string object = object_at(i); !object.empty()) {
      at[i] = things.object(std::move(object));
    } else if (nameless) {
      at[i] = things.part(around[i]);
    } else {
      at[i] = node.is_block ? things.block(around[i], node.segment) : around[i];
    }
  }
  return at;
}

std::vector<Setting> SettingTree::settings() const {
  std::vector<Setting> settings;
  settings.reserve(m_records.size());
  KeyBudget keys;
  Things things;
  const std::vector<Things::Id> thing_of = find_things(things);
  const std::vector<std::string> places = things.places();
  for (const Record& record : m_records) {
    Setting setting = record.setting;
    const Node& node = m_nodes[record.place];
    const std::vector<std::string> below = std::move(setting.key.segments);
    if (!node.pair.empty() && record.key.size() == 5 && to_lower(record.key) == "value") {
      setting.key = path_of(node.is_item ? node.parent : record.place);
      setting.key.segments.push_back(node.pair);
    } else {
      setting.key = path_of(record.place);
      if (!record.key.empty()) {
        setting.key.segments.push_back(record.key);
      }
      setting.key.segments.insert(setting.key.segments.end(), below.begin(), below.end());
    }
    keys.take(setting.key);
    const std::string& place = places[thing_of[record.place]];
    setting.place.insert(0, place + (place.empty() || setting.place.empty() ? "" : ", "));
    for (Place at = record.place; setting.context.empty(); at = m_nodes[at].parent) {
      setting.context = m_nodes[at].context;
      if (at == k_root) {
        break;
      }
    }
    settings.push_back(std::move(setting));
  }
  std::stable_sort(settings.begin(), settings.end(),
                   [](const Setting& a, const Setting& b) { return a.first_line < b.first_line; });
  return settings;
}

} // namespace leadline
