#pragma once

#include "app/jobs/job.hpp"
#include "app/store/sql_values.hpp"
#include "app/store/store_rules.hpp"

#include <cstddef>

// How a job stands in its table, for the files with the statements (job_rows.hpp).
namespace leadline {

inline constexpr const char* k_job_columns =
    "id, kind, installation_id, repository, pull_number, head_sha, base_sha, reason, again, "
    "command, comment_id, review_comment, sender, delivery_id, attempts, head_ref, label, "
    "sender_id, association, asked_at, check_run_id";

// A row that starts with k_job_columns.
inline Job read_job(const SqlRow& row) {
  Job job;
  job.id = integer(row, 0);
  job.kind = parse_job_kind(text(row, 1));
  job.installation_id = integer(row, 2);
  job.repository = text(row, 3);
  job.pull_number = static_cast<int>(integer(row, 4));
  job.head_sha = text(row, 5);
  job.base_sha = text(row, 6);
  job.reason = text(row, 7);
  job.again = integer(row, 8) != 0;
  job.command = text(row, 9);
  job.comment_id = integer(row, 10);
  job.review_comment = integer(row, 11) != 0;
  job.sender = text(row, 12);
  job.delivery_id = text(row, 13);
  job.attempt = static_cast<int>(integer(row, 14));
  job.head_ref = text(row, 15);
  job.label = text(row, 16);
  job.sender_id = integer(row, 17);
  job.association = text(row, 18);
  job.asked_at = time_of(integer(row, 19));
  job.check_run_id = integer(row, 20);
  return job;
}
inline constexpr std::size_t k_after_job = 21; // the first column behind k_job_columns

// Conditions on rows of jobs, with now as $1. A clock that has been set back may have written what
// is far ahead now, so that what is further ahead than anything ever is counts as past.

// May run: what was to run at once when it was stored does, whatever the clock showed then. Longest
// is what GitHub's quota puts off, an hour and 15 minutes.
inline constexpr const char* k_due =
    "(run_at <= $1 OR run_at = queued_at OR run_at - 7200000 > $1)";
// Of announce_at likewise.
inline constexpr const char* k_announceable = "(announce_at <= $1 OR announce_at - 7200000 > $1)";
// A lease is good for a minute.
inline constexpr const char* k_lapsed = "(lease_until <= $1 OR lease_until - 600000 > $1)";

} // namespace leadline
