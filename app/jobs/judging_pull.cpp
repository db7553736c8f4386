#include "app/jobs/judging_pull.hpp"

#include "app/jobs/override_label.hpp"
#include "app/jobs/policy_of_pull.hpp"
#include "app/render/neutralize.hpp"

#include <utility>

namespace leadline {

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
                            const PullRequest& pull, const CommitAuthors& commits, Judged& judged) {
  const std::string& branch = pull.default_branch;
  if (branch.empty() || pull.base_ref == branch || !judged.analysis.config_mistakes.empty() ||
      judged.analysis.report.verdict.conclusion != Conclusion::success) {
    return;
  }
  AnalysisRequest request = request_for(context, client, pull);
  request.policy_ref = "refs/heads/" + branch;
  request.refs.clear();
  request.commits.push_back(request.policy_ref);
  Judged strict;
  strict.analysis = with_git_token(client, TokenScope::usual, [&](const Secret& token) {
    request.remote.token = token;
    return run_analysis(context.parts.git, context.parts.catalog, request, context.parts.observer);
  });
  Analysis& analysis = strict.analysis;
  if (analysis.same_policy) {
    return;
  }
  // Only how strictly it is judged is not for the other branch to say.
  analysis.config.publishing = judged.analysis.config.publishing;
  analysis.config.acknowledging.override_label =
      judged.analysis.config.acknowledging.override_label;
  PullRequest aside = pull;
  aside.labels_known = false; // what its label says is written down already
  set_acknowledged_aside(context, client, aside, Publication(), commits, strict);
  if (analysis.config_mistakes.empty() &&
      analysis.report.verdict.conclusion == Conclusion::success) {
    return;
  }
  strict.notes = "**It passes by the configuration of " + code_span(pull.base_ref) +
                 ", and not by that of " + code_span(branch) +
                 "**, by which it is judged here: a check belongs to the commit, which may go into "
                 "both.\n\n" +
                 strict.notes;
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
