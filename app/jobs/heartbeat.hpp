#pragma once

#include <functional>
#include <memory>

namespace leadline {

class Lease;
class RunningJobs;
struct WorkerOptions;
struct WorkerParts;

// Says every `options.heartbeat` that the running jobs are alive, and does nothing else that may
// take long. A job that stands still for longer than its budget's time is abandoned, to be buried
// by `replace_thread`, as its thread is lost. Returns once `running` was stopped and nothing runs
// any more.
void beat(RunningJobs& running, const WorkerOptions& options, const WorkerParts& parts,
          const std::function<void(const std::shared_ptr<Lease>&)>& replace_thread);

} // namespace leadline
