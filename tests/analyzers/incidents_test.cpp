#include "analyzers/analyze.hpp"

#include "base/text.hpp"
#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

// Public incidents that one line caused, rebuilt from their descriptions:
// tests/data/incidents/README.md says how a file there is read.

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

const std::filesystem::path k_folder =
    std::filesystem::path(LEADLINE_SOURCE_DIR) / "tests/data/incidents";

struct Version {
  std::string path;
  std::string old_text;
  std::string new_text;
};

struct Incident {
  std::map<std::string, std::string> head; // "source", "what", "burial", "finds", "at"
  std::vector<Version> files;
  std::string path; // of the line at fault
  int line = 0;     // on its side
  Side side = Side::head;
};

Incident read(const std::filesystem::path& file) {
  std::ifstream in(file);
  REQUIRE(in);
  Incident incident;
  int old_line = 0;
  int new_line = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("=== ")) {
      incident.files.push_back({line.substr(4), "", ""});
      old_line = new_line = 0;
      continue;
    }
    if (incident.files.empty()) {
      const std::size_t colon = line.find(": ");
      REQUIRE(colon != std::string::npos);
      incident.head[line.substr(0, colon)] = line.substr(colon + 2);
      continue;
    }
    Version& version = incident.files.back();
    const char mark = line.empty() ? ' ' : line[0];
    const std::string text = line.empty() ? "" : line.substr(1);
    CAPTURE(file.string(), line);
    REQUIRE(std::string_view(" +-").find(mark) != std::string_view::npos);
    if (mark != '+') {
      version.old_text += text + "\n";
      ++old_line;
    }
    if (mark != '-') {
      version.new_text += text + "\n";
      ++new_line;
    }
    if (line == incident.head["at"]) {
      REQUIRE(incident.line == 0); // one line only
      incident.path = version.path;
      incident.side = mark == '-' ? Side::base : Side::head;
      incident.line = mark == '-' ? old_line : new_line;
    }
  }
  return incident;
}

std::vector<std::filesystem::path> cases() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(k_folder)) {
    if (entry.path().extension() == ".txt") {
      paths.push_back(entry.path());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// The incident's files between two halves of a larger change about something else.
Report judged(const Incident& incident) {
  std::vector<Version> files =
      read(k_folder / "burial" / (incident.head.at("burial") + ".txt")).files;
  const auto middle = files.begin() + static_cast<std::ptrdiff_t>((files.size() + 1) / 2);
  files.insert(middle, incident.files.begin(), incident.files.end());
  ChangeBuilder builder;
  for (const Version& file : files) {
    builder.file(file.path, file.old_text, file.new_text);
  }
  return analyze(builder.changes, builder, {}, Catalog::built_in());
}

std::string listed(const Report& report) {
  std::string text;
  for (const Finding& finding : report.findings) {
    text += std::string(name_of(finding.severity)) + " " + finding.rule + " " + finding.path + ":" +
            std::to_string(finding.line) + " " + finding.title + "\n";
  }
  return text;
}

} // namespace

TEST_CASE("what buries the incidents is quiet by itself", "[incidents]") {
  for (const auto& entry : std::filesystem::directory_iterator(k_folder / "burial")) {
    CAPTURE(entry.path().string());
    ChangeBuilder builder;
    for (const Version& file : read(entry.path()).files) {
      builder.file(file.path, file.old_text, file.new_text);
    }
    const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
    CAPTURE(listed(report));
    CHECK(report.stats.additions + report.stats.deletions >= 40);
    CHECK(std::none_of(report.findings.begin(), report.findings.end(), [](const Finding& finding) {
      return finding.severity >= Severity::medium;
    }));
  }
}

TEST_CASE("lines of public incidents are found first, by rule and severity", "[incidents]") {
  int found = 0;
  for (const std::filesystem::path& path : cases()) {
    const Incident incident = read(path);
    if (incident.head.at("finds") == "nothing") {
      continue;
    }
    const Report report = judged(incident);
    CAPTURE(path.filename().string(), listed(report));
    REQUIRE(incident.line > 0);
    CHECK(incident.head.at("source").starts_with("https://"));
    REQUIRE_FALSE(report.findings.empty());
    const Finding& first = report.findings.front();
    const std::vector<std::string_view> expected = split(incident.head.at("finds"), ' ');
    CHECK(first.rule == expected.at(0));
    CHECK(first.severity >= *severity_of(expected.at(1)));
    CHECK(first.path == incident.path);
    CHECK(first.line == incident.line);
    CHECK(first.side == incident.side);
    ++found;
  }
  CHECK(found >= 33);
}

TEST_CASE("a harmless change of the same parameter is silent", "[incidents]") {
  int twins = 0;
  for (const std::filesystem::path& path : cases()) {
    const Incident incident = read(path);
    if (incident.head.at("finds") != "nothing") {
      continue;
    }
    const Report report = judged(incident);
    CAPTURE(path.filename().string(), listed(report));
    CHECK(std::none_of(report.findings.begin(), report.findings.end(), [](const Finding& finding) {
      return finding.severity >= Severity::medium;
    }));
    ++twins;
  }
  CHECK(twins >= 6);
}
