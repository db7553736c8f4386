#pragma once

#include "app/github/app_jwt.hpp"
#include "app/github/clock.hpp"
#include "app/github/messages.hpp"
#include "app/github/transport.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace leadline {

// Installation access tokens
// (https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app), kept
// until 5 minutes before they expire. Safe for several threads; of one installation one token is
// asked for at a time. All arguments outlive it.
class InstallationTokens {
public:
  InstallationTokens(HttpTransport& transport, const AppJwt& jwt, Clock& clock);

  // Throws Error: not_found when the installation is gone, denied when the app's key is refused or
  // the installation is suspended, bad_input when it lacks a permission of `scope`, unavailable.
  Secret token(std::int64_t installation_id, TokenScope scope = TokenScope::usual);

  // GitHub refused `token`: the next call asks for a new one.
  void forget(std::int64_t installation_id, const Secret& token,
              TokenScope scope = TokenScope::usual);

  // The installation that covers "owner/name". Throws Error(not_found) when the app is not
  // installed there.
  std::int64_t installation_of(const std::string& repository);

private:
  struct Entry {
    std::mutex mutex;
    Secret token;
    std::chrono::system_clock::time_point expires_at{};
  };

  using Key = std::pair<std::int64_t, TokenScope>;
  Entry& entry_of(const Key& key);

  HttpTransport& m_transport;
  const AppJwt& m_jwt;
  Clock& m_clock;
  std::mutex m_mutex; // guards the map, not the entries
  std::map<Key, Entry> m_entries;
};

} // namespace leadline
