#include "analyzers/settings/code/command_line.hpp"

#include "analyzers/settings/code/literal_text.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace leadline {
namespace {

constexpr std::size_t k_longest = 64 << 10;
constexpr std::size_t k_most_flags = 256;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_flag(std::string_view word) {
  return word.size() >= 2 && word[0] == '-' &&
         (is_letter(word[1]) || (word[1] == '-' && word.size() > 2 && is_letter(word[2])));
}

// key=value with a name in front
std::optional<Flag> assignment(std::string_view word) {
  const std::size_t at = word.find('=');
  if (at == std::string_view::npos || at == 0 || !is_key_like(word.substr(0, at)) ||
      word[0] == '-' || (at + 1 < word.size() && word[at + 1] == '=')) {
    return std::nullopt;
  }
  return Flag{std::string(word.substr(0, at)), std::string(word.substr(at + 1)), 0};
}

// a=b or a=b,c=d
std::vector<Flag> assignments(std::string_view word) {
  std::vector<Flag> found;
  for (const std::string_view part : split(word, ',')) {
    if (std::optional<Flag> flag = assignment(part)) {
      found.push_back(std::move(*flag));
    } else if (!found.empty()) {
      found.back().value += "," + std::string(part); // a list as value
    } else {
      return {};
    }
  }
  return found;
}

// The JVM's ways: -Xmx512m, -XX:Name=value, -XX:+Name, -Dkey=value
// (https://docs.oracle.com/en/java/javase/17/docs/specs/man/java.html).
std::optional<Flag> jvm_flag(std::string_view word) {
  if (word.substr(0, 4) == "-XX:" && word.size() > 5) {
    const std::string_view rest = word.substr(4);
    if (rest[0] == '+' || rest[0] == '-') {
      return Flag{std::string(rest.substr(1)), rest[0] == '+' ? "true" : "false", 0};
    }
    return assignment(rest);
  }
  if (word.substr(0, 2) == "-D" && word.find('=') != std::string_view::npos) {
    return assignment(word.substr(2));
  }
  for (const std::string_view prefix : {"-Xmx", "-Xms", "-Xmn", "-Xss"}) {
    if (word.substr(0, 4) == prefix && word.size() > 4 && (is_digit(word[4]) || word[4] == '$')) {
      return Flag{std::string(prefix.substr(1)), std::string(word.substr(4)), 0};
    }
  }
  return std::nullopt;
}

bool is_value(std::string_view word) {
  return !word.empty() && (word[0] != '-' || (word.size() > 1 && is_digit(word[1])));
}

bool ends_command(std::string_view word) {
  return word == "|" || word == "||" || word == "&&" || word == ";" || word == "&" || word == ">" ||
         word == ">>" || word == "<" || word == "2>&1";
}

// curl's -k among other letters: "-fsSk". Letters after one that takes a value are that value
// (https://curl.se/docs/manpage.html).
bool skips_verification(std::string_view word) {
  constexpr std::string_view k_with_value = "AbCcDdEeFHhKmoPQrTtUuwXxYyz";
  if (word.size() < 2 || word[0] != '-' || word[1] == '-') {
    return false;
  }
  for (const char c : word.substr(1)) {
    if (c == 'k') {
      return true;
    }
    if (k_with_value.find(c) != std::string_view::npos || !is_letter(c)) {
      return false;
    }
  }
  return false;
}

bool is_this_machine(std::string_view word) {
  return word.find("://localhost") != std::string_view::npos ||
         word.find("://127.") != std::string_view::npos ||
         word.find("://[::1]") != std::string_view::npos;
}

// Whether one of the words up to the end of the command names this machine.
bool calls_this_machine(const std::vector<std::string>& words, std::size_t from) {
  for (std::size_t i = from; i < words.size() && !ends_command(words[i]); ++i) {
    if (is_this_machine(words[i])) {
      return true;
    }
  }
  return false;
}

} // namespace

bool is_open_switch(std::string_view name) {
  constexpr std::array<std::string_view, 12> k_switches = {
      "insecure",        "no-check-certificate", "insecure-skip-tls-verify",
      "no-verify-ssl",   "skip-verify",          "skip-tls-verify",
      "tls-skip-verify", "allow-insecure",       "allow-unauthenticated",
      "privileged",      "trust-server-cert",    "disable-ssl-verification"};
  return std::find(k_switches.begin(), k_switches.end(), name) != k_switches.end();
}

std::vector<std::string> command_words(std::string_view text) {
  text = text.substr(0, k_longest);
  std::vector<std::string> words;
  std::string word;
  bool is_open = false;
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else {
        word += c;
      }
    } else if ((c == '"' || c == '\'') && text.find(c, i + 1) != std::string_view::npos) {
      quote = c;
      is_open = true;
    } else if (c == '{' && text.substr(i, 2) == "{{" &&
               text.find("}}", i) != std::string_view::npos) {
      // A template's expression is one word with what stands around it.
      const std::size_t end = text.find("}}", i) + 2;
      word += text.substr(i, end - i);
      is_open = true;
      i = end - 1;
    } else if (c == '\\' && i + 1 < text.size() && (text[i + 1] == '\n' || text[i + 1] == '\r')) {
      continue;
    } else if (is_space(c)) {
      if (is_open) {
        words.push_back(std::move(word));
        word.clear();
        is_open = false;
      }
    } else {
      word += c;
      is_open = true;
    }
  }
  if (is_open) {
    words.push_back(std::move(word));
  }
  return words;
}

std::vector<Flag> flags_of(const std::vector<std::string>& words) {
  std::vector<Flag> flags;
  bool curl = false;
  bool local = false; // what is called is this machine: nobody stands between
  for (std::size_t i = 0; i < words.size() && flags.size() < k_most_flags; ++i) {
    const std::string_view word = words[i];
    if (word == "curl" || word.ends_with("/curl")) {
      curl = true;
      local = calls_this_machine(words, i);
    } else if (ends_command(word)) {
      curl = false;
    }
    if (curl && (skips_verification(word) || word == "--insecure")) {
      if (!local) {
        flags.push_back({"insecure", "true", i});
      }
      continue;
    }
    if (std::optional<Flag> jvm = jvm_flag(word)) {
      jvm->word = i;
      flags.push_back(std::move(*jvm));
      continue;
    }
    if (!is_flag(word)) {
      if (std::optional<Flag> plain = assignment(word)) {
        plain->word = i;
        flags.push_back(std::move(*plain));
      }
      continue;
    }
    const bool is_long = word[1] == '-';
    const std::string_view name = word.substr(is_long ? 2 : 1);
    const std::size_t equals = name.find('=');
    if (equals != std::string_view::npos) {
      if (is_key_like(name.substr(0, equals))) {
        flags.push_back(
            {std::string(name.substr(0, equals)), std::string(name.substr(equals + 1)), i});
      }
      continue;
    }
    const std::string_view next =
        i + 1 < words.size() ? std::string_view(words[i + 1]) : std::string_view();
    const bool plain = is_long && is_open_switch(name) && next != "true" && next != "false";
    if (plain || !is_value(next) || ends_command(next)) {
      if (is_long) {
        flags.push_back({std::string(name), "true", i});
      }
      continue;
    }
    // -c shared_buffers=1GB, --set a.b=c: the name is the parameter's.
    if (std::vector<Flag> inner = assignments(next); !inner.empty()) {
      ++i;
      for (Flag& flag : inner) {
        flag.word = i;
        flags.push_back(std::move(flag));
      }
      continue;
    }
    // -n 5, -max-conns 5 and find's -mtime +5, but not tar's -xvf file.
    const bool signed_number = next[0] == '+' && next.size() > 1 && is_digit(next[1]);
    if (is_long || name.size() == 1 || is_digit(next[0]) || signed_number) {
      ++i;
      flags.push_back({std::string(name), std::string(next), i});
    }
  }
  return flags;
}

bool has_flags(std::string_view text) {
  for (std::size_t at = text.find('-'); at != std::string_view::npos; at = text.find('-', at + 1)) {
    const bool starts_word =
        at == 0 || is_space(text[at - 1]) || text[at - 1] == '"' || text[at - 1] == '\'';
    if (starts_word && is_flag(text.substr(at))) {
      return true;
    }
    while (at + 1 < text.size() && text[at + 1] == '-') {
      ++at;
    }
  }
  return false;
}

} // namespace leadline
