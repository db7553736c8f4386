#include "analyzers/risk/quantity_expression.hpp"

#include "analyzers/risk/number_text.hpp"

#include <cmath>
#include <vector>

namespace leadline {
namespace {

constexpr int k_deepest = 16;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_space(char c) { return c == ' ' || c == '\t'; }

// Reads numbers, units and arithmetic: `30s`, `1h30m`, `5 * time.Second`, `1 << 20`,
// `Duration.ofSeconds(5)`, `5.minutes`, `timedelta(minutes=1, seconds=5)`, `5, TimeUnit.SECONDS`.
// Any failure ends it.
class Expression {
public:
  Expression(std::string_view text, Reading reading) : m_text(text), m_reading(reading) {}

  std::optional<Measured> read() {
    std::optional<Measured> value = list();
    return value && at_end() ? value : std::nullopt;
  }

private:
  char peek(std::size_t ahead = 0) const {
    return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0';
  }
  void skip_spaces() {
    while (is_space(peek())) {
      ++m_at;
    }
  }
  bool at_end() {
    skip_spaces();
    return m_at == m_text.size();
  }
  bool take(std::string_view mark) {
    skip_spaces();
    if (m_text.substr(m_at, mark.size()) != mark) {
      return false;
    }
    m_at += mark.size();
    return true;
  }

  // value, UNIT - value, value is a sum: the arguments of timedelta()
  std::optional<Measured> list() {
    std::optional<Measured> total = sum();
    while (total && take(",")) {
      std::optional<Measured> next = sum();
      if (!next) {
        return std::nullopt;
      }
      if (!total->unit && next->unit && next->number == next->unit->factor) {
        total = times(*total, *next);
      } else {
        total = plus(*total, *next, 1);
      }
    }
    return total;
  }

  std::optional<Measured> sum() {
    std::optional<Measured> left = product();
    while (left) {
      if (take("+")) {
        const std::optional<Measured> right = product();
        left = right ? plus(*left, *right, 1) : std::nullopt;
      } else if (peek_operator('-') && !is_date()) {
        take("-");
        const std::optional<Measured> right = product();
        left = right ? plus(*left, *right, -1) : std::nullopt;
      } else {
        break;
      }
    }
    return left;
  }

  // 2024-01-01 is no subtraction.
  bool is_date() const { return m_at > 0 && is_digit(m_text[m_at - 1]) && is_digit(peek(1)); }

  bool peek_operator(char c) {
    skip_spaces();
    return peek() == c;
  }

  std::optional<Measured> product() {
    std::optional<Measured> left = atom();
    while (left) {
      if (take("<<")) {
        const std::optional<Measured> right = atom();
        left = right && !right->unit && right->number >= 0 && right->number < 63
                   ? times(*left, Measured{std::pow(2.0, right->number), std::nullopt, {}})
                   : std::nullopt;
      } else if (take("**")) {
        const std::optional<Measured> right = atom();
        left =
            right && !right->unit && !left->unit && std::abs(right->number) < 64
                ? std::optional(Measured{std::pow(left->number, right->number), std::nullopt, {}})
                : std::nullopt;
      } else if (take("*")) {
        const std::optional<Measured> right = atom();
        left = right ? times(*left, *right) : std::nullopt;
      } else if (peek_operator('/')) {
        take("/");
        const std::optional<Measured> right = atom();
        left = right && !right->unit && right->number != 0
                   ? std::optional(Measured{left->number / right->number, left->unit, left->name})
                   : std::nullopt;
      } else {
        break;
      }
    }
    return left;
  }

  static std::optional<Measured> plus(const Measured& a, const Measured& b, int sign) {
    if (a.unit.has_value() != b.unit.has_value() ||
        (a.unit && a.unit->dimension != b.unit->dimension)) {
      return std::nullopt;
    }
    Measured value = a;
    value.number += sign * b.number;
    if (b.name != a.name && !b.name.empty()) {
      value.name += "+" + b.name;
    }
    return value;
  }

  static std::optional<Measured> times(const Measured& a, const Measured& b) {
    if (a.unit && b.unit) {
      return std::nullopt;
    }
    const Measured& measured = b.unit ? b : a;
    return Measured{a.number * b.number, measured.unit, measured.name};
  }

  std::optional<Measured> atom() {
    skip_spaces();
    if (++m_depth > k_deepest) {
      return std::nullopt;
    }
    std::optional<Measured> value;
    if (peek() == '-' || peek() == '+') {
      const double sign = peek() == '-' ? -1 : 1;
      ++m_at;
      value = is_digit(peek()) || peek() == '.' || peek() == '(' ? atom() : std::nullopt;
      if (value) {
        value->number *= sign;
      }
    } else if (take("(")) {
      value = list();
      value = value && take(")") ? value : std::nullopt;
    } else if (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)))) {
      value = measured();
    } else if (is_letter(peek()) || peek() == '_') {
      value = named();
    }
    --m_depth;
    return value;
  }

  std::optional<double> number() { return read_number(m_text, m_at); }

  // The letters of a unit at the place; "" when there are none.
  std::string_view unit_word() const {
    std::size_t end = m_at;
    while (end < m_text.size() &&
           (is_letter(m_text[end]) || static_cast<unsigned char>(m_text[end]) >= 0x80 ||
            m_text[end] == '%' ||
            (m_text[end] == '/' && end + 1 < m_text.size() && is_letter(m_text[end + 1])))) {
      ++end;
    }
    return m_text.substr(m_at, end - m_at);
  }

  // 30s, 1h30m, 1min 30s, 5.seconds, 20u32, 5L, 20
  std::optional<Measured> measured() {
    std::optional<Measured> total;
    while (true) {
      const std::optional<double> amount = number();
      if (!amount) {
        return std::nullopt;
      }
      Measured part{*amount, std::nullopt, {}};
      const std::size_t after_number = m_at;
      if (peek() == '.' && is_letter(peek(1))) { // 5.seconds
        ++m_at;
        std::string_view word = identifier();
        for (const std::string_view from : {".ago", ".from_now"}) { // of Rails
          if (word.ends_with(from)) {
            word.remove_suffix(from.size());
          }
        }
        const std::optional<Unit> unit = unit_in_name(word);
        if (!unit) {
          return std::nullopt;
        }
        take("()");
        part = {*amount * unit->factor, unit, std::string(unit->name)};
        return total ? std::nullopt : std::optional(part);
      }
      if (!total && skip_type_suffix()) {
        return part;
      }
      skip_spaces();
      const std::string_view word = unit_word();
      const std::optional<Unit> unit = word.empty() ? std::nullopt : unit_of(word, m_reading);
      if (!word.empty() && !unit) {
        return std::nullopt;
      }
      if (!unit) {
        m_at = after_number;
        return total ? std::nullopt : std::optional(part); // "1h 30": the second has no unit
      }
      m_at += word.size();
      part = {*amount * unit->factor, unit, std::string(unit->name)};
      if (unit->name == "ratio") {
        return std::nullopt; // only ever a default
      }
      total = total ? plus(*total, part, 1) : std::optional(part);
      const std::size_t after_unit = m_at;
      skip_spaces();
      if (!total || !is_digit(peek()) || unit->dimension != Dimension::time) {
        m_at = after_unit;
        return total;
      }
    }
  }

  // Java's 5L, C's 5UL and 1.0f, Rust's 20u32; not where the letter is a unit that is due.
  bool skip_type_suffix() {
    for (const std::string_view suffix :
         {"usize", "isize", "u128", "u64", "u32", "u16", "u8", "i128", "i64", "i32", "i16",
          "i8",    "f64",   "f32",  "UL",  "ul",  "LL",  "L",  "l",    "f",   "F",   "n"}) {
      if (m_text.substr(m_at, suffix.size()) != suffix) {
        continue;
      }
      const char next = peek(suffix.size());
      if (!is_letter(next) && !is_digit(next) && !(suffix == "n" && m_reading == Reading::cores)) {
        m_at += suffix.size();
        return true;
      }
    }
    return false;
  }

  std::string_view identifier() {
    const std::size_t begin = m_at;
    while (is_letter(peek()) || is_digit(peek()) || peek() == '_' ||
           (peek() == '.' && is_letter(peek(1))) || (peek() == ':' && peek(1) == ':')) {
      m_at += peek() == ':' ? 2 : 1;
    }
    return m_text.substr(begin, m_at - begin);
  }

  // time.Second, Duration.ofSeconds(5), timedelta(minutes=1), Duration(seconds: 5)
  std::optional<Measured> named() {
    std::string_view name = identifier();
    if (name == "new") {
      skip_spaces();
      name = identifier();
    }
    const std::optional<Unit> unit = unit_in_name(name);
    skip_spaces();
    if (peek() == '(') {
      ++m_at;
      if (name == "TimeSpan") {
        return time_span();
      }
      std::optional<Measured> inside = list();
      if (!inside || !take(")") || (inside->unit && unit)) {
        return std::nullopt;
      }
      return unit ? Measured{inside->number * unit->factor, unit, std::string(unit->name)} : inside;
    }
    if (!unit) {
      return std::nullopt;
    }
    if ((peek() == '=' && peek(1) != '=') || (peek() == ':' && peek(1) != ':')) {
      ++m_at;
      const std::optional<Measured> value = sum();
      return value && !value->unit ? std::optional(Measured{value->number * unit->factor, unit,
                                                            std::string(unit->name)})
                                   : std::nullopt;
    }
    return Measured{unit->factor, unit, std::string(unit->name)};
  }

  // (hours, minutes, seconds), with days in front and milliseconds behind where there are more
  // (https://learn.microsoft.com/dotnet/api/system.timespan.-ctor).
  std::optional<Measured> time_span() {
    std::vector<double> parts;
    do {
      const std::optional<Measured> part = sum();
      if (!part || part->unit || parts.size() == 5) {
        return std::nullopt;
      }
      parts.push_back(part->number);
    } while (take(","));
    if (parts.size() < 3 || !take(")")) {
      return std::nullopt;
    }
    if (parts.size() == 3) {
      parts.insert(parts.begin(), 0);
    }
    parts.resize(5);
    const double seconds =
        parts[0] * 86400 + parts[1] * 3600 + parts[2] * 60 + parts[3] + parts[4] / 1000;
    return Measured{seconds, unit_of("s", Reading::time), "s"};
  }

  std::string_view m_text;
  Reading m_reading;
  std::size_t m_at = 0;
  int m_depth = 0;
};

} // namespace

std::optional<Measured> read_expression(std::string_view text, Reading reading) {
  return Expression(text, reading).read();
}

} // namespace leadline
