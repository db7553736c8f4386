#pragma once

#include "app/github/messages.hpp"

#include <string>
#include <vector>

namespace leadline {

class GitHubClient;
struct Job;
struct JobContext;

// Whether who asked may give commands: write permission or better, or member of a team that the
// configuration names. The comment, if there is one, gets a reaction as a receipt; no call is spent
// on people of whom refusals.hpp says so. Throws Error(unavailable) where they have to wait.
bool accept_command(const JobContext& context, GitHubClient& client, const Job& job);

// The same, as GitHub says: no receipt, and nothing remembered.
bool may_command(const JobContext& context, GitHubClient& client, const Job& job);

// The same of anybody: write permission or better, or member of one of `teams`.
bool may_command(GitHubClient& client, const Contributor& who,
                 const std::vector<std::string>& teams);

// Whether `login` is one of `names`: "@login" or "@organisation/team".
Membership is_among(GitHubClient& client, const std::string& login,
                    const std::vector<std::string>& names);

} // namespace leadline
