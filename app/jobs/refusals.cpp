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

bool Refusals::may_ask(const Job& job) {
  const std::lock_guard lock(m_mutex);
  forget_old(m_clock.now());
  if (m_refused.count(key_of(job)) != 0) {
    return false;
  }
  const auto outsiders = m_outsiders.find(job.repository);
  return !is_outsider(job) || outsiders == m_outsiders.end() ||
         outsiders->second.size() < k_most_outsiders;
}

void Refusals::remember(const Job& job) {
  const std::lock_guard lock(m_mutex);
  const Time now = m_clock.now();
  m_refused[key_of(job)] = now;
  if (is_outsider(job)) {
    m_outsiders[job.repository].push_back(now);
  }
}

void Refusals::forget_old(Time now) {
  std::erase_if(m_refused, [&](const auto& row) { return now - row.second >= k_remembered; });
  for (auto& [repository, times] : m_outsiders) {
    std::erase_if(times, [&](Time time) { return now - time >= k_counted; });
  }
  std::erase_if(m_outsiders, [](const auto& row) { return row.second.empty(); });
}

} // namespace leadline
