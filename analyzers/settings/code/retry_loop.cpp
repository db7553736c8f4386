#include "analyzers/settings/code/retry_loop.hpp"

#include "analyzers/settings/code/literal_text.hpp"
#include "analyzers/settings/code/node_roles.hpp"
#include "base/text.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace leadline {
namespace {

constexpr std::size_t k_longest_loop = 4000; // bytes
constexpr std::size_t k_longest_head = 120;
constexpr int k_highest = 40; // nodes up to the function

const SyntaxNode& at(const SyntaxTree& tree, int node) {
  return tree.nodes[static_cast<std::size_t>(node)];
}

bool is_loop(std::string_view kind) {
  constexpr auto kinds = std::to_array<std::string_view>(
      {"enhanced_for_statement", "for", "for_expression", "for_in_statement", "for_statement",
       "foreach_statement", "loop_expression", "until", "while", "while_expression",
       "while_statement"});
  static_assert(std::is_sorted(kinds.begin(), kinds.end()));
  return std::binary_search(kinds.begin(), kinds.end(), kind);
}

bool tries_again(std::string_view body) {
  static const RE2 k_waits(
      R"((?i)\b(?:u?sleep|nanosleep|back_?off|time\.After|(?:task|promise)\.delay|delay|wait_?for_?retry)\w*\s*[(.])");
  static const RE2 k_fails(
      R"(\berr\b|\b(?i:error|except|catch|rescue|retr(?:y|ies|ying)|attempts?|failed|exception)\b|is_ok|is_err|\bErr\()");
  const re2::StringPiece text(body.data(), body.size());
  return RE2::PartialMatch(text, k_waits) && RE2::PartialMatch(text, k_fails);
}

// The number, or the name in capitals, that bounds the head of a loop: the last one of
// `i = 0; i < 5; i++`, `attempt in range(5)`, `0..5`, `(1..MAX_ATTEMPTS)`.
std::string bound_of(std::string_view head) {
  static const RE2 k_counted(
      R"((?:<=?|\brange\s*\(\s*(?:\d+\s*,\s*)?|\.\.[=.<]?\s*|\buntil\s+|\bstep\s+)\s*(\w+(?:\.\w+)*))");
  re2::StringPiece bound;
  if (!RE2::PartialMatch(re2::StringPiece(head.data(), head.size()), k_counted, &bound)) {
    return {};
  }
  return std::string(bound.data(), bound.size());
}

std::string function_around(const SyntaxTree& tree, int node) {
  for (int outer = at(tree, node).parent, up = 0; outer >= 0 && up < k_highest;
       outer = at(tree, outer).parent, ++up) {
    const std::string_view kind = at(tree, outer).kind;
    if (kind.find("function") != std::string_view::npos ||
        kind.find("method") != std::string_view::npos) {
      const int name = tree.child(outer, "name");
      if (name >= 0) {
        return std::string(tree.text_of(name).substr(0, k_longest_head));
      }
    }
  }
  return {};
}

} // namespace

bool is_endless_head(std::string_view text) {
  static const RE2 k_endless(
      R"((?i)for|loop|for\s*\(\s*;\s*;\s*\)|while\s*\(?\s*(?:true|1)\s*\)?)");
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), k_endless);
}

std::optional<RetryLoop> retry_loop(const SyntaxTree& tree, int node) {
  if (!is_loop(at(tree, node).kind)) {
    return std::nullopt;
  }
  const std::string_view text = tree.text_of(node);
  const int body = tree.child(node, "body");
  if (body < 0 || text.size() > k_longest_loop || !tries_again(tree.text_of(body))) {
    return std::nullopt;
  }
  std::string head = single_line(text.substr(
      0, std::min<std::size_t>(k_longest_head, at(tree, body).begin - at(tree, node).begin)));
  while (!head.empty() && (head.back() == ':' || head.back() == '{' || head.back() == ' ')) {
    head.pop_back();
  }
  if (head.ends_with(" do")) { // Ruby's while true do
    head.erase(head.size() - 3);
  }
  RetryLoop loop;
  loop.endless = is_endless_head(head);
  loop.attempts = loop.endless ? head : bound_of(head);
  if (loop.attempts.empty()) {
    return std::nullopt;
  }
  loop.function = function_around(tree, node);
  return loop;
}

} // namespace leadline
