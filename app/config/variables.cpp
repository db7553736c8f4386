#include "app/config/variables.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <charconv>
#include <cstdlib>

namespace leadline {
namespace {

constexpr std::size_t k_shortest_secret = 20; // guessing takes too long from here on

} // namespace

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value =
        std::getenv(name); // NOLINT(concurrency-mt-unsafe): read before threads start
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

std::optional<std::string> Variables::value(const char* name) const {
  std::optional<std::string> found = m_environment(name);
  return found && !found->empty() ? found : std::nullopt;
}

int Variables::number(const char* name, int least, int most, int fallback) {
  const auto text = value(name);
  if (!text) {
    return fallback;
  }
  int read = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), read);
  if (failed != std::errc() || end != text->data() + text->size() || read < least || read > most) {
    mistake(name,
            "\"" + *text + "\" is not in " + std::to_string(least) + ".." + std::to_string(most));
    return fallback;
  }
  return read;
}

std::size_t Variables::mebibytes(const char* name, int least, int most,
                                 std::size_t fallback_bytes) {
  constexpr std::size_t k_mebibyte = 1UL << 20U;
  return k_mebibyte * static_cast<std::size_t>(
                          number(name, least, most, static_cast<int>(fallback_bytes / k_mebibyte)));
}

std::vector<Secret> Variables::long_secrets(const char* name, const char* what) {
  std::vector<Secret> secrets;
  const auto list = value(name);
  for (const std::string_view item : list ? split(*list, ',') : std::vector<std::string_view>()) {
    const std::string_view text = trim(item);
    if (text.size() < k_shortest_secret) {
      mistake(name, std::string("has a ") + what +
                        " of less than 20 characters, which could be guessed: take a random one, "
                        "as `openssl rand -hex 32` makes it");
      return {};
    }
    secrets.emplace_back(std::string(text));
  }
  return secrets;
}

void Variables::mistake(std::string_view name, const std::string& problem) {
  mistake_line(std::string(name) + ": " + problem);
}

void Variables::mistake_line(const std::string& line) { m_mistakes += "\n  " + line; }

void Variables::require_no_mistake() const {
  if (!m_mistakes.empty()) {
    throw Error(ErrorKind::bad_input, "the configuration has mistakes:" + m_mistakes);
  }
}

} // namespace leadline
