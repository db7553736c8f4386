#pragma once

#include "app/github/messages.hpp"
#include "app/github/publication_log.hpp"
#include "app/github/stack.hpp"
#include "app/jobs/merge_queue_ref.hpp"

#include <optional>
#include <string>
#include <vector>

namespace leadline {

class GitHubClient;
struct Job;
struct JobContext;

// The check of a merge queue's group stands at a commit that anybody can push to a fork and open a
// pull request of, into any branch. A red check has the queue throw the group out, so such a pull
// request waits until the group is gone.

// Whether a group has this head now, by its branch as git lists it. One request of git.
bool has_group(const JobContext& context, GitHubClient& client, const std::string& head_sha);

enum class Ask { git, api };
// The group of this head that an event has told of, and that is there still; nullopt for none. What
// only looks like one may be the branch of anybody who can push. Asks GitHub where an event has: by
// git twice, as a branch that is gone may be listed for a moment, or by one call of the API, for
// where git is what fails.
std::optional<MergeQueueRef> told_group(const JobContext& context, GitHubClient& client,
                                        const std::string& head_sha, Ask ask = Ask::git);

// True where nothing about `pull` may be written to the check of its head, which `group` has too:
// it goes into the branch of the group, whose verdict is its own, or it is opened by somebody who
// may not write, and the group is the default branch's, by whose configuration everything has to
// pass. Who may write can take a group out of the queue in any case. Then it is owed its verdict,
// and judged when the group is gone. False where a verdict of its own stands there, which must not
// outlive what it rests on. Costs a REST call where the branches differ.
bool leave_to_group(const JobContext& context, GitHubClient& client, const MergeQueueRef& group,
                    const PullRequest& pull, Publication& publication);

// The pull requests are judged that were left to a group which is gone: all whose head is none of
// `groups`, those that the queue still has. `job` tells of its end, or looks.
void judge_left(const JobContext& context, const Job& job, const std::vector<RemoteBranch>& groups);

} // namespace leadline
