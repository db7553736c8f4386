#include "app/render/audit.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace leadline;

namespace {

Acknowledgement word() {
  Acknowledgement made;
  made.id = 3;
  made.repository = "o/r";
  made.pull_number = 7;
  made.finding_id = "LL-1";
  made.key = "pool, size";
  made.by = "sam";
  made.reason = "=HYPERLINK(\"http://evil\")\nfine";
  made.at = Acknowledgement::Time(std::chrono::seconds(1'700'000'000));
  return made;
}

} // namespace

TEST_CASE("an audited acknowledgement is one line of JSON", "[audit]") {
  const std::string line = audit_json(word());
  CHECK(line.find('\n') == line.size() - 1);
  const auto row = nlohmann::json::parse(line);
  CHECK(row["schema"] == 1);
  CHECK(row["at"] == "2023-11-14T22:13:20Z");
  CHECK(row["until"].is_null());
  CHECK(row["withdrawn_by"].is_null());
  CHECK(row["reason"] == word().reason);
}

TEST_CASE("an audited acknowledgement is a row that no spreadsheet computes", "[audit]") {
  const std::string row = audit_csv(word());
  CHECK(row.find("\"'=HYPERLINK(\"\"http://evil\"\")\nfine\"") != std::string::npos);
  CHECK(row.find("\"pool, size\"") != std::string::npos);
  const auto columns = [](const std::string& line) {
    return std::count(line.begin(), line.end(), ',');
  };
  CHECK(columns(row) == columns(audit_csv_header()) + 1); // the one in quotes
}
