#pragma once

#include "app/jobs/job_context.hpp"

namespace leadline {

// Answers "/leadline help" and commands that do not exist; the latter get the help once in a pull
// request. Who has no write permission gets a reaction and nothing else. A re-run is a job of kind
// pull_request.
class CommandJob {
public:
  explicit CommandJob(const JobContext& context) : m_context(context) {}
  void run(const Job& job);

private:
  JobContext m_context;
};

} // namespace leadline
