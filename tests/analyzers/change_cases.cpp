#include "tests/analyzers/change_cases.hpp"

#include "analyzers/analyze.hpp"
#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

namespace leadline::test {

void check_change(const ChangeCase& row) {
  CAPTURE(row.what, row.path, row.part, row.instead);
  const std::size_t at = row.text.find(row.part);
  REQUIRE(at != std::string::npos);
  std::string after = row.text;
  after.replace(at, row.part.size(), row.instead);
  ChangeBuilder builder;
  builder.file(row.path, row.text, after);
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  const bool silent = report.findings.empty() || report.findings[0].severity == Severity::low;
  CHECK((silent ? ""
                : report.findings[0].rule + " " +
                      std::string(name_of(report.findings[0].severity))) == row.expected);
}

} // namespace leadline::test
