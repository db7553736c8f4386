#pragma once

#include "app/store/chore_store.hpp"
#include "app/store/delivery_store.hpp"

#include <spdlog/fwd.h>

#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace leadline {

class AppApi;
class Clock;

// What a look at GitHub's deliveries has found; each delivery once, however often it was tried.
struct MissedCounts {
  std::size_t missed = 0;   // we have no row of them, and GitHub says that they failed, or 202
  std::size_t asked = 0;    // asked for again now
  std::size_t failed = 0;   // could not be asked for now
  std::size_t given_up = 0; // failed too often, or taken twice and not here
  std::size_t lost = 0;     // of missed, those that were taken once, with 202
};

// GitHub does not deliver a webhook again by itself
// (https://docs.github.com/webhooks/using-webhooks/handling-failed-webhook-deliveries): what it
// could not deliver while we were away, and what we answered with 503, is asked for at once. So is
// what was answered with 202 and has no row: the database is an older copy, or lost it.
// Further attempts of the same delivery wait a minute, then twice as long as the one before; after
// `k_max_attempts` it is given up, and the sweep of open pull requests finds what it was about.
class MissedDeliveries {
public:
  MissedDeliveries(AppApi& api, DeliveryStore& deliveries, ChoreStore& chores, Clock& clock,
                   spdlog::logger& logger, std::chrono::hours kept = k_kept)
      : m_api(api), m_deliveries(deliveries), m_chores(chores), m_clock(clock), m_logger(logger),
        m_kept(kept) {}

  // Looks at all attempts since the oldest one that is still open, of which GitHub lists the newest
  // 50,000, and leaves the counts in the store for all servers. One that cannot be asked for holds
  // up no other. Throws Error. For one thread.
  MissedCounts look();

  static constexpr const char* k_chore = "missed deliveries";
  static constexpr int k_max_attempts = 6;
  // For how long attempts can be asked for again:
  // https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks and
  // the same page of GitHub Enterprise Server.
  static constexpr std::chrono::hours k_kept{72};
  static constexpr std::chrono::hours k_kept_by_enterprise_server{168};

private:
  struct Story; // of all attempts of one delivery
  struct Wanted {
    std::string guid;
    std::string repository; // "": not known
    const Story* story;
  };
  void ask_for(std::vector<Wanted> wanted, MissedCounts& counts);

  AppApi& m_api;
  DeliveryStore& m_deliveries;
  ChoreStore& m_chores;
  Clock& m_clock;
  spdlog::logger& m_logger;
  const std::chrono::hours m_kept;
  std::set<std::string> m_failed; // by guid: could not be asked for
};

} // namespace leadline
