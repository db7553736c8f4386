#include "app/git/similarity.hpp"

#include <algorithm>

namespace leadline::git {
namespace {

// The values matter: spans that collide here collide in git too, so the scores are equal.
constexpr std::uint32_t k_hashes = 107927;
constexpr std::uint32_t k_max_span = 64;

} // namespace

Spans spans_of(std::string_view bytes, Text text) {
  std::vector<std::uint32_t> counts(k_hashes, 0);
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (text == Text::yes && c == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n') {
      continue;
    }
    const std::uint32_t before = low;
    low = ((low << 7U) ^ (high >> 25U)) + static_cast<unsigned char>(c);
    high = (high << 7U) ^ (before >> 25U);
    ++length;
    if (length == k_max_span || c == '\n') {
      counts[(low + high * 0x61U) % k_hashes] += length;
      low = high = length = 0;
    }
  }
  // A last span without '\n' does not count: git before 2.44 leaves it out, Debian 12's too.
  Spans result;
  result.size = bytes.size();
  for (std::uint32_t hash = 0; hash < k_hashes; ++hash) {
    if (counts[hash] != 0) {
      result.spans.push_back({hash, counts[hash]});
    }
  }
  return result;
}

bool sizes_allow(std::size_t old_size, std::size_t new_size, int min_score) {
  const auto larger = static_cast<std::uint64_t>(std::max(old_size, new_size));
  const auto smaller = static_cast<std::uint64_t>(std::min(old_size, new_size));
  return larger * static_cast<std::uint64_t>(k_max_score - min_score) >=
         (larger - smaller) * k_max_score;
}

int similarity(const Spans& old_spans, const Spans& new_spans, int min_score) {
  if (new_spans.size == 0 || !sizes_allow(old_spans.size, new_spans.size, min_score)) {
    return 0;
  }
  std::uint64_t common = 0;
  auto old_span = old_spans.spans.begin();
  for (const Spans::Span& span : new_spans.spans) {
    while (old_span != old_spans.spans.end() && old_span->hash < span.hash) {
      ++old_span;
    }
    if (old_span != old_spans.spans.end() && old_span->hash == span.hash) {
      common += std::min(old_span->bytes, span.bytes);
    }
  }
  return static_cast<int>(common * k_max_score / std::max(old_spans.size, new_spans.size));
}

} // namespace leadline::git
