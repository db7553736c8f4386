#include "tests/analyzers/risk/relation_cases.hpp"

#include "analyzers/analyze.hpp"

#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

namespace leadline::test {

std::string broken_by(const std::vector<RelationFileCase>& files) {
  ChangeBuilder builder;
  for (const RelationFileCase& file : files) {
    if (file.old_text == file.new_text) {
      builder.file(file.path, file.old_text, file.new_text);
    }
  }
  builder.changes.files.clear();
  builder.changes.diff_lines = 0;
  for (const RelationFileCase& file : files) {
    if (file.old_text != file.new_text) {
      builder.file(file.path, file.old_text, file.new_text);
    }
  }
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  const auto relates = [](std::string_view rule) {
    return rule.starts_with("relation.") || rule.starts_with("duplicate.") ||
           rule.starts_with("pattern.matches_everything");
  };
  for (const Finding& finding : report.findings) {
    if (relates(finding.rule)) {
      return finding.rule;
    }
    for (const std::string& reason : finding.reasons) {
      if (reason.starts_with("also ") && relates(reason.substr(5))) {
        return reason.substr(5, reason.find(':') - 5);
      }
    }
  }
  return "";
}

void check_relations(const std::vector<RelationCase>& rows) {
  for (const RelationCase& row : rows) {
    CAPTURE(row.what);
    CHECK(broken_by(row.files) == row.rule);
  }
}

} // namespace leadline::test
