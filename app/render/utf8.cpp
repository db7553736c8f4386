#include "app/render/utf8.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace leadline {
namespace {

struct Span {
  char32_t first;
  char32_t last;
};

bool within(char32_t c, const Span* begin, const Span* end) {
  return std::any_of(begin, end,
                     [c](const Span& span) { return c >= span.first && c <= span.last; });
}

constexpr Span k_combining[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x0900, 0x0902}, {0x093C, 0x093C}, {0x0941, 0x0948}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A},
    {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x2060, 0x2060}, {0x20D0, 0x20FF},
    {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};
constexpr Span k_wide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},
                           {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},
                           {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
                           {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
                           {0x1F680, 0x1F6FF}, {0x1F7E0, 0x1F7EB}, {0x1F900, 0x1F9FF},
                           {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD}};

} // namespace

char32_t next_character(std::string_view text, std::size_t& at) {
  assert(at < text.size());
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
  };
  const unsigned char first = byte(at);
  const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t character = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    character = (character << 6U) | (byte(at + i) & 0x3FU);
  }
  at += length;
  return character;
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

int columns(char32_t character) {
  if (character < 0x0300) {
    return 1;
  }
  if (within(character, std::begin(k_combining), std::end(k_combining))) {
    return 0;
  }
  return within(character, std::begin(k_wide), std::end(k_wide)) ? 2 : 1;
}

int columns(std::string_view text) {
  int total = 0;
  for (std::size_t at = 0; at < text.size();) {
    total += columns(next_character(text, at));
  }
  return total;
}

} // namespace leadline
