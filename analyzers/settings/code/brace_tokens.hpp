#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace leadline {

// The two languages of braces that no grammar is at hand for: HCL
// (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md) and Jsonnet
// (https://jsonnet.org/ref/spec.html).
enum class BraceLanguage { hcl, jsonnet };

enum class TokenKind { name, number, string, text_block, mark, line_end };

struct BraceToken {
  TokenKind kind = TokenKind::mark;
  std::string_view text;    // as written, with quotes
  std::string_view content; // of strings and text blocks, without quotes and marks
  int line = 0;             // 1-based, of its first byte
  int content_line = 0;     // of the content's first byte
};

// Comments and white space left out, but for line ends, which HCL needs. Linear; an unclosed string
// ends with its line, an unclosed text block with the text.
std::vector<BraceToken> brace_tokens(BraceLanguage language, std::string_view text);

} // namespace leadline
