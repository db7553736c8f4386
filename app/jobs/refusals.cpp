#include "app/jobs/refusals.hpp"

#include "app/github/clock.hpp"
#include "app/jobs/job.hpp"
#include "base/text.hpp"

namespace leadline {
namespace {

std::string key_of(const Job& job) {
  return job.repository + " " +
         (job.sender_id != 0 ? std::to_string(job.sender_id) : to_lower(job.sender));
}

// A button can be pressed by people with write permission only; it says nothing of who they are.
bool is_outsider(const Job& job) {
  const std::string& word = job.association;
  return !word.empty() && word != "OWNER" && word != "MEMBER" && word != "COLLABORATOR";
}

} // namespace

Refusals::Answer Refusals::may_ask(const Job& job) {
  const std::lock_guard lock(m_mutex);
  forget_old(m_clock.now());
  if (m_refused.count(key_of(job)) != 0) {
    return Answer::no;
  }
  const auto outsiders = m_outsiders.find(job.repository);
  const bool many = outsiders != m_outsiders.end() && outsiders->second.size() >= k_most_outsiders;
  return many && is_outsider(job) && m_accepted.count(key_of(job)) == 0 ? Answer::later
                                                                        : Answer::yes;
}

void Refusals::refused(const Job& job) {
  const std::lock_guard lock(m_mutex);
  const Time now = m_clock.now();
  m_refused[key_of(job)] = now;
  m_accepted.erase(key_of(job));
  if (is_outsider(job)) {
    m_outsiders[job.repository].push_back(now);
  }
}

void Refusals::accepted(const Job& job) {
  const std::lock_guard lock(m_mutex);
  m_accepted[key_of(job)] = m_clock.now();
}

bool Refusals::was_accepted(const Job& job) {
  const std::lock_guard lock(m_mutex);
  forget_old(m_clock.now());
  return m_accepted.count(key_of(job)) != 0;
}

void Refusals::forget_old(Time now) {
  std::erase_if(m_refused, [&](const auto& row) { return now - row.second >= k_remembered; });
  std::erase_if(m_accepted, [&](const auto& row) { return now - row.second >= k_trusted; });
  for (auto& [repository, times] : m_outsiders) {
    std::erase_if(times, [&](Time time) { return now - time >= k_counted; });
  }
  std::erase_if(m_outsiders, [](const auto& row) { return row.second.empty(); });
}

} // namespace leadline
