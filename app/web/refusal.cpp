#include "app/web/refusal.hpp"

#include <fmt/format.h>

#include <string_view>

namespace leadline {

const char* phrase_of(int status) {
  switch (status) {
  case 400:
    return "bad request\n";
  case 404:
    return "not found\n";
  case 405:
    return "method not allowed\n";
  case 411:
    return "length required\n";
  case 413:
    return "too large\n";
  case 415:
    return "unsupported media type\n";
  case 431:
    return "headers too large\n";
  case 503:
    return "busy, try again\n";
  case 500:
    return "internal error\n";
  default:
    return "refused\n";
  }
}

std::string refusal_answer(int status) {
  const std::string_view phrase = phrase_of(status);
  return fmt::format("HTTP/1.1 {} {}\r\n{}X-Content-Type-Options: nosniff\r\nCache-Control: "
                     "no-store\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                     "{}\r\nConnection: close\r\n\r\n{}",
                     status, phrase.substr(0, phrase.size() - 1),
                     status == 503 ? "Retry-After: 5\r\n" : "", phrase.size(), phrase);
}

} // namespace leadline
