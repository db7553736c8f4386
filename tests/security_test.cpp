#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

const fs::path k_root = LEADLINE_SOURCE_DIR;

std::string content_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Names that CMake gives: of scripts and fuzz targets.
std::set<std::string> names_in_lists() {
  static const std::regex script(R"re(NAME "(scripts: \w+)")re");
  static const std::regex target(R"re(leadline_fuzz\((\w+) )re");
  std::set<std::string> names;
  const std::string scripts = content_of(k_root / "tests/CMakeLists.txt");
  const std::string targets = content_of(k_root / "tests/fuzz/CMakeLists.txt");
  const std::sregex_iterator none;
  for (auto found = std::sregex_iterator(scripts.begin(), scripts.end(), script); found != none;
       ++found) {
    names.insert((*found)[1]);
  }
  for (auto found = std::sregex_iterator(targets.begin(), targets.end(), target); found != none;
       ++found) {
    names.insert("fuzz: " + (*found)[1].str());
  }
  return names;
}

// Names of all tests: TEST_CASE("...") of C++, test("...") and test(`...`) of the end-to-end tests.
std::set<std::string> names_of_tests() {
  static const std::regex pattern(
      R"re((?:TEST_CASE|\btest)\(\s*["`]((?:[^"`\\]|\\.)*)["`]((?:\s*"(?:[^"\\]|\\.)*")*))re");
  static const std::regex piece(R"re("((?:[^"\\]|\\.)*)")re");
  std::set<std::string> names = names_in_lists();
  for (const auto& entry : fs::recursive_directory_iterator(k_root / "tests")) {
    const std::string extension = entry.path().extension().string();
    if ((extension != ".cpp" && extension != ".mjs") ||
        entry.path().string().find("node_modules") != std::string::npos) {
      continue;
    }
    const std::string text = content_of(entry.path());
    for (auto found = std::sregex_iterator(text.begin(), text.end(), pattern);
         found != std::sregex_iterator(); ++found) {
      std::string name = (*found)[1];
      const std::string more = (*found)[2]; // a long name goes on in the next string
      for (auto next = std::sregex_iterator(more.begin(), more.end(), piece);
           next != std::sregex_iterator(); ++next) {
        name += (*next)[1];
      }
      names.insert(name);
    }
  }
  return names;
}

struct Row {
  std::string threat;
  std::vector<std::string> tests; // in quotes in the last column
};

std::vector<Row> threat_model() {
  static const std::regex quoted("\"([^\"]+)\"");
  std::vector<Row> rows;
  std::istringstream lines(content_of(k_root / "SECURITY.md"));
  bool in_table = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("| threat |", 0) == 0) {
      in_table = true;
      std::getline(lines, line); // |---|---|---|
    } else if (in_table && line.rfind("| ", 0) == 0) {
      const std::size_t last = line.rfind(" | ");
      Row row{line.substr(2, line.find(" | ") - 2), {}};
      const std::string tests = line.substr(last);
      for (auto found = std::sregex_iterator(tests.begin(), tests.end(), quoted);
           found != std::sregex_iterator(); ++found) {
        row.tests.push_back((*found)[1]);
      }
      rows.push_back(std::move(row));
    } else {
      in_table = false;
    }
  }
  return rows;
}

} // namespace

TEST_CASE("every threat of the model names tests that exist", "[security]") {
  const std::set<std::string> names = names_of_tests();
  REQUIRE(names.size() > 200);
  const std::vector<Row> rows = threat_model();
  REQUIRE(rows.size() > 20);
  for (const Row& row : rows) {
    CAPTURE(row.threat);
    CHECK_FALSE(row.tests.empty());
    for (const std::string& test : row.tests) {
      CAPTURE(test);
      CHECK(names.count(test) == 1);
    }
  }
}

// Git is read by libgit2, and nothing else is run: a name that no shell and no program is given is
// no command.
TEST_CASE("no source of the program starts another one", "[security]") {
  static const std::regex call(
      R"re((?:^|[^\w.>:]|[^\w]::|std::)(?:system|popen|exec(?:l|le|lp|v|ve|vp|vpe)|fexecve|execveat|v?fork|posix_spawnp?|dlopen)\s*\()re");
  // Methods of that name, where they are declared.
  static const std::set<std::string> others = {"const System* system(std::string_view id) const;",
                                               "static Clock& system();"};
  for (const char* line : {"system(x)", "  ::execv(a, b);", "return std::system (x);",
                           "if (fork() == 0) {", "= popen(x, \"r\")", "posix_spawnp(&p)"}) {
    CAPTURE(line);
    CHECK(std::regex_search(line, call));
  }
  std::size_t files = 0;
  for (const char* folder : {"app", "webhooks", "analyzers"}) {
    for (const auto& entry : fs::recursive_directory_iterator(k_root / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".cpp" && extension != ".hpp" && extension != ".c" && extension != ".h") {
        continue;
      }
      ++files;
      std::istringstream lines(content_of(entry.path()));
      for (std::string line; std::getline(lines, line);) {
        line.erase(0, line.find_first_not_of(' '));
        if (others.count(line) == 0 && std::regex_search(line, call)) {
          FAIL_CHECK(entry.path().string() + ": " + line);
        }
      }
    }
  }
  CHECK(files > 300);
}

// No run shows how long a comparison takes on a machine that does other things too; the source
// does.
TEST_CASE("signatures are compared by what does not tell where they differ") {
  const std::string source = content_of(k_root / "webhooks" / "signature.cpp");
  CHECK(source.find("CRYPTO_memcmp(expected.data(), header.data(), expected.size())") !=
        std::string::npos);
  static const std::regex telling(
      R"re((?:expected|header) *[!=]=|[!=]= *(?:expected|header)\b(?!\.size)|\.compare\(|\bmemcmp\(|starts_with|equal\()re");
  CHECK_FALSE(std::regex_search(source, telling));
}
