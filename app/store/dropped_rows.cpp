#include "app/store/dropped_rows.hpp"

#include "app/store/job_columns.hpp"
#include "app/store/job_rows.hpp"
#include "app/store/publication_rows.hpp"
#include "app/store/sql_values.hpp"
#include "app/store/store_rules.hpp"

#include <chrono>
#include <vector>

namespace leadline {
namespace {

// By how much the clocks of a server and of the database may differ.
constexpr std::chrono::minutes k_slack{1};

// Of an installation that is suspended what was written stays: nothing was forgotten there since
// the job is queued.
void forget_if_lost(SqlSession& session, const std::string& repository, TimePoint queued) {
  if (!session
           .query("SELECT 1 FROM forgotten_repositories WHERE repository = $1 AND forgotten_at >= "
                  "$2",
                  {repository, millis(queued - k_slack)})
           .empty()) {
    forget_late_rows(session, repository);
  }
}

constexpr const char* k_ended = " RETURNING delivery_id, repository, queued_at";

void end(SqlSession& session, const std::vector<SqlRow>& rows) {
  for (const SqlRow& row : rows) {
    settle_delivery(session, text(row, 0), DeliveryState::superseded);
    forget_if_lost(session, text(row, 1), time_of(integer(row, 2)));
  }
}

// Rows of delivery ids whose jobs were deleted.
void supersede(SqlSession& session, const std::vector<SqlRow>& rows) {
  for (const SqlRow& row : rows) {
    settle_delivery(session, text(row, 0), DeliveryState::superseded);
  }
}

} // namespace

void cancel_jobs(SqlSession& session, const Job& job) {
  const std::string target = target_of(job);
  if (!target.empty()) {
    supersede(session, session.query("DELETE FROM jobs WHERE target = $1 AND state = 'waiting' "
                                     "RETURNING delivery_id",
                                     {target}));
  }
}

std::size_t drop_job_rows(SqlSession& session, std::int64_t installation_id,
                          const std::string& repository) {
  const std::string of_it =
      "installation_id = $1 AND ($2 = '' OR repository = $3) AND NOT (kind = 'command' AND command "
      "<> '' AND command NOT LIKE '/%')";
  const std::vector<SqlValue> values = {installation_id, repository, repository};
  const auto rows = session.query(
      "DELETE FROM jobs WHERE " + of_it + " AND state <> 'running' RETURNING delivery_id", values);
  supersede(session, rows);
  return rows.size() +
         session.execute("UPDATE jobs SET dropped = 1 WHERE " + of_it + " AND state = 'running'",
                         values);
}

bool end_dropped(SqlSession& session, const LeasedJob& leased) {
  const auto rows = session.query(std::string("DELETE FROM jobs WHERE id = $1 AND leases = $2 AND "
                                              "state = 'running' AND dropped = 1") +
                                      k_ended,
                                  {leased.job.id, leased.token});
  end(session, rows);
  return !rows.empty();
}

void end_lapsed_dropped(SqlSession& session, TimePoint now, const std::string& held) {
  end(session, session.query(std::string("DELETE FROM jobs WHERE state = 'running' AND dropped = 1 "
                                         "AND NOT (CAST($2 AS TEXT) LIKE '%,' || CAST(id AS TEXT) "
                                         "|| ',%') AND ") +
                                 k_lapsed + k_ended,
                             {millis(now), held}));
}

} // namespace leadline
