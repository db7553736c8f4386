#pragma once

#include "app/jobs/job.hpp"

#include <cstddef>
#include <string>

namespace leadline {

class GitHubClient;
class JobQueue;

// An organisation's defaults are other ones: a job of kind `command` of its repository ".github"
// with this command, which no person can give. It is also the reason of the runs that follow.
inline constexpr const char* k_defaults_changed = "the organisation's defaults changed";
// The reason of such a job where the push did not list what it changed.
inline constexpr const char* k_defaults_may_have_changed =
    "the organisation's defaults may have changed";
bool is_change_of_defaults(const Job& job);

// Whether a repository ("owner/name") is the one that holds its owner's defaults.
bool holds_defaults(const std::string& repository);

// Queues a sweep for each repository of the owner that the installation covers: it runs every open
// pull request again that was judged by other defaults. Returns how many.
std::size_t queue_change_of_defaults(GitHubClient& client, JobQueue& queue, const Job& job);

} // namespace leadline
