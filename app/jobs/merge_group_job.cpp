#include "app/jobs/merge_group_job.hpp"

#include "analyzers/risk/findings.hpp"
#include "analyzers/risk/sweeps.hpp"
#include "app/github/publication_log.hpp"
#include "app/jobs/destroyed_group.hpp"
#include "app/jobs/group_range.hpp"
#include "app/jobs/group_words.hpp"
#include "app/jobs/merge_queue_ref.hpp"
#include "app/jobs/named_check.hpp"
#include "app/jobs/policy_of_pull.hpp"
#include "app/jobs/same_head.hpp"
#include "app/render/neutralize.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <map>
#include <optional>
#include <utility>

namespace leadline {
namespace {

std::string listed(const std::vector<int>& pulls, const char* last) {
  std::string text;
  for (std::size_t i = 0; i < pulls.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == pulls.size() ? last : ", ") + std::to_string(pulls[i]);
  }
  return text;
}

// With what a group is judged, and why; Markdown.
std::string note_of(const GroupRange& range, std::size_t left_out) {
  std::vector<int> before = range.pulls_known ? range.pulls : std::vector<int>();
  if (!before.empty()) {
    before.pop_back(); // its own
  }
  const std::string whose = before.empty()
                                ? std::string()
                                : (before.size() == 1 ? " (pull request " : " (pull requests ") +
                                      listed(before, " and ") + ")";
  const std::string with =
      fmt::format("**Judged with what stands before it in the merge queue{}**, as all of it goes "
                  "into {} together. ",
                  whose, range.branch.empty() ? "the branch" : code_span(range.branch));
  switch (range.strategy) {
  case MergingStrategy::all_green:
    return with +
           (left_out > 0
                ? fmt::format("{} of what is found there {} brought by those before it alone, and "
                              "left to their own checks: the queue merges none that fails.\n\n",
                              left_out, left_out == 1 ? "is" : "are")
                : std::string("The queue merges no entry that fails.\n\n"));
  case MergingStrategy::head_green:
    return with + "The queue merges entries that fail together with one that passes, so this one "
                  "passes only if nothing of it blocks.\n\n";
  case MergingStrategy::unknown:
    break;
  }
  return with + "GitHub does not tell leadline whether the queue requires all entries to pass (no "
                "event told of this group, or the App lacks the permission Merge queues: read), so "
                "this one passes only if nothing of it blocks.\n\n";
}

std::string where_to_acknowledge(const GroupRange& range) {
  const bool several = range.pulls.size() > 1;
  return fmt::format("\n\nA group of a merge queue has no place for an answer. To acknowledge a "
                     "finding, comment `/leadline ack ID REASON` on {} {}, and add it to the queue "
                     "again.{}",
                     several ? "its pull request, one of" : "pull request",
                     listed(range.pulls, " and "),
                     several ? " What none of them has alone they bring together: add them one "
                               "after the other."
                             : "");
}

// How grave each finding is where nothing leads it, by its digest.
using Brought = std::map<std::string, Severity>;

Brought brought_by(const Report& report) {
  Brought brought;
  for (const Finding& finding : report.findings) {
    brought[finding.digest] = severity_alone(finding);
  }
  return brought;
}

// Takes out what is no graver than others have brought it. Returns how many.
std::size_t leave_out(Report& report, const Brought& of_others) {
  const std::size_t count = std::erase_if(report.findings, [&](const Finding& finding) {
    const auto theirs = of_others.find(finding.digest);
    return theirs != of_others.end() && severity_alone(finding) <= theirs->second;
  });
  if (count > 0) { // one of theirs may lead what this one has made of the same edit
    lead_anew(report.findings);
  }
  return count;
}

// Why what stands before a group cannot be judged with it; Markdown, "" where it can.
std::string why_not_judged_with(const Analysis& before) {
  if (!before.config_mistakes.empty() || !before.repaired_mistakes.empty()) {
    return "The configuration of the branch has mistakes. What stands before this group in the "
           "merge queue is left to its own checks, and the configuration there judges.\n\n";
  }
  return before.report.coverage.complete()
             ? std::string()
             : "What stands before it in the merge queue could not be read whole, and is left to "
               "its own checks.\n\n";
}

} // namespace

void MergeGroupJob::run(const Job& job) {
  GitHubClient client = m_context.client(job);
  const std::optional<MergeQueueRef> ref = parse_merge_queue_ref(job.head_ref);
  if (!job.again && was_destroyed(m_context, job) &&
      (!ref || client.branch_tip(job.head_ref) != job.head_sha)) {
    m_context.parts.logger.info("the group was taken apart before it was asked for");
    return;
  }
  NamedCheck check(m_context, client, job, job.head_sha);
  const std::string base_ref = ref ? ref->base : std::string();
  std::string check_name = ref ? known_check_name(m_context, job.repository, base_ref)
                               : usual_check_name(m_context, job.repository);
  if (!check_name.empty()) {
    check.begin(check_name);
    if (check.finished_before()) {
      return;
    }
  }
  check_name = check_name.empty() ? m_context.app.check_name : check_name;
  GroupRange range = range_of_group(m_context, client, job);
  AnalysisRequest request = request_for(m_context, client, PullRequest());
  request.refs = {};
  request.configured = [&](const RepositoryConfig& config) {
    check_name = config.publishing.check_name;
    remember_check_name(m_context, job.repository, base_ref, check_name);
    check.begin(check_name);
  };
  Judged judged = judge(client, request, range, job.head_sha);
  judged.defaults = request.defaults.digest;
  set_group_words_aside(m_context, client, job, range, judged);
  RunContext run;
  run.repository = job.repository;
  run.head_sha = job.head_sha;
  run.reason = job.reason;
  run.web_url = m_context.app.urls.server;
  run.report_url = m_context.app.reports.link({job.repository, k_no_pull, job.head_sha},
                                              m_context.parts.clock.now());
  CheckRunFields outcome = outcome_of(judged, run);
  if (!range.pulls.empty() && outcome.conclusion == name_of(Conclusion::failure)) {
    outcome.summary += where_to_acknowledge(range);
  }
  if (judged.analysis.config_mistakes.empty()) { // a re-run finds its base there
    m_context.parts.log.save_report(job.repository, k_no_pull, job.head_sha,
                                    stored_report_json(judged), first_end(judged));
    if (is_any_withdrawn(m_context.parts.acknowledgements, job.repository, judged.acknowledged)) {
      m_context.parts.queue.enqueue(once_more(job, job.head_sha, k_word_withdrawn));
      check.hand_over();
      return;
    }
  }
  const std::string conclusion = outcome.conclusion;
  check.finish(std::move(outcome), check_name);
  m_context.parts.logger.info("merge group check={} conclusion={}", check.id(), conclusion);
  if (conclusion == name_of(Conclusion::success)) { // what it stands over may be another verdict
    judge_sharers_again(m_context, job, job.head_sha);
  }
}

Analysis MergeGroupJob::analyse(GitHubClient& client, AnalysisRequest request,
                                const std::string& from, const std::string& to) {
  request.range = from + ".." + to;
  request.commits = {from, to};
  return with_git_token(client, TokenScope::usual, [&](const Secret& token) {
    request.remote.token = token;
    return run_analysis(m_context.parts.git, m_context.parts.catalog, request,
                        m_context.parts.observer);
  });
}

Judged MergeGroupJob::judge(GitHubClient& client, const AnalysisRequest& request, GroupRange& range,
                            const std::string& head_sha) {
  Judged judged;
  judged.group_base = range.told_base;
  Brought of_others;
  if (range.has_groups_before() && range.strategy == MergingStrategy::all_green) {
    AnalysisRequest theirs = request;
    theirs.configured = {};
    const Analysis before = analyse(client, std::move(theirs), range.from, range.base_sha);
    of_others = brought_by(before.report);
    judged.notes = why_not_judged_with(before);
    if (!judged.notes.empty()) {
      range.from = range.base_sha; // their own checks say so, and they are not merged
    }
  }
  judged.analysis = analyse(client, request, range.from, head_sha);
  if (!judged.analysis.config_mistakes.empty()) {
    return judged;
  }
  Report& report = judged.analysis.report;
  Policy& policy = judged.analysis.config.policy;
  // Each pull request's own check has asked for it, and nobody can split a group.
  policy.split.required = false;
  const std::size_t left_out = range.has_groups_before() ? leave_out(report, of_others) : 0;
  report.verdict = make_verdict(report, policy);
  if (range.has_groups_before()) {
    judged.notes = note_of(range, left_out);
  }
  return judged;
}

} // namespace leadline
