#pragma once

#include "app/config_review.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace leadline {

class Clock;
class GitHubClient;
class PublicationLog;

// In the place of a digest: they were there, and nobody sees them now.
inline constexpr const char* k_defaults_lost = "lost";

// The configuration of an organisation: .github/leadline.yml on the default branch of its
// repository ".github". Asked for once a minute at most, for all its repositories together, and
// anew as soon as any server that shares the log has heard of a change. Safe for several threads.
class OrganisationDefaults {
public:
  OrganisationDefaults(const Clock& clock, PublicationLog& log) : m_clock(clock), m_log(log) {}

  // Of the owner of the client's repository; built-in values where there is no file. A repository
  // that the App may not see looks to it like one that does not exist: there are no defaults where
  // none were ever seen, else `mistakes` say so and the digest is k_defaults_lost until the App
  // sees the repository again, with the file or without it. Throws Error(unavailable) when GitHub
  // does not answer: what an organisation demands must not be lost by an outage.
  LoadedConfig of(GitHubClient& client);

  // `request` has changed them: the next call of any server reads them anew.
  void changed(const std::string& owner, const std::string& request);

  // Whether they are other ones than all repositories were swept with last, by their bytes; true
  // when nobody knows. `client` is of their own repository.
  bool are_new(GitHubClient& client);
  // All repositories are being swept with them.
  void swept(GitHubClient& client);

private:
  LoadedConfig load(GitHubClient& client);
  LoadedConfig unless_lost(const std::string& owner, const std::string& name);
  void remember(const std::string& owner, const std::string& digest);

  struct Entry {
    LoadedConfig config;
    std::chrono::system_clock::time_point read{};
    std::string changed_by; // what had changed them last when they were read
  };

  const Clock& m_clock;
  PublicationLog& m_log;
  std::mutex m_mutex;
  std::map<std::string, Entry> m_entries; // by installation and owner
};

} // namespace leadline
