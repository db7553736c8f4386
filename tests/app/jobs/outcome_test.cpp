#include "app/jobs/outcome.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("lists of words and settings in a check say where all of them are", "[outcome]") {
  Judged judged;
  for (int i = 0; i < 25; ++i) {
    judged.void_words.push_back({"LL-0123456789ab", {}, "its time was over"});
  }
  for (int i = 0; i < 45; ++i) {
    judged.analysis.config_changes.push_back({.field = "ignore", .title = "ignore"});
  }
  RunContext run;
  run.repository = "o/r";
  run.pull_number = 7;
  const std::string notes = with_judgement(run, judged).notes;
  CHECK_THAT(notes, Catch::Contains("\n- and 5 more: `/leadline explain ID` tells of each\n"));
  // The SHA-256 of the file's name, as GitHub has its anchors.
  CHECK_THAT(notes, Catch::Contains("\n_and 5 more: [`.github/leadline.yml`]"
                                    "(https://github.com/o/r/pull/7/files#diff-"));
  run.report_url = "https://l.example/report?a=1";
  CHECK_THAT(with_judgement(run, judged).notes,
             Catch::Contains("\n- and 5 more: [The whole report](https://l.example/report?a=1)\n"));
  run.pull_number = 0; // of a group
  CHECK_THAT(with_judgement(run, judged).notes,
             Catch::Contains("\n_and 5 more: `.github/leadline.yml`_\n"));
}
