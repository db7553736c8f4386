#pragma once

#include <functional>

namespace leadline {

class RunningJobs;
class Settling;
struct WorkerOptions;
struct WorkerParts;

// Says every `options.heartbeat` that the running jobs are alive. A job that stands still for
// longer than its budget's time is buried; its thread is lost, which `replace_thread` is told.
// Returns once `running` was stopped and nothing runs any more.
void beat(RunningJobs& running, Settling& settling, const WorkerOptions& options,
          const WorkerParts& parts, const std::function<void()>& replace_thread);

} // namespace leadline
