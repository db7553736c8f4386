#include "analyzers/settings/code/tree_walk.hpp"

#include "analyzers/settings/code/literal_text.hpp"
#include "analyzers/settings/code/trusting_code.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace leadline {
namespace {

constexpr std::size_t k_longest_trust = 400; // bytes of code that believes everybody

} // namespace

void TreeWalk::call(int node, const Place& place) {
  if (const std::optional<Scalar> scalar = scalar_of(m_tree, node)) {
    emit(node, *scalar, place);
    return;
  }
  Call is = call_of(m_tree, node);
  if (is_trusting_call(is.callee)) {
    trusting(node, is.name, place);
  }
  guard(node, is.callee, MarkForm::call);
  std::vector<Setting> stated = settings_of_call(m_tree, is);
  const bool has_named = !stated.empty();
  if (!has_named) {
    set_by_name(is);
  }
  std::move(stated.begin(), stated.end(), std::back_inserter(m_settings));
  const int initializer = m_tree.child(node, "initializer");
  // What is called may hold calls itself: builders.
  for (int i = node + 1; i < at(node).subtree_end; i = at(i).subtree_end) {
    if (!at(i).named || i == is.arguments || i == initializer) {
      continue;
    }
    const bool is_block = at(i).kind == "annotated_lambda" || at(i).kind == "lambda_literal" ||
                          at(i).kind == "block" || at(i).kind == "do_block";
    if (is_block && asks_for_trust(is.name) && always_agrees(m_tree.text_of(i))) {
      trusting(i, is.name, {}); // Kotlin's hostnameVerifier { _, _ -> true }
    }
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

// Code that stands for a value: under the key that it is given to, else under `name`.
void TreeWalk::trusting(int node, std::string_view name, const Place& place) {
  const std::string_view text = m_tree.text_of(node);
  if (text.size() > k_longest_trust) {
    return;
  }
  const Scalar value{single_line(text), ValueSyntax::plain, false, false};
  if (place.path >= 0) {
    emit(node, value, place);
  } else {
    emit_named(node, name, value, context_text(place.context));
  }
}

// Java's `public void checkServerTrusted(...) {}`: a trust manager that refuses nobody
// (https://docs.oracle.com/en/java/javase/17/docs/api/java.base/javax/net/ssl/X509TrustManager.html).
void TreeWalk::method(int node) {
  const int name = m_tree.child(node, "name");
  const std::string_view text = m_tree.text_of(node);
  const std::size_t parameters = text.find('(');
  if (text.size() > k_longest_trust || parameters == std::string_view::npos ||
      (name >= 0 ? m_tree.text_of(name) : text.substr(0, parameters)).find("checkServerTrusted") ==
          std::string_view::npos) {
    return;
  }
  const std::size_t open = text.find('{', parameters);
  const std::size_t close = text.rfind('}');
  if (open != std::string_view::npos && close != std::string_view::npos && open < close &&
      trim(text.substr(open + 1, close - open - 1)).empty()) {
    emit_named(node, "checkServerTrusted", Scalar{"{}", ValueSyntax::plain, false, false}, "");
  }
}

// The list or string that a method is called on: `[...].join`; -1 when it is none.
int TreeWalk::literal_receiver(int callee) const {
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
std::string TreeWalk::label_of(const Call& call) const {
  if (!call.creates || call.values.size() < 2 || !is_string(call.values[0])) {
    return {};
  }
  const std::string_view label = string_content(m_tree.text_of(call.values[0])).text;
  return label.size() <= 60 && is_key_like(label) && label.find('/') == std::string_view::npos
             ? std::string(label)
             : std::string();
}

void TreeWalk::arguments(const Call& call, const Place& inside, const Place& place,
                         bool has_named) {
  const bool passes = passes_on(call) && place.path >= 0;
  // Map.of("a", 1, "b", 2)
  if (passes && call.name == "of" && call.values.size() >= 2 && call.values.size() % 2 == 0 &&
      is_string(call.values[0]) && call.callee.find("Map") != std::string::npos) {
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
    const bool is_plain = is == NodeRole::number || is == NodeRole::word || is == NodeRole::name ||
                          is == NodeRole::member || is == NodeRole::unary;
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
bool TreeWalk::is_stated(int argument) const {
  if (role(argument) != NodeRole::entry) {
    return scalar_of(m_tree, argument).has_value() &&
           m_tree.text_of(argument).find('\n') == std::string_view::npos;
  }
  const Parts parts = parts_of(m_tree, argument);
  return parts.key >= 0 && m_tree.text_of(parts.key).substr(0, 7) == "default";
}

} // namespace leadline
