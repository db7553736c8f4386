#pragma once

#include "app/config_review.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace leadline {

class Clock;
class GitHubClient;

// The configuration of an organisation: .github/leadline.yml on the default branch of its
// repository ".github". Asked for once a minute at most, for all its repositories together. Safe
// for several threads.
class OrganisationDefaults {
public:
  explicit OrganisationDefaults(const Clock& clock) : m_clock(clock) {}

  // Of the owner of the client's repository; built-in values where there is no file or the App may
  // not read it. Throws Error(unavailable) when GitHub does not answer: what an organisation
  // demands must not be lost by an outage.
  LoadedConfig of(GitHubClient& client);

  // They are other ones now: the next call reads them anew.
  void forget(const std::string& owner);

private:
  struct Entry {
    LoadedConfig config;
    std::chrono::system_clock::time_point read{};
  };

  const Clock& m_clock;
  std::mutex m_mutex;
  std::map<std::string, Entry> m_entries; // by installation and owner
};

} // namespace leadline
