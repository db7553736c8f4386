#include "app/jobs/job_handlers.hpp"

#include "app/github/conditional.hpp"
#include "app/github/rate_limit.hpp"
#include "app/jobs/announcing.hpp"
#include "app/jobs/changed_defaults.hpp"
#include "app/jobs/command_job.hpp"
#include "app/jobs/destroyed_group.hpp"
#include "app/jobs/installation_job.hpp"
#include "app/jobs/known_installation.hpp"
#include "app/jobs/lost_access.hpp"
#include "app/jobs/merge_group_job.hpp"
#include "app/jobs/moved_repository.hpp"
#include "app/jobs/organisation_defaults.hpp"
#include "app/jobs/pull_request_job.hpp"
#include "app/jobs/refusals.hpp"
#include "app/jobs/sweep_job.hpp"
#include "base/error.hpp"

#include <spdlog/spdlog.h>

#include <map>
#include <mutex>
#include <optional>
#include <random>

namespace leadline {
namespace {

// What whoever waits for a verdict can do about a failure. The chain of causes is for the log: it
// may name hosts, paths and queries of the server. nullopt: an error of leadline.
std::string failure_words(std::optional<ErrorKind> failure) {
  if (!failure) {
    return "Something is wrong inside leadline; its operators find the cause in the log.";
  }
  switch (*failure) {
  case ErrorKind::unavailable:
    return "GitHub, or the network on the way to it, did not answer for a long time.";
  case ErrorKind::denied:
    return "GitHub refused leadline access: is the App installed for this repository, and has it "
           "the permissions that it asks for?";
  case ErrorKind::not_found:
    return "The repository, or a commit of this pull request, could not be found: was it moved, "
           "deleted or pushed over?";
  case ErrorKind::bad_input:
    return "The commits cannot be compared: do both still exist, and have they a common ancestor?";
  }
  return "";
}

class JobHandlers final : public JobHandler {
public:
  JobHandlers(GitHubApp app, const JobHandlerParts& parts)
      : m_app(std::move(app)), m_parts(parts),
        m_jwt(AppJwt::create(m_app.app_id, m_app.private_key)),
        m_limited(make_rate_limited(parts.transport, parts.clock, parts.logger, retry_options())),
        m_transport(make_conditional(*m_limited)), m_tokens(*m_transport, *m_jwt, parts.clock),
        m_defaults(parts.clock, parts.log),
        m_refusals(parts.clock), m_context{m_app,    m_parts,    *m_transport,
                                           m_tokens, m_defaults, m_refusals} {}

  void run(const Job& job) override {
    try {
      handle(job);
      note(job, std::nullopt);
    } catch (const Error& error) {
      note(job, error.kind()); // what people are told depends on it, should this be the last try
      throw;
    } catch (...) {
      note(job, std::nullopt);
      throw;
    }
  }

  void announce(const Job& job) override {
    if (job.installation_id != 0) { // else its limits are not known either
      announce_run(m_context, job);
    }
  }

  std::chrono::milliseconds closed_for(const Job& job) override {
    return m_limited->closed_for(job.installation_id);
  }

  void give_up(const Job& job, const std::string& why) override {
    try {
      const std::string words = words_of(noted(job), why);
      if (job.kind == JobKind::pull_request || job.kind == JobKind::merge_group) {
        PullRequestJob(m_context).give_up(job, words);
      } else if (job.kind == JobKind::command && job.command.starts_with('/')) {
        CommandJob(m_context).give_up(job, words);
      }
    } catch (const Error& error) {
      m_parts.logger.error("nobody could be told that the job failed: {}; it failed by: {}",
                           error.what(), why);
      if (error.kind() == ErrorKind::unavailable) {
        throw; // told later
      }
      // The repository is gone, or the App may not write to it: there is nobody to tell.
    }
    note(job, std::nullopt);
  }

private:
  void handle(const Job& job) {
    const bool of_event = job.kind == JobKind::command && !job.command.starts_with('/');
    if (job.installation_id == 0 && !of_event) {
      queue_for_its_installation(m_context, job);
      return;
    }
    switch (job.kind) {
    case JobKind::pull_request:
      PullRequestJob(m_context).run(job);
      break;
    case JobKind::merge_group:
      MergeGroupJob(m_context).run(job);
      break;
    case JobKind::sweep:
      SweepJob(m_context).run(job);
      break;
    case JobKind::command:
      if (is_move(job)) {
        move(job);
      } else if (is_lost_access(job)) {
        m_parts.logger.info("{}: {} jobs dropped", job.command, give_up_access(m_context, job));
      } else if (is_destroyed_group(job)) {
        end_group(m_context, job);
      } else if (is_of_installation(job)) {
        GitHubClient client = m_context.client(job);
        m_parts.logger.info("{}: {} repositories", job.command,
                            queue_of_installation(client, m_parts.queue, job));
      } else if (is_change_of_defaults(job)) {
        change_defaults(job);
      } else {
        CommandJob(m_context).run(job);
      }
      break;
    }
  }

  void change_defaults(const Job& job) {
    GitHubClient client = m_context.client(job);
    if (job.reason == k_defaults_may_have_changed && !m_defaults.are_new(client)) {
      m_parts.logger.info("the organisation's defaults are what they were");
      return;
    }
    m_defaults.changed(job.repository.substr(0, job.repository.find('/')), run_key(job));
    const std::size_t count = queue_change_of_defaults(client, m_parts.queue, job);
    m_defaults.swept(client); // last: after a failure all of it is done again
    m_parts.logger.info("{}: {} repositories to sweep", job.command, count);
  }

  void move(const Job& job) {
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(m_parts.clock.now());
    const std::size_t moved = move_acknowledgements(m_parts.acknowledgements, job, now);
    move_publications(m_parts.log, job);
    m_parts.queue.move_jobs(moved_from(job), job.repository, job.installation_id);
    m_parts.logger.info("{}: {} acknowledgements", job.command, moved);
  }

  // What the worker says of a job that passed its budget is meant for everybody.
  static std::string words_of(std::optional<ErrorKind> failure, const std::string& why) {
    if (!failure && why.starts_with("the analysis ")) {
      return why + ".";
    }
    if (!failure && why.starts_with("none of ")) { // of a process that is gone
      return "None of its tries came to an end; the operators find the causes in the log.";
    }
    return failure_words(failure);
  }

  void note(const Job& job, std::optional<ErrorKind> failure) {
    const std::lock_guard lock(m_mutex);
    if (failure) {
      m_failures[job.id] = *failure;
    } else {
      m_failures.erase(job.id);
    }
  }

  std::optional<ErrorKind> noted(const Job& job) {
    const std::lock_guard lock(m_mutex);
    const auto found = m_failures.find(job.id);
    return found == m_failures.end() ? std::nullopt : std::optional(found->second);
  }

  static RetryOptions retry_options() {
    RetryOptions options;
    options.jitter_seed = std::random_device()();
    return options;
  }

  const GitHubApp m_app;
  const JobHandlerParts m_parts;
  const std::unique_ptr<AppJwt> m_jwt;
  const std::unique_ptr<LimitedTransport> m_limited;
  const std::unique_ptr<HttpTransport> m_transport;
  InstallationTokens m_tokens;
  OrganisationDefaults m_defaults;
  Refusals m_refusals;
  const JobContext m_context;
  std::mutex m_mutex;
  std::map<std::int64_t, ErrorKind> m_failures; // of the last try, by job
};

} // namespace

std::unique_ptr<JobHandler> make_job_handler(const GitHubApp& app, const JobHandlerParts& parts) {
  return std::make_unique<JobHandlers>(app, parts);
}

} // namespace leadline
