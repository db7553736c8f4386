#pragma once

#include "analyzers/settings/setting.hpp"
#include "analyzers/settings/text_lines.hpp"

#include <string>
#include <string_view>

namespace leadline {

// `key:` at a place of a line, quoted or plain, perhaps with template expressions in it.
struct YamlKey {
  bool found = false;
  std::string_view text;    // without quotes
  std::size_t value_at = 0; // behind the colon
};
YamlKey yaml_key(std::string_view line, std::size_t at);

// Whether `text` opens a block scalar: "|", ">-", "|2+ # comment".
bool is_block_header(std::string_view text);

// The lines of the block scalar whose header stands on line `index`, without their indentation and
// without blank lines at the end; `index` moves behind them. `parent`: the column of the key or
// dash that holds it.
TextLines block_lines(const TextLines& lines, std::size_t& index, int parent);

// A plain or quoted scalar that may go on over deeper lines.
struct YamlScalar {
  std::string value; // without quotes and comment; lines joined with a blank
  ValueSyntax syntax = ValueSyntax::plain;
  std::size_t next = 0; // index of the line behind it
  int last_number = 0;
};
YamlScalar read_scalar(const TextLines& lines, std::size_t index, std::size_t at, int parent);

} // namespace leadline
