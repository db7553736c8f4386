#pragma once

#include "app/github/check_publisher.hpp"
#include "app/jobs/job_context.hpp"

#include <optional>
#include <string>

namespace leadline {

// Of the check run called `name` that shows how `job` goes.
CheckPublisher publisher_of(const JobContext& context, GitHubClient& client, const Job& job,
                            const std::string& name);

// The check run of one job, made as soon as its name is known: what branch protection waits for
// must not stand there under another name, even for a moment. What it is given outlives it.
class NamedCheck {
public:
  NamedCheck(const JobContext& context, GitHubClient& client, const Job& job, std::string head_sha)
      : m_context(context), m_client(client), m_job(job), m_head_sha(std::move(head_sha)) {}

  // Where it was begun under another name than the configuration says now, that check run ends and
  // one of this name is made: two calls more.
  void begin(const std::string& name);
  void finish(CheckRunFields outcome, const std::string& name);
  // Another run of the same head is to finish it.
  void hand_over();

  bool finished_before() const { return m_begun && m_begun->finished; }
  std::int64_t id() const { return m_begun->id; }

private:
  CheckPublisher publisher();

  const JobContext& m_context;
  GitHubClient& m_client;
  const Job& m_job;
  std::string m_head_sha;
  std::string m_name;
  std::optional<CheckPublisher::Begun> m_begun;
};

// Branches may be configured differently: a name goes with the branch that a pull request, or a
// group of a merge queue, goes into. Under which name the check stood there last; "" not known.
std::string known_check_name(const JobContext& context, const std::string& repository,
                             const std::string& base_ref);
void remember_check_name(const JobContext& context, const std::string& repository,
                         const std::string& base_ref, const std::string& name);
// The name of all branches that are known; "" where there are several, or none.
std::string usual_check_name(const JobContext& context, const std::string& repository);
// Without asking GitHub where `job` goes to: as its last run, else its group's branch, else all
// say.
std::string check_name_of(const JobContext& context, const Job& job);

} // namespace leadline
