#include "app/config/glob_text.hpp"

#include "base/error.hpp"
#include "base/glob.hpp"

#include <vector>

namespace leadline {
namespace {

constexpr std::size_t k_most_braces = 3;
constexpr std::size_t k_most_brackets = 2; // "[[...slug]]" is a folder's name

} // namespace

std::string mistake_in_glob(std::string_view glob) {
  std::size_t braces = 0;
  std::size_t brackets = 0;
  for (std::size_t i = 0; i < glob.size(); ++i) {
    switch (glob[i]) {
    case '\\':
      if (++i == glob.size()) {
        return "ends with '\\'";
      }
      break;
    case '{':
      if (brackets > 0) {
        return "a '{' stands in brackets";
      }
      if (++braces > k_most_braces) {
        return "braces stand in more than three others";
      }
      break;
    case '}':
      if (brackets > 0 || braces-- == 0) {
        return "a '}' has no '{'";
      }
      break;
    case '[':
      if (++brackets > k_most_brackets) {
        return "brackets stand in more than two others";
      }
      break;
    case ']':
      if (brackets-- == 0) {
        return "a ']' has no '['; brackets stand for themselves, alone they are written \\[ and "
               "\\]";
      }
      break;
    default:
      break;
    }
  }
  if (brackets > 0) {
    return "a '[' is not closed; brackets stand for themselves, alone they are written \\[ and \\]";
  }
  if (braces > 0) {
    return "a '{' is not closed";
  }
  try {
    const std::vector<std::string> patterns = {std::string(glob)};
    const GlobSet compiled(patterns, GlobCase::insensitive);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

} // namespace leadline
