#pragma once

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

namespace leadline {

// The grammars of cmake/Grammars.cmake. TypeScript's parses JavaScript too; files with JSX need
// tsx.
enum class Grammar { bash, c_sharp, go, java, kotlin, php, python, ruby, rust, tsx, typescript };

// One node of a syntax tree. `kind` and `field` (its role in its parent, "" none) are the grammar's
// words and live as long as the program.
struct SyntaxNode {
  std::string_view kind;
  std::string_view field;
  std::uint32_t begin = 0; // bytes, end exclusive
  std::uint32_t end = 0;
  int first_line = 0; // 1-based
  int last_line = 0;  // of its last byte
  int parent = -1;
  int subtree_end = 0; // index after its last descendant
  bool named = false;  // false: an operator or keyword
};

// A syntax tree laid flat, parents before children, so that walking it needs no recursion.
// Punctuation is left out. Node 0 is the root; empty when nothing could be parsed.
struct SyntaxTree {
  std::string_view text; // the caller's memory
  std::vector<SyntaxNode> nodes;

  std::string_view text_of(int node) const;
  // The first child in that role, -1 when there is none.
  int child(int node, std::string_view field) const;
  // Named children, comments left out.
  std::vector<int> children(int node) const;
};

// Tolerant: around errors the tree goes on. Depth costs no stack. The tree is empty when the text
// is none that a person writes (above k_largest_code, brackets 400 deep, lines of 20000 bytes), or
// when repairing it would take seconds. Subtrees of large texts without any of `lines_of_interest`
// are cut off (empty: nothing is cut).
SyntaxTree parse_syntax(Grammar grammar, std::string_view text,
                        const std::set<int>& lines_of_interest);

constexpr std::size_t k_largest_code = 2 << 20; // bytes

// Whether parse_syntax takes the text: within k_largest_code, brackets and lines as said above.
bool can_parse_syntax(std::string_view text);

} // namespace leadline
