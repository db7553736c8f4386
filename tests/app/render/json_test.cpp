#include "app/render/json.hpp"

#include "base/text.hpp"
#include "tests/app/cli/program.hpp"
#include "tests/app/render/render_data.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <regex>

using namespace leadline;
using nlohmann::json;

namespace {

const std::string k_root = LEADLINE_SOURCE_DIR;

// One line for each document: "NAME: ok" or its first mistake.
enum class Fields { open, closed };
std::vector<std::string> validated(const std::vector<json>& documents,
                                   Fields fields = Fields::open) {
  const TemporaryFolder folder;
  std::vector<std::string> args = {"/usr/bin/python3",
                                   k_root + "/tests/app/render/validate_json.py"};
  if (fields == Fields::closed) {
    args.emplace_back("--closed");
  }
  args.push_back(k_root + "/manifests/schema/report.schema.json");
  for (std::size_t i = 0; i < documents.size(); ++i) {
    args.push_back(folder.write(std::to_string(i) + ".json", documents[i].dump()));
  }
  const ProgramRun run = run_program(args);
  CAPTURE(run.err);
  REQUIRE(run.exit_code < 2);
  std::vector<std::string> lines;
  for (const std::string_view line : split_lines(run.out)) {
    lines.push_back(std::string(line.substr(folder.path().size())));
  }
  REQUIRE(lines.size() == documents.size());
  return lines;
}

bool is_ok(const std::string& line) {
  return line.size() > 4 && line.substr(line.size() - 4) == ": ok";
}

// Every document that `document` becomes when one field is taken out, and the field's pointer.
void without_each_field(const json& document, const json::json_pointer& at,
                        std::vector<std::pair<std::string, json>>& made) {
  const json& here = document.at(at);
  if (here.is_object()) {
    for (const auto& [key, value] : here.items()) {
      json less = document;
      less.at(at).erase(key);
      made.emplace_back((at / key).to_string(), less);
      without_each_field(document, at / key, made);
    }
  } else if (here.is_array() && !here.empty()) {
    without_each_field(document, at / 0, made);
  }
}

} // namespace

TEST_CASE("a report is what its schema says", "[json]") {
  std::vector<json> documents;
  for (const std::string& name : render_cases()) {
    documents.push_back(
        json::parse(render_json(report_from_json(read_render_data(name + "/input.json")))));
  }
  documents.push_back(json::parse(render_json(Report{})));
  for (const std::string& line : validated(documents, Fields::closed)) {
    CHECK_THAT(line, Catch::EndsWith(": ok"));
  }
  // What readers have to take, we must not write.
  json more = documents.front();
  more["findings"][0]["owner"] = "dba";
  CHECK_FALSE(is_ok(validated({more}, Fields::closed).front()));
}

TEST_CASE("the schema misses every field that is not there", "[json]") {
  const json report = json::parse(read_render_data("incident/input.json"));
  std::vector<std::pair<std::string, json>> less;
  without_each_field(report, json::json_pointer(), less);
  REQUIRE(less.size() > 80);
  std::vector<json> documents;
  for (const auto& row : less) {
    documents.push_back(row.second);
  }
  const std::vector<std::string> lines = validated(documents);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CAPTURE(less[i].first);
    static const std::regex k_added(
        "/split/(groups/[0-9]+/why|proof)|/findings/[0-9]+/(related|sweep)");
    CHECK(is_ok(lines[i]) == std::regex_match(less[i].first, k_added)); // since the first version
  }
}

TEST_CASE("the schema refuses wrong values and takes new fields where they may come", "[json]") {
  struct Row {
    std::string pointer;
    json value;
    bool ok;
  };
  const std::vector<Row> rows = {
      {"/schema", 2, false},
      {"/verdict/conclusion", "neutral", false},
      {"/range/head", "main", false},
      {"/range/head", nullptr, true},
      {"/findings/0/severity", "fatal", false},
      {"/findings/0/side", "right", false},
      {"/findings/0/line", 0, false},
      {"/findings/0/line", nullptr, true},
      {"/findings/0/id", "1", false},
      {"/findings/0/confidence", 1.5, false},
      {"/findings/0/setting", nullptr, true},
      {"/settings/0/change", "changed", false},
      {"/settings/0/new_line", 0, false},
      {"/settings/0/new", 20, false},
      {"/chunks/0/new_start", -1, false},
      {"/findings/0/owner", "dba", true},
      {"/split/order", json::object(), true},
      {"/baselines", json::array(), true},
      {"/tool/color", "red", false},
      {"/findings/0/setting/unit", "s", false},
  };
  std::vector<json> documents;
  for (const Row& row : rows) {
    json document = json::parse(read_render_data("incident/input.json"));
    document[json::json_pointer(row.pointer)] = row.value;
    documents.push_back(document);
  }
  const std::vector<std::string> lines = validated(documents);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(rows[i].pointer, lines[i]);
    CHECK(is_ok(lines[i]) == rows[i].ok);
  }
}

TEST_CASE("JSON is ASCII, ends a line, and does not fail on bytes that are no UTF-8", "[json]") {
  Report report;
  report.coverage.skipped.push_back({"caf\xe9/\xff\xfe", "\x1b[31m \xC2\x9B \x7f"});
  report.findings.emplace_back();
  report.findings.back().confidence = 1.0 / 3.0;
  const std::string text = render_json(report);
  CHECK(text.back() == '\n');
  CHECK(std::all_of(text.begin(), text.end(), [](char c) {
    return c == '\n' || (c >= ' ' && static_cast<unsigned char>(c) <= 0x7f);
  }));
  CHECK_THAT(text, Catch::Contains("\"confidence\": 0.3333,"));
  CHECK(render_json(report) == text);
}
