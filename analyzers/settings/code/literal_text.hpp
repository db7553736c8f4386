#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// The inside of a string literal of any language: without prefix letters, quotes, heredoc marks.
// `begin` is where it starts in `literal`, so that lines can be counted.
struct StringContent {
  std::size_t begin = 0;
  std::string_view text;
};
StringContent string_content(std::string_view literal);

// The path that an expression names: `self.db["pool"]->max` is {"db", "pool", "max"};
// `config.getPool(1).size` is
// {"config", "getPool", "size"}. Empty when it names nothing (patterns, computed names, very long
// ones). What only says "here" is left out: self, this, module.exports.
std::vector<std::string> key_segments(std::string_view expression);

// Lower-case words of an identifier: "setMaxOpenConns" is {"set", "max", "open", "conns"}.
std::vector<std::string> identifier_words(std::string_view identifier);

// The environment variable that an expression looks up, in the idioms of the supported languages;
// "" when none. `process.env.POOL`, `os.environ.get("POOL")`, `System.getenv("POOL")?.toInt()`,
// `env::var("POOL")`.
std::string_view environment_variable(std::string_view expression);

// Whether a text may be the name of a setting: letters, digits and . _ - / : without spaces, not a
// number.
bool is_key_like(std::string_view text);

// Runs of white space become one space, so that a value does not change with its layout.
std::string single_line(std::string_view text);

// `${name:default}` and `${name:-default}` that is the whole text (Spring, shells).
struct Placeholder {
  std::string_view name;
  std::string_view value;
};
std::optional<Placeholder> placeholder(std::string_view text);

} // namespace leadline
