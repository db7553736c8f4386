#include "analyzers/settings/setting_changes.hpp"

#include "base/text.hpp"
#include "tests/support/text_diff.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace leadline;
namespace fs = std::filesystem;

namespace {

struct Sample {
  std::string path;
  std::string text;
};

std::vector<Sample> samples() {
  std::vector<Sample> found;
  for (const fs::directory_entry& folder :
       fs::directory_iterator(fs::path(LEADLINE_SOURCE_DIR) / "tests/data/settings")) {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      if (entry.path().filename() != "expected.json") {
        std::ifstream file(entry.path(), std::ios::binary);
        found.push_back(
            {entry.path().filename().string(), {std::istreambuf_iterator<char>(file), {}}});
      }
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Sample& a, const Sample& b) { return a.path < b.path; });
  return found;
}

// A few lines deleted, doubled, swapped, indented, or with other digits.
std::string edited(const std::string& text, std::mt19937& random) {
  std::vector<std::string> lines;
  for (const std::string_view line : split_lines(text)) {
    lines.emplace_back(line);
  }
  const auto pick = [&](std::size_t below) { return static_cast<std::size_t>(random()) % below; };
  for (std::size_t edits = 1 + pick(4); edits > 0 && !lines.empty(); --edits) {
    const std::size_t at = pick(lines.size());
    const auto place = lines.begin() + static_cast<std::ptrdiff_t>(at);
    switch (pick(6)) {
    case 0:
      lines.erase(place);
      break;
    case 1:
      lines.insert(place, lines[at]);
      break;
    case 2:
      std::swap(lines[at], lines[pick(lines.size())]);
      break;
    case 3:
      lines[at].insert(0, "  ");
      break;
    case 4:
      lines[at].insert(0, "# ");
      break;
    default:
      std::replace_if(
          lines[at].begin(), lines[at].end(), [](char c) { return c >= '1' && c <= '9'; }, '7');
    }
  }
  std::string joined;
  for (const std::string& line : lines) {
    joined += line + "\n";
  }
  return joined;
}

std::vector<SettingChange> changes(const Sample& sample, const std::string& before,
                                   const std::string& after, FileChange& file) {
  file = text_diff(sample.path, before, after);
  return setting_changes(file, 0, FileVersion{before, {}}, FileVersion{after, {}});
}

// The same diff read from the other side.
FileChange mirrored(FileChange file) {
  for (Hunk& hunk : file.hunks) {
    std::swap(hunk.old_start, hunk.new_start);
    std::swap(hunk.old_lines, hunk.new_lines);
    for (DiffLine& line : hunk.lines) {
      std::swap(line.old_line, line.new_line);
      line.kind = line.kind == LineKind::added     ? LineKind::removed
                  : line.kind == LineKind::removed ? LineKind::added
                                                   : LineKind::context;
    }
  }
  return file;
}

// Added, removed and modified settings as a sorted list, with the sides swapped on demand.
std::vector<std::string> summary(const std::vector<SettingChange>& list, bool swapped) {
  std::vector<std::string> rows;
  for (const SettingChange& change : list) {
    const auto& before = swapped ? change.new_setting : change.old_setting;
    const auto& after = swapped ? change.old_setting : change.new_setting;
    rows.push_back((before ? before->key.text() + "=" + before->value : "") + " -> " +
                   (after ? after->key.text() + "=" + after->value : ""));
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

} // namespace

TEST_CASE("equal files and files with other line endings differ in no setting",
          "[settings_property]") {
  for (const Sample& sample : samples()) {
    CAPTURE(sample.path);
    FileChange file;
    CHECK(changes(sample, sample.text, sample.text, file).empty());
  }
}

TEST_CASE("random edits report lines that changed and values that stand there",
          "[settings_property]") {
  std::mt19937 random(20240501);
  for (const Sample& sample : samples()) {
    for (int round = 0; round < 25; ++round) {
      const std::string after = edited(sample.text, random);
      CAPTURE(sample.path, after);
      FileChange file;
      const std::vector<SettingChange> found = changes(sample, sample.text, after, file);
      std::map<int, LineKind> kinds;
      for (const Hunk& hunk : file.hunks) {
        for (const DiffLine& line : hunk.lines) {
          kinds[line.diff_line] = line.kind;
        }
      }
      const auto old_lines = static_cast<int>(split_lines(sample.text).size());
      const auto new_lines = static_cast<int>(split_lines(after).size());
      for (const SettingChange& change : found) {
        REQUIRE(kinds.count(change.diff_line) == 1);
        CHECK(kinds[change.diff_line] != LineKind::context);
        CHECK((change.old_setting.has_value() == (change.change != ChangeKind::added)));
        CHECK((change.new_setting.has_value() == (change.change != ChangeKind::removed)));
        if (change.old_setting) {
          CHECK(change.old_setting->first_line >= 1);
          CHECK(change.old_setting->last_line <= old_lines);
        }
        if (change.new_setting) {
          CHECK(change.new_setting->first_line >= 1);
          CHECK(change.new_setting->last_line <= new_lines);
        }
        if (change.old_setting && change.new_setting) {
          CHECK(change.old_setting->value != change.new_setting->value);
        }
      }
    }
  }
}

TEST_CASE("taking one value back mirrors the change", "[settings_property]") {
  for (const Sample& sample : samples()) {
    const std::vector<std::string_view> lines = split_lines(sample.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      std::string line(lines[i]);
      std::replace_if(
          line.begin(), line.end(), [](char c) { return c >= '1' && c <= '8'; }, '9');
      const std::size_t start = static_cast<std::size_t>(lines[i].data() - sample.text.data());
      std::string after = sample.text;
      after.replace(start, lines[i].size(), line);
      FileChange file;
      CAPTURE(sample.path, line);
      const auto there = summary(changes(sample, sample.text, after, file), false);
      const auto back = summary(
          setting_changes(mirrored(file), 0, FileVersion{after, {}}, FileVersion{sample.text, {}}),
          true);
      CHECK(there == back);
    }
  }
}

TEST_CASE("hostile texts cost time that grows with their length", "[settings_property]") {
  const auto many = [](const std::string& text, int times) {
    std::string whole;
    for (int i = 0; i < times; ++i) {
      whole += text;
    }
    return whole;
  };
  constexpr int n = 20000;
  const std::vector<Sample> hostile = {
      {"deep.json", many("[", 5 * n)},
      {"deep2.json", many("{\"a\":", 5 * n)},
      {"deep.yaml", "a: " + many("[", 5 * n)},
      {"dash.yaml", many("- ", 5 * n) + "x"},
      {"marks.yaml", "a: " + many("{{", 5 * n)},
      {"open.yaml", many("a: \"x\n", n)},
      {"flow.yaml", many("- {a: [\n", n)},
      {"header.toml", "[a" + many(".a", 5 * n) + "]\nx=1"},
      {"deep.xml", many("<a>", 5 * n)},
      {"lt.xml", many("<", 5 * n)},
      {"quote.xml", many("<a b=\"", n)},
      {"nginx.conf", many("a {", 5 * n)},
      {"quotes.ini", "a = " + many("\" ", n)},
      {"comment.json", many("/*", 5 * n)},
      {"init.pp", many("a => { ", n)},
      {"block.yaml", many("a: |\n {{ x }}\n", n)},
      {"words.conf", many("a ", 5 * n)},
      {"haproxy.cfg", "server a b " + many("c ", n)},
  };
  for (const Sample& sample : hostile) {
    CAPTURE(sample.path);
    const auto start = std::chrono::steady_clock::now();
    extract_settings(detect_kind(sample.path, sample.text), sample.path, sample.text, {});
    // Quadratic work would take minutes; the bound leaves room for sanitizers on a busy machine.
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
  }
}

TEST_CASE("random bytes crash no reader", "[settings_property]") {
  std::mt19937 random(7);
  const std::vector<std::string> paths = {"a.yaml",      "a.json",       "a.toml",     "a.ini",
                                          "a.conf",      "a.properties", ".env",       "a.xml",
                                          "nginx.conf",  "haproxy.cfg",  "httpd.conf", "a.pp",
                                          "sshd_config", "pg_hba.conf",  "a.service",  "unknown"};
  const std::string_view alphabet = "{}[]<>%#\"'`=:;,-|&*!?/\\ \t\n\r$ab1\x80\xff";
  for (const std::string& path : paths) {
    for (int round = 0; round < 150; ++round) {
      std::string text;
      for (std::size_t i = random() % 200; i > 0; --i) {
        text.push_back(alphabet[random() % alphabet.size()]);
      }
      CAPTURE(path, text);
      const auto lines = static_cast<int>(split_lines(text).size());
      for (const Setting& setting : extract_settings(detect_kind(path, text), path, text, {})) {
        CHECK(setting.first_line >= 1);
        CHECK(setting.last_line <= lines);
      }
    }
  }
}

TEST_CASE("a large file yields the settings of the lines that matter, on their full paths",
          "[settings_property]") {
  std::string text = "root:\n";
  for (int i = 0; i < 60000; ++i) {
    text += "  key" + std::to_string(i) + ":\n    value: " + std::to_string(i) + "\n";
  }
  REQUIRE(text.size() > (1 << 20));
  const std::vector<Setting> found =
      extract_settings({Format::yaml, false}, "a.yaml", text, {80001});
  REQUIRE(found.size() == 1);
  CHECK(found[0].key.text() == "root.key39999.value");
  CHECK(found[0].first_line == 80001);
}
