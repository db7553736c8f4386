#include "analyzers/settings/extract.hpp"

#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using namespace leadline;
namespace fs = std::filesystem;

namespace {

const fs::path k_cases = fs::path(LEADLINE_SOURCE_DIR) / "tests/data/settings";

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string_view name_of(ValueSyntax syntax) {
  switch (syntax) {
  case ValueSyntax::plain:
    return "plain";
  case ValueSyntax::quoted:
    return "quoted";
  case ValueSyntax::list:
    return "list";
  case ValueSyntax::block:
    return "block";
  }
  return "";
}

// One setting a line, so that a golden file reads like a table.
std::string as_json(const FileKind& kind, const std::vector<Setting>& settings) {
  std::string text =
      "{\"format\": \"" + std::string(leadline::name_of(kind.format)) + "\", \"templated\": ";
  text += kind.templated ? "true" : "false";
  text += ", \"settings\": [";
  const char* separator = "\n";
  for (const Setting& setting : settings) {
    nlohmann::ordered_json row;
    row["line"] = setting.first_line;
    if (setting.last_line != setting.first_line) {
      row["last"] = setting.last_line;
    }
    row["key"] = setting.key.segments;
    row["value"] = setting.value;
    if (setting.syntax != ValueSyntax::plain) {
      row["syntax"] = name_of(setting.syntax);
    }
    if (!setting.context.empty()) {
      row["context"] = setting.context;
    }
    text += separator + row.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    separator = ",\n";
  }
  return text + "\n]}\n";
}

// A case folder holds one file besides expected.json; its name below "input." is what detect_kind
// sees, and an extensionless or special name stands as it is.
fs::path input_of(const fs::path& folder) {
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() != "expected.json") {
      return entry.path();
    }
  }
  return {};
}

std::vector<fs::path> case_folders() {
  std::vector<fs::path> folders;
  for (const fs::directory_entry& entry : fs::directory_iterator(k_cases)) {
    if (entry.is_directory()) {
      folders.push_back(entry.path());
    }
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

} // namespace

TEST_CASE("each golden file yields its settings with path, value and lines", "[extract]") {
  const bool update = std::getenv("UPDATE_GOLDEN") != nullptr;
  const std::vector<fs::path> folders = case_folders();
  REQUIRE(folders.size() >= 15);
  for (const fs::path& folder : folders) {
    const fs::path input = input_of(folder);
    CAPTURE(input.string());
    const std::string text = read_file(input);
    const std::string path = input.filename().string();
    const FileKind kind = detect_kind(path, text);
    const std::string actual = as_json(kind, extract_settings(kind, path, text, {}));
    const fs::path golden = folder / "expected.json";
    if (update) {
      std::ofstream(golden, std::ios::binary) << actual;
    }
    CHECK(actual == read_file(golden));
  }
  if (update) {
    FAIL("golden files rewritten");
  }
}

TEST_CASE("every setting of a golden file stands on lines that exist, in order", "[extract]") {
  for (const fs::path& folder : case_folders()) {
    const fs::path input = input_of(folder);
    CAPTURE(input.string());
    const std::string text = read_file(input);
    const auto lines = static_cast<int>(std::count(text.begin(), text.end(), '\n')) + 1;
    const std::string path = input.filename().string();
    int before = 1;
    for (const Setting& setting : extract_settings(detect_kind(path, text), path, text, {})) {
      CAPTURE(setting.key.text());
      CHECK(setting.first_line >= before);
      CHECK(setting.last_line >= setting.first_line);
      CHECK(setting.last_line <= lines);
      CHECK_FALSE(setting.key.segments.empty());
      before = setting.first_line;
    }
  }
}

TEST_CASE("line endings and a byte order mark change no setting", "[extract]") {
  for (const fs::path& folder : case_folders()) {
    const fs::path input = input_of(folder);
    const std::string path = input.filename().string();
    const std::string text = read_file(input);
    std::string dos = "\xEF\xBB\xBF";
    for (const char c : text) {
      dos += c == '\n' ? std::string("\r\n") : std::string(1, c);
    }
    const FileKind kind = detect_kind(path, text);
    switch (kind.format) {
    case Format::yaml:
    case Format::json:
    case Format::toml:
    case Format::ini:
    case Format::key_value:
    case Format::properties:
    case Format::dotenv:
    case Format::xml:
    case Format::nginx:
    case Format::apache:
    case Format::haproxy:
      break;
    default:
      continue; // read by the code readers
    }
    CAPTURE(input.string());
    CHECK(detect_kind(path, dos) == kind);
    CHECK(as_json(kind, extract_settings(kind, path, dos, {})) ==
          as_json(kind, extract_settings(kind, path, text, {})));
  }
}
