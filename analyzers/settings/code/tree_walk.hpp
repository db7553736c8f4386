#pragma once

#include "analyzers/settings/code/call_settings.hpp"
#include "analyzers/settings/code/guard_code.hpp"
#include "analyzers/settings/code/node_roles.hpp"
#include "analyzers/settings/code/scalar.hpp"
#include "analyzers/settings/code/syntax_tree.hpp"
#include "analyzers/settings/key_budget.hpp"
#include "analyzers/settings/setting.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace leadline {

// Walks a syntax tree once, without recursion, and collects what it states; how settings are named
// stands in read_code.hpp. A visit knows the key path and the context that it inherits from the
// nodes around; each kind of node says what its children inherit.
class TreeWalk {
public:
  explicit TreeWalk(const SyntaxTree& tree) : m_tree(tree) {}

  // By first line. Once only.
  std::vector<Setting> run();

private:
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

  const SyntaxNode& at(int node) const { return m_tree.nodes[static_cast<std::size_t>(node)]; }
  NodeRole role(int node) const { return role_of(at(node).kind, at(node).field); }
  bool is_string(int node) const { return role(node) == NodeRole::string; }

  // tree_reader.cpp: paths, what is found, which node is read how
  int step(int path, std::string segment);
  int steps(int path, const std::vector<std::string>& segments);
  int item(int path, const std::string& place);
  int context(std::string text);
  std::vector<std::string> segments(int path) const;
  std::string context_text(int id) const;
  void emit(int node, const Scalar& scalar, const Place& place);
  void emit_named(int node, std::string_view key, const Scalar& scalar, std::string context_is);
  void visit_children(int node, Place place, int except = -1);
  void handle(int node, Place place);
  void visit_later(int node, Place place) { m_pending.push_back({node, place}); }
  void flush();

  // tree_entries.cpp: what gives a key to its value
  void binding(int node, const Place& inherited, Place outer);
  void many(int node, const Parts& parts, const Place& outer);
  std::string name_of_item(int node) const;
  void container(int node, const Place& place);
  void typed(int node, const Place& place);

  // tree_calls.cpp
  void call(int node, const Place& place);
  void trusting(int node, std::string_view name, const Place& place);
  void method(int node);
  int literal_receiver(int callee) const;
  std::string label_of(const Call& call) const;
  void arguments(const Call& call, const Place& inside, const Place& place, bool has_named);
  bool is_stated(int argument) const;

  // tree_guards.cpp: who may do something, said by a name alone
  void guard(int node, std::string_view callee, MarkForm form);
  int decorated(int node) const;
  void loop(int node);

  // tree_constants.cpp: names that stand for a literal elsewhere in the file
  bool is_constant(int node);
  void set_by_name(const Call& call);

  // tree_values.cpp: values that hold more than a scalar
  bool text_inside(int node, const Place& place);
  void string(int node, const Place& place);
  void command(int node, const Place& place);
  void expansion(int node, const Place& place);
  void binary(int node, const Place& place);
  void default_of(int left, int right, const Place& place);
  void choice(int node, const Place& place);
  void tokens(int node, const Place& place);
  std::string segment_of(int node) const;

  const SyntaxTree& m_tree;
  std::vector<Step> m_steps;
  std::vector<std::string> m_contexts;
  std::vector<Visit> m_stack;
  std::vector<Visit> m_pending;
  std::vector<Setting> m_settings;
  KeyBudget m_keys;
  std::optional<std::unordered_set<std::string_view>> m_constants; // once asked for
};

} // namespace leadline
