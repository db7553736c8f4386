#include "app/web/request_head.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>

namespace leadline {
namespace {

// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view k_signs = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           k_signs.find(c) != std::string_view::npos;
  });
}

bool has_control(std::string_view line) {
  return std::any_of(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7f';
  });
}

// Visible ASCII (RFC 3986, 2); a fragment is no part of it (RFC 9112, 3.2).
bool is_target(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return c > ' ' && c < '\x7f' && c != '#'; });
}

std::optional<std::size_t> read_length(std::string_view text) {
  std::size_t length = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), length);
  return failed == std::errc() && end == text.data() + text.size() ? std::optional(length)
                                                                   : std::nullopt;
}

bool read_request_line(std::string_view line, RequestHead& head) {
  const auto parts = split(line, ' ');
  if (parts.size() != 3 || !is_token(parts[0]) || !is_target(parts[1]) ||
      (parts[2] != "HTTP/1.1" && parts[2] != "HTTP/1.0")) {
    return false;
  }
  head.method = parts[0];
  head.path = parts[1].substr(0, parts[1].find('?'));
  return true;
}

// Of a Range that means anything; the library under us reads it by a recursion, for each character.
constexpr std::size_t k_longest_range = 64;

bool read_header(std::string_view line, RequestHead& head) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return false;
  }
  const std::string name = to_lower(line.substr(0, colon));
  const std::string_view value = trim(line.substr(colon + 1));
  if (name == "content-length") {
    const bool second = head.length.has_value();
    head.length = read_length(value);
    return !second && head.length;
  }
  if (name == "transfer-encoding") {
    const bool second = head.chunked;
    head.chunked = to_lower(value) == "chunked";
    return !second && head.chunked;
  }
  if (name == "expect") {
    head.waits_for_continue = to_lower(value) == "100-continue";
  }
  head.encoded = head.encoded || name == "content-encoding";
  return name != "range" || value.size() <= k_longest_range;
}

} // namespace

std::optional<std::size_t> end_of_head(std::string_view bytes) {
  constexpr std::string_view k_empty_line = "\n\r\n";
  const std::size_t at = bytes.find(k_empty_line);
  return at == std::string_view::npos ? std::nullopt : std::optional(at + k_empty_line.size());
}

std::optional<RequestHead> read_head(std::string_view head) {
  RequestHead read;
  bool first = true;
  for (std::string_view rest = head; rest != "\r\n"; first = false) {
    const std::size_t end = rest.find("\r\n");
    if (end == std::string_view::npos) {
      return std::nullopt;
    }
    const std::string_view line = rest.substr(0, end);
    if (has_control(line) || !(first ? read_request_line(line, read) : read_header(line, read))) {
      return std::nullopt;
    }
    rest.remove_prefix(end + 2);
  }
  return first || (read.chunked && read.length) ? std::nullopt : std::optional(read);
}

} // namespace leadline
