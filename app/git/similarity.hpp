#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace leadline::git {

// How alike two files are, as git estimates it for rename detection (git-diff(1), -M): each file is
// cut into spans that end at '\n' or after 64 bytes; what both have in common, counted in bytes of
// spans of equal hash, is set against the larger file.
constexpr int k_max_score = 60000;

struct Spans {
  struct Span {
    std::uint32_t hash = 0;
    std::uint32_t bytes = 0; // of all spans of that hash
  };
  std::vector<Span> spans; // by hash
  std::size_t size = 0;    // of the file
};

enum class Text { no, yes }; // in text, '\r' before '\n' does not count

Spans spans_of(std::string_view bytes, Text text);

// Whether sizes alone leave `min_score` within reach; saves reading the files.
bool sizes_allow(std::size_t old_size, std::size_t new_size, int min_score);

// 0 to k_max_score; 0 when sizes do not allow `min_score`.
int similarity(const Spans& old_spans, const Spans& new_spans, int min_score);

} // namespace leadline::git
