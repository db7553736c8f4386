#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// What a command line sets: `--workers 4`, `--max=5`, `-Xmx512m`, `-XX:+UseG1GC`, `-Dkey=value`,
// `-c key=value`,
// `--set a.b=c,d=e`, `KEY=value`. A name has no dashes in front; a switch without a value has
// "true". curl's -k, also among other letters, is "insecure", but for calls of this machine.
struct Flag {
  std::string name;
  std::string value;
  std::size_t word = 0; // index of the word that says the value
};

// Switches that let in what would be refused, and take no word with them, whatever follows:
// "insecure", "no-check-certificate", "privileged".
bool is_open_switch(std::string_view name);

// The words of a command as a shell splits them: quotes group and are left out, backslashes join
// lines. Bytes of `text` beyond 64 KiB are ignored.
std::vector<std::string> command_words(std::string_view text);

// At most 256 flags. Linear.
std::vector<Flag> flags_of(const std::vector<std::string>& words);

// Whether a value looks like a command line: a word in it starts with a dash and a letter.
bool has_flags(std::string_view text);

} // namespace leadline
