#include "analyzers/risk/number_text.hpp"

#include <charconv>
#include <cmath>
#include <string>

namespace leadline {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

} // namespace

std::optional<double> read_number(std::string_view text, std::size_t& at) {
  const auto peek = [&](std::size_t ahead = 0) {
    return at + ahead < text.size() ? text[at + ahead] : '\0';
  };
  std::string digits;
  int base = 10;
  if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X' || peek(1) == 'o' || peek(1) == 'b')) {
    base = peek(1) == 'o' ? 8 : peek(1) == 'b' ? 2 : 16;
    // "0b" of bytes is a zero with its unit
    if (base == 2 && !is_digit(peek(2))) {
      base = 10;
    } else {
      at += 2;
    }
  }
  bool has_point = false;
  for (; at < text.size(); ++at) {
    const char c = peek();
    if (c == '_' && !digits.empty() && is_digit(peek(1))) {
      continue;
    }
    const bool is_hex = base == 16 && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
    if (c == '.' && base == 10 && !has_point && is_digit(peek(1))) {
      has_point = true;
    } else if (!is_digit(c) && !is_hex) {
      break;
    }
    digits += c;
  }
  const bool has_exponent =
      base == 10 && (peek() == 'e' || peek() == 'E') &&
      (is_digit(peek(1)) || ((peek(1) == '-' || peek(1) == '+') && is_digit(peek(2))));
  if (has_exponent) {
    digits += 'e';
    at += 1;
    while (is_digit(peek()) || peek() == '-' || (peek() == '+' && digits.back() == 'e')) {
      if (peek() != '+') {
        digits += peek();
      }
      ++at;
    }
  }
  // 0644 is a file mode, 1.2.3 a version
  if (digits.empty() || (base == 10 && digits.size() > 2 && digits[0] == '0' && !has_point) ||
      (peek() == '.' && is_digit(peek(1)))) {
    return std::nullopt;
  }
  double value = 0;
  if (base == 10) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) {
      return std::nullopt;
    }
  } else {
    unsigned long long whole = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), whole, base);
    if (error != std::errc() || end != digits.data() + digits.size()) {
      return std::nullopt;
    }
    value = static_cast<double>(whole);
  }
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

} // namespace leadline
