#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

const fs::path k_root = LEADLINE_SOURCE_DIR;

struct Include {
  std::string file; // from the root
  std::string target;
  bool system = false; // <...>
};

std::vector<Include> includes_below(const std::string& folder) {
  static const std::regex pattern(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re");
  std::vector<Include> found;
  for (const auto& entry : fs::recursive_directory_iterator(k_root / folder)) {
    const std::string extension = entry.path().extension().string();
    if (!entry.is_regular_file() ||
        (extension != ".cpp" && extension != ".hpp" && extension != ".c") ||
        entry.path().string().find("node_modules") != std::string::npos) {
      continue;
    }
    std::ifstream stream(entry.path());
    std::string line;
    while (std::getline(stream, line)) {
      std::smatch match;
      if (std::regex_search(line, match, pattern)) {
        found.push_back({fs::relative(entry.path(), k_root).string(), match[2], match[1] == "<"});
      }
    }
  }
  REQUIRE_FALSE(found.empty());
  return found;
}

bool starts_with_any(const std::string& text, const std::vector<std::string>& prefixes) {
  for (const std::string& prefix : prefixes) {
    if (text.rfind(prefix, 0) == 0) {
      return true;
    }
  }
  return false;
}

void check_only(const std::string& folder, const std::vector<std::string>& ours) {
  for (const Include& include : includes_below(folder)) {
    if (!include.system) {
      CAPTURE(include.file, include.target);
      CHECK(starts_with_any(include.target, ours));
    }
  }
}

void check_never(const std::string& folder, const std::vector<std::string>& forbidden) {
  for (const Include& include : includes_below(folder)) {
    CAPTURE(include.file, include.target);
    CHECK_FALSE(starts_with_any(include.target, forbidden));
  }
}

} // namespace

TEST_CASE("arrows between folders only point down", "[layering]") {
  check_only("app/base", {"base/"});
  check_only("analyzers", {"base/", "analyzers/"});
  check_only("webhooks", {"base/", "webhooks/"});
  check_only("app", {"base/", "analyzers/", "webhooks/", "app/"});
}

TEST_CASE("the analysis sees no network, file, clock, thread, database or logger", "[layering]") {
  check_never("analyzers", {"git2",
                            "httplib",
                            "openssl/",
                            "spdlog/",
                            "sqlite",
                            "SQLiteCpp/",
                            "pqxx/",
                            "sys/",
                            "unistd.h",
                            "fcntl.h",
                            "netinet/",
                            "arpa/",
                            "netdb.h",
                            "fstream",
                            "filesystem",
                            "chrono",
                            "ctime",
                            "time.h",
                            "thread",
                            "mutex",
                            "atomic",
                            "future",
                            "condition_variable",
                            "random",
                            "iostream",
                            "cstdio",
                            "stdio.h",
                            "cstdlib",
                            "CLI/",
                            "yaml-cpp/",
                            "prometheus/"});
}

TEST_CASE("heavy libraries stay out of headers", "[layering]") {
  for (const std::string folder : {"app", "webhooks", "analyzers"}) {
    for (const Include& include : includes_below(folder)) {
      if (include.file.size() > 4 && include.file.substr(include.file.size() - 4) == ".hpp") {
        CAPTURE(include.file, include.target);
        if (include.target == "nlohmann/json_fwd.hpp") {
          continue; // names it only
        }
        CHECK_FALSE(
            starts_with_any(include.target, {"git2", "httplib", "openssl/", "nlohmann/",
                                             "SQLiteCpp/", "sqlite3", "pqxx/", "yaml-cpp/", "CLI/",
                                             "tree_sitter/", "prometheus/", "pugixml"}));
      }
    }
  }
}
