#include "app/render/markup.hpp"

#include "app/render/neutralize.hpp"

namespace leadline {

std::string markup_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : visible(text)) {
    switch (c) {
    case '&':
      escaped += "&amp;";
      break;
    case '<':
      escaped += "&lt;";
      break;
    case '>':
      escaped += "&gt;";
      break;
    case '"':
      escaped += "&quot;";
      break;
    case '\'':
      escaped += "&#39;";
      break;
    default:
      escaped += c;
    }
  }
  return escaped;
}

} // namespace leadline
