#pragma once

#include "app/jobs/job.hpp"

#include <cstddef>
#include <string>

namespace leadline {

class GitHubClient;
class JobQueue;

// What concerns all repositories of an installation, and whose event does not list them: jobs of
// kind `command`, which no person can give, of the account's repository ".github", whether there is
// one or not.
inline constexpr const char* k_installation_back = "installation back"; // new, or not suspended now
inline constexpr const char* k_account_was = "account was ";            // and its login before
bool is_of_installation(const Job& job);
std::string place_of(const std::string& account); // Job::repository of such a job

// Queues a sweep of each repository, or, where the account has another login, what
// moved_repository.hpp does for each. Returns how many. Throws Error(unavailable) while GitHub
// still lists the old names.
std::size_t queue_of_installation(GitHubClient& client, JobQueue& queue, const Job& job);

} // namespace leadline
