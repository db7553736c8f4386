#pragma once

#include "analyzers/settings/code/syntax_tree.hpp"
#include "analyzers/settings/setting.hpp"

#include <optional>
#include <string>

namespace leadline {

// A value that stands in the program text: a literal, arithmetic on literals, a constant of an
// enumeration, a length of time or size made from literals.
struct Scalar {
  std::string text; // strings without quotes; the rest as written, on one line
  ValueSyntax syntax = ValueSyntax::plain;
  bool is_number =
      false; // a number, arithmetic, a length of time or size; else a string, word or constant
  bool is_word = false; // true, false, null
};

// nullopt when `node` is no such value: a variable, a call, an object. Visits few nodes: what is
// long is none.
std::optional<Scalar> scalar_of(const SyntaxTree& tree, int node);

// The text of a tagged template (pulumi.interpolate`...`, dedent`...`): the tag passes it on, so it
// is read like one without a tag. -1 when `node` is none, or its tag says that the text is a style,
// markup, a query or a shader.
int tagged_text(const SyntaxTree& tree, int node);

// `node` without parentheses, casts, awaits, one-element lists and a template's tag around it.
int unwrapped(const SyntaxTree& tree, int node);

// Where the parts of a binding or entry stand: -1 when absent.
struct Parts {
  int key = -1;
  int value = -1;
};
Parts parts_of(const SyntaxTree& tree, int node);

} // namespace leadline
