#include "analyzers/domains/words.hpp"
#include "analyzers/risk/cron_text.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace leadline {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// A quote that nothing closes. Apostrophes inside words ("don't") are none.
bool has_stray_quote(std::string_view text) {
  int single = 0;
  int twice = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      ++twice;
    } else if (text[i] == '\'') {
      const bool inside =
          i > 0 && i + 1 < text.size() && is_letter(text[i - 1]) && is_letter(text[i + 1]);
      single += inside ? 0 : 1;
    }
  }
  return single % 2 != 0 || twice % 2 != 0;
}

// In a pattern, what is escaped or stands in a class of characters is none.
enum class Brackets { of_text, of_pattern };

bool has_stray_bracket(std::string_view text, Brackets brackets) {
  std::string open;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool in_class = brackets == Brackets::of_pattern && !open.empty() && open.back() == ']';
    if (c == '\\' && brackets == Brackets::of_pattern) {
      ++i;
    } else if (in_class && c != ']') {
      continue;
    } else if (c == '(' || c == '[' || c == '{') {
      open += c == '(' ? ')' : c == '[' ? ']' : '}';
    } else if (c == ')' || c == ']' || c == '}') {
      if (open.empty() || open.back() != c) {
        return true;
      }
      open.pop_back();
    }
  }
  return !open.empty();
}

// "{{ template \"a\"": marks that open and do not close, or the reverse.
bool holds_piece_of_template(std::string_view text) {
  const auto count = [&](std::string_view mark) {
    std::size_t times = 0;
    for (std::size_t at = text.find(mark); at != std::string_view::npos;
         at = text.find(mark, at + mark.size())) {
      ++times;
    }
    return times;
  };
  return count("{{") != count("}}") || count("<%") != count("%>");
}

// An address that cannot be one: "http://127.0.0.1::8000/", "http:/host", port 80800, octet 300.
std::string address_fault(std::string_view value) {
  const std::string_view text = trim(value);
  const std::size_t scheme = text.find(":/");
  if (scheme != std::string_view::npos && scheme > 1 &&
      std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(scheme), is_letter)) {
    const std::string lower = to_lower(text.substr(0, scheme));
    const bool network = lower == "http" || lower == "https" || lower == "tcp" ||
                         lower == "postgres" || lower == "postgresql" || lower == "redis" ||
                         lower == "amqp" || lower == "mysql" || lower == "mongodb" ||
                         lower == "ftp" || lower == "ws" || lower == "wss";
    if (network && !text.substr(scheme).starts_with("://")) {
      return "a slash is missing after the scheme";
    }
    if (network) {
      std::string_view host = text.substr(scheme + 3);
      host = host.substr(0, host.find_first_of("/?#"));
      host = host.substr(host.rfind('@') == std::string_view::npos ? 0 : host.rfind('@') + 1);
      if (host.empty() && lower != "postgres" && lower != "postgresql" && lower != "mysql") {
        return "no host after the scheme";
      }
      if (!host.starts_with('[') && host.find("::") != std::string_view::npos) {
        return "two colons before the port";
      }
      if (host.find(' ') != std::string_view::npos || host.find("..") != std::string_view::npos) {
        return "no host name can hold that";
      }
    }
  }
  // Dotted quads, with or without port and prefix.
  std::size_t end = 0;
  int parts = 0;
  for (std::string_view rest = text; parts < 4 && !rest.empty() && is_digit(rest.front());) {
    int number = 0;
    const auto [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    const auto length = static_cast<std::size_t>(stop - rest.data());
    if (error != std::errc() || length > 3) {
      return {};
    }
    ++parts;
    end += length;
    rest = rest.substr(length);
    if (parts == 4) {
      const bool quad = rest.empty() || rest.front() == '/' || rest.front() == ':';
      if (!quad) {
        return {};
      }
      std::string_view whole = text.substr(0, end);
      for (const std::string_view octet : split(whole, '.')) {
        int value_of = 0;
        std::from_chars(octet.data(), octet.data() + octet.size(), value_of);
        if (value_of > 255) {
          return "an octet above 255";
        }
      }
      if (!rest.empty()) {
        int tail = 0;
        std::from_chars(rest.data() + 1, rest.data() + rest.size(), tail);
        if (rest.front() == '/' && tail > 32) {
          return "a prefix longer than 32 bits";
        }
        if (rest.front() == ':' && tail > 65535) {
          return "a port above 65535";
        }
        if (rest.starts_with("::")) {
          return "two colons before the port";
        }
      }
      return {};
    }
    if (rest.empty() || rest.front() != '.') {
      return {};
    }
    ++end;
    rest = rest.substr(1);
  }
  return {};
}

// A date that no calendar has: 2024-02-30, 2024-13-01.
std::string date_fault(std::string_view text) {
  text = trim(text);
  if (text.size() < 10 || text[4] != '-' || text[7] != '-' ||
      !std::all_of(text.begin(), text.begin() + 4, is_digit) || !is_digit(text[5]) ||
      !is_digit(text[6]) || !is_digit(text[8]) || !is_digit(text[9]) ||
      (text.size() > 10 && (is_digit(text[10]) || text[10] == '-'))) {
    return {};
  }
  const int year =
      (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
  const int month = (text[5] - '0') * 10 + (text[6] - '0');
  const int day = (text[8] - '0') * 10 + (text[9] - '0');
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  const int days = month == 2                                                ? (leap ? 29 : 28)
                   : (month == 4 || month == 6 || month == 9 || month == 11) ? 30
                                                                             : 31;
  if (month < 1 || month > 12) {
    return "no such month";
  }
  return day < 1 || day > days ? "no such day" : "";
}

// Five cron fields out of their range (crontab(5)).
std::string cron_fault(const Subject& s, std::string_view text) {
  struct Field {
    int low, high;
  };
  constexpr std::array<Field, 5> k_fields = {{{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 7}}};
  const std::vector<std::string_view> fields = cron_fields(s, text);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    for (const char c : fields[i]) {
      if (!is_digit(c) && c != '*' && c != ',' && c != '-' && c != '/') {
        return {}; // names, Jenkins' H: not ours to judge
      }
    }
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    for (const std::string_view part : split(fields[i], ',')) {
      const std::string_view base = part.substr(0, part.find('/'));
      for (const std::string_view end : split(base, '-')) {
        int number = 0;
        const auto [stop, error] = std::from_chars(end.data(), end.data() + end.size(), number);
        (void)stop;
        if (error == std::errc() && (number < k_fields[i].low || number > k_fields[i].high)) {
          return fmt::format("{} is out of range in field {}", number, i + 1);
        }
      }
    }
  }
  return {};
}

// "$$NAME" where "$NAME" stood, outside of Makefiles and Compose, is usually one sign too many.
bool doubles_dollar(std::string_view before, std::string_view after) {
  return before.find("$$") == std::string_view::npos &&
         after.find("$$") != std::string_view::npos && before.find('$') != std::string_view::npos;
}

std::string fault_of(const Subject& s) {
  const std::string& before = s.old_value;
  const std::string& after = s.new_value;
  for (const auto check : {address_fault, date_fault}) {
    if (const std::string fault = check(after); !fault.empty() && check(before).empty()) {
      return fault;
    }
  }
  if (const std::string fault = cron_fault(s, after);
      !fault.empty() && cron_fault(s, before).empty()) {
    return fault;
  }
  if (!s.modified() || after.find('\n') != std::string::npos || after.size() > 2000) {
    return {};
  }
  const bool pattern = (s.meaning.known && s.meaning.kind == ParameterKind::pattern) ||
                       has_phrase(s.leaf, "regex") || has_phrase(s.leaf, "regexp") ||
                       has_phrase(s.leaf, "pattern");
  // Inside a template's marks quotes are the template's; a piece of one has any number of them.
  const bool pieces = holds_piece_of_template(before) || holds_piece_of_template(after);
  if (!pattern && !pieces && has_stray_quote(after) && !has_stray_quote(before)) {
    return "a quote that nothing closes";
  }
  // "a, }": what ends with a comma is a piece of a list, and its neighbour may hold the bracket.
  const bool piece = trim(before).ends_with(',') || trim(after).ends_with(',');
  const Brackets brackets = pattern ? Brackets::of_pattern : Brackets::of_text;
  if (!piece && has_stray_bracket(after, brackets) && !has_stray_bracket(before, brackets)) {
    return "a bracket that nothing closes";
  }
  if (doubles_dollar(before, after)) {
    return "two dollar signs where one stood";
  }
  return {};
}

// "server.key" -> "server.crt": both are files, and a program that wants the one cannot use the
// other.
bool swaps_key_and_certificate(const Subject& s) {
  const auto ends = [](std::string_view value, std::initializer_list<std::string_view> endings) {
    return std::any_of(endings.begin(), endings.end(),
                       [&](std::string_view end) { return value.ends_with(end); });
  };
  const auto is_key = [&](std::string_view value) {
    return ends(value, {".key", "-key.pem", "_key.pem", "privkey.pem"});
  };
  const auto is_certificate = [&](std::string_view value) {
    return ends(value, {".crt", ".cer", ".cert", "-cert.pem", "fullchain.pem", ".pub"});
  };
  return (is_key(s.old_value) && is_certificate(s.new_value)) ||
         (is_certificate(s.old_value) && is_key(s.new_value));
}

// How long, how much, how often: where nothing says so, a program takes a default that deletes, or
// admits nothing, or everything.
bool bounds_something(const Subject& s) {
  switch (s.meaning.kind) {
  case ParameterKind::limit:
  case ParameterKind::retention:
  case ParameterKind::rate:
  case ParameterKind::capacity:
  case ParameterKind::replicas:
    return s.meaning.known && s.old_quantity && s.meaning.confidence >= 0.6;
  default:
    return false;
  }
}

// Whether the value of such a key is prose for people.
bool is_prose(const Subject& s) {
  return (s.meaning.known && s.meaning.kind == ParameterKind::identifier) ||
         has_phrase(s.leaf, "message") || has_phrase(s.leaf, "summary") ||
         has_phrase(s.leaf, "help") || has_phrase(s.leaf, "text") || has_phrase(s.leaf, "label") ||
         has_phrase(s.leaf, "name");
}

// "Storage=none": one of the values that the parameter has, and no blank.
bool is_choice_of_none(const Subject& s) {
  return s.meaning.parameter != nullptr && to_lower(trim(s.new_value)) == "none" &&
         (s.meaning.kind == ParameterKind::mode || s.meaning.kind == ParameterKind::level);
}

// What the catalogue says of the blank: "" when nothing.
std::string effect_of_blank(const Subject& s) {
  if (s.meaning.parameter == nullptr || to_lower(trim(s.new_value)) == "none") {
    return {};
  }
  for (const std::string& effect :
       {s.meaning.parameter->effect_down, s.meaning.parameter->effect_up}) {
    if (effect.starts_with("an empty value ")) {
      return effect;
    }
  }
  return {};
}

// "tag: null": a chart then takes the version that it was made for, a cloud the newest.
bool names_version(const Subject& s) {
  return s.meaning.known && s.meaning.kind == ParameterKind::version;
}

} // namespace

std::optional<Concern> judge_value(const Subject& s) {
  if (s.kind() == ChangeKind::removed || is_prose(s)) {
    return std::nullopt;
  }
  // Where a template stood, a blank is often followed by a block that it fills.
  if (s.modified() && is_blank(s.new_value) && !is_blank(s.old_value) && !s.new_is_template &&
      !s.old_is_template && !names_version(s) && !is_choice_of_none(s)) {
    Concern made;
    made.rule = "value.blank";
    made.urgency = s.meaning.known || s.meaning.guard != Guard::none ? 1.5 : 1.1;
    made.urgency += bounds_something(s) ? 0.6 : 0;
    made.confidence = 0.6;
    made.tail = "nothing where a value stood";
    made.effect =
        "The program takes its default, or fails on the empty value; both are decided elsewhere.";
    made.check = "What does the program do with a blank value here?";
    if (std::string effect = effect_of_blank(s); !effect.empty()) {
      made.urgency = std::max(made.urgency, 0.8 + 1.3 * weight_of(s.meaning.impact));
      made.confidence = 0.9;
      made.tail = fmt::format("empty is a value of its own here: {}", s.meaning.what);
      made.effect = std::move(effect);
      made.check = "Is switching it off meant, and what does its work instead?";
    }
    return made;
  }
  if (s.modified() && swaps_key_and_certificate(s)) {
    Concern made;
    made.rule = "value.malformed";
    made.urgency = 1.6;
    made.confidence = 0.7;
    made.tail = "a key where a certificate stood, or the reverse";
    made.effect = "The program fails at start, or the private key is handed to everybody who asks "
                  "for the certificate.";
    made.check = "Which of the two does this setting take?";
    return made;
  }
  const std::string fault = fault_of(s);
  if (fault.empty() || (s.new_is_template && fault != "a quote that nothing closes")) {
    return std::nullopt;
  }
  Concern made;
  made.rule = "value.malformed";
  made.urgency =
      fault.find("quote") != std::string::npos || fault.find("dollar") != std::string::npos ? 1.9
                                                                                            : 2.1;
  made.urgency -= s.modified() ? 0 : 0.5;
  made.confidence = 0.8;
  made.tail = fault;
  made.effect =
      "A program that cannot read the value fails at start, or silently takes something else.";
  made.check = "Read the new value character by character.";
  made.reasons = {fault};
  return made;
}

} // namespace leadline
