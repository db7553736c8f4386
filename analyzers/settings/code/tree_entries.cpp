#include "analyzers/settings/code/tree_walk.hpp"

#include "analyzers/settings/code/literal_text.hpp"
#include "analyzers/settings/code/trusting_code.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace leadline {

void TreeWalk::binding(int node, const Place& inherited, Place outer) {
  const Parts parts = parts_of(m_tree, node);
  if (parts.key < 0 || parts.value < 0) {
    // C# adds to a hook: X.ServerCertificateValidationCallback += (...) => true.
    const std::vector<int> sides = m_tree.children(node);
    const std::vector<std::string> hook = sides.size() >= 2
                                              ? key_segments(m_tree.text_of(sides.front()))
                                              : std::vector<std::string>{};
    if (!hook.empty() && asks_for_trust(hook.back())) {
      visit_later(sides.back(), {steps(-1, hook), inherited.context});
      return;
    }
    visit_children(node, {-1, inherited.context});
    return;
  }
  // An assignment inside braces or an annotation's arguments states an entry (C#).
  const int parent = at(node).parent;
  if (parent >= 0 &&
      (at(parent).kind == "initializer_expression" || at(parent).kind == "attribute_argument")) {
    outer = inherited;
  }
  for (int i = node + 1; i < at(node).subtree_end; i = at(i).subtree_end) {
    if (at(i).named && i != parts.key && i != parts.value && at(i).field != "name") {
      visit_later(i, {-1, inherited.context}); // annotations among the modifiers
    }
  }
  if (at(parts.value).kind == "expression_list" || at(parts.key).kind == "expression_list" ||
      at(parts.key).kind == "pattern_list") {
    many(node, parts, outer);
    return;
  }
  const std::vector<std::string> key = key_segments(m_tree.text_of(parts.key));
  visit_later(parts.value, {key.empty() ? -1 : steps(outer.path, key), outer.context});
  if (key.empty()) {
    visit_later(parts.key, {-1, inherited.context}); // a pattern with defaults
  }
}

// a, b = 1, 2
void TreeWalk::many(int node, const Parts& parts, const Place& outer) {
  std::vector<int> keys;
  for (int i = node + 1; i < at(node).subtree_end; i = at(i).subtree_end) {
    if (at(i).field == "name" && at(i).named) {
      keys.push_back(i);
    }
  }
  if (keys.empty()) {
    keys = at(parts.key).kind.find("_list") == std::string_view::npos ? std::vector<int>{parts.key}
                                                                      : m_tree.children(parts.key);
  }
  const std::vector<int> values = at(parts.value).kind == "expression_list"
                                      ? m_tree.children(parts.value)
                                      : std::vector<int>{parts.value};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::vector<std::string> key = keys.size() == values.size()
                                             ? key_segments(m_tree.text_of(keys[i]))
                                             : std::vector<std::string>{};
    visit_later(values[i], {key.empty() ? -1 : steps(outer.path, key), outer.context});
  }
}

// The name, id or key of an object that stands in a list.
std::string TreeWalk::name_of_item(int node) const {
  int checked = 0;
  for (const int entry :
       role(node) == NodeRole::object ? m_tree.children(node) : std::vector<int>{}) {
    if (++checked > 20) {
      break;
    }
    const Parts parts = role(entry) == NodeRole::entry ? parts_of(m_tree, entry) : Parts{};
    if (parts.key < 0 || parts.value < 0 || !is_string(parts.value)) {
      continue;
    }
    const std::string word = to_lower(string_content(m_tree.text_of(parts.key)).text);
    if (word == "name" || word == "id" || word == "key") {
      const std::string_view name = string_content(m_tree.text_of(parts.value)).text;
      if (!name.empty() && name.size() <= 80) {
        return std::string(name);
      }
    }
  }
  return {};
}

void TreeWalk::container(int node, const Place& place) {
  int index = 0;
  const std::vector<int> inside = m_tree.children(node);
  // A list of two in braces is an entry of a C# dictionary: {"a", 1}.
  if (at(node).kind == "initializer_expression" && inside.size() == 2 && is_string(inside[0]) &&
      at(node).parent >= 0 && at(at(node).parent).kind == "initializer_expression") {
    visit_later(inside[1],
                {step(place.path, std::string(string_content(m_tree.text_of(inside[0])).text)),
                 place.context});
    return;
  }
  if (inside.empty() && place.path >= 0 &&
      lists_permissions(m_steps[static_cast<std::size_t>(place.path)].segment)) {
    emit(node, Scalar{"[]"}, place);
    return;
  }
  for (const int child : inside) {
    const int value = unwrapped(m_tree, child);
    const NodeRole is = role(value);
    if (is == NodeRole::entry || is == NodeRole::binding || at(child).kind == "spread_element" ||
        at(value).kind == "initializer_expression" || at(child).kind == "dictionary_splat") {
      visit_later(value, place);
    } else {
      const std::string name = name_of_item(value);
      visit_later(value,
                  {item(place.path, name.empty() ? std::to_string(index) : name), place.context});
      ++index;
    }
  }
}

// http.Server{ReadTimeout: 5}: under the variable when there is one, else under the type.
void TreeWalk::typed(int node, const Place& place) {
  int type = m_tree.child(node, "type");
  type = type >= 0 ? type : m_tree.child(node, "name");
  const int body = m_tree.child(node, "body");
  Place inside = place;
  if (type >= 0) {
    const std::string_view text = m_tree.text_of(type);
    const std::vector<std::string> names = key_segments(text);
    if (!names.empty() && text.substr(0, 3) != "map" && text[0] != '[') {
      inside.context = context(std::string(text.substr(0, 100)));
      inside.path = place.path >= 0 ? place.path : step(-1, names.back());
    }
  }
  if (body >= 0) {
    visit_later(body, inside);
  } else {
    visit_children(node, inside, type); // JSX: its attributes
  }
}

} // namespace leadline
