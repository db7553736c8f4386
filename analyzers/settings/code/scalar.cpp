#include "analyzers/settings/code/scalar.hpp"

#include "analyzers/settings/code/literal_text.hpp"
#include "analyzers/settings/code/node_roles.hpp"
#include "analyzers/settings/endless_names.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// Expressions above this many nodes or bytes are computations, not settings.
constexpr int k_most_nodes = 40;
constexpr std::size_t k_longest_expression = 160;
constexpr std::size_t k_longest_string = 4096;

const SyntaxNode& at(const SyntaxTree& tree, int node) {
  return tree.nodes[static_cast<std::size_t>(node)];
}

NodeRole role(const SyntaxTree& tree, int node) {
  return role_of(at(tree, node).kind, at(tree, node).field);
}

// Words of names that make a length of time or a size of a number.
bool is_unit_word(std::string_view word) {
  constexpr auto words = std::to_array<std::string_view>(
      {"ago",       "attempt", "attempts",    "byte",         "bytes",      "datasize",
       "day",       "days",    "duration",    "fortnight",    "fortnights", "gb",
       "gib",       "giga",    "gigabyte",    "gigabytes",    "hour",       "hours",
       "kb",        "kib",     "kilobyte",    "kilobytes",    "mb",         "megabyte",
       "megabytes", "mib",     "micros",      "microseconds", "millis",     "milliseconds",
       "min",       "mins",    "minute",      "minutes",      "month",      "months",
       "ms",        "nanos",   "nanoseconds", "sec",          "second",     "seconds",
       "secs",      "time",    "timedelta",   "timespan",     "week",       "weeks",
       "year",      "years"});
  static_assert(std::is_sorted(words.begin(), words.end()));
  return std::binary_search(words.begin(), words.end(), word);
}

// Of `a(1).b` the last name counts: what is called before says nothing about the result.
bool names_unit(std::string_view callee) {
  if (const std::size_t call = callee.rfind(')'); call != std::string_view::npos) {
    callee.remove_prefix(call + 1);
  }
  const std::vector<std::string> words = identifier_words(callee.substr(0, 100));
  return std::any_of(words.begin(), words.end(),
                     [](const std::string& word) { return is_unit_word(word); });
}

// `ssl.CERT_NONE`, `LogLevel.Debug`, `tls.VersionTLS12`, `Level::Warn`: the last part is a
// constant's name.
bool is_enum_member(std::string_view text) {
  if (text.size() > k_longest_expression ||
      text.find_first_of("([ \n\"'`") != std::string_view::npos) {
    return false;
  }
  const std::size_t dot = text.find_last_of(".:>");
  return dot != std::string_view::npos && dot + 1 < text.size() && text[dot + 1] >= 'A' &&
         text[dot + 1] <= 'Z';
}

bool is_constant(std::string_view text) {
  bool has_letter = false;
  for (const char c : text) {
    has_letter = has_letter || (c >= 'A' && c <= 'Z');
    if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '_') {
      return false;
    }
  }
  return has_letter && text.size() >= 2;
}

bool is_word(std::string_view text) {
  constexpr auto words =
      std::to_array<std::string_view>({"False", "None", "True", "false", "nil", "null", "true"});
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool is_comparison_or_logic(std::string_view kind) {
  constexpr auto operators = std::to_array<std::string_view>(
      {"==", "===", "!=",  "!==", "<",  ">",          "<=", ">=", "&&", "||", "??", "?:", "and",
       "or", "in",  "not", "?",   "is", "instanceof", "=>", "->", "%",  ">>", "&",  "^"});
  return std::find(operators.begin(), operators.end(), kind) != operators.end();
}

bool has_number(const SyntaxTree& tree, int node) {
  const int end = at(tree, node).subtree_end;
  for (int i = node; i < end; ++i) {
    if (role(tree, i) == NodeRole::number) {
      return true;
    }
  }
  return false;
}

// Arithmetic or a unit's constructor: everything below is a number, a unit, an operator or a
// string.
bool is_computed_of_literals(const SyntaxTree& tree, int node) {
  const int end = at(tree, node).subtree_end;
  if (end - node > k_most_nodes || tree.text_of(node).size() > k_longest_expression ||
      !has_number(tree, node)) {
    return false;
  }
  for (int i = node; i < end; ++i) {
    const SyntaxNode& part = at(tree, i);
    switch (role(tree, i)) {
    case NodeRole::number:
    case NodeRole::word:
    case NodeRole::wrapper:
    case NodeRole::arguments:
    case NodeRole::entry:
      break;
    case NodeRole::unary:
    case NodeRole::binary:
      break;
    case NodeRole::call:
      if (const int arguments = tree.child(i, "arguments"); arguments >= 0) {
        if (!names_unit(tree.text.substr(part.begin, at(tree, arguments).begin - part.begin))) {
          return false;
        }
      } else if (!names_unit(tree.text_of(i).substr(0, 100))) {
        return false;
      }
      break;
    case NodeRole::member:
      if (!names_unit(tree.text_of(i)) && !is_enum_member(tree.text_of(i))) {
        return false;
      }
      i = part.subtree_end - 1;
      break;
    case NodeRole::string:
      return false;
    default:
      if (!part.named && is_comparison_or_logic(part.kind)) {
        return false;
      }
      if (part.named && !names_unit(tree.text_of(i)) && !is_constant(tree.text_of(i))) {
        return false;
      }
    }
  }
  return true;
}

} // namespace

int tagged_text(const SyntaxTree& tree, int node) {
  if (at(tree, node).kind != "call_expression") {
    return -1;
  }
  const int text = tree.child(node, "arguments");
  if (text < 0 || at(tree, text).kind != "template_string") {
    return -1;
  }
  constexpr auto other_languages = std::to_array<std::string_view>(
      {"createGlobalStyle", "css", "glsl", "gql", "graphql", "html", "injectGlobal", "jsx",
       "keyframes", "styled", "svg", "wgsl"});
  const std::string_view tag =
      tree.text.substr(at(tree, node).begin, at(tree, text).begin - at(tree, node).begin);
  const std::string_view first = tag.substr(0, tag.find_first_of(".(<[ \n"));
  const std::string_view last = trim(tag.substr(tag.rfind('.') + 1)); // the whole without a dot
  const auto is = [&](std::string_view name) { return name == first || name == last; };
  return std::any_of(other_languages.begin(), other_languages.end(), is) ? -1 : text;
}

int unwrapped(const SyntaxTree& tree, int node) {
  while (node >= 0) {
    if (const int text = tagged_text(tree, node); text >= 0) {
      return text;
    }
    const NodeRole is = role(tree, node);
    const bool is_plain_argument = is == NodeRole::entry &&
                                   at(tree, node).kind != "infix_expression" &&
                                   parts_of(tree, node).key < 0;
    const bool is_address = is == NodeRole::unary && tree.text_of(node).substr(0, 1) == "&";
    if (is != NodeRole::wrapper && !is_plain_argument && !is_address) {
      return node;
    }
    const std::vector<int> inside = tree.children(node);
    if (inside.empty()) {
      return node;
    }
    if (at(tree, node).kind == "expression_list" && inside.size() != 1) {
      return node;
    }
    // A cast names its type on either side of the value.
    const int value = tree.child(node, "value");
    const bool type_first = at(tree, node).kind == "cast_expression";
    node = value >= 0 ? value : type_first ? inside.back() : inside.front();
  }
  return node;
}

Parts parts_of(const SyntaxTree& tree, int node) {
  Parts parts;
  const int end = at(tree, node).subtree_end;
  int operator_at = -1;
  for (int i = node + 1; i < end; i = at(tree, i).subtree_end) {
    const SyntaxNode& child = at(tree, i);
    const std::string_view kind = child.kind;
    if (!child.named &&
        (kind == "=" || kind == ":=" || kind == "=>" || kind == "||=" || kind == "\?\?=")) {
      operator_at = i;
      break;
    }
    if (!child.named && kind == ":" && operator_at < 0) {
      operator_at = i;
    }
    if (!child.named && child.field == "operator") {
      return {}; // += and the like
    }
    if (kind == "identifier" && tree.text_of(i) == "to" &&
        at(tree, node).kind == "infix_expression") {
      operator_at = i;
    }
  }
  if (operator_at < 0) {
    return parts;
  }
  for (int i = node + 1; i < end; i = at(tree, i).subtree_end) {
    const SyntaxNode& child = at(tree, i);
    if (!child.named || child.kind.find("comment") != std::string_view::npos || i == operator_at) {
      continue;
    }
    if (i < operator_at) {
      const bool is_type = child.field == "type" || child.kind == "user_type" ||
                           child.kind == "nullable_type" || child.kind == "type_annotation";
      if (!is_type && (parts.key < 0 || at(tree, parts.key).field.empty())) {
        parts.key = i;
      }
    } else if (child.field != "type" && parts.value < 0) {
      parts.value = i;
    }
  }
  if (parts.key >= 0 &&
      at(tree, parts.key).kind == "variable_declaration") { // Kotlin: its type stands inside
    const std::vector<int> inside = tree.children(parts.key);
    parts.key = inside.empty() ? parts.key : inside.front();
  }
  return parts;
}

std::optional<Scalar> scalar_of(const SyntaxTree& tree, int node) {
  node = unwrapped(tree, node);
  if (node < 0) {
    return std::nullopt;
  }
  const std::string_view text = tree.text_of(node);
  const NodeRole is = role(tree, node);
  if ((is == NodeRole::name || is == NodeRole::member || is == NodeRole::call) &&
      names_no_end(text)) {
    return Scalar{single_line(text), ValueSyntax::plain, false, true};
  }
  switch (is) {
  case NodeRole::number:
    return Scalar{std::string(text), ValueSyntax::plain, true, false};
  case NodeRole::word:
    return Scalar{std::string(text), ValueSyntax::plain, false, true};
  case NodeRole::string: {
    if (text.size() > k_longest_string || at(tree, node).kind == "concatenated_string") {
      return std::nullopt;
    }
    const bool is_symbol = text.substr(0, 1) == ":";
    const std::string_view content = string_content(text).text;
    const bool is_block = content.find('\n') != std::string_view::npos;
    return Scalar{std::string(content),
                  is_block    ? ValueSyntax::block
                  : is_symbol ? ValueSyntax::plain
                              : ValueSyntax::quoted,
                  false, false};
  }
  case NodeRole::name:
    if (is_word(text)) {
      return Scalar{std::string(text), ValueSyntax::plain, false, true};
    }
    if (is_constant(text) || at(tree, node).kind == "word") {
      return Scalar{std::string(text), ValueSyntax::plain, false, false};
    }
    return std::nullopt;
  case NodeRole::member:
  case NodeRole::unary:
  case NodeRole::binary:
  case NodeRole::call:
    if (is_enum_member(text) && is == NodeRole::member) {
      return Scalar{single_line(text), ValueSyntax::plain, false, false};
    }
    if (is_computed_of_literals(tree, node)) {
      return Scalar{single_line(text), ValueSyntax::plain, true, false};
    }
    return std::nullopt;
  default:
    return std::nullopt;
  }
}

} // namespace leadline
