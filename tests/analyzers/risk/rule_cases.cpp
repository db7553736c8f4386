#include "tests/analyzers/risk/rule_cases.hpp"

#include "base/text.hpp"

#include <catch2/catch.hpp>

namespace leadline::test {

std::optional<Concern> judge_case(const RuleCase& row, const Policy& policy) {
  SettingChange change;
  const auto setting = [&](const std::optional<std::string>& value) -> std::optional<Setting> {
    if (!value) {
      return std::nullopt;
    }
    Setting made;
    for (const std::string_view segment : split(row.key, '.')) {
      made.key.segments.emplace_back(segment);
    }
    made.value = *value;
    made.first_line = made.last_line = 1;
    return made;
  };
  change.old_setting = setting(row.old_value);
  change.new_setting = setting(row.new_value);
  change.change = !row.old_value   ? ChangeKind::added
                  : !row.new_value ? ChangeKind::removed
                                   : ChangeKind::modified;
  FileContext file;
  file.path = row.path;
  file.role = role_of_path(row.path);
  file.environment = EnvironmentMap(policy).of_path(row.path);
  const Subject subject =
      make_subject(change, file, meaning_of(Catalog::built_in(), row.path, change.any()));
  std::optional<Concern> draft = judge(subject, policy);
  std::optional<Concern> baseline = BaselineRules(policy).judge(subject);
  return baseline ? baseline : draft;
}

void check_case(const RuleCase& row, const Policy& policy) {
  CAPTURE(row.what, row.path, row.key, row.old_value.value_or("(absent)"),
          row.new_value.value_or("(absent)"));
  const std::optional<Concern> draft = judge_case(row, policy);
  const bool shown = draft && draft->urgency >= 1;
  CAPTURE(draft ? draft->rule : "none", draft ? draft->urgency : 0.0);
  CHECK((shown ? draft->rule : "") == row.rule);
  if (row.severity && shown) {
    CHECK(name_of(severity_of_urgency(draft->urgency)) == name_of(*row.severity));
  }
}

} // namespace leadline::test
