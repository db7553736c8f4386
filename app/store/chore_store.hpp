#pragma once

#include "app/store/delivery_store.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace leadline {

// Under this name save_chore_reached() keeps FoundDatabase::lost_come_until.
inline constexpr const char* k_lost_come_again = "lost deliveries";
inline constexpr const char* k_looked = "looked for lost deliveries"; // likewise, ::looked

// Chores that one of several processes does now and then: asking GitHub for missed deliveries,
// looking through open pull requests.
class ChoreStore {
public:
  virtual ~ChoreStore() = default;

  // True for one process only when the chore is due; it is due again `claim` after `now`, also when
  // that process dies. What is due more than a minute later than `every` after `now` is due, as it
  // can only be because a clock was set back.
  virtual bool claim_chore(const std::string& name, TimePoint now, std::chrono::milliseconds claim,
                           std::chrono::milliseconds every) = 0;
  // Of who has claimed it: it is due then, and not when the claim ends.
  virtual void set_chore_due(const std::string& name, TimePoint due) = 0;
  // How far a chore has come, in time; 1970 when it never has.
  virtual TimePoint chore_reached(const std::string& name) = 0;
  virtual void save_chore_reached(const std::string& name, TimePoint reached) = 0;

  // What a chore has counted, so that all servers know (QueueStats), whichever has done it.
  virtual void save_missed(std::size_t open, std::size_t given_up) = 0;
};

} // namespace leadline
