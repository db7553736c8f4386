#include "app/jobs/judging_pull.hpp"

#include "app/jobs/override_label.hpp"
#include "app/jobs/policy_of_pull.hpp"

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
                 now_of(context), still_against(client, analysis.config.acknowledging, commits)});
  judged.acknowledged = std::move(aside.acknowledged);
  judged.void_words = std::move(aside.void_words);
  judged.notes = label_note(found, analysis.report, analysis.config.policy);
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
