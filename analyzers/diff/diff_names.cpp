#include "analyzers/diff/diff_names.hpp"

#include <cstddef>

namespace leadline {
namespace {

bool is_octal(char c) { return c >= '0' && c <= '7'; }

struct Quoted {
  std::string name;
  std::size_t length = 0; // of the text read, both quotes included
};

std::optional<Quoted> read_quoted(std::string_view text) {
  constexpr std::string_view k_letters = "abtnvfr\"\\";
  constexpr std::string_view k_bytes = "\a\b\t\n\v\f\r\"\\";
  if (text.empty() || text.front() != '"') {
    return std::nullopt;
  }
  Quoted quoted;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"') {
      quoted.length = at + 1;
      return quoted;
    }
    if (text[at] != '\\') {
      quoted.name += text[at];
      continue;
    }
    if (++at == text.size()) {
      return std::nullopt;
    }
    const std::size_t letter = k_letters.find(text[at]);
    if (letter != std::string_view::npos) {
      quoted.name += k_bytes[letter];
    } else if (at + 2 < text.size() && text[at] <= '3' && is_octal(text[at]) &&
               is_octal(text[at + 1]) && is_octal(text[at + 2])) {
      quoted.name += static_cast<char>((text[at] - '0') * 64 + (text[at + 1] - '0') * 8 +
                                       (text[at + 2] - '0'));
      at += 2;
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

// Both names without a prefix, when they are one name with or without prefixes.
std::optional<GitNames> same_name(std::string_view left, std::string_view right) {
  if (left.empty() || right.empty()) {
    return std::nullopt;
  }
  if (left == right) {
    return GitNames{std::string(left), std::string(right), false};
  }
  const std::string_view old_path = without_first_folder(left);
  const std::string_view new_path = without_first_folder(right);
  if (old_path != new_path || old_path.size() == left.size() || new_path.size() == right.size()) {
    return std::nullopt;
  }
  return GitNames{std::string(old_path), std::string(new_path), true};
}

// Two names that differ: renamed or copied, or compared without an index.
GitNames two_names(std::string_view left, std::string_view right) {
  const bool prefixed = left.size() > 2 && right.size() > 2 && left[1] == '/' && right[1] == '/';
  return prefixed ? GitNames{std::string(left.substr(2)), std::string(right.substr(2)), true}
                  : GitNames{std::string(left), std::string(right), false};
}

} // namespace

std::optional<std::string> read_name(std::string_view text) {
  if (!text.empty() && text.front() == '"') {
    std::optional<Quoted> quoted = read_quoted(text);
    return quoted ? std::optional<std::string>(std::move(quoted->name)) : std::nullopt;
  }
  return std::string(text.substr(0, text.find('\t')));
}

std::string_view without_first_folder(std::string_view path) {
  const std::size_t slash = path.find('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::optional<GitNames> read_git_names(std::string_view text) {
  if (const std::optional<Quoted> left = read_quoted(text)) {
    std::string_view rest = text.substr(left->length);
    if (rest.empty() || rest.front() != ' ') {
      return std::nullopt;
    }
    const std::optional<std::string> right = read_name(rest.substr(1));
    if (!right || right->empty()) {
      return std::nullopt;
    }
    const std::optional<GitNames> same = same_name(left->name, *right);
    return same ? *same : two_names(left->name, *right);
  }
  if (!text.empty() && text.front() == '"') {
    return std::nullopt; // a plain name does not start with a quote
  }
  if (!text.empty() && text.back() == '"') {
    // Only the second name is quoted; a plain name holds no quote.
    const std::size_t quote = text.find(" \"");
    const std::optional<Quoted> right =
        quote == std::string_view::npos ? std::nullopt : read_quoted(text.substr(quote + 1));
    if (!right || quote + 1 + right->length != text.size()) {
      return std::nullopt;
    }
    const std::string_view left = text.substr(0, quote);
    const std::optional<GitNames> same = same_name(left, right->name);
    return same ? *same : two_names(left, right->name);
  }
  const std::size_t middle = text.size() / 2;
  if (text.size() % 2 == 1 && text[middle] == ' ') {
    // git's own prefixes have one length, so that this is the usual case and the only split tried
    // for it.
    if (auto names = same_name(text.substr(0, middle), text.substr(middle + 1))) {
      return names;
    }
  }
  std::size_t spaces = 0;
  std::size_t last_space = 0;
  constexpr std::size_t k_max_tries =
      4096; // each try compares the names: no line may cost a square
  for (std::size_t at = text.find(' '); at != std::string_view::npos; at = text.find(' ', at + 1)) {
    if (++spaces > k_max_tries) {
      return std::nullopt;
    }
    last_space = at;
    if (auto names = same_name(text.substr(0, at), text.substr(at + 1))) {
      return names;
    }
  }
  if (spaces == 1 && last_space > 0 && last_space + 1 < text.size()) {
    return two_names(text.substr(0, last_space), text.substr(last_space + 1));
  }
  return std::nullopt;
}

std::optional<std::pair<std::string, std::string>> read_binary_names(std::string_view text) {
  constexpr std::string_view k_and = " and ";
  std::string left;
  if (const std::optional<Quoted> quoted = read_quoted(text)) {
    left = quoted->name;
    text.remove_prefix(quoted->length);
    if (text.substr(0, k_and.size()) != k_and) {
      return std::nullopt;
    }
    text.remove_prefix(k_and.size());
  } else {
    const std::size_t at = text.find(k_and);
    if (at == std::string_view::npos) {
      return std::nullopt;
    }
    // Names with " and " in them: the middle one, if there is one.
    const std::size_t middle = text.size() < k_and.size() ? at : (text.size() - k_and.size()) / 2;
    const std::size_t cut = text.substr(middle, k_and.size()) == k_and ? middle : at;
    left = text.substr(0, cut);
    text.remove_prefix(cut + k_and.size());
  }
  const std::optional<std::string> right = read_name(text);
  if (!right || left.empty() || right->empty()) {
    return std::nullopt;
  }
  return std::pair(left, *right);
}

} // namespace leadline
