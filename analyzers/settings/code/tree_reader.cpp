#include "analyzers/settings/code/tree_reader.hpp"

#include "analyzers/settings/code/call_settings.hpp"
#include "analyzers/settings/code/literal_text.hpp"
#include "analyzers/settings/code/node_roles.hpp"
#include "analyzers/settings/code/scalar.hpp"
#include "analyzers/settings/code/string_settings.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

constexpr int k_deepest_path = 24;

// Paths and contexts are shared between the many nodes below one: they are chains from a node to
// its outer ones.
struct Step {
  int outer = -1; // index, -1 at the start
  std::string segment;
  int depth = 0;
};

struct Place {
  int path = -1;    // index in m_steps
  int context = -1; // index in m_contexts
};

struct Visit {
  int node = 0;
  Place place;
};

bool is_string(const SyntaxTree& tree, int node) {
  const SyntaxNode& at = tree.nodes[static_cast<std::size_t>(node)];
  return role_of(at.kind, at.field) == NodeRole::string;
}

class Reader {
public:
  explicit Reader(const SyntaxTree& tree) : m_tree(tree) {}

  std::vector<Setting> run() {
    if (!m_tree.nodes.empty()) {
      m_stack.push_back({0, {}});
    }
    while (!m_stack.empty()) {
      const Visit visit = m_stack.back();
      m_stack.pop_back();
      handle(visit.node, visit.place);
    }
    std::stable_sort(m_settings.begin(), m_settings.end(), [](const Setting& a, const Setting& b) {
      return a.first_line < b.first_line;
    });
    return std::move(m_settings);
  }

private:
  const SyntaxNode& at(int node) const { return m_tree.nodes[static_cast<std::size_t>(node)]; }
  NodeRole role(int node) const { return role_of(at(node).kind, at(node).field); }

  int step(int path, std::string segment) {
    const int depth = path < 0 ? 1 : m_steps[static_cast<std::size_t>(path)].depth + 1;
    if (depth > k_deepest_path) {
      return path;
    }
    m_steps.push_back({path, std::move(segment), depth});
    return static_cast<int>(m_steps.size()) - 1;
  }

  int steps(int path, const std::vector<std::string>& segments) {
    for (const std::string& segment : segments) {
      path = step(path, segment);
    }
    return path;
  }

  // The same path with the place in a list in brackets.
  int item(int path, const std::string& place) {
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

  int context(std::string text) {
    m_contexts.push_back(std::move(text));
    return static_cast<int>(m_contexts.size()) - 1;
  }

  std::vector<std::string> segments(int path) const {
    std::vector<std::string> found;
    for (; path >= 0; path = m_steps[static_cast<std::size_t>(path)].outer) {
      found.push_back(m_steps[static_cast<std::size_t>(path)].segment);
    }
    std::reverse(found.begin(), found.end());
    return found;
  }

  std::string context_text(int id) const {
    return id < 0 ? std::string() : m_contexts[static_cast<std::size_t>(id)];
  }

  void emit(int node, const Scalar& scalar, const Place& place) {
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
    m_settings.push_back(std::move(setting));
  }

  void emit_named(int node, std::string_view key, const Scalar& scalar, std::string context_is) {
    Setting setting;
    setting.key.segments.emplace_back(key);
    setting.value = scalar.text;
    setting.syntax = scalar.syntax;
    setting.first_line = at(node).first_line;
    setting.last_line = at(node).last_line;
    setting.context = std::move(context_is);
    m_settings.push_back(std::move(setting));
  }

  void visit_later(int node, Place place) { m_pending.push_back({node, place}); }

  // Children are visited in their order: the stack takes them backwards.
  void flush() {
    m_stack.insert(m_stack.end(), m_pending.rbegin(), m_pending.rend());
    m_pending.clear();
  }

  void visit_children(int node, Place place, int except = -1) {
    for (int i = node + 1; i < at(node).subtree_end; i = at(i).subtree_end) {
      if (at(i).named && i != except) {
        visit_later(i, place);
      }
    }
  }

  void handle(int node, Place place) {
    node = unwrapped(m_tree, node);
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

  void binding(int node, const Place& inherited, Place outer) {
    const Parts parts = parts_of(m_tree, node);
    if (parts.key < 0 || parts.value < 0) {
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
  void many(int node, const Parts& parts, const Place& outer) {
    std::vector<int> keys;
    for (int i = node + 1; i < at(node).subtree_end; i = at(i).subtree_end) {
      if (at(i).field == "name" && at(i).named) {
        keys.push_back(i);
      }
    }
    if (keys.empty()) {
      keys = at(parts.key).kind.find("_list") == std::string_view::npos
                 ? std::vector<int>{parts.key}
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
  std::string name_of_item(int node) const {
    int checked = 0;
    for (const int entry :
         role(node) == NodeRole::object ? m_tree.children(node) : std::vector<int>{}) {
      if (++checked > 20) {
        break;
      }
      const Parts parts = role(entry) == NodeRole::entry ? parts_of(m_tree, entry) : Parts{};
      if (parts.key < 0 || parts.value < 0 || !is_string(m_tree, parts.value)) {
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

  void container(int node, const Place& place) {
    int index = 0;
    const std::vector<int> inside = m_tree.children(node);
    // A list of two in braces is an entry of a C# dictionary: {"a", 1}.
    if (at(node).kind == "initializer_expression" && inside.size() == 2 &&
        is_string(m_tree, inside[0]) && at(node).parent >= 0 &&
        at(at(node).parent).kind == "initializer_expression") {
      visit_later(inside[1],
                  {step(place.path, std::string(string_content(m_tree.text_of(inside[0])).text)),
                   place.context});
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
  void typed(int node, const Place& place) {
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

  void call(int node, const Place& place) {
    if (const std::optional<Scalar> scalar = scalar_of(m_tree, node)) {
      emit(node, *scalar, place);
      return;
    }
    Call is = call_of(m_tree, node);
    std::vector<Setting> stated = settings_of_call(m_tree, is);
    const bool has_named = !stated.empty();
    std::move(stated.begin(), stated.end(), std::back_inserter(m_settings));
    const int initializer = m_tree.child(node, "initializer");
    // What is called may hold calls itself: builders.
    for (int i = node + 1; i < at(node).subtree_end; i = at(i).subtree_end) {
      if (!at(i).named || i == is.arguments || i == initializer) {
        continue;
      }
      const bool is_block = at(i).kind == "annotated_lambda" || at(i).kind == "lambda_literal" ||
                            at(i).kind == "block" || at(i).kind == "do_block";
      // `"...".trim()` and `[...].join("\n")` are about their receiver's value.
      const bool passes =
          passes_on(is) || is.name == "trim" || is.name == "trimIndent" || is.name == "format";
      const int receiver = passes ? literal_receiver(i) : -1;
      if (receiver >= 0) {
        visit_later(receiver, place);
        is.values.clear();
      } else {
        visit_later(i, Place{-1, is_block ? context(is.callee) : place.context});
      }
    }
    Place inside = place;
    if (!passes_on(is) || place.path < 0) {
      inside.context = context(is.callee);
      const std::string label = label_of(is);
      inside.path =
          is.name.empty() ? -1 : step(-1, label.empty() ? is.name : is.name + "[" + label + "]");
    }
    if (initializer >= 0) {
      Place created{place.path >= 0 ? place.path : inside.path, inside.context};
      visit_later(initializer, created);
    }
    if (is.arguments >= 0 && role(is.arguments) == NodeRole::tokens) {
      visit_later(is.arguments, inside);
    } else {
      arguments(is, inside, place, has_named);
    }
  }

  // The list or string that a method is called on: `[...].join`; -1 when it is none.
  int literal_receiver(int callee) const {
    int node = callee;
    for (int depth = 0; depth < 3; ++depth) {
      if (role(node) == NodeRole::list || role(node) == NodeRole::string) {
        return node;
      }
      const std::vector<int> inside = m_tree.children(node);
      if (inside.empty()) {
        return -1;
      }
      node = inside.front();
    }
    return -1;
  }

  // What a resource or a component is called: new Deployment("web", {...}).
  std::string label_of(const Call& call) const {
    if (!call.creates || call.values.size() < 2 || !is_string(m_tree, call.values[0])) {
      return {};
    }
    const std::string_view label = string_content(m_tree.text_of(call.values[0])).text;
    return label.size() <= 60 && is_key_like(label) && label.find('/') == std::string_view::npos
               ? std::string(label)
               : std::string();
  }

  void arguments(const Call& call, const Place& inside, const Place& place, bool has_named) {
    const bool passes = passes_on(call) && place.path >= 0;
    // Map.of("a", 1, "b", 2)
    if (passes && call.name == "of" && call.values.size() >= 2 && call.values.size() % 2 == 0 &&
        is_string(m_tree, call.values[0]) && call.callee.find("Map") != std::string::npos) {
      for (std::size_t i = 0; i + 1 < call.values.size(); i += 2) {
        const std::vector<std::string> key = key_segments(m_tree.text_of(call.values[i]));
        visit_later(call.values[i + 1], {steps(place.path, key), place.context});
      }
      return;
    }
    const bool is_annotation = call.arguments >= 0 && call.values.size() == 1 &&
                               (at(at(call.arguments).parent).kind == "annotation" ||
                                at(at(call.arguments).parent).kind == "attribute" ||
                                at(at(call.arguments).parent).kind == "constructor_invocation");
    for (const int value : call.values) {
      const NodeRole is = role(value);
      const bool is_plain = is == NodeRole::number || is == NodeRole::word ||
                            is == NodeRole::name || is == NodeRole::member || is == NodeRole::unary;
      if ((is_plain && !passes && !is_annotation) || (has_named && is_stated(value))) {
        continue; // a position says nothing
      }
      if (is == NodeRole::string && !passes && !is_annotation) {
        text_inside(value, inside);
        continue;
      }
      visit_later(value, is == NodeRole::binary && !passes ? Place{-1, inside.context} : inside);
    }
  }

  // Whether the settings of the call itself say it already.
  bool is_stated(int argument) const {
    if (role(argument) != NodeRole::entry) {
      return scalar_of(m_tree, argument).has_value() &&
             m_tree.text_of(argument).find('\n') == std::string_view::npos;
    }
    const Parts parts = parts_of(m_tree, argument);
    return parts.key >= 0 && m_tree.text_of(parts.key).substr(0, 7) == "default";
  }

  bool text_inside(int node, const Place& place) {
    std::vector<Setting> inside = settings_in_string(m_tree, node, segments(place.path));
    for (Setting& setting : inside) {
      setting.context = context_text(place.context);
    }
    const bool has_inside = !inside.empty();
    std::move(inside.begin(), inside.end(), std::back_inserter(m_settings));
    return has_inside;
  }

  void string(int node, const Place& place) {
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

  void command(int node, const Place& place) {
    ShellCommand is = read_command(m_tree, node);
    std::move(is.settings.begin(), is.settings.end(), std::back_inserter(m_settings));
    for (const int word : is.rest) {
      visit_later(word, {-1, place.context});
    }
  }

  // ${X:-20}
  void expansion(int node, const Place& place) {
    if (const std::optional<Placeholder> is = placeholder(m_tree.text_of(node))) {
      emit_named(node, is->name, Scalar{std::string(is->value)}, context_text(place.context));
    }
  }

  // process.env.POOL ?? 20; timeout = options.timeout || 5000; 5 * 60
  void binary(int node, const Place& place) {
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

  void default_of(int left, int right, const Place& place) {
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

  void choice(int node, const Place& place) {
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
  void tokens(int node, const Place& place) {
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
                 (is == NodeRole::number || is == NodeRole::string || is == NodeRole::word)) {
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

  std::string segment_of(int node) const {
    const std::vector<std::string> found = key_segments(m_tree.text_of(node));
    return found.empty() ? std::string() : found.back();
  }

  const SyntaxTree& m_tree;
  std::vector<Step> m_steps;
  std::vector<std::string> m_contexts;
  std::vector<Visit> m_stack;
  std::vector<Visit> m_pending;
  std::vector<Setting> m_settings;
};

} // namespace

std::vector<Setting> read_tree(const SyntaxTree& tree) { return Reader(tree).run(); }

} // namespace leadline
