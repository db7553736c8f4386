#include "analyzers/settings/code/tree_walk.hpp"

#include "analyzers/settings/code/literal_text.hpp"
#include "analyzers/settings/code/string_settings.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace leadline {

bool TreeWalk::text_inside(int node, const Place& place) {
  std::vector<Setting> inside = settings_in_string(m_tree, node, segments(place.path));
  for (Setting& setting : inside) {
    setting.context = setting.context.empty() ? context_text(place.context) : setting.context;
  }
  const bool has_inside = !inside.empty();
  std::move(inside.begin(), inside.end(), std::back_inserter(m_settings));
  return has_inside;
}

void TreeWalk::string(int node, const Place& place) {
  const bool has_inside = text_inside(node, place);
  const std::optional<Scalar> scalar = scalar_of(m_tree, node);
  if (scalar && scalar->syntax != ValueSyntax::block && !has_inside &&
      at(node).kind != "heredoc_body") {
    emit(node, *scalar, place);
  }
  for (int i = node + 1; i < at(node).subtree_end && !has_inside; i = at(i).subtree_end) {
    if (at(i).named && at(i).subtree_end > i + 1 && role(i) != NodeRole::string) {
      visit_later(i, {-1, place.context}); // interpolations
    }
  }
}

void TreeWalk::command(int node, const Place& place) {
  ShellCommand is = read_command(m_tree, node);
  std::move(is.settings.begin(), is.settings.end(), std::back_inserter(m_settings));
  for (const int word : is.rest) {
    visit_later(word, {-1, place.context});
  }
}

// ${X:-20}
void TreeWalk::expansion(int node, const Place& place) {
  if (const std::optional<Placeholder> is = placeholder(m_tree.text_of(node))) {
    emit_named(node, is->name, Scalar{std::string(is->value)}, context_text(place.context));
  }
}

// process.env.POOL ?? 20; timeout = options.timeout || 5000; 5 * 60
void TreeWalk::binary(int node, const Place& place) {
  if (const std::optional<Scalar> scalar = scalar_of(m_tree, node)) {
    emit(node, *scalar, place);
    return;
  }
  const int left = m_tree.child(node, "left");
  const int right = m_tree.child(node, "right");
  const int op = m_tree.child(node, "operator");
  const std::string_view sign = op < 0 ? std::string_view() : m_tree.text_of(op);
  const bool is_default = sign == "??" || sign == "||" || sign == "or" || sign == "?:";
  if (is_default && left >= 0 && right >= 0) {
    default_of(left, right, place);
    return;
  }
  // Pieces of one text: "a = 1\n" + "b = 2\n".
  visit_children(node, sign == "+" || sign == "." ? place : Place{-1, place.context});
}

void TreeWalk::default_of(int left, int right, const Place& place) {
  const std::optional<Scalar> scalar = scalar_of(m_tree, right);
  const std::string_view variable = environment_variable(m_tree.text_of(left).substr(0, 400));
  if (scalar && !variable.empty()) {
    std::string held_by;
    for (const std::string& segment : segments(place.path)) {
      held_by += (held_by.empty() ? "" : ".") + segment;
    }
    emit_named(right, variable, *scalar, std::move(held_by));
    return;
  }
  visit_later(left, {-1, place.context});
  visit_later(right, place);
}

void TreeWalk::choice(int node, const Place& place) {
  int condition = m_tree.child(node, "condition");
  const int alternative = m_tree.child(node, "alternative");
  if (condition >= 0 && alternative >= 0 && m_tree.child(node, "body") < 0 &&
      m_tree.child(node, "consequence") < 0) {
    default_of(condition, alternative, place); // PHP's ?:
    return;
  }
  const std::vector<int> parts = m_tree.children(node);
  if (condition < 0 && parts.size() == 3) {
    condition = parts[1]; // Python's: value if condition else value
  }
  for (const int part : parts) {
    visit_later(part, part == condition ? Place{-1, place.context} : place);
  }
}

// name = value in what a Rust macro or attribute is given.
void TreeWalk::tokens(int node, const Place& place) {
  int before = -1;
  bool is_named = false;
  for (int i = node + 1; i < at(node).subtree_end; i = at(i).subtree_end) {
    const NodeRole is = role(i);
    if (is == NodeRole::tokens) {
      visit_later(i, is_named && before >= 0
                         ? Place{step(place.path, segment_of(before)), place.context}
                         : place);
      before = -1;
    } else if (is_named && before >= 0 &&
               (is == NodeRole::number || is == NodeRole::string || is == NodeRole::word ||
                m_tree.text_of(i) == "None")) {
      visit_later(i, {step(place.path, segment_of(before)), place.context});
      before = -1;
      is_named = false;
    } else if (!at(i).named && (at(i).kind == "=" || at(i).kind == ":" || at(i).kind == "=>")) {
      is_named = true;
    } else {
      before = is == NodeRole::name || is == NodeRole::string ? i : -1;
      is_named = false;
    }
  }
}

std::string TreeWalk::segment_of(int node) const {
  const std::vector<std::string> found = key_segments(m_tree.text_of(node));
  return found.empty() ? std::string() : found.back();
}

} // namespace leadline
