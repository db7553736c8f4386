#include "app/store/delivery_rows.hpp"

#include "app/store/job_rows.hpp"
#include "app/store/sql_values.hpp"
#include "app/store/store_rules.hpp"

namespace leadline {

RecordOutcome insert_delivery(SqlSession& session, const Delivery& delivery,
                              const std::vector<Job>& jobs) {
  // A failed delivery that GitHub sends again is a new try.
  const std::size_t recorded = session.execute(
      "INSERT INTO deliveries (id, event, repository, received, state, error) VALUES ($1, $2, $3, "
      "$4, $5, '') ON CONFLICT (id) DO UPDATE SET state = excluded.state, error = '', received = "
      "excluded.received WHERE deliveries.state = 'failed'",
      {delivery.id, delivery.event, delivery.repository, millis(delivery.received),
       std::string(name_of(jobs.empty() ? DeliveryState::done : DeliveryState::queued))});
  if (recorded == 0) {
    return RecordOutcome::duplicate;
  }
  session.execute("DELETE FROM jobs WHERE delivery_id = $1 AND state = 'dead'", {delivery.id});
  for (const Job& job : jobs) {
    insert_job(session, job, delivery.received);
  }
  return RecordOutcome::recorded;
}

std::optional<DeliveryRecord> delivery_record(SqlSession& session, const std::string& id) {
  const auto rows = session.query(
      "SELECT event, repository, received, state, error FROM deliveries WHERE id = $1", {id});
  if (rows.empty()) {
    return std::nullopt;
  }
  const SqlRow& row = rows.front();
  return DeliveryRecord{{id, text(row, 0), text(row, 1), time_of(integer(row, 2))},
                        parse_delivery_state(text(row, 3)),
                        text(row, 4)};
}

std::vector<std::string> group_repositories(SqlSession& session, TimePoint since) {
  std::vector<std::string> names;
  for (const SqlRow& row :
       session.query("SELECT DISTINCT repository FROM deliveries WHERE substr(event, 1, 12) = "
                     "'merge_group.' AND received >= $1 ORDER BY repository",
                     {millis(since)})) {
    names.push_back(text(row, 0));
  }
  return names;
}

std::size_t prune_delivery_rows(SqlSession& session, TimePoint before) {
  session.execute("DELETE FROM forgotten_repositories WHERE forgotten_at < $1", {millis(before)});
  return session.execute("DELETE FROM deliveries WHERE received < $1 AND state <> 'queued'",
                         {millis(before)});
}

} // namespace leadline
