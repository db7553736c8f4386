#include "analyzers/risk/tls_versions.hpp"

#include "base/text.hpp"

namespace leadline {
namespace {

constexpr int k_tls_1_0 = 2;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The digits of "1.2_2021", "12", "1_2", "3" after the name: version and year. -1 for anything
// else.
int version_of(std::string_view digits, bool is_ssl, std::string& year) {
  std::string version;
  bool parted = false;
  std::size_t at = 0;
  for (; at < digits.size() && version.size() < 2; ++at) {
    if (is_digit(digits[at])) {
      version += digits[at];
    } else if (!parted && !version.empty() &&
               (digits[at] == '.' || digits[at] == '_' || digits[at] == '-') &&
               at + 1 < digits.size() && is_digit(digits[at + 1]) &&
               (at + 2 >= digits.size() || !is_digit(digits[at + 2]))) {
      parted = true;
    } else {
      break;
    }
  }
  std::string_view rest = digits.substr(at);
  if (rest.size() == 5 && (rest[0] == '_' || rest[0] == '-') && rest[1] == '2') {
    year = std::string(rest.substr(1));
  } else if (!rest.empty() && rest != "_method") {
    return -1;
  }
  if (is_ssl) {
    return version == "2" || version == "20" ? 0 : version == "3" || version == "30" ? 1 : -1;
  }
  return version == "1" || version == "10" ? k_tls_1_0
         : version == "11"                 ? k_tls_1_0 + 1
         : version == "12"                 ? k_tls_1_0 + 2
         : version == "13"                 ? k_tls_1_0 + 3
                                           : -1;
}

void take(std::string_view word, BareNumbers bare, TlsVersions& found) {
  int mark = 1;
  while (!word.empty() && (word.front() == '-' || word.front() == '!' || word.front() == '+')) {
    mark = word.front() == '+' ? 1 : -1;
    word.remove_prefix(1);
  }
  if (word.starts_with("no-") || word.starts_with("no_")) {
    mark = -1;
    word.remove_prefix(3);
  }
  found.all = found.all || (word == "all" && mark == 1);
  const std::size_t tls = word.rfind("tls");
  const std::size_t ssl = word.rfind("ssl");
  const bool is_ssl = tls == std::string_view::npos && ssl != std::string_view::npos;
  std::string_view digits = word;
  if (tls != std::string_view::npos || is_ssl) {
    digits = word.substr((is_ssl ? ssl : tls) + 3);
    digits = digits.substr(std::min(digits.size(), digits.find_first_not_of("v_-")));
  } else if (bare == BareNumbers::no || word.size() != 3 || word[1] != '.') {
    return;
  }
  std::string year;
  const int place = version_of(digits, is_ssl, year);
  if (place >= 0) {
    found.state[static_cast<std::size_t>(place)] = mark;
    found.year = year.empty() ? found.year : year;
  }
}

} // namespace

int TlsVersions::oldest() const {
  for (std::size_t i = 0; i < state.size(); ++i) {
    if (state[i] == 1 || (all && state[i] == 0)) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

TlsVersions tls_versions(std::string_view text, BareNumbers bare) {
  TlsVersions found;
  const std::string lower = to_lower(text) + " ";
  constexpr std::string_view k_parts = " ,:;[]\"'\t\n|";
  for (std::size_t at = 0; at < lower.size();) {
    const std::size_t end = lower.find_first_of(k_parts, at);
    take(std::string_view(lower).substr(at, end - at), bare, found);
    at = end + 1;
  }
  return found;
}

} // namespace leadline
