#pragma once

#include "app/jobs/job.hpp"
#include "app/store/delivery_store.hpp"

#include <chrono>
#include <cstddef>

namespace leadline {

class GitHubClient;
class JobQueue;
class PublicationLog;
struct JobContext;

// A check that stands as queued or in progress and has no job any more, on any server, is waited
// for without end: its process died with its lease lost, its job was dropped or died untold. They
// are known without asking GitHub, as each check is written down with the run that it is to show.

// A job of kind `sweep` with this head_ref, the number of what is lost and, as its
// head, where it stands in the log (check_slot()): it stands in
// the lane of the run, so that none can begin meanwhile. (A server of the version before takes it
// for a look at a merge queue.)
inline constexpr const char* k_lost_check = "(lost check)";
bool is_lost_check(const Job& job);

// Nothing is lost that was written down more lately: a run may be between its check and its job.
inline constexpr std::chrono::minutes k_run_lost_after{2};

// Where nobody may look at it any more, such a check is written down as ended. Nothing for other
// jobs.
void forget_if_lost_check(PublicationLog& log, const Job& job);

// Queues such a job for each check that has lost its run. Returns how many.
std::size_t queue_lost_checks(PublicationLog& log, JobQueue& queue, TimePoint now);

// Concludes the check of a pull request as action_required, and queues another run. A merge queue
// would throw its pull request out by that, and waits for an hour: the check of a group that still
// exists is left to another run at once. Nothing where a run is under way. Throws Error.
void end_lost_check(const JobContext& context, GitHubClient& client, const Job& job);

} // namespace leadline
