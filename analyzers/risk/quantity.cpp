#include "analyzers/risk/quantity.hpp"

#include "analyzers/risk/units.hpp"
#include "base/text.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace leadline {
namespace {

constexpr std::size_t k_longest = 200;
constexpr int k_deepest = 16;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_space(char c) { return c == ' ' || c == '\t'; }

struct Value {
  double number = 0;
  std::optional<Unit> unit; // none: a bare number
  std::string name;         // canonical spelling of the unit or units
};

// Reads numbers, units and arithmetic: `30s`, `1h30m`, `5 * time.Second`, `1 << 20`,
// `Duration.ofSeconds(5)`, `5.minutes`, `timedelta(minutes=1, seconds=5)`, `5, TimeUnit.SECONDS`.
// Any failure ends it.
class Expression {
public:
  Expression(std::string_view text, Reading reading) : m_text(text), m_reading(reading) {}

  std::optional<Value> read() {
    std::optional<Value> value = list();
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
  std::optional<Value> list() {
    std::optional<Value> total = sum();
    while (total && take(",")) {
      std::optional<Value> next = sum();
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

  std::optional<Value> sum() {
    std::optional<Value> left = product();
    while (left) {
      if (take("+")) {
        const std::optional<Value> right = product();
        left = right ? plus(*left, *right, 1) : std::nullopt;
      } else if (peek_operator('-') && !is_date()) {
        take("-");
        const std::optional<Value> right = product();
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

  std::optional<Value> product() {
    std::optional<Value> left = atom();
    while (left) {
      if (take("<<")) {
        const std::optional<Value> right = atom();
        left = right && !right->unit && right->number >= 0 && right->number < 63
                   ? times(*left, Value{std::pow(2.0, right->number), std::nullopt, {}})
                   : std::nullopt;
      } else if (take("**")) {
        const std::optional<Value> right = atom();
        left = right && !right->unit && !left->unit && std::abs(right->number) < 64
                   ? std::optional(Value{std::pow(left->number, right->number), std::nullopt, {}})
                   : std::nullopt;
      } else if (take("*")) {
        const std::optional<Value> right = atom();
        left = right ? times(*left, *right) : std::nullopt;
      } else if (peek_operator('/')) {
        take("/");
        const std::optional<Value> right = atom();
        left = right && !right->unit && right->number != 0
                   ? std::optional(Value{left->number / right->number, left->unit, left->name})
                   : std::nullopt;
      } else {
        break;
      }
    }
    return left;
  }

  static std::optional<Value> plus(const Value& a, const Value& b, int sign) {
    if (a.unit.has_value() != b.unit.has_value() ||
        (a.unit && a.unit->dimension != b.unit->dimension)) {
      return std::nullopt;
    }
    Value value = a;
    value.number += sign * b.number;
    if (b.name != a.name && !b.name.empty()) {
      value.name += "+" + b.name;
    }
    return value;
  }

  static std::optional<Value> times(const Value& a, const Value& b) {
    if (a.unit && b.unit) {
      return std::nullopt;
    }
    const Value& measured = b.unit ? b : a;
    return Value{a.number * b.number, measured.unit, measured.name};
  }

  std::optional<Value> atom() {
    skip_spaces();
    if (++m_depth > k_deepest) {
      return std::nullopt;
    }
    std::optional<Value> value;
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

  std::optional<double> number() {
    std::string digits;
    int base = 10;
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X' || peek(1) == 'o' || peek(1) == 'b')) {
      base = peek(1) == 'o' ? 8 : peek(1) == 'b' ? 2 : 16;
      // "0b" of bytes is a zero with its unit
      if (base == 2 && !is_digit(peek(2))) {
        base = 10;
      } else {
        m_at += 2;
      }
    }
    bool has_point = false;
    for (; m_at < m_text.size(); ++m_at) {
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
      m_at += 1;
      while (is_digit(peek()) || peek() == '-' || (peek() == '+' && digits.back() == 'e')) {
        if (peek() != '+') {
          digits += peek();
        }
        ++m_at;
      }
    }
    // 0644 is a file mode, 1.2.3 a version
    if (digits.empty() || (base == 10 && digits.size() > 2 && digits[0] == '0' && !has_point) ||
        (peek() == '.' && is_digit(peek(1)))) {
      return std::nullopt;
    }
    double value = 0;
    if (base == 10) {
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), value);
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
  std::optional<Value> measured() {
    std::optional<Value> total;
    while (true) {
      const std::optional<double> amount = number();
      if (!amount) {
        return std::nullopt;
      }
      Value part{*amount, std::nullopt, {}};
      const std::size_t after_number = m_at;
      if (peek() == '.' && is_letter(peek(1))) { // 5.seconds
        ++m_at;
        const std::string_view word = identifier();
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
  std::optional<Value> named() {
    const std::string_view name = identifier();
    const std::optional<Unit> unit = unit_in_name(name);
    skip_spaces();
    if (peek() == '(') {
      ++m_at;
      std::optional<Value> inside = list();
      if (!inside || !take(")") || (inside->unit && unit)) {
        return std::nullopt;
      }
      return unit ? Value{inside->number * unit->factor, unit, std::string(unit->name)} : inside;
    }
    if (!unit) {
      return std::nullopt;
    }
    if ((peek() == '=' && peek(1) != '=') || (peek() == ':' && peek(1) != ':')) {
      ++m_at;
      const std::optional<Value> value = sum();
      return value && !value->unit
                 ? std::optional(Value{value->number * unit->factor, unit, std::string(unit->name)})
                 : std::nullopt;
    }
    return Value{unit->factor, unit, std::string(unit->name)};
  }

  std::string_view m_text;
  Reading m_reading;
  std::size_t m_at = 0;
  int m_depth = 0;
};

// PT30S, P1DT2H, P2W (https://www.rfc-editor.org/rfc/rfc3339#appendix-A); java.time.Duration allows
// "PT1.5S" and "-PT5S".
std::optional<Value> iso_duration(std::string_view text) {
  double sign = 1;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
  }
  if (text.size() < 3 || (text[0] != 'P' && text[0] != 'p')) {
    return std::nullopt;
  }
  Value value{0, Unit{Dimension::time, 1, "iso"}, "iso"};
  bool is_clock = false;
  bool has_part = false;
  std::size_t at = 1;
  while (at < text.size()) {
    if (text[at] == 'T' || text[at] == 't') {
      is_clock = true;
      ++at;
      continue;
    }
    double amount = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), amount);
    at = static_cast<std::size_t>(end - text.data());
    if (error != std::errc() || at >= text.size()) {
      return std::nullopt;
    }
    const char unit = text[at++];
    const double factor = !is_clock && (unit == 'D' || unit == 'd')   ? 86400
                          : !is_clock && (unit == 'W' || unit == 'w') ? 604800
                          : is_clock && (unit == 'H' || unit == 'h')  ? 3600
                          : is_clock && (unit == 'M' || unit == 'm')  ? 60
                          : is_clock && (unit == 'S' || unit == 's')  ? 1
                          : !is_clock && unit == 'Y'                  ? 365.25 * 86400
                          : !is_clock && unit == 'M'                  ? 30.44 * 86400
                                                                      : 0;
    if (factor == 0 || !std::isfinite(amount)) {
      return std::nullopt;
    }
    value.number += sign * amount * factor;
    has_part = true;
  }
  return has_part ? std::optional(value) : std::nullopt;
}

// 00:05:00 where a time is due (.NET's TimeSpan).
std::optional<Value> clock_duration(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ':');
  if (parts.size() != 3) {
    return std::nullopt;
  }
  double seconds = 0;
  for (const std::string_view part : parts) {
    double amount = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), amount);
    if (error != std::errc() || end != part.data() + part.size() || part.empty() ||
        !is_digit(part[0])) {
      return std::nullopt;
    }
    seconds = seconds * 60 + amount;
  }
  return Value{seconds, Unit{Dimension::time, 1, "clock"}, "clock"};
}

} // namespace

std::optional<Quantity> parse_quantity(std::string_view text, std::string_view default_unit) {
  text = trim(text);
  if (text.empty() || text.size() > k_longest) {
    return std::nullopt;
  }
  const DefaultUnit standard = default_unit_of(default_unit);
  std::optional<Value> value = Expression(text, standard.reading).read();
  if (!value) {
    value = iso_duration(text);
  }
  if (!value && standard.reading == Reading::time) {
    value = clock_duration(text);
  }
  if (!value) {
    return std::nullopt;
  }
  Quantity quantity;
  quantity.unit_written = value->unit.has_value();
  if (value->unit) {
    quantity.dimension = value->unit->dimension;
    quantity.value = value->number;
    quantity.unit = value->name;
  } else {
    quantity.dimension = standard.unit.dimension;
    quantity.value = value->number * standard.unit.factor;
    quantity.unit = std::string(standard.unit.name);
  }
  return std::isfinite(quantity.value) ? std::optional(quantity) : std::nullopt;
}

std::optional<bool> parse_switch(std::string_view text) {
  const std::string word = to_lower(trim(text));
  for (const std::string_view on : {"on", "yes", "true", "enabled", "enable", "1"}) {
    if (word == on) {
      return true;
    }
  }
  for (const std::string_view off : {"off", "no", "false", "disabled", "disable", "0"}) {
    if (word == off) {
      return false;
    }
  }
  return std::nullopt;
}

bool is_ambiguous_switch(std::string_view text) {
  text = trim(text);
  return text == "0" || text == "1";
}

std::optional<QuantityChange> describe_change(const Quantity& old_value,
                                              const Quantity& new_value) {
  if (old_value.dimension != new_value.dimension) {
    return std::nullopt;
  }
  QuantityChange change;
  // 0.3 s and 300 ms differ in the last bit only.
  const double larger = std::max(std::abs(old_value.value), std::abs(new_value.value));
  if (std::abs(new_value.value - old_value.value) > larger * 1e-9) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const bool has_zero = new_value.value == 0 || old_value.value == 0;
    change.direction = new_value.value < old_value.value ? Direction::down : Direction::up;
    change.ratio = old_value.value == 0 ? infinity : new_value.value / old_value.value;
    change.orders = has_zero ? infinity : std::abs(std::log10(std::abs(change.ratio)));
    change.sign_changed = (old_value.value < 0) != (new_value.value < 0);
  }
  change.unit_changed =
      old_value.unit_written && new_value.unit_written && old_value.unit != new_value.unit;
  change.unit_dropped = old_value.unit_written && !new_value.unit_written;
  change.unit_added = !old_value.unit_written && new_value.unit_written;
  return change;
}

} // namespace leadline
