#pragma once

#include "app/store/store.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

// What the files of the contract (store_contract.hpp) share.
namespace leadline::tests {

using namespace std::chrono_literals;

inline const TimePoint k_start{1'700'000'000'000ms};
inline constexpr std::chrono::milliseconds k_lease = 60s;

inline Job pull_job(const std::string& repository, int number, const std::string& head) {
  Job job;
  job.installation_id = 1;
  job.repository = repository;
  job.pull_number = number;
  job.head_sha = head;
  job.reason = "synchronize";
  return job;
}

inline Delivery delivery(const std::string& id) {
  return {id, "pull_request.synchronize", "o/r", k_start};
}

inline RecordOutcome record(Store& store, const std::string& id, std::vector<Job> jobs) {
  for (Job& job : jobs) {
    job.delivery_id = id;
  }
  return store.record_delivery(delivery(id), jobs);
}

inline LeasedJob lease(Store& store, TimePoint now = k_start) {
  const std::optional<LeasedJob> leased = store.lease_next({"worker", now, k_lease});
  REQUIRE(leased);
  return *leased;
}

// When a row was written is known to a millisecond.
inline void next_millisecond() {
  const auto now = [] {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  };
  const auto start = now();
  while (now() <= start) {
    std::this_thread::sleep_for(1ms);
  }
}

inline DeliveryState state_of(Store& store, const std::string& id) {
  const auto record = store.find_delivery(id);
  REQUIRE(record);
  return record->state;
}

} // namespace leadline::tests
