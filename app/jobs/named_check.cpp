#include "app/jobs/named_check.hpp"

#include "app/jobs/work_observer.hpp"

namespace leadline {

void NamedCheck::begin(const std::string& name) {
  if (!m_begun) {
    m_name = name;
    m_begun = publisher().begin(m_head_sha, run_key(m_job), m_job.reason);
  }
}

void NamedCheck::finish(CheckRunFields outcome, const std::string& name) {
  begin(name);
  if (name != m_name) { // the configuration was another one when its name was remembered
    outcome.name = name;
  }
  const Stage stage(m_context.parts.observer, "check");
  publisher().finish(*m_begun, std::move(outcome));
}

void NamedCheck::hand_over() { publisher().hand_over(*m_begun); }

CheckPublisher NamedCheck::publisher() {
  return {m_client, m_context.parts.log, m_context.parts.clock, {m_name, m_context.app.app_id}};
}

std::string known_check_name(const JobContext& context, const std::string& repository) {
  const auto publication = context.parts.log.load(repository, 0);
  return publication ? publication->check_name : std::string();
}

void remember_check_name(const JobContext& context, const std::string& repository,
                         const std::string& name) {
  Publication publication = context.parts.log.load(repository, 0).value_or(Publication());
  if (publication.check_name != name) {
    publication.check_name = name;
    context.parts.log.save(repository, 0, publication);
  }
}

} // namespace leadline
