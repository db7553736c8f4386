#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace leadline {

class Clock;
struct Job;

// Keeps people who may not give commands from using up the quota of an installation: who was
// refused is not asked about again for a while, whatever they write, and of people whom GitHub does
// not call OWNER, MEMBER or COLLABORATOR only so many are asked about in an hour and repository;
// the others have to wait. That word alone refuses nobody: in a webhook's payload a member whose
// membership is private is a CONTRIBUTOR or NONE
// (https://github.com/orgs/community/discussions/18690), and who was accepted is no stranger for a
// while. In the memory of one process; safe for several threads.
class Refusals {
public:
  explicit Refusals(const Clock& clock) : m_clock(clock) {}

  // Whether a call may be spent on what `job`'s sender may do. no: they were refused. later: too
  // many strangers have asked, and they are one.
  enum class Answer { yes, no, later };
  Answer may_ask(const Job& job);
  // What GitHub has said.
  void refused(const Job& job);
  void accepted(const Job& job);
  bool was_accepted(const Job& job); // within k_trusted

  static constexpr std::chrono::minutes k_remembered{10};
  static constexpr std::chrono::hours k_counted{1};
  static constexpr std::size_t k_most_outsiders = 30;    // refused in k_counted, of one repository
  static constexpr std::chrono::hours k_trusted{24 * 7}; // for counting only: GitHub is asked again

private:
  using Time = std::chrono::system_clock::time_point;
  void forget_old(Time now);

  const Clock& m_clock;
  std::mutex m_mutex;
  std::map<std::string, Time> m_refused;                // by repository and sender
  std::map<std::string, Time> m_accepted;               // likewise
  std::map<std::string, std::vector<Time>> m_outsiders; // by repository
};

} // namespace leadline
