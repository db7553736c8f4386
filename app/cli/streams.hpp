#pragma once

#include "app/render/terminal.hpp"

#include <cstddef>
#include <string>

namespace CLI {
class App;
}

namespace leadline {

enum class ColorChoice { automatic, always, never };

// Adds --color WHEN to a sub-command; `choice` outlives the parse.
void add_color_option(CLI::App& command, ColorChoice& choice);

// How standard output shows text: colours on a terminal unless NO_COLOR (https://no-color.org),
// CLICOLOR=0 or TERM=dumb say no, CLICOLOR_FORCE (https://bixense.com/clicolors) makes them
// elsewhere; its width, or COLUMNS, or 100.
TextStyle standard_output_style(ColorChoice choice);

// Writes all of `text`; `path` "" or "-" is standard output. Throws Error(unavailable) naming the
// file when it cannot be written.
void write_output(const std::string& path, const std::string& text);

// The bytes of a file, or of standard input for "-". Throws Error(bad_input) naming `what` and the
// path when it is not there, is a folder or is larger than `most` bytes.
std::string read_input(const std::string& what, const std::string& path, std::size_t most);

// "leadline: " and each line of `message` on standard error, with nothing in it that a terminal
// obeys.
void print_error(const std::string& message);

} // namespace leadline
