#include "analyzers/settings/code/syntax_tree.hpp"

#include "base/handle.hpp"

#include <tree_sitter/api.h>

#include <algorithm>
#include <cctype>
#include <cstring>

extern "C" {
const TSLanguage* tree_sitter_bash(void);
const TSLanguage* tree_sitter_c_sharp(void);
const TSLanguage* tree_sitter_go(void);
const TSLanguage* tree_sitter_java(void);
const TSLanguage* tree_sitter_kotlin(void);
const TSLanguage* tree_sitter_php(void);
const TSLanguage* tree_sitter_python(void);
const TSLanguage* tree_sitter_ruby(void);
const TSLanguage* tree_sitter_rust(void);
const TSLanguage* tree_sitter_tsx(void);
const TSLanguage* tree_sitter_typescript(void);
}

namespace leadline {
namespace {

using Parser = Handle<TSParser, ts_parser_delete>;
using Tree = Handle<TSTree, ts_tree_delete>;

struct Cursor {
  explicit Cursor(TSNode node) : value(ts_tree_cursor_new(node)) {}
  ~Cursor() { ts_tree_cursor_delete(&value); }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  TSTreeCursor value;
};

// Texts above this size are cut to what the lines of interest need.
constexpr std::size_t k_whole_below = 128 << 10;
// A subtree of at most this many bytes is kept wherever it stands: keys and callees are short.
constexpr std::uint32_t k_always_kept = 256;

const TSLanguage* language_of(Grammar grammar) {
  switch (grammar) {
  case Grammar::bash:
    return tree_sitter_bash();
  case Grammar::c_sharp:
    return tree_sitter_c_sharp();
  case Grammar::go:
    return tree_sitter_go();
  case Grammar::java:
    return tree_sitter_java();
  case Grammar::kotlin:
    return tree_sitter_kotlin();
  case Grammar::php:
    return tree_sitter_php();
  case Grammar::python:
    return tree_sitter_python();
  case Grammar::ruby:
    return tree_sitter_ruby();
  case Grammar::rust:
    return tree_sitter_rust();
  case Grammar::tsx:
    return tree_sitter_tsx();
  case Grammar::typescript:
    return tree_sitter_typescript();
  }
  return nullptr;
}

// What no person writes: repairing such text costs the parser quadratic time.
constexpr int k_deepest_brackets = 400;
constexpr std::size_t k_longest_line = 20000;
// The last net for broken text that the limits above let through. The library's clock is the
// wall's: the limit is twenty times what ordinary text of the largest size takes, so that a busy
// machine does not change the result.
constexpr std::uint64_t k_longest_parse_us = 20'000'000;

bool is_parsable(std::string_view text) {
  int depth = 0;
  std::size_t line = 0;
  for (const char c : text) {
    line = c == '\n' ? 0 : line + 1;
    if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (c == ')' || c == ']' || c == '}') {
      depth = std::max(0, depth - 1);
    }
    if (depth > k_deepest_brackets || line > k_longest_line) {
      return false;
    }
  }
  return true;
}

bool is_wanted(const TSNode& node) {
  if (ts_node_is_named(node)) {
    return true;
  }
  // Operators and keywords tell meanings; brackets, commas and quotes do not.
  const char* kind = ts_node_type(node);
  return std::strpbrk(kind, "=?|&+*/%<>!-~:") != nullptr ||
         std::isalpha(static_cast<unsigned char>(kind[0])) != 0;
}

class Flattener {
public:
  Flattener(SyntaxTree& tree, const std::set<int>& lines) : m_tree(tree), m_lines(lines) {}

  void run(TSNode root) {
    Cursor cursor(root);
    std::vector<int> open; // indices of the ancestors
    bool descend = add(cursor.value, -1);
    open.push_back(0);
    while (true) {
      if (descend && ts_tree_cursor_goto_first_child(&cursor.value)) {
      } else {
        close(open);
        while (!ts_tree_cursor_goto_next_sibling(&cursor.value)) {
          if (!ts_tree_cursor_goto_parent(&cursor.value)) {
            return;
          }
          close(open);
        }
      }
      const int parent = last_open(open);
      const std::size_t before = m_tree.nodes.size();
      descend = add(cursor.value, parent);
      open.push_back(m_tree.nodes.size() > before ? static_cast<int>(before) : -1);
    }
  }

private:
  static int last_open(const std::vector<int>& open) {
    // A node that was left out has no children here, so the innermost is never -1.
    return open.empty() ? -1 : open.back();
  }

  void close(std::vector<int>& open) {
    if (open.empty()) {
      return;
    }
    if (open.back() >= 0) {
      m_tree.nodes[static_cast<std::size_t>(open.back())].subtree_end =
          static_cast<int>(m_tree.nodes.size());
    }
    open.pop_back();
  }

  // Adds the cursor's node unless it is not wanted; returns whether to go on to its children.
  bool add(const TSTreeCursor& cursor, int parent) {
    const TSNode node = ts_tree_cursor_current_node(&cursor);
    const char* field = ts_tree_cursor_current_field_name(&cursor);
    if (parent >= 0 && field == nullptr && !is_wanted(node)) {
      return false;
    }
    SyntaxNode flat;
    flat.kind = ts_node_type(node);
    flat.field = field == nullptr ? std::string_view() : std::string_view(field);
    flat.begin = ts_node_start_byte(node);
    flat.end = ts_node_end_byte(node);
    flat.first_line = static_cast<int>(ts_node_start_point(node).row) + 1;
    const TSPoint last = ts_node_end_point(node);
    flat.last_line =
        std::max(flat.first_line, static_cast<int>(last.row) + (last.column == 0 ? 0 : 1));
    flat.parent = parent;
    flat.subtree_end = static_cast<int>(m_tree.nodes.size()) + 1;
    flat.named = ts_node_is_named(node);
    if (parent >= 0 && !m_lines.empty() && flat.end - flat.begin > k_always_kept) {
      const auto near = m_lines.lower_bound(flat.first_line - 1);
      if (near == m_lines.end() || *near > flat.last_line + 1) {
        return false;
      }
    }
    m_tree.nodes.push_back(flat);
    return true;
  }

  SyntaxTree& m_tree;
  const std::set<int>& m_lines;
};

} // namespace

std::string_view SyntaxTree::text_of(int node) const {
  const SyntaxNode& at = nodes[static_cast<std::size_t>(node)];
  return text.substr(at.begin, at.end - at.begin);
}

int SyntaxTree::child(int node, std::string_view field) const {
  const int end = nodes[static_cast<std::size_t>(node)].subtree_end;
  for (int at = node + 1; at < end; at = nodes[static_cast<std::size_t>(at)].subtree_end) {
    if (nodes[static_cast<std::size_t>(at)].field == field) {
      return at;
    }
  }
  return -1;
}

std::vector<int> SyntaxTree::children(int node) const {
  std::vector<int> found;
  const int end = nodes[static_cast<std::size_t>(node)].subtree_end;
  for (int at = node + 1; at < end; at = nodes[static_cast<std::size_t>(at)].subtree_end) {
    const SyntaxNode& child = nodes[static_cast<std::size_t>(at)];
    if (child.named && child.kind.find("comment") == std::string_view::npos) {
      found.push_back(at);
    }
  }
  return found;
}

bool can_parse_syntax(std::string_view text) {
  return text.size() <= k_largest_code && is_parsable(text);
}

SyntaxTree parse_syntax(Grammar grammar, std::string_view text,
                        const std::set<int>& lines_of_interest) {
  SyntaxTree flat;
  flat.text = text;
  if (!can_parse_syntax(text)) {
    return flat;
  }
  const Parser parser(ts_parser_new());
  if (!ts_parser_set_language(parser.get(), language_of(grammar))) {
    return flat;
  }
  ts_parser_set_timeout_micros(parser.get(), k_longest_parse_us);
  const Tree tree(ts_parser_parse_string(parser.get(), nullptr, text.data(),
                                         static_cast<std::uint32_t>(text.size())));
  if (!tree) {
    return flat;
  }
  static const std::set<int> everything;
  Flattener(flat, text.size() > k_whole_below ? lines_of_interest : everything)
      .run(ts_tree_root_node(tree.get()));
  return flat;
}

} // namespace leadline
