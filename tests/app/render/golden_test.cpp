#include "app/render/github.hpp"
#include "app/render/html.hpp"
#include "app/render/json.hpp"
#include "app/render/junit.hpp"
#include "app/render/markdown.hpp"
#include "app/render/rdjson.hpp"
#include "app/render/sarif_json.hpp"
#include "app/render/text.hpp"
#include "tests/app/render/render_data.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

using namespace leadline;

namespace {

const RunContext k_run = {"octo-org/shop",
                          4271,
                          "2f6c0a9e4d7b81305c64a1e9f0d2b3c4a5968778",
                          "opened",
                          "https://github.com",
                          {},
                          ""};

std::string check_document(const Report& report) {
  const CheckTexts texts = check_texts(report, k_run);
  return "title: " + texts.title + "\n\n" + texts.summary + "---\n" + texts.text;
}

std::string inline_document(const Report& report) {
  std::string text;
  for (const Finding& finding : report.findings) {
    text += inline_comment(finding) + "\n---\n\n";
  }
  return text;
}

// File name in the case's folder and what it must hold.
std::map<std::string, std::string> outputs_of(const Report& report) {
  return {{"expected.txt", render_text(report, {false, 100})},
          {"expected.narrow.txt", render_text(report, {false, 50})},
          {"expected.colors.txt", render_text(report, {true, 80})},
          {"expected.md", render_markdown(report)},
          {"expected.sarif", render_sarif(report)},
          {"expected.rdjson", render_rdjson(report)},
          {"expected.junit.xml", render_junit(report, Policy{})},
          {"expected.html", render_html(report)},
          {"expected.check.md", check_document(report)},
          {"expected.inline.md", inline_document(report)},
          {"expected.sticky.md", sticky_comment(report, k_run).value_or("(none)\n")}};
}

} // namespace

TEST_CASE("a report looks as its golden files say", "[golden]") {
  const bool update = std::getenv("UPDATE_GOLDEN") != nullptr;
  for (const std::string& name : render_cases()) {
    CAPTURE(name);
    const std::string input = read_render_data(name + "/input.json");
    const Report report = report_from_json(input);
    CHECK(render_json(report) == input);
    for (const auto& [file, actual] : outputs_of(report)) {
      CAPTURE(file);
      if (update) {
        std::ofstream(std::string(LEADLINE_SOURCE_DIR) + "/tests/data/render/" + name + "/" + file,
                      std::ios::binary)
            << actual;
        FAIL_CHECK("rewritten");
      } else {
        CHECK(actual == read_render_data(name + "/" + file));
      }
    }
  }
}
