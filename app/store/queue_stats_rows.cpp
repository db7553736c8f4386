#include "app/store/job_rows.hpp"
#include "app/store/sql_values.hpp"
#include "app/store/store_rules.hpp"

#include <algorithm>
#include <utility>

namespace leadline {
namespace {

// Names of rows of the table figures.
constexpr std::string_view k_missed = "deliveries missed";
constexpr std::string_view k_given_up = "deliveries given up";

} // namespace

void write_missed(SqlSession& session, std::size_t open, std::size_t given_up) {
  for (const auto& [name, value] : {std::pair(k_missed, open), std::pair(k_given_up, given_up)}) {
    session.execute("INSERT INTO figures (name, value) VALUES ($1, $2) ON CONFLICT (name) DO "
                    "UPDATE SET value = excluded.value",
                    {std::string(name), static_cast<std::int64_t>(value)});
  }
}

QueueStats read_queue_stats(SqlSession& session, TimePoint now) {
  QueueStats stats;
  for (const SqlRow& row :
       // What a clock that was set back since had put off is due (k_due), and since it was queued.
       session.query("SELECT state, count(*), min(CASE WHEN run_at - 7200000 > $1 THEN queued_at "
                     "ELSE run_at END) FROM jobs GROUP BY state",
                     {millis(now)})) {
    const auto count = static_cast<std::size_t>(integer(row, 1));
    switch (parse_job_state(text(row, 0))) {
    case JobState::waiting:
      stats.waiting = count;
      stats.oldest_waiting =
          std::chrono::milliseconds(std::max<std::int64_t>(0, millis(now) - integer(row, 2)));
      break;
    case JobState::running:
      stats.running = count;
      break;
    case JobState::dead:
      stats.dead = count;
      break;
    }
  }
  const auto lost = session.query("SELECT count(*) FROM deliveries d WHERE d.state = 'queued' AND "
                                  "NOT EXISTS (SELECT 1 FROM jobs j WHERE j.delivery_id = d.id)",
                                  {});
  stats.lost = static_cast<std::size_t>(integer(lost.at(0), 0));
  for (const SqlRow& row : session.query("SELECT name, value FROM figures", {})) {
    const auto value = static_cast<std::size_t>(integer(row, 1));
    if (text(row, 0) == k_missed) {
      stats.missed = value;
    } else if (text(row, 0) == k_given_up) {
      stats.given_up = value;
    }
  }
  return stats;
}

} // namespace leadline
