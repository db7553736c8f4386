#include "app/jobs/named_check.hpp"

#include "app/jobs/merge_queue_ref.hpp"
#include "app/jobs/same_head.hpp"
#include "app/jobs/work_observer.hpp"
#include "app/render/neutralize.hpp"

#include <algorithm>

namespace leadline {
namespace {

// A check run that was written down before may be followed by one that the database lacks. That it
// went back to a copy may be seen by a look alone, where its connections outlive that.
FoundDatabase::Time doubted_before(const JobContext& context) {
  const FoundDatabase found = context.parts.log.found();
  return lost_come_again(context) ? std::max(found.at, found.looked) : found.at;
}

} // namespace

CheckPublisher publisher_of(const JobContext& context, GitHubClient& client, const Job& job,
                            const std::string& name) {
  return {client,
          context.parts.log,
          context.parts.clock,
          {name, context.app.app_id},
          may_be_forgotten(context, job) ? std::optional(doubted_before(context)) : std::nullopt};
}

void NamedCheck::begin(const std::string& name) {
  if (m_begun && m_name == name) {
    return;
  }
  if (m_begun) { // renaming it would take a name away that others of this head may wait for
    publisher().cancel(*m_begun, "This check is called " + code_span(name) + " now.");
    if (m_job.pull_number != 0) {
      judge_sharers_again(m_context, m_job, m_head_sha, m_name);
    }
  }
  m_name = name;
  m_begun = publisher().begin(m_head_sha, run_key(m_job), m_job.reason);
}

void NamedCheck::finish(CheckRunFields outcome, const std::string& name) {
  begin(name);
  if (m_begun->finished && !m_begun->conclusion.empty() &&
      m_begun->conclusion != outcome.conclusion) { // it rested on what the database has lost
    m_begun = publisher().begin_anew(m_head_sha, run_key(m_job), m_job.reason);
  }
  outcome.name = name;
  const Stage stage(m_context.parts.observer, "check");
  publisher().finish(*m_begun, std::move(outcome));
}

void NamedCheck::hand_over() { publisher().hand_over(*m_begun); }

CheckPublisher NamedCheck::publisher() { return publisher_of(m_context, m_client, m_job, m_name); }

std::string known_check_name(const JobContext& context, const std::string& repository,
                             const std::string& base_ref) {
  const auto publication = context.parts.log.load(repository, 0);
  if (publication) {
    for (const NamedBase& named : publication->named_bases) {
      if (named.base_ref == base_ref) {
        return named.check_name;
      }
    }
  }
  return {};
}

std::string usual_check_name(const JobContext& context, const std::string& repository) {
  const Publication publication = context.parts.log.load(repository, 0).value_or(Publication());
  const std::vector<NamedBase>& bases = publication.named_bases;
  const bool one = std::all_of(bases.begin(), bases.end(), [&](const NamedBase& named) {
    return named.check_name == bases.front().check_name;
  });
  return bases.empty() ? publication.check_name : one ? bases.front().check_name : std::string();
}

std::string check_name_of(const JobContext& context, const Job& job) {
  const Publication publication =
      context.parts.log.load(job.repository, job.pull_number).value_or(Publication());
  std::string name;
  if (job.pull_number != 0) {
    name = publication.check_name;
  } else if (const auto ref = parse_merge_queue_ref(job.head_ref)) {
    name = known_check_name(context, job.repository, ref->base);
  }
  return name.empty() ? usual_check_name(context, job.repository) : name;
}

void remember_check_name(const JobContext& context, const std::string& repository,
                         const std::string& base_ref, const std::string& name) {
  if (base_ref.empty()) {
    return;
  }
  const auto stays = [&](const std::vector<NamedBase>& bases) {
    // What is used goes to the end before it comes near to the beginning, where others are
    // forgotten.
    const std::size_t old = bases.size() - std::min(bases.size(), k_most_named_bases / 2);
    return std::any_of(bases.begin() + static_cast<std::ptrdiff_t>(old), bases.end(),
                       [&](const NamedBase& named) {
                         return named.base_ref == base_ref && named.check_name == name;
                       });
  };
  const auto known = context.parts.log.load(repository, 0);
  if (known && stays(known->named_bases)) {
    return;
  }
  context.parts.log.change(repository, 0, [&](Publication& facts) {
    std::vector<NamedBase>& bases = facts.named_bases;
    std::erase_if(bases, [&](const NamedBase& named) { return named.base_ref == base_ref; });
    if (bases.size() >= k_most_named_bases) {
      bases.erase(bases.begin());
    }
    bases.push_back({base_ref, name});
    facts.check_name = name;
  });
}

} // namespace leadline
