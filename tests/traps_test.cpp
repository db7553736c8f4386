// docs/github.md promises a test for each trap: each test that it names has to exist.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace {

namespace fs = std::filesystem;

const fs::path k_source = LEADLINE_SOURCE_DIR;

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Names of Catch tests, but for hidden ones, which nothing runs; a long name is several literals
// side by side.
void add_catch_names(const std::string& text, std::set<std::string>& names) {
  static const std::regex k_joint("\"\\s*\n\\s*\"");
  static const std::regex k_case("TEST_CASE\\(\\s*\"([^\"]+)\"(?!,\\s*\"\\[\\.)");
  const std::string whole = std::regex_replace(text, k_joint, "");
  for (std::sregex_iterator it(whole.begin(), whole.end(), k_case), end; it != end; ++it) {
    names.insert((*it)[1]);
  }
}

void add_node_names(const std::string& text, std::set<std::string>& names) {
  static const std::regex k_test("(?:^|\n)test\\(\"([^\"]+)\"");
  for (std::sregex_iterator it(text.begin(), text.end(), k_test), end; it != end; ++it) {
    names.insert((*it)[1]);
  }
}

std::set<std::string> test_names() {
  std::set<std::string> names;
  for (const char* folder : {"app", "webhooks", "analyzers", "base"}) {
    for (const auto& entry : fs::recursive_directory_iterator(k_source / "tests" / folder)) {
      if (entry.path().extension() == ".cpp") {
        add_catch_names(text_of(entry.path()), names);
      } else if (entry.path().extension() == ".mjs") {
        add_node_names(text_of(entry.path()), names);
      }
    }
  }
  for (const auto& entry : fs::directory_iterator(k_source / "tests" / "e2e")) {
    if (entry.path().extension() == ".mjs") {
      add_node_names(text_of(entry.path()), names);
    }
  }
  return names;
}

} // namespace

TEST_CASE("every trap of GitHub's names tests that exist, or says that it has none", "[traps]") {
  const std::set<std::string> names = test_names();
  REQUIRE(names.size() > 100);
  static const std::regex k_name("\"([^\"]+)\"");
  std::istringstream document(text_of(k_source / "docs" / "github.md"));
  int rows = 0;
  for (std::string line; std::getline(document, line);) {
    if (line.rfind("| ", 0) != 0 || line.rfind("| trap |", 0) == 0) {
      continue;
    }
    CAPTURE(line);
    ++rows;
    const std::size_t last = line.rfind(" | ", line.size() - 3);
    REQUIRE(last != std::string::npos);
    const std::string cell = line.substr(last + 3);
    int named = 0;
    for (std::sregex_iterator it(cell.begin(), cell.end(), k_name), end; it != end; ++it, ++named) {
      CAPTURE(it->str(1));
      CHECK(names.count(it->str(1)) == 1);
    }
    CHECK((named > 0 || cell.rfind("Not covered", 0) == 0));
  }
  CHECK(rows >= 45);
}
