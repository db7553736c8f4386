#include "app/cli/streams.hpp"

#include "app/render/neutralize.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <sys/ioctl.h>
#include <unistd.h>

namespace leadline {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name); // NOLINT: before any thread
  return value != nullptr && *value != '\0' ? std::optional<std::string>(value) : std::nullopt;
}

bool wants_color(ColorChoice choice, bool terminal) {
  if (choice != ColorChoice::automatic) {
    return choice == ColorChoice::always;
  }
  if (environment("NO_COLOR")) {
    return false;
  }
  if (const auto force = environment("CLICOLOR_FORCE"); force && *force != "0") {
    return true;
  }
  return terminal && environment("CLICOLOR") != "0" && environment("TERM") != "dumb";
}

int width_of_output(bool terminal) {
  winsize size{};
  if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  if (const auto text = environment("COLUMNS")) {
    int width = 0;
    const auto [at, failed] = std::from_chars(text->data(), text->data() + text->size(), width);
    if (failed == std::errc() && at == text->data() + text->size() && width > 0) {
      return width;
    }
  }
  return 100;
}

Error write_error(const std::string& name) {
  return Error(ErrorKind::unavailable, fmt::format("writing {}: {}", name, std::strerror(errno)));
}

void write_all(std::FILE* file, const std::string& text, const std::string& name) {
  if (std::fwrite(text.data(), 1, text.size(), file) != text.size() || std::fflush(file) != 0) {
    throw write_error(name);
  }
}

} // namespace

void add_color_option(CLI::App& command, ColorChoice& choice) {
  command.add_option("--color", choice, "auto, always or never")
      ->type_name("WHEN")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, ColorChoice>{{"auto", ColorChoice::automatic},
                                             {"always", ColorChoice::always},
                                             {"never", ColorChoice::never}}))
      ->default_str("auto");
}

TextStyle standard_output_style(ColorChoice choice) {
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  return {wants_color(choice, terminal), width_of_output(terminal)};
}

void write_output(const std::string& path, const std::string& text) {
  if (path.empty() || path == "-") {
    write_all(stdout, text, "standard output");
    return;
  }
  File file(std::fopen(path.c_str(), "wb"));
  const std::string name = "\"" + path + "\"";
  if (!file) {
    throw write_error(name);
  }
  write_all(file.get(), text, name);
  // The last bytes of a full disk are missed at closing.
  if (std::fclose(file.release()) != 0) {
    throw write_error(name);
  }
}

std::string read_input(const std::string& what, const std::string& path, std::size_t most) {
  const std::string name = path == "-" ? what + " on standard input" : what + " \"" + path + "\"";
  const bool standard_input = path == "-";
  std::error_code ignored;
  if (!standard_input && std::filesystem::is_directory(path, ignored)) {
    throw Error(ErrorKind::bad_input, name + ": is a folder");
  }
  File opened(standard_input ? nullptr : std::fopen(path.c_str(), "rb"));
  std::FILE* const file = standard_input ? stdin : opened.get();
  if (file == nullptr) {
    throw Error(ErrorKind::bad_input, fmt::format("{}: {}", name, std::strerror(errno)));
  }
  std::string bytes;
  std::array<char, 1UL << 16U> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file)) {
    bytes.append(buffer.data(), count);
    if (bytes.size() > most) {
      throw Error(ErrorKind::bad_input, fmt::format("{}: larger than {} bytes", name, most));
    }
  }
  if (std::ferror(file) != 0) {
    throw Error(ErrorKind::bad_input, fmt::format("{}: {}", name, std::strerror(errno)));
  }
  return bytes;
}

void print_error(const std::string& message) {
  std::string text;
  for (const std::string_view line : split_lines(message)) {
    text += "leadline: " + visible(line) + "\n";
  }
  std::fwrite(text.data(), 1, text.size(), stderr);
}

} // namespace leadline
