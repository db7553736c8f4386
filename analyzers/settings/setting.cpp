#include "analyzers/settings/setting.hpp"

#include <algorithm>

namespace leadline {
namespace {

bool is_place(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The place in brackets at the end of a segment: npos when there is none.
std::size_t bracket(std::string_view segment) {
  return !segment.empty() && segment.back() == ']' ? segment.rfind('[') : std::string_view::npos;
}

} // namespace

std::string KeyPath::text() const {
  std::string joined;
  for (const std::string& segment : segments) {
    if (!joined.empty()) {
      joined += '.';
    }
    joined += segment;
  }
  return joined;
}

std::string_view KeyPath::leaf() const {
  if (segments.empty()) {
    return {};
  }
  const std::string_view last = segments.back();
  return last.substr(0, bracket(last));
}

std::string KeyPath::shape() const {
  KeyPath without = *this;
  for (std::string& segment : without.segments) {
    const std::size_t at = bracket(segment);
    if (at != std::string::npos &&
        is_place(std::string_view(segment).substr(at + 1, segment.size() - at - 2))) {
      segment.replace(at, std::string::npos, "[]");
    }
  }
  return without.text();
}

} // namespace leadline
