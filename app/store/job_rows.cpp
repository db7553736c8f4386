#include "app/store/job_rows.hpp"

#include "app/store/dropped_rows.hpp"
#include "app/store/job_columns.hpp"
#include "app/store/sql_values.hpp"
#include "app/store/store_rules.hpp"

#include <algorithm>
#include <utility>

namespace leadline {
namespace {

constexpr std::size_t k_max_text_bytes = 4000;
std::optional<Job> waiting_job(SqlSession& session, const std::string& target) {
  const auto rows = session.query(std::string("SELECT ") + k_job_columns +
                                      " FROM jobs WHERE target = $1 AND state = 'waiting'" +
                                      std::string(session.for_update()),
                                  {target});
  return rows.empty() ? std::nullopt : std::optional(read_job(rows.front()));
}

// What a waiting row asks for, and nothing of how it stands in the queue. It is announced anew
// where there may be more to announce: announcing a late delivery, or a label, may have shown
// nothing.
void rewrite(SqlSession& session, const Job& job) {
  session.execute(
      "UPDATE jobs SET installation_id = $2, head_sha = $3, base_sha = $4, reason = $5, again = "
      "$6, comment_id = $7, review_comment = $8, sender = $9, delivery_id = $10, head_ref = $11, "
      "label = $12, sender_id = $13, association = $14, asked_at = $15, announced = CASE WHEN "
      "head_sha = $3 AND again >= $6 AND label = $12 THEN announced ELSE 0 END WHERE id = $1",
      {job.id, job.installation_id, job.head_sha, job.base_sha,
       storable(job.reason, k_max_text_bytes), flag(job.again), job.comment_id,
       flag(job.review_comment), storable(job.sender, k_max_text_bytes), job.delivery_id,
       storable(job.head_ref, k_max_text_bytes), storable(job.label, k_max_text_bytes),
       job.sender_id, storable(job.association, k_max_text_bytes), millis(job.asked_at)});
}

// It is to run at once (k_due).
void update_waiting(SqlSession& session, const Job& job) {
  rewrite(session, job);
  session.execute("UPDATE jobs SET attempts = 0, run_at = queued_at, error = '' WHERE id = $1",
                  {job.id});
}

void remember_contributor_of(SqlSession& session, const Job& job) {
  if (is_push(job) && !job.sender.empty()) {
    insert_contributor(session, job.repository, job.pull_number, {job.sender_id, job.sender});
  }
}

void add_turn(SqlSession& session, std::int64_t installation) {
  session.execute("INSERT INTO turns (installation_id, turn) VALUES ($1, 0) ON CONFLICT DO NOTHING",
                  {installation});
}

// Due, or held by a worker that stopped saying so; alone in its lane ($1 is now).
const std::string k_runnable =
    std::string("((j.state = 'waiting' AND ") + k_due +
    " AND NOT EXISTS (SELECT 1 FROM jobs r WHERE r.lane = j.lane AND r.state = 'running')) OR "
    "(j.state = 'running' AND " +
    k_lapsed + "))";

JobRecord read_record(const SqlRow& row) {
  JobRecord record;
  record.job = read_job(row);
  std::size_t at = k_after_job;
  record.state = parse_job_state(text(row, at++));
  record.token = integer(row, at++);
  record.worker = text(row, at++);
  record.error = text(row, at++);
  record.queued = time_of(integer(row, at++));
  record.run_at = time_of(integer(row, at++));
  record.lease_until = time_of(integer(row, at++));
  record.died = time_of(integer(row, at++));
  return record;
}
constexpr const char* k_record_columns =
    ", state, leases, worker, error, queued_at, run_at, lease_until, died_at";

bool delete_leased(SqlSession& session, const LeasedJob& leased) {
  return session.execute("DELETE FROM jobs WHERE id = $1 AND leases = $2 AND state = 'running'",
                         {leased.job.id, leased.token}) == 1;
}

// ",3,14,"
std::string job_ids(const std::vector<std::int64_t>& ids) {
  std::string text = ",";
  for (const std::int64_t id : ids) {
    text += std::to_string(id) + ",";
  }
  return text;
}

// Dead letters that `done` has made up for.
void delete_dead_before(SqlSession& session, const Job& done) {
  const std::string target = target_of(done);
  if (!target.empty() && done.label.empty()) { // a label may have meant nothing
    session.execute("DELETE FROM jobs WHERE target = $1 AND state = 'dead' AND id < $2",
                    {target, done.id});
  }
}

bool has_lapsed(const SqlRow& candidate) { return text(candidate, 1) == "running"; }

// What the next try is told of the last one. A lease that lapsed means that its process was killed,
// ran out of memory, or stood still.
std::string last_error(const SqlRow& candidate) {
  if (!has_lapsed(candidate)) {
    return text(candidate, 4);
  }
  return "try " + std::to_string(integer(candidate, 2)) + " stopped without a word: the process " +
         text(candidate, 3) + " was killed, crashed or stood still";
}

} // namespace

void settle_delivery(SqlSession& session, const std::string& delivery, DeliveryState state,
                     const std::string& error) {
  if (delivery.empty()) {
    return;
  }
  const std::string unless_open =
      state == DeliveryState::failed
          ? ""
          : " AND NOT EXISTS (SELECT 1 FROM jobs WHERE delivery_id = $1 AND state <> 'dead')";
  // Of two of its jobs that end at once neither sees the other's end, unless one waits here.
  session.query("SELECT 1 FROM deliveries WHERE id = $1" + std::string(session.for_update()),
                {delivery});
  session.execute(
      "UPDATE deliveries SET state = $2, error = $3 WHERE id = $1 AND state = 'queued'" +
          unless_open,
      {delivery, std::string(name_of(state)), error});
}

void insert_contributor(SqlSession& session, const std::string& repository, int pull_number,
                        const Contributor& person) {
  session.execute(
      "INSERT INTO contributors (repository, pull_number, account_id, login) VALUES "
      "($1, $2, $3, $4) ON CONFLICT DO NOTHING",
      {repository, std::int64_t{pull_number}, person.id, storable(person.login, k_max_text_bytes)});
}

void insert_job(SqlSession& session, const Job& job, TimePoint now,
                std::optional<TimePoint> queued) {
  remember_contributor_of(session, job);
  const std::string target = target_of(job);
  if (!target.empty()) {
    if (const std::optional<Job> waiting = waiting_job(session, target)) {
      const Job job_now = merged(*waiting, job);
      update_waiting(session, job_now);
      add_turn(session, job_now.installation_id);
      if (waiting->delivery_id != job.delivery_id) {
        settle_delivery(session, waiting->delivery_id, DeliveryState::superseded);
      }
      return;
    }
  }
  session.execute(
      "INSERT INTO jobs (state, kind, installation_id, repository, pull_number, head_sha, "
      "base_sha, "
      "reason, again, command, comment_id, review_comment, sender, delivery_id, lane, target, "
      "queued_at, run_at, attempts, leases, lease_until, worker, error, died_at, head_ref, label, "
      "sender_id, association, asked_at, check_run_id) VALUES "
      "('waiting', "
      "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $22, $16, 0, 0, 0, '', "
      "'', 0, $17, $18, $19, $20, $21, $23)",
      {std::string(name_of(job.kind)),
       job.installation_id,
       job.repository,
       std::int64_t{job.pull_number},
       job.head_sha,
       job.base_sha,
       storable(job.reason, k_max_text_bytes),
       flag(job.again),
       storable(job.command, k_max_text_bytes),
       job.comment_id,
       flag(job.review_comment),
       storable(job.sender, k_max_text_bytes),
       job.delivery_id,
       lane_of(job),
       target,
       millis(now),
       storable(job.head_ref, k_max_text_bytes),
       storable(job.label, k_max_text_bytes),
       job.sender_id,
       storable(job.association, k_max_text_bytes),
       millis(job.asked_at),
       millis(queued.value_or(now)),
       job.check_run_id});
  add_turn(session, job.installation_id);
}

bool has_runnable_job(SqlSession& session, TimePoint now) {
  return !session
              .query(std::string("SELECT 1 FROM jobs j WHERE j.state <> 'dead' AND ") + k_runnable +
                         " LIMIT 1",
                     {millis(now)})
              .empty();
}

std::optional<LeasedJob> lease_job(SqlSession& session, const LeaseTerms& terms) {
  const std::int64_t now = millis(terms.now);
  const std::string held = job_ids(terms.held);
  end_lapsed_dropped(session, terms.now, held);
  // One installation never takes all threads of a worker: the others' jobs would wait behind it.
  const auto installations = session.query(
      std::string("SELECT t.installation_id FROM turns t WHERE EXISTS (SELECT 1 FROM jobs "
                  "j WHERE j.installation_id = t.installation_id AND j.state <> 'dead' AND ") +
          k_runnable +
          ") AND (SELECT count(*) FROM jobs h WHERE h.installation_id = t.installation_id AND "
          "h.state = 'running' AND h.worker = $2 AND h.lease_until > $1) < $3 "
          "ORDER BY t.turn, t.installation_id LIMIT 16",
      {now, terms.worker, terms.most_of_installation});
  for (const SqlRow& installation : installations) {
    // What an event has changed comes before what it is about. A merge queue throws out what it has
    // waited for too long; nobody waits for a sweep.
    const auto candidates = session.query(
        std::string("SELECT j.id, j.state, j.attempts, j.worker, j.error FROM jobs j WHERE "
                    "j.installation_id = $2 AND NOT (j.state = 'running' AND CAST($3 AS TEXT) LIKE "
                    "'%,' || CAST(j.id AS TEXT) || ',%') AND j.state <> 'dead' AND ") +
            k_runnable +
            " ORDER BY CASE WHEN j.kind = 'command' AND j.command <> '' AND j.command NOT LIKE "
            "'/%' THEN 0 WHEN j.kind = 'merge_group' OR (j.kind = 'sweep' AND j.head_ref <> '') "
            "THEN 1 WHEN j.kind = 'sweep' THEN 3 ELSE 2 END, j.id LIMIT 1" +
            std::string(session.skip_locked()),
        {now, installation.at(0), held});
    if (candidates.empty()) {
      continue; // another replica was faster, or it is held
    }
    const std::string error = storable(last_error(candidates.front()), k_max_error_bytes);
    const auto rows = session.query(
        std::string(
            "UPDATE jobs SET state = 'running', attempts = attempts + 1, leases = leases + 1, "
            "lease_until = $2, worker = $3, error = $4, dropped = 0 WHERE id = $1 RETURNING ") +
            k_job_columns + ", leases",
        {candidates.front().at(0), millis(terms.now + terms.lease), terms.worker, error});
    session.execute("UPDATE turns SET turn = (SELECT max(turn) + 1 FROM turns) WHERE "
                    "installation_id = $1",
                    {installation.at(0)});
    return LeasedJob{read_job(rows.at(0)), integer(rows.at(0), k_after_job), error,
                     has_lapsed(candidates.front())};
  }
  return std::nullopt;
}

bool finish_job(SqlSession& session, const LeasedJob& leased) {
  if (end_dropped(session, leased)) {
    return true;
  }
  if (!delete_leased(session, leased)) {
    return false;
  }
  delete_dead_before(session, leased.job);
  settle_delivery(session, leased.job.delivery_id, DeliveryState::done);
  return true;
}

bool wait_again(SqlSession& session, const LeasedJob& leased, Try tried,
                std::optional<TimePoint> at, const std::string& error) {
  if (end_dropped(session, leased)) {
    return true;
  }
  const std::string target = target_of(leased.job);
  const std::optional<Job> newer = target.empty() ? std::nullopt : waiting_job(session, target);
  if (newer) {
    // What came meanwhile asks for the same: one job is left, and it keeps who asked.
    if (!delete_leased(session, leased)) {
      return false;
    }
    Job job = merged(leased.job, *newer);
    job.id = newer->id;
    rewrite(session, job);
    settle_delivery(session, leased.job.delivery_id, DeliveryState::superseded);
    return true;
  }
  return session.execute(
             "UPDATE jobs SET state = 'waiting', attempts = attempts - $3, run_at = CASE WHEN "
             "CAST($4 AS BIGINT) = 0 THEN run_at ELSE $4 END, error = CASE WHEN $3 = 1 THEN error "
             "ELSE $5 END, "
             "lease_until = 0, worker = '' WHERE id = $1 AND leases = $2 AND state = 'running'",
             {leased.job.id, leased.token, flag(tried == Try::does_not_count),
              at ? millis(*at) : std::int64_t{0}, storable(error, k_max_error_bytes)}) == 1;
}

bool bury_leased(SqlSession& session, const LeasedJob& leased, const std::string& error,
                 TimePoint now) {
  if (end_dropped(session, leased)) {
    return true;
  }
  const std::string why = storable(error, k_max_error_bytes);
  if (session.execute("UPDATE jobs SET state = 'dead', error = $3, died_at = $4 WHERE id = $1 AND "
                      "leases = $2 AND state = 'running'",
                      {leased.job.id, leased.token, why, millis(now)}) == 0) {
    return false;
  }
  settle_delivery(session, leased.job.delivery_id, DeliveryState::failed, why);
  return true;
}

bool drop_dead(SqlSession& session, std::int64_t job_id) {
  return session.execute("DELETE FROM jobs WHERE id = $1 AND state = 'dead'", {job_id}) == 1;
}

bool revive_job(SqlSession& session, std::int64_t job_id, TimePoint now) {
  const auto rows =
      session.query(std::string("DELETE FROM jobs WHERE id = $1 AND state = 'dead' RETURNING ") +
                        k_job_columns + ", queued_at",
                    {job_id});
  if (rows.empty()) {
    return false;
  }
  const Job job = read_job(rows.front());
  const std::string target = target_of(job);
  // A newer job that waits for the same target does its work.
  if (target.empty() || !waiting_job(session, target)) {
    insert_job(session, job, now, time_of(integer(rows.front(), k_after_job)));
    session.execute("UPDATE deliveries SET state = 'queued', error = '' WHERE id = $1",
                    {job.delivery_id});
  }
  return true;
}

void move_job_rows(SqlSession& session, const std::string& from, const std::string& to,
                   std::int64_t installation_id, TimePoint now) {
  const auto rows = session.query(std::string("SELECT ") + k_job_columns +
                                      ", state FROM jobs WHERE repository = $1 AND state <> "
                                      "'running' ORDER BY id" +
                                      std::string(session.for_update()),
                                  {from});
  for (const SqlRow& row : rows) {
    Job job = read_job(row);
    job.repository = to;
    job.installation_id = installation_id != 0 ? installation_id : job.installation_id;
    if (parse_job_state(text(row, k_after_job)) == JobState::dead) {
      session.execute("UPDATE jobs SET repository = $2, installation_id = $3, lane = $4, target = "
                      "$5 WHERE id = $1",
                      {job.id, job.repository, job.installation_id, lane_of(job), target_of(job)});
      continue;
    }
    session.execute("DELETE FROM jobs WHERE id = $1", {job.id});
    const std::string target = target_of(job);
    const std::optional<Job> newer = target.empty() ? std::nullopt : waiting_job(session, target);
    if (!newer) {
      insert_job(session, job, now);
      continue;
    }
    Job kept = merged(job, *newer);
    kept.id = newer->id;
    update_waiting(session, kept);
    if (job.delivery_id != kept.delivery_id) {
      settle_delivery(session, job.delivery_id, DeliveryState::superseded);
    }
  }
}

std::vector<JobRecord> job_records(SqlSession& session, JobState state, std::size_t limit) {
  const std::string order = state == JobState::dead ? "died_at DESC, id DESC" : "id";
  std::vector<JobRecord> records;
  for (const SqlRow& row :
       session.query(std::string("SELECT ") + k_job_columns + k_record_columns +
                         " FROM jobs WHERE state = $1 ORDER BY " + order + " LIMIT $2",
                     {std::string(name_of(state)), static_cast<std::int64_t>(limit)})) {
    records.push_back(read_record(row));
  }
  return records;
}

std::optional<JobRecord> job_record(SqlSession& session, std::int64_t job_id) {
  const auto rows = session.query(std::string("SELECT ") + k_job_columns + k_record_columns +
                                      " FROM jobs WHERE id = $1",
                                  {job_id});
  return rows.empty() ? std::nullopt : std::optional(read_record(rows.front()));
}

std::vector<JobRecord> job_records_like(SqlSession& session, const Job& job) {
  std::vector<JobRecord> records;
  const std::string target = target_of(job);
  if (target.empty()) {
    return records;
  }
  for (const SqlRow& row : session.query(std::string("SELECT ") + k_job_columns + k_record_columns +
                                             " FROM jobs WHERE target = $1 ORDER BY id",
                                         {target})) {
    records.push_back(read_record(row));
  }
  return records;
}

} // namespace leadline
