#include "analyzers/settings/code/jsonnet_calls.hpp"

#include <unordered_set>

namespace leadline {
namespace {

constexpr std::size_t k_most_parameters = 32;
constexpr std::size_t k_longest_head = 400; // tokens

bool opens(const BraceToken& token) {
  return token.text == "(" || token.text == "[" || token.text == "{";
}
bool closes(const BraceToken& token) {
  return token.text == ")" || token.text == "]" || token.text == "}";
}
bool defines(const BraceToken& token) {
  return token.text == "=" || token.text == ":" || token.text == "::" || token.text == ":::";
}

// The names between the parentheses that open at `at`, and where they close; empty when they are
// no parameters: `(a, b=5, c)`.
std::vector<std::string_view> parameters_at(const std::vector<BraceToken>& tokens, std::size_t at,
                                            std::size_t& end) {
  std::vector<std::string_view> names;
  bool expected = true;
  int depth = 0;
  for (end = at; end < tokens.size() && end - at < k_longest_head; ++end) {
    const BraceToken& token = tokens[end];
    if (opens(token)) {
      ++depth;
    } else if (closes(token)) {
      if (--depth == 0) {
        return names;
      }
    } else if (depth == 1 && token.text == ",") {
      expected = true;
    } else if (depth == 1 && expected && token.kind != TokenKind::line_end) {
      if (token.kind != TokenKind::name || names.size() == k_most_parameters) {
        return {};
      }
      names.push_back(token.text);
      expected = false;
    }
  }
  return {};
}

} // namespace

JsonnetFunctions jsonnet_functions(const std::vector<BraceToken>& tokens) {
  JsonnetFunctions functions;
  std::unordered_set<std::string_view> twice;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].kind != TokenKind::name || tokens[i + 1].text != "(") {
      continue;
    }
    std::size_t end = 0;
    std::vector<std::string_view> names = parameters_at(tokens, i + 1, end);
    if (names.empty() || end + 1 >= tokens.size() || !defines(tokens[end + 1])) {
      continue;
    }
    if (!functions.emplace(tokens[i].text, std::move(names)).second) {
      twice.insert(tokens[i].text);
    }
  }
  for (const std::string_view name : twice) {
    functions.erase(name);
  }
  return functions;
}

std::string_view jsonnet_setter(std::string_view function) {
  for (const std::string_view prefix : {"with", "set"}) {
    if (function.size() > prefix.size() && function.starts_with(prefix) &&
        function[prefix.size()] >= 'A' && function[prefix.size()] <= 'Z') {
      return function.substr(prefix.size());
    }
  }
  return {};
}

bool is_amount(const BraceToken& argument) {
  if (argument.kind == TokenKind::string) {
    return !argument.content.empty() && argument.content[0] >= '0' && argument.content[0] <= '9';
  }
  return argument.kind == TokenKind::number || argument.text == "true" || argument.text == "false";
}

} // namespace leadline
