#include "analyzers/settings/code/call_settings.hpp"
#include "analyzers/settings/code/tree_walk.hpp"

#include <unordered_map>

namespace leadline {

// Whether the node is a name that the file binds once, and to a literal: `const maxOpen = 10`.
bool TreeWalk::is_constant(int node) {
  if (role(node) != NodeRole::name) {
    return false;
  }
  if (!m_constants) {
    std::unordered_map<std::string_view, int> bound; // how often; many where it is no literal
    for (int i = 0; i < static_cast<int>(m_tree.nodes.size()); ++i) {
      const Parts parts = role(i) == NodeRole::binding ? parts_of(m_tree, i) : Parts{};
      if (parts.key < 0 || parts.value < 0) {
        continue;
      }
      const std::optional<Scalar> value = scalar_of(m_tree, parts.value);
      bound[m_tree.text_of(parts.key)] += value && (value->is_number || value->is_word) ? 1 : 2;
    }
    m_constants.emplace();
    for (const auto& [name, times] : bound) {
      if (times == 1) {
        m_constants->insert(name);
      }
    }
  }
  return m_constants->count(m_tree.text_of(node)) > 0;
}

// `db.SetMaxOpenConns(maxOpen)`: what a constant's name is given to.
void TreeWalk::set_by_name(const Call& call) {
  const std::string_view key = set_by(call);
  if (key.size() >= 2 && call.values.size() == 1 && is_constant(call.values[0])) {
    emit_named(call.values[0], key, Scalar{std::string(m_tree.text_of(call.values[0]))},
               call.callee);
  }
}

} // namespace leadline
