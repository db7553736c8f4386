#include "analyzers/settings/code/tree_reader.hpp"

#include "analyzers/settings/code/literal_text.hpp"
#include "analyzers/settings/code/string_settings.hpp"
#include "analyzers/settings/code/tree_walk.hpp"
#include "analyzers/settings/code/trusting_code.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace leadline {
namespace {

constexpr int k_deepest_path = 24;

bool is_function(std::string_view kind) {
  constexpr auto kinds = std::to_array<std::string_view>(
      {"anonymous_function", "anonymous_method_expression", "arrow_function", "closure_expression",
       "func_literal", "function_expression", "lambda", "lambda_expression", "lambda_literal"});
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// What gives a name to a value: a keyword argument, an entry of an object or a struct.
bool is_entry(std::string_view kind) {
  return kind == "keyword_argument" || kind == "pair" || kind == "literal_element" ||
         kind == "keyed_element" || kind == "field_initializer";
}

// "permission_required" of `@permission_required("shop.purge")`.
std::string_view decorator_name(std::string_view text) {
  while (!text.empty() && (text.front() == '@' || text.front() == ' ')) {
    text.remove_prefix(1);
  }
  return text.substr(0, text.find_first_of("( \t\r\n"));
}

bool is_method(std::string_view kind) {
  return kind == "method_declaration" || kind == "function_declaration";
}

} // namespace

std::vector<Setting> TreeWalk::run() {
  if (!m_tree.nodes.empty()) {
    m_stack.push_back({0, {}});
  }
  while (!m_stack.empty()) {
    const Visit visit = m_stack.back();
    m_stack.pop_back();
    handle(visit.node, visit.place);
  }
  std::stable_sort(m_settings.begin(), m_settings.end(),
                   [](const Setting& a, const Setting& b) { return a.first_line < b.first_line; });
  return std::move(m_settings);
}

int TreeWalk::step(int path, std::string segment) {
  const int depth = path < 0 ? 1 : m_steps[static_cast<std::size_t>(path)].depth + 1;
  if (depth > k_deepest_path) {
    return path;
  }
  m_steps.push_back({path, bounded_segment(std::move(segment)), depth});
  return static_cast<int>(m_steps.size()) - 1;
}

int TreeWalk::steps(int path, const std::vector<std::string>& segments) {
  for (const std::string& segment : segments) {
    path = step(path, segment);
  }
  return path;
}

// The same path with the place in a list in brackets.
int TreeWalk::item(int path, const std::string& place) {
  if (path < 0) {
    return step(-1, "[" + place + "]");
  }
  const Step& last = m_steps[static_cast<std::size_t>(path)];
  if (last.segment.size() > 200) {
    return path; // lists in lists without end
  }
  m_steps.push_back({last.outer, last.segment + "[" + place + "]", last.depth});
  return static_cast<int>(m_steps.size()) - 1;
}

int TreeWalk::context(std::string text) {
  m_contexts.push_back(std::move(text));
  return static_cast<int>(m_contexts.size()) - 1;
}

std::vector<std::string> TreeWalk::segments(int path) const {
  std::vector<std::string> found;
  for (; path >= 0; path = m_steps[static_cast<std::size_t>(path)].outer) {
    found.push_back(m_steps[static_cast<std::size_t>(path)].segment);
  }
  std::reverse(found.begin(), found.end());
  return found;
}

std::string TreeWalk::context_text(int id) const {
  return id < 0 ? std::string() : m_contexts[static_cast<std::size_t>(id)];
}

void TreeWalk::emit(int node, const Scalar& scalar, const Place& place) {
  if (place.path < 0) {
    return;
  }
  Setting setting;
  setting.key.segments = segments(place.path);
  setting.value = scalar.text;
  setting.syntax = scalar.syntax;
  setting.first_line = at(node).first_line;
  setting.last_line = at(node).last_line;
  setting.context = context_text(place.context);
  m_keys.take(setting.key);
  m_settings.push_back(std::move(setting));
}

void TreeWalk::emit_named(int node, std::string_view key, const Scalar& scalar,
                          std::string context_is) {
  Setting setting;
  setting.key.segments.emplace_back(key);
  setting.value = scalar.text;
  setting.syntax = scalar.syntax;
  setting.first_line = at(node).first_line;
  setting.last_line = at(node).last_line;
  setting.context = std::move(context_is);
  m_settings.push_back(std::move(setting));
}

void TreeWalk::visit_children(int node, Place place, int except) {
  for (int i = node + 1; i < at(node).subtree_end; i = at(i).subtree_end) {
    if (at(i).named && i != except) {
      visit_later(i, place);
    }
  }
}

// Children are visited in their order: the stack takes them backwards.
void TreeWalk::flush() {
  m_stack.insert(m_stack.end(), m_pending.rbegin(), m_pending.rend());
  m_pending.clear();
}

void TreeWalk::handle(int node, Place place) {
  const int whole = node;
  node = unwrapped(m_tree, node);
  if (node != whole && tagged_text(m_tree, at(node).parent) == node) {
    const int tag = m_tree.child(at(node).parent, "function");
    if (tag >= 0) {
      visit_later(tag, {-1, place.context}); // it may hold calls itself
    }
  }
  if (is_function(at(node).kind) && place.path >= 0 &&
      asks_for_trust(m_steps[static_cast<std::size_t>(place.path)].segment) &&
      always_agrees(m_tree.text_of(node))) {
    trusting(node, {}, place);
  } else if (is_method(at(node).kind)) {
    method(node);
  } else if (at(node).kind == "decorator" || at(node).kind == "marker_annotation" ||
             at(node).kind == "annotation" ||
             (at(node).kind == "attribute" && m_tree.child(node, "object") < 0)) {
    guard(node, decorator_name(m_tree.text_of(node)), MarkForm::decorator);
  } else if (at(node).kind.find("for") == 0 || at(node).kind.find("while") == 0 ||
             at(node).kind == "loop_expression" || at(node).kind == "until") {
    loop(node);
  }
  switch (role(node)) {
  case NodeRole::binding:
    binding(node, place, Place{-1, place.context});
    break;
  case NodeRole::entry:
    binding(node, place, place);
    break;
  case NodeRole::object:
  case NodeRole::list:
    container(node, place);
    break;
  case NodeRole::typed:
    typed(node, place);
    break;
  case NodeRole::call:
    call(node, place);
    break;
  case NodeRole::string:
    string(node, place);
    break;
  case NodeRole::choice:
    choice(node, place);
    break;
  case NodeRole::type: {
    const int name = m_tree.child(node, "name");
    visit_children(
        node, {-1, name < 0 ? place.context : context(std::string(m_tree.text_of(name)))}, name);
    break;
  }
  case NodeRole::tokens:
    tokens(node, place);
    break;
  case NodeRole::tag:
    for (Setting& setting : settings_in_tag(m_tree, node)) {
      m_settings.push_back(std::move(setting));
    }
    break;
  case NodeRole::command:
    command(node, place);
    break;
  case NodeRole::expansion:
    expansion(node, place);
    break;
  case NodeRole::binary:
    binary(node, place);
    break;
  case NodeRole::number:
  case NodeRole::word:
  case NodeRole::name:
  case NodeRole::member:
  case NodeRole::unary:
    if (at(node).kind == "attribute" && m_tree.child(node, "object") < 0) {
      call(node, place); // C#'s and Rust's annotations
    } else if (const std::optional<Scalar> scalar = scalar_of(m_tree, node)) {
      emit(node, *scalar, place);
    } else if (place.path >= 0 &&
               lists_permissions(m_steps[static_cast<std::size_t>(place.path)].segment)) {
      emit(node, Scalar{std::string(m_tree.text_of(node))}, place);
    } else if (place.path >= 0 && at(node).parent >= 0 && is_entry(at(at(node).parent).kind) &&
               is_constant(node)) {
      emit(node, Scalar{std::string(m_tree.text_of(node))}, place);
    } else {
      visit_children(node, {-1, place.context});
    }
    break;
  case NodeRole::arguments:
    visit_children(node, place);
    break;
  default:
    visit_children(node, {-1, place.context});
    break;
  }
  flush();
}

std::vector<Setting> read_tree(const SyntaxTree& tree) { return TreeWalk(tree).run(); }

} // namespace leadline
