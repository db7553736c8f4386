#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

enum class GlobCase { sensitive, insensitive };

// Path patterns, matched against the whole path in time linear in its length, whatever the pattern:
//   *      any characters but '/'          ?      one byte but '/'
//   **/    any number of folders, also none     /**    everything below (at the end)
//   {a,b}  one of several, may be nested        \x     x itself
// Everything else stands for itself, '[' too. A pattern without '/' matches the file name in any
// folder; one that ends with '/' means everything below. A leading '/' is ignored: paths are
// relative. Immutable; copies share their state; may be used by several threads.
class GlobSet {
public:
  // Throws Error(bad_input) that names the pattern: empty, a brace not closed, over 1000 bytes.
  GlobSet(std::span<const std::string> patterns, GlobCase glob_case);

  // Indices of the patterns that match, ascending.
  std::vector<std::size_t> matches(std::string_view path) const;
  bool any(std::string_view path) const { return !matches(path).empty(); }

private:
  struct Compiled;
  std::shared_ptr<const Compiled> m_compiled;
};

// How much of the path a pattern pins down, 0..999: literal characters, those of the file name
// counting most. For choosing between patterns that match the same path.
int glob_specificity(std::string_view pattern);

} // namespace leadline
