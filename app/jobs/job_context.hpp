#pragma once

#include "app/github/client.hpp"
#include "app/jobs/job_handlers.hpp"

#include <optional>
#include <string>

namespace leadline {

class OrganisationDefaults;
class Refusals;

// What every kind of job works with. All of it outlives the job; safe for several threads.
struct JobContext {
  const GitHubApp& app;
  const JobHandlerParts& parts;
  HttpTransport& transport; // rate limited
  InstallationTokens& tokens;
  OrganisationDefaults& defaults;
  Refusals& refusals;

  GitHubClient client(const Job& job) const;
};

// The same for all tries of a job of one pull request, another for the next job.
std::string run_key(const Job& job);

// The number of the pull request in a run_key; 0 of a merge queue's group. nullopt for what is
// none.
std::optional<int> pull_of(const std::string& run_key);

// Whether an earlier run of `job` may have published what the log does not have: it was asked for
// before the database was found, which may be an older copy, or nobody has looked since whether it
// is one.
bool may_be_forgotten(const JobContext& context, const Job& job);
// Whether deliveries come now that were carried out once, and whose rows the database has lost.
bool lost_come_again(const JobContext& context);

// Whether a job of the same pull request, merge group or sweep waits or runs, on any server.
bool is_under_way(JobQueue& queue, const Job& job);

// The job that judges the head of an open pull request.
Job job_for(const GitHubClient& client, const PullRequest& pull);

// The job that runs a pull request again, because `job` has changed what its check has to say.
Job rerun_after(const Job& job, const std::string& reason);

// The job that gives another verdict about `head_sha` instead of the run of `job` that finds that
// its own has come too late.
Job once_more(const Job& job, const std::string& head_sha, const std::string& reason);

// A check event of a fork names no pull request: each open one that has the head gets a job like
// `job`; a command, which is for the one that its giver has seen, only where there is one. Where
// there is none, but a merge queue's group has the head, the group is run again.
void queue_by_head(const JobContext& context, GitHubClient& client, const Job& job);

} // namespace leadline
