#pragma once

#include "app/github/publication_log.hpp"
#include "app/store/job_store.hpp"
#include "app/store/sql_database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace leadline {

// The queue's statements, each in the transaction of `session`; what they do is JobStore's.

// `queued`: since when it is, where that is not now.
void insert_job(SqlSession& session, const Job& job, TimePoint now,
                std::optional<TimePoint> queued = std::nullopt);
void insert_contributor(SqlSession& session, const std::string& repository, int pull_number,
                        const Contributor& person);

// True when a job could be leased now: asked without a write, because most polls find nothing.
bool has_runnable_job(SqlSession& session, TimePoint now);
std::optional<LeasedJob> lease_job(SqlSession& session, const LeaseTerms& terms);
bool has_unannounced_job(SqlSession& session, TimePoint now, TimePoint queued_before);
std::optional<LeasedJob> lease_unannounced_job(SqlSession& session, const LeaseTerms& terms,
                                               TimePoint queued_before);
bool end_announcing_job(SqlSession& session, const LeasedJob& leased,
                        std::optional<TimePoint> again_at);

bool finish_job(SqlSession& session, const LeasedJob& leased);
// Back from running to waiting, not before `at` where one is given. A try that did not count leaves
// no error behind.
enum class Try { counts, does_not_count };
bool wait_again(SqlSession& session, const LeasedJob& leased, Try tried,
                std::optional<TimePoint> at, const std::string& error);
bool bury_leased(SqlSession& session, const LeasedJob& leased, const std::string& error,
                 TimePoint now);
bool drop_dead(SqlSession& session, std::int64_t job_id);
bool revive_job(SqlSession& session, std::int64_t job_id, TimePoint now);
void move_job_rows(SqlSession& session, const std::string& from, const std::string& to,
                   std::int64_t installation_id, TimePoint now);

std::vector<JobRecord> job_records(SqlSession& session, JobState state, std::size_t limit);
std::optional<JobRecord> job_record(SqlSession& session, std::int64_t job_id);
std::vector<JobRecord> job_records_like(SqlSession& session, const Job& job);
// Read by read_queue_stats.
void write_missed(SqlSession& session, std::size_t open, std::size_t given_up);
QueueStats read_queue_stats(SqlSession& session, TimePoint now);

// The delivery is done with as far as a job of it goes; other jobs of it may still be open.
void settle_delivery(SqlSession& session, const std::string& delivery, DeliveryState state,
                     const std::string& error = "");

} // namespace leadline
