#include "analyzers/settings/code/sql_text.hpp"

#include <re2/re2.h>

namespace leadline {
namespace {

constexpr std::size_t k_longest = 300; // bytes of a statement that only sets

} // namespace

std::optional<SqlSetting> sql_setting(std::string_view text) {
  static const RE2 k_set(R"((?is)\s*(?:ALTER\s+(?:SYSTEM|(?:ROLE|USER|DATABASE)\s+[\w"`.]+)\s+)?)"
                         R"(SET\s+(?:(?:LOCAL|SESSION|GLOBAL|PERSIST)\s+|@@(?:GLOBAL|SESSION)\.)?)"
                         R"(([a-z_][\w.]*)\s*(?:=|\s+TO\s+)\s*(?:'([^']*)'|([\w.+-]+))\s*;?\s*)");
  if (text.size() > k_longest) {
    return std::nullopt;
  }
  re2::StringPiece name;
  re2::StringPiece quoted;
  re2::StringPiece plain;
  if (!RE2::FullMatch(re2::StringPiece(text.data(), text.size()), k_set, &name, &quoted, &plain)) {
    return std::nullopt;
  }
  const re2::StringPiece& value = quoted.data() != nullptr ? quoted : plain;
  return SqlSetting{{name.data(), name.size()}, {value.data(), value.size()}};
}

} // namespace leadline
