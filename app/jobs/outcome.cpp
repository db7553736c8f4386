#include "app/jobs/outcome.hpp"

#include "app/github/anchors.hpp"
#include "app/github/messages_json.hpp"
#include "app/jobs/event_jobs.hpp"
#include "app/jobs/organisation_defaults.hpp"
#include "app/jobs/stored_report.hpp"
#include "app/render/json.hpp"
#include "app/render/markdown_parts.hpp"
#include "app/render/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace leadline {
namespace {

// GitHub's own count of files stops here
// (https://docs.github.com/rest/pulls/pulls#list-pull-requests-files).
constexpr int k_counted_files = 3'000;
constexpr std::size_t k_most_changes = 40;
constexpr std::size_t k_most_void_words = 20;
constexpr std::size_t k_mistake_characters = 10'000; // of all: a cut inside their block breaks it

CheckRunFields mistaken_outcome(const std::string& mistakes) {
  CheckRunFields outcome;
  outcome.conclusion = name_of(Conclusion::action_required);
  outcome.title = "The configuration has mistakes";
  outcome.summary = "Nothing was analysed, because " + code_span(k_repository_config_path) +
                    " of the merge base, or of the organisation, cannot be used:\n\n" +
                    code_block(cut(mistakes, k_mistake_characters, "and more"), "") +
                    "\n\nA pull request that changes this file only, and mends it, is judged by "
                    "the defaults. Then bring this branch up to date.";
  return outcome;
}

CheckRunFields lost_outcome(const std::string& mistake) {
  CheckRunFields outcome;
  outcome.conclusion = name_of(Conclusion::action_required);
  outcome.title = "The organisation's defaults cannot be seen any more";
  outcome.summary =
      "Nothing was analysed: what an organisation demands is not dropped because it cannot be "
      "read.\n\n" +
      code_block(mistake, "") +
      "\n\nAn owner of the organisation lets the App see the repository " + code_span(".github") +
      " again (settings of its installation, \"Repository access\"). Where there are to be no "
      "defaults any more, the App has to see that, too: the repository without " +
      code_span(k_repository_config_path) +
      ", or with an empty one; one that was deleted is created again for it. Then: " +
      code_span("Re-run") + " above, or wait for the next sweep.";
  return outcome;
}

std::string value_of(const std::string& value) {
  return value.empty() ? "_not there_" : table_code(shortened(value, 200));
}

std::string meaning_of(const ConfigChange& change) {
  return change.weakens                       ? "less strict"
         : change.field == k_check_name_field ? "branch protection has to require this name"
                                              : "";
}

std::string config_section(const Analysis& analysis, const RunContext& run) {
  std::string text;
  if (!analysis.repaired_mistakes.empty()) {
    text += "**The configuration of the merge base has mistakes, which this change mends.** It is "
            "judged by the defaults:\n\n" +
            code_block(cut(analysis.repaired_mistakes, k_mistake_characters, "and more"), "") +
            "\n\n";
  }
  if (analysis.config_changes.empty()) {
    return text;
  }
  text += "**This changes how pull requests are judged**, once it is merged:\n\n"
          "| Setting | Now | Then | |\n|---|---|---|---|\n";
  for (std::size_t i = 0; i < analysis.config_changes.size() && i < k_most_changes; ++i) {
    const ConfigChange& change = analysis.config_changes[i];
    text += fmt::format("| {} | {} | {} | {} |\n", table_code(shortened(change.title, 200)),
                        value_of(change.before), value_of(change.after), meaning_of(change));
  }
  if (analysis.config_changes.size() > k_most_changes) {
    const MarkdownLinks links{run.web_url, run.repository, run.pull_number};
    text += "\n_" +
            left_out(analysis.config_changes.size(), k_most_changes,
                     file_link(k_repository_config_path, links)) +
            "_\n";
  }
  return text + "\n";
}

// Nobody has taken these words back: who reads that a finding blocks has to know of them.
std::string void_section(const Judged& judged, const RunContext& run) {
  const std::vector<VoidWord>& words = judged.void_words;
  if (words.empty()) {
    return "";
  }
  std::string text = "**Acknowledged, but not by a word that counts here:**\n\n";
  for (std::size_t i = 0; i < words.size() && i < k_most_void_words; ++i) {
    const VoidWord& each = words[i];
    text += fmt::format("- {} by {} on {}: {}.\n", code_span(each.finding_id),
                        code_span(each.word.by), iso_time(each.word.at), each.why);
  }
  if (words.size() > k_most_void_words) {
    const std::string all = run.report_url.empty() ? "`/leadline explain ID` tells of each"
                                                   : whole_report(judged.analysis.report, run);
    text += "- " + left_out(words.size(), k_most_void_words, all) + "\n";
  }
  return text + "\n";
}

// What is acknowledged was found: its verdict is about the rest.
Report told_report(const Judged& judged) {
  Report report = judged.analysis.report;
  if (!judged.acknowledged.empty() && report.findings.empty() &&
      report.verdict.conclusion == Conclusion::success) {
    report.verdict.reasons = {"nothing else found"};
  }
  return report;
}

std::string report_with_words(const Judged& judged) {
  Report report = told_report(judged);
  for (const Acknowledged& each : judged.acknowledged) {
    report.findings.push_back(each.finding);
  }
  const Acknowledgement::Time ends = first_end(judged);
  if (judged.acknowledged.empty() && judged.void_words.empty() && judged.defaults.empty() &&
      ends == Acknowledgement::Time{}) {
    return render_json(report);
  }
  std::vector<StoredWord> words;
  for (const VoidWord& each : judged.void_words) {
    words.push_back(
        {each.finding_id, each.word.by, each.word.reason, "", each.why, iso_time(each.word.at)});
  }
  for (const Acknowledged& each : judged.acknowledged) {
    const Acknowledgement::Time end = each.word.until;
    words.push_back({each.finding.id, each.word.by, each.word.reason,
                     end != Acknowledgement::Time{} ? iso_time(end) : std::string(), "",
                     iso_time(each.word.at)});
  }
  return with_words(render_json(report), words, ends, judged.defaults);
}

} // namespace

RunContext with_judgement(RunContext run, const Judged& judged) {
  for (const Acknowledged& each : judged.acknowledged) {
    run.acknowledged.push_back(
        {each.finding, each.word.by, iso_time(each.word.at), each.word.reason,
         each.word.until == Acknowledgement::Time{} ? "" : iso_time(each.word.until)});
  }
  run.notes = judged.notes + void_section(judged, run) + config_section(judged.analysis, run);
  return run;
}

CheckRunFields outcome_of(const Judged& judged, const RunContext& run) {
  const Analysis& analysis = judged.analysis;
  if (!analysis.config_mistakes.empty()) {
    return judged.defaults == k_defaults_lost ? lost_outcome(analysis.config_mistakes)
                                              : mistaken_outcome(analysis.config_mistakes);
  }
  CheckRunFields outcome;
  const CheckTexts texts = check_texts(told_report(judged), with_judgement(run, judged));
  outcome.conclusion = name_of(analysis.report.verdict.conclusion);
  outcome.title = texts.title;
  outcome.summary = texts.summary;
  outcome.text = texts.text;
  outcome.details_url = run.report_url;
  for (const Finding& finding : analysis.report.findings) {
    if (std::optional<Annotation> annotation = annotation_of(analysis.changes, finding);
        annotation) {
      outcome.annotations.push_back(std::move(*annotation));
    }
  }
  if (run.pull_number != 0) { // a merge group has no place for an answer
    if (analysis.report.verdict.conclusion == Conclusion::failure) {
      outcome.actions.push_back(
          {"Acknowledge", "All that blocks, by a second person", k_acknowledge_action});
    }
    if (analysis.report.split.recommended) {
      outcome.actions.push_back(
          analysis.config.publishing.push_split_branches
              ? CheckAction{"Split", "Push a branch for each part", k_split_push_action}
              : CheckAction{"Split", "Show how to split this", k_split_action});
    }
  }
  return outcome;
}

Acknowledgement::Time first_end(const Judged& judged) {
  Acknowledgement::Time first = judged.default_branch_end;
  for (const Acknowledged& each : judged.acknowledged) {
    first = earlier_end(first, each.word.until);
  }
  return first;
}

std::string stored_report_json(const Judged& judged) {
  const std::string report = report_with_words(judged);
  return judged.fail_on.empty() && judged.group_base.empty()
             ? report
             : with_judging(report, judged.fail_on, judged.group_base);
}

CheckRunFields unfinished_outcome(const std::string& words, const std::string& reference) {
  CheckRunFields outcome;
  outcome.conclusion = name_of(Conclusion::action_required);
  outcome.title = "The analysis could not be finished";
  outcome.summary = "leadline tried and has no verdict about this head. Nothing was passed.\n\n" +
                    neutralize(words) + "\n\nWhen the cause is gone: " + code_span("Re-run") +
                    " above, or comment " + code_span("/leadline rerun") +
                    ". The operators find more in the log under " + code_span(reference) + ".";
  return outcome;
}

std::string count_mismatch(const PullRequest& pull, const ChangeSet& changes) {
  if (!pull.changed_files || *pull.changed_files >= k_counted_files) {
    return {};
  }
  const int ours = static_cast<int>(changes.files.size() + changes.skipped.size());
  const auto paired =
      std::count_if(changes.files.begin(), changes.files.end(), [](const FileChange& file) {
        return file.status == FileStatus::renamed || file.status == FileStatus::copied ||
               file.status == FileStatus::removed;
      });
  const int slack = static_cast<int>(paired);
  if (*pull.changed_files >= ours - slack && *pull.changed_files <= ours + slack) {
    return {};
  }
  return "GitHub counts " + std::to_string(*pull.changed_files) + " changed files, git " +
         std::to_string(ours) + ": the base may have moved since. The check is about git's.";
}

} // namespace leadline
