#pragma once

#include "app/jobs/job.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace leadline {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

// What GitHub delivered, by the id that stays the same on redelivery.
struct Delivery {
  std::string id;
  std::string event;      // "pull_request.opened"
  std::string repository; // may be empty
  TimePoint received{};
};

// queued: a job of it waits or runs. superseded: a newer delivery took over its waiting job.
// failed: a job of it ended in the dead letters; a redelivery is then a new try.
enum class DeliveryState { queued, done, superseded, failed };

struct DeliveryRecord {
  Delivery delivery;
  DeliveryState state = DeliveryState::queued;
  std::string error; // of failed
};

enum class RecordOutcome { recorded, duplicate };

// The durable intake: what is recorded survives a crash at any later moment.
class DeliveryStore {
public:
  virtual ~DeliveryStore() = default;

  // One transaction: the row of the delivery and its jobs, on disk when this returns. A delivery
  // that is known and has not failed is a duplicate and changes nothing. A pull_request,
  // merge_group or sweep job merges into the waiting job of the same target (JobTarget in
  // store_rules.hpp): the newer head (if it names one; by asked_at, since deliveries come in any
  // order), base, reason and delivery replace the older, `again` and who asked are kept, what
  // labels ask for replaces nothing, attempts start anew. Commands never merge. Who opened a pull
  // request or pushed to it (is_push) becomes one of its contributors (PublicationLog), whatever
  // becomes of the job. The handler compares the head with GitHub: the order of deliveries is not
  // guaranteed. Throws Error(unavailable) when nothing could be stored: disk full, read-only,
  // locked, connection lost.
  virtual RecordOutcome record_delivery(const Delivery& delivery, const std::vector<Job>& jobs) = 0;

  virtual std::optional<DeliveryRecord> find_delivery(const std::string& id) = 0;

  // Repositories of which a merge_group event came since then, sorted.
  virtual std::vector<std::string> repositories_with_groups(TimePoint since) = 0;

  // Forgets deliveries received before `before` that are not queued; returns how many.
  virtual std::size_t prune_deliveries(TimePoint before) = 0;
};

} // namespace leadline
