#pragma once

namespace leadline {

class GitHubClient;
struct GroupRange;
struct JobContext;
struct Job;
struct Judged;

// What was acknowledged of the pull requests that a merge queue's group holds goes from its report,
// as it does from theirs: by a label as long as that is on the pull request, and by nobody who
// wrote it. Whose a finding is, say the reports of the pull requests; what none of them has alone
// is all of theirs. Where it is not known which they are, nobody can tell who wrote it, and no word
// counts that its authors could not have given. A word about a secret, which is given for one head,
// counts where that is still the head of its pull request and the group changes the file of the
// finding by the same lines.
void set_group_words_aside(const JobContext& context, GitHubClient& client, const Job& job,
                           const GroupRange& range, Judged& judged);

} // namespace leadline
