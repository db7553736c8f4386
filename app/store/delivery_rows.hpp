#pragma once

#include "app/store/delivery_store.hpp"
#include "app/store/sql_database.hpp"

#include <optional>
#include <string>
#include <vector>

// The statements behind DeliveryStore, each in the transaction of its session.
namespace leadline {

RecordOutcome insert_delivery(SqlSession& session, const Delivery& delivery,
                              const std::vector<Job>& jobs);
std::optional<DeliveryRecord> delivery_record(SqlSession& session, const std::string& id);
std::vector<std::string> group_repositories(SqlSession& session, TimePoint since);
// With what was forgotten before (ForgottenStore).
std::size_t prune_delivery_rows(SqlSession& session, TimePoint before);

} // namespace leadline
