#include "app/jobs/judging_pull.hpp"

#include "app/jobs/override_label.hpp"
#include "app/jobs/policy_of_pull.hpp"
#include "app/render/neutralize.hpp"

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace leadline {
namespace {

Analysis strict_analysis(const JobContext& context, GitHubClient& client, const PullRequest& pull,
                         const std::string& policy_ref) {
  AnalysisRequest request = request_for(context, client, pull);
  request.policy_ref = policy_ref;
  request.refs.clear();
  request.commits.push_back(policy_ref);
  return with_git_token(client, TokenScope::usual, [&](const Secret& token) {
    request.remote.token = token;
    return run_analysis(context.parts.git, context.parts.catalog, request, context.parts.observer);
  });
}

// Only how strictly it is judged is not for `own`, the other branch's configuration, to say; nor
// which label acknowledges: one counts where both name it. Returns what is to be said of the label.
std::string set_aside_strictly(const JobContext& context, GitHubClient& client,
                               const PullRequest& pull, const Publication& publication,
                               const CommitAuthors& commits, const RepositoryConfig& own,
                               Judged& strict) {
  RepositoryConfig& config = strict.analysis.config;
  const std::string& label = own.acknowledging.override_label;
  const bool same_label = config.acknowledging.override_label == label;
  config.publishing = own.publishing;
  PullRequest aside = pull;
  if (!same_label) {
    config.acknowledging.override_label.clear();
    aside.labels_known = false; // else its words would be taken back, which count for `own`
  }
  set_acknowledged_aside(context, client, aside, publication, commits, strict);
  config.acknowledging.override_label = label; // with which the pull request is to be run again
  return same_label || !has_label(pull, label)
             ? std::string()
             : "**The label " + code_span(label) + "** acknowledges nothing here: a label counts " +
                   "where the configuration of " + code_span(pull.default_branch) +
                   " names it too.\n\n";
}

// It passes by the words of both: what is stored has to show whom the end of one of them, or its
// withdrawal, concerns. What its own configuration leaves open stays among its findings.
void add_words_of_default_branch(const Judged& strict, Judged& judged) {
  judged.default_branch_end = first_end(strict);
  std::unordered_map<std::string, Acknowledgement::Time> ends; // by the digest of the finding
  for (const Acknowledged& each : strict.acknowledged) {
    Acknowledgement::Time& end = ends[each.finding.digest];
    end = earlier_end(end, each.word.until);
  }
  std::unordered_set<std::string> known;
  for (const Finding& finding : judged.analysis.report.findings) {
    known.insert(finding.digest);
  }
  for (Acknowledged& each : judged.acknowledged) {
    known.insert(each.finding.digest);
    if (const auto end = ends.find(each.finding.digest); end != ends.end()) {
      each.word.until = earlier_end(each.word.until, end->second);
    }
  }
  for (const Acknowledged& each : strict.acknowledged) {
    if (known.count(each.finding.digest) == 0) {
      judged.acknowledged.push_back(each);
    }
  }
}

} // namespace

Judged analyse_pull(const JobContext& context, GitHubClient& client, const PullRequest& pull,
                    const std::function<void(const RepositoryConfig&)>& configured) {
  AnalysisRequest request = request_for(context, client, pull);
  request.configured = configured;
  Judged judged;
  judged.defaults = request.defaults.digest;
  judged.analysis = with_git_token(client, TokenScope::usual, [&](const Secret& token) {
    request.remote.token = token;
    return run_analysis(context.parts.git, context.parts.catalog, request, context.parts.observer);
  });
  return judged;
}

void set_acknowledged_aside(const JobContext& context, GitHubClient& client,
                            const PullRequest& pull, const Publication& publication,
                            CommitAuthors commits, Judged& judged) {
  Analysis& analysis = judged.analysis;
  if (!analysis.config_mistakes.empty()) {
    return;
  }
  const WordsForPull found = words_for(context, client, pull, publication, analysis, commits);
  SetAside aside =
      set_aside(analysis.report, found.words, analysis.config,
                {authors_of(context.parts.log, client.repository(), pull), pull.head_sha,
                 now_of(context), still_against(client, analysis.config, commits)});
  judged.acknowledged = std::move(aside.acknowledged);
  judged.void_words = std::move(aside.void_words);
  judged.notes = label_note(found, analysis.report, analysis.config.policy);
}

void hold_to_default_branch(const JobContext& context, GitHubClient& client,
                            const PullRequest& pull, const Publication& publication,
                            const CommitAuthors& commits, StrictAnalysis& kept, Judged& judged) {
  const std::string ref = second_policy_ref(pull);
  if (ref.empty() || !judged.analysis.config_mistakes.empty() ||
      judged.analysis.report.verdict.conclusion != Conclusion::success) {
    return;
  }
  if (kept.base_sha != pull.base_sha) {
    kept = {pull.base_sha, strict_analysis(context, client, pull, ref)};
  }
  if (kept.analysis.same_policy) {
    return;
  }
  Judged strict;
  strict.analysis = kept.analysis;
  Analysis& analysis = strict.analysis;
  const std::string label_note = set_aside_strictly(context, client, pull, publication, commits,
                                                    judged.analysis.config, strict);
  if (analysis.config_mistakes.empty() &&
      analysis.report.verdict.conclusion == Conclusion::success) {
    add_words_of_default_branch(strict, judged);
    return;
  }
  const Policy& policy = analysis.config.policy;
  strict.fail_on = policy.never_fail ? k_never_fails : name_of(policy.fail_on);
  strict.notes = "**It passes by the configuration of " + code_span(pull.base_ref) +
                 ", and not by that of " + code_span(pull.default_branch) +
                 "**, by which it is judged here: a check belongs to the commit, which may go into "
                 "both.\n\n" +
                 label_note + strict.notes;
  strict.defaults = judged.defaults;
  analysis.config_changes = std::move(judged.analysis.config_changes);
  analysis.repaired_mistakes = std::move(judged.analysis.repaired_mistakes);
  judged = std::move(strict);
}

RunContext run_context(const JobContext& context, const Job& job, const PullRequest& pull) {
  RunContext run;
  run.repository = job.repository;
  run.pull_number = pull.number;
  run.head_sha = pull.head_sha;
  run.reason = job.reason;
  run.web_url = context.app.urls.server;
  run.report_url = context.app.reports.link({job.repository, pull.number, pull.head_sha},
                                            context.parts.clock.now());
  return run;
}

Acknowledgement::Time now_of(const JobContext& context) {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(context.parts.clock.now());
}

} // namespace leadline
