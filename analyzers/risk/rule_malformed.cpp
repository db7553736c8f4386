#include "analyzers/domains/words.hpp"
#include "analyzers/risk/cron_text.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace leadline {
namespace {

bool is_digits(std::string_view text) {
  return !text.empty() && text.size() <= 9 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int number_of(std::string_view text) {
  int number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

bool is_port_key(const Subject& s) {
  return s.leaf == " port " || s.leaf.ends_with(" port ") || s.leaf == " ports " ||
         s.leaf.ends_with(" ports ");
}

// A bare port that no socket has.
std::string port_fault(const Subject& s, std::string_view value) {
  if (!is_port_key(s)) {
    return {};
  }
  for (const std::string_view part : split(value, ':')) {
    if (is_digits(trim(part)) && number_of(trim(part)) > 65535) {
      return "a port above 65535";
    }
  }
  return {};
}

// One item of a list of networks: "10.0.0/24", "10.0.0.0/33", "10.0.0.0.0/8".
std::string network_fault(std::string_view item) {
  const std::size_t slash = item.find('/');
  if (slash == std::string_view::npos) {
    return {};
  }
  const std::vector<std::string_view> octets = split(item.substr(0, slash), '.');
  const std::string_view prefix = item.substr(slash + 1);
  if (octets.size() < 3 || !std::all_of(octets.begin(), octets.end(), is_digits) ||
      !is_digits(prefix)) {
    return {};
  }
  if (octets.size() != 4) {
    return "a network needs four octets";
  }
  if (std::any_of(octets.begin(), octets.end(),
                  [](std::string_view octet) { return number_of(octet) > 255; })) {
    return "an octet above 255";
  }
  return number_of(prefix) > 32 ? "a prefix longer than 32 bits" : "";
}

std::string networks_fault(const Subject&, std::string_view value) {
  std::size_t start = 0;
  while (start < value.size()) {
    const std::size_t end = value.find_first_of(" ,;[]\"'\t", start);
    const std::string_view item = value.substr(start, end - start);
    if (std::string fault = network_fault(item); !fault.empty()) {
      return fault;
    }
    start = end == std::string_view::npos ? value.size() : end + 1;
  }
  return {};
}

// "https//host", "htps://host", a host that ends in a comma or holds two dots in a row.
std::string address_fault(const Subject& s, std::string_view value) {
  const std::string text = to_lower(trim(value));
  if (text.starts_with("http//") || text.starts_with("https//")) {
    return "a colon is missing after the scheme";
  }
  constexpr std::array<std::string_view, 8> k_slips = {
      "htp://", "htps://", "htttp://", "htttps://", "hhttp://", "hhttps://", "http;//", "https;//"};
  if (std::any_of(k_slips.begin(), k_slips.end(),
                  [&](std::string_view slip) { return text.starts_with(slip); })) {
    return "no such scheme";
  }
  const bool host = has_phrase(s.leaf, "host") || has_phrase(s.leaf, "hostname") ||
                    has_phrase(s.leaf, "endpoint") || has_phrase(s.leaf, "server");
  if (host && text.find(' ') == std::string::npos && text.find('/') == std::string::npos &&
      text.size() > 3 && text.find("${") == std::string::npos &&
      text.find("{{") == std::string::npos) {
    if (text.find("..") != std::string::npos) {
      return "two dots in a row";
    }
    if (text.back() == ',' || text.back() == ';') {
      return "ends in a separator";
    }
  }
  return {};
}

// What crontab(5) cannot run: a step of 0, a range from high to low, the 31st of a month with 30
// days.
std::string cron_fault(const Subject& s, std::string_view value) {
  const std::vector<std::string_view> fields = cron_fields(s, value);
  const auto is_field = [](std::string_view field) {
    return field.find_first_not_of("0123456789*,-/") == std::string_view::npos;
  };
  if (fields.size() != 5 || !std::all_of(fields.begin(), fields.end(), is_field)) {
    return {};
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    for (const std::string_view part : split(fields[i], ',')) {
      const std::size_t slash = part.find('/');
      if (slash != std::string_view::npos && number_of(part.substr(slash + 1)) == 0) {
        return fmt::format("a step of 0 in field {}", i + 1);
      }
      const std::string_view range = part.substr(0, slash);
      const std::size_t dash = range.find('-');
      if (dash != std::string_view::npos && i < 3 &&
          number_of(range.substr(0, dash)) > number_of(range.substr(dash + 1))) {
        return fmt::format("a range from high to low in field {}", i + 1);
      }
    }
  }
  constexpr std::array<int, 12> k_days = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (is_digits(fields[2]) && is_digits(fields[3]) && fields[4] == "*") {
    const int month = number_of(fields[3]);
    if (month >= 1 && month <= 12 &&
        number_of(fields[2]) > k_days[static_cast<std::size_t>(month - 1)]) {
      return "no such day in that month: it never runs";
    }
  }
  return {};
}

// "* 3 * * *" where "0 3 * * *" was meant: sixty runs, a minute apart.
std::string every_minute_of_an_hour(const Subject& s, std::string_view value) {
  const std::vector<std::string_view> fields = cron_fields(s, value);
  return fields.size() == 5 && fields[0] == "*" && is_digits(fields[1])
             ? "every minute of that hour, where once was meant"
             : "";
}

// A quote or bracket that nothing closes, in an expression of several lines (PromQL, SQL).
std::string expression_fault(const Subject& s, std::string_view value) {
  if (s.leaf != " expr " && s.leaf != " query " && s.leaf != " sql ") {
    return {};
  }
  std::string open;
  char quote = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '\\') {
      ++i;
    } else if (quote != 0) {
      quote = c == quote ? '\0' : quote;
    } else if (c == '"' || c == '\'' || c == '`') {
      quote = c;
    } else if (c == '#' || (c == '-' && i + 1 < value.size() && value[i + 1] == '-')) {
      i = std::min(value.find('\n', i), value.size()); // a comment
    } else if (c == '(' || c == '[' || c == '{') {
      open += c == '(' ? ')' : c == '[' ? ']' : '}';
    } else if (c == ')' || c == ']' || c == '}') {
      if (open.empty() || open.back() != c) {
        return "a bracket that nothing opens";
      }
      open.pop_back();
    }
  }
  return quote != 0      ? "a quote that nothing closes"
         : !open.empty() ? "a bracket that nothing closes"
                         : "";
}

// A placeholder that lost one of its marks is text, and what it should have named is not found.
std::string template_fault(const Subject& s, std::string_view value) {
  const bool placeholder =
      value.find("{{") != std::string_view::npos || value.find("}}") != std::string_view::npos;
  // A new value may be the first line of a placeholder over several, one with quotes inside may be
  // cut.
  if (!placeholder || !s.modified() || s.file->role != FileRole::config || value.size() > 200 ||
      value.find_first_of("\"'") != std::string_view::npos ||
      value.find('\n') != std::string_view::npos) {
    return {};
  }
  return std::count(value.begin(), value.end(), '{') == std::count(value.begin(), value.end(), '}')
             ? ""
             : "a placeholder that nothing closes";
}

} // namespace

std::optional<Concern> judge_malformed(const Subject& s) {
  if (s.kind() == ChangeKind::removed || s.new_value.size() > 4000) {
    return std::nullopt;
  }
  for (const auto check : {template_fault, port_fault, networks_fault, address_fault, cron_fault,
                           every_minute_of_an_hour, expression_fault}) {
    if (s.new_is_template && check != template_fault) {
      break;
    }
    const std::string fault = check(s, s.new_value);
    if (fault.empty() || (s.modified() && !check(s, s.old_value).empty())) {
      continue;
    }
    Concern made;
    made.rule = "value.malformed";
    made.urgency = s.modified() ? 2.1 : 1.6;
    made.confidence = 0.8;
    made.tail = fault;
    made.effect =
        "A program that cannot read the value fails at start, or silently takes something else.";
    made.check = "Read the new value character by character.";
    return made;
  }
  return std::nullopt;
}

} // namespace leadline
