#pragma once

#include "app/github/client.hpp"
#include "app/jobs/job_handlers.hpp"

namespace leadline {

// What every kind of job works with. All of it outlives the job; safe for several threads.
struct JobContext {
  const GitHubApp& app;
  const JobHandlerParts& parts;
  HttpTransport& transport; // rate limited
  InstallationTokens& tokens;

  GitHubClient client(const Job& job) const;
};

// The same for all tries of a job of one pull request, another for the next job.
std::string run_key(const Job& job);

// Whether who commented may give commands (write permission or better); the comment gets a reaction
// as a receipt.
bool accept_command(GitHubClient& client, const Job& job, spdlog::logger& logger);

} // namespace leadline
