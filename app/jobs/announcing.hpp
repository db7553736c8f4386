#pragma once

#include "app/github/publication_log.hpp"
#include "app/jobs/job_context.hpp"

#include <string>

namespace leadline {

// Shows a check run as queued for a job that has to wait, so that nobody takes an older verdict for
// the one that is asked for. Does nothing where the head has its verdict and no other is asked for,
// where a check is under way already, for a pull request of a merge queue's group (group_head.hpp),
// and in a repository whose check's name is not known yet. A run that starts takes the check run
// over: it costs the call that would have made it. Throws Error.
void announce_run(const JobContext& context, const Job& job);

// Whether `label` is among the labels that alone asked for `job`.
bool names_label(const Job& job, const std::string& label);

// Whether none of the labels that alone asked for `job` is the one that acknowledges. Where a
// verdict stands, it is known which one that is.
bool means_nothing(const Job& job, const Publication& publication);

// Enqueues rerun_after(job, reason) and announces it. What announcing throws is logged only.
void queue_rerun(const JobContext& context, const Job& job, const std::string& reason);

// Whether a verdict about `head` is shown as asked for.
bool is_announced(const JobContext& context, const Job& job, const std::string& head);

// Ends the check run called `name` that `job`'s pull request has shown or begun at `head`, as
// cancelled, and has those judged again whose verdict it stands over now. False: there was nothing
// to end, or another pull request of that head has taken it over.
bool withdraw_check(const JobContext& context, GitHubClient& client, const Job& job,
                    const std::string& name, const std::string& head, const std::string& why);

// The same of what was shown under another name than the check has now: its base was changed, or
// its configuration.
void end_other_name(const JobContext& context, GitHubClient& client, const Job& job,
                    const Publication& publication, const std::string& head,
                    const std::string& name);

// Says, and says no more, that the check of `head` is shown as queued (Publication::queued_heads):
// at once, and in `publication`, whose other facts are neither read nor written.
void note_queued(PublicationLog& log, const Job& job, Publication& publication,
                 const std::string& head);
void forget_queued(PublicationLog& log, const Job& job, Publication& publication,
                   const std::string& head);

// Ends what was announced for heads that never had their turn, all but `kept_head`, and forgets
// them in `publication`, which is saved. "" keeps none.
void withdraw_announcements(const JobContext& context, GitHubClient& client, const Job& job,
                            Publication& publication, const std::string& kept_head);

// Ends what `job` has begun at the head that it names, where that is not `kept_head` and the
// database may lack it (may_be_forgotten).
void withdraw_forgotten(const JobContext& context, GitHubClient& client, const Job& job,
                        const std::string& kept_head);

} // namespace leadline
