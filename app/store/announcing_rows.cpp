#include "app/store/job_columns.hpp"
#include "app/store/job_rows.hpp"

#include <algorithm>
#include <string>

namespace leadline {
namespace {

// $1 is now, $2 the time since when it must have waited: before a clock that was set back, too. A
// try that failed may have failed before it showed anything, and the next one is far off.
const std::string k_unannounced =
    std::string("j.state = 'waiting' AND j.announced = 0 AND j.kind IN ('merge_group', "
                "'pull_request') AND ") +
    k_announceable + " AND (j.attempts > 0 OR " + k_due +
    ") AND (j.queued_at < $2 OR j.queued_at > $1) AND NOT EXISTS (SELECT 1 FROM jobs r WHERE "
    "r.lane = j.lane AND r.state = 'running')";

} // namespace

bool has_unannounced_job(SqlSession& session, TimePoint now, TimePoint queued_before) {
  return !session
              .query(std::string("SELECT 1 FROM jobs j WHERE ") + k_unannounced + " LIMIT 1",
                     {millis(now), millis(queued_before)})
              .empty();
}

std::optional<LeasedJob> lease_unannounced_job(SqlSession& session, const LeaseTerms& terms,
                                               TimePoint queued_before) {
  const std::int64_t now = millis(terms.now);
  const std::vector<std::int64_t>& left_out = terms.not_of_installations;
  const auto installations = session.query(
      std::string("SELECT t.installation_id FROM turns t WHERE EXISTS (SELECT 1 FROM jobs j WHERE "
                  "j.installation_id = t.installation_id AND ") +
          k_unannounced + ") ORDER BY t.announce_turn, t.installation_id LIMIT $3",
      {now, millis(queued_before), static_cast<std::int64_t>(16 + left_out.size())});
  for (const SqlRow& installation : installations) {
    if (std::find(left_out.begin(), left_out.end(), integer(installation, 0)) != left_out.end()) {
      continue;
    }
    const auto candidates = session.query(
        std::string("SELECT j.id FROM jobs j WHERE j.installation_id = $3 AND ") + k_unannounced +
            " ORDER BY j.id LIMIT 1" + std::string(session.skip_locked()),
        {now, millis(queued_before), installation.at(0)});
    if (candidates.empty()) {
      continue; // another replica was faster
    }
    const auto rows = session.query(
        std::string("UPDATE jobs SET state = 'running', attempts = attempts + 1, leases = leases + "
                    "1, lease_until = $2, worker = $3, dropped = 0 WHERE id = $1 RETURNING ") +
            k_job_columns + ", leases, error",
        {candidates.front().at(0), millis(terms.now + terms.lease), terms.worker});
    session.execute("UPDATE turns SET announce_turn = (SELECT max(announce_turn) + 1 FROM turns) "
                    "WHERE installation_id = $1",
                    {installation.at(0)});
    return LeasedJob{read_job(rows.at(0)), integer(rows.at(0), k_after_job),
                     text(rows.at(0), k_after_job + 1)};
  }
  return std::nullopt;
}

bool end_announcing_job(SqlSession& session, const LeasedJob& leased,
                        std::optional<TimePoint> again_at) {
  if (!wait_again(session, leased, Try::does_not_count, std::nullopt, "")) {
    return false;
  }
  // No row where what came meanwhile has taken it over, which is to be announced itself.
  if (again_at) {
    session.execute("UPDATE jobs SET announce_at = $2 WHERE id = $1",
                    {leased.job.id, millis(*again_at)});
  } else {
    session.execute("UPDATE jobs SET announced = 1, announce_at = 0 WHERE id = $1",
                    {leased.job.id});
  }
  return true;
}

} // namespace leadline
