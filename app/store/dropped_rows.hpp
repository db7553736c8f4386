#pragma once

#include "app/store/job_store.hpp"
#include "app/store/sql_database.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

// Jobs that nobody wants any more, each function in the transaction of `session`. What runs is
// marked, and goes when it ends: its worker may be writing, and nobody else is to take the job
// while it does. What it has written about a repository that was taken from the App meanwhile
// (PublicationLog::forget) is forgotten then.
namespace leadline {

void cancel_jobs(SqlSession& session, const Job& job); // JobStore::cancel
// JobStore::drop_jobs.
std::size_t drop_job_rows(SqlSession& session, std::int64_t installation_id,
                          const std::string& repository);

// The end of a job that was dropped while it ran. False: it was not, or is another worker's.
bool end_dropped(SqlSession& session, const LeasedJob& leased);
// Of all whose lease has lapsed, as their workers have died; `held` are not: LeaseTerms::held, as
// ",3,14,".
void end_lapsed_dropped(SqlSession& session, TimePoint now, const std::string& held);

} // namespace leadline
