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

} // namespace leadline
