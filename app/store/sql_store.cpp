#include "app/store/sql_store.hpp"

#include "app/store/publication_json.hpp"
#include "app/store/sql_database.hpp"
#include "app/store/sql_schema.hpp"
#include "app/store/store_rules.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace leadline {
namespace {

constexpr std::size_t k_max_text_bytes = 4000;
constexpr const char* k_job_columns =
    "id, kind, installation_id, repository, pull_number, head_sha, base_sha, reason, again, "
    "command, comment_id, review_comment, sender, delivery_id, attempts";

std::int64_t integer(const SqlRow& row, std::size_t at) {
  return std::get<std::int64_t>(row.at(at));
}
const std::string& text(const SqlRow& row, std::size_t at) {
  return std::get<std::string>(row.at(at));
}

std::int64_t millis(TimePoint time) { return time.time_since_epoch().count(); }
TimePoint time_of(std::int64_t millis) { return TimePoint(std::chrono::milliseconds(millis)); }
std::int64_t flag(bool value) { return value ? 1 : 0; }

// A row that starts with k_job_columns.
Job read_job(const SqlRow& row) {
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
  return job;
}
constexpr std::size_t k_after_job = 15; // the first column behind k_job_columns

std::optional<Job> waiting_job(SqlSession& session, const std::string& target) {
  const auto rows = session.query(std::string("SELECT ") + k_job_columns +
                                      " FROM jobs WHERE target = $1 AND state = 'waiting'" +
                                      std::string(session.for_update()),
                                  {target});
  return rows.empty() ? std::nullopt : std::optional(read_job(rows.front()));
}

// The delivery is done with as far as `job` goes; other jobs of it may still be open.
void settle_delivery(SqlSession& session, const std::string& delivery, DeliveryState state,
                     const std::string& error = "") {
  if (delivery.empty()) {
    return;
  }
  const std::string unless_open =
      state == DeliveryState::failed
          ? ""
          : " AND NOT EXISTS (SELECT 1 FROM jobs WHERE delivery_id = $1 AND state <> 'dead')";
  session.execute(
      "UPDATE deliveries SET state = $2, error = $3 WHERE id = $1 AND state = 'queued'" +
          unless_open,
      {delivery, std::string(name_of(state)), error});
}

void update_waiting(SqlSession& session, const Job& job, TimePoint run_at) {
  session.execute(
      "UPDATE jobs SET installation_id = $2, head_sha = $3, base_sha = $4, reason = $5, again = "
      "$6, "
      "comment_id = $7, review_comment = $8, sender = $9, delivery_id = $10, attempts = 0, "
      "run_at = $11, error = '' WHERE id = $1",
      {job.id, job.installation_id, job.head_sha, job.base_sha,
       storable(job.reason, k_max_text_bytes), flag(job.again), job.comment_id,
       flag(job.review_comment), storable(job.sender, k_max_text_bytes), job.delivery_id,
       millis(run_at)});
}

void add_turn(SqlSession& session, std::int64_t installation) {
  session.execute("INSERT INTO turns (installation_id, turn) VALUES ($1, 0) ON CONFLICT DO NOTHING",
                  {installation});
}

void add_job(SqlSession& session, const Job& job, TimePoint now) {
  const std::string target = target_of(job);
  if (!target.empty()) {
    if (const std::optional<Job> waiting = waiting_job(session, target)) {
      const Job job_now = merged(*waiting, job);
      update_waiting(session, job_now, now);
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
      "queued_at, run_at, attempts, leases, lease_until, worker, error, died_at) VALUES "
      "('waiting', "
      "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, 0, 0, 0, '', "
      "'', 0)",
      {std::string(name_of(job.kind)), job.installation_id, job.repository,
       std::int64_t{job.pull_number}, job.head_sha, job.base_sha,
       storable(job.reason, k_max_text_bytes), flag(job.again),
       storable(job.command, k_max_text_bytes), job.comment_id, flag(job.review_comment),
       storable(job.sender, k_max_text_bytes), job.delivery_id, lane_of(job), target, millis(now)});
  add_turn(session, job.installation_id);
}

// Due, or held by a worker that stopped saying so; alone in its lane ($1 is now).
constexpr const char* k_runnable =
    "((j.state = 'waiting' AND j.run_at <= $1 AND NOT EXISTS (SELECT 1 FROM jobs r WHERE r.lane = "
    "j.lane AND r.state = 'running')) OR (j.state = 'running' AND j.lease_until <= $1))";

class SqlStore final : public Store {
public:
  explicit SqlStore(std::unique_ptr<SqlDatabase> database) : m_database(std::move(database)) {
    m_database->write([](SqlSession& session) { migrate(session); });
  }

  RecordOutcome record_delivery(const Delivery& delivery, const std::vector<Job>& jobs) override {
    return write([&](SqlSession& session) {
      // A failed delivery that GitHub sends again is a new try.
      const std::size_t recorded = session.execute(
          "INSERT INTO deliveries (id, event, repository, received, state, error) VALUES ($1, $2, "
          "$3, "
          "$4, $5, '') ON CONFLICT (id) DO UPDATE SET state = excluded.state, error = '', received "
          "= "
          "excluded.received WHERE deliveries.state = 'failed'",
          {delivery.id, delivery.event, delivery.repository, millis(delivery.received),
           std::string(name_of(jobs.empty() ? DeliveryState::done : DeliveryState::queued))});
      if (recorded == 0) {
        return RecordOutcome::duplicate;
      }
      session.execute("DELETE FROM jobs WHERE delivery_id = $1 AND state = 'dead'", {delivery.id});
      for (const Job& job : jobs) {
        add_job(session, job, delivery.received);
      }
      return RecordOutcome::recorded;
    });
  }

  std::optional<DeliveryRecord> find_delivery(const std::string& id) override {
    const auto rows = read("SELECT event, repository, received, state, error FROM deliveries WHERE "
                           "id = $1",
                           {id});
    if (rows.empty()) {
      return std::nullopt;
    }
    const SqlRow& row = rows.front();
    return DeliveryRecord{{id, text(row, 0), text(row, 1), time_of(integer(row, 2))},
                          parse_delivery_state(text(row, 3)),
                          text(row, 4)};
  }

  std::size_t prune_deliveries(TimePoint before) override {
    return write([&](SqlSession& session) {
      return session.execute("DELETE FROM deliveries WHERE received < $1 AND state <> 'queued'",
                             {millis(before)});
    });
  }

  void enqueue(const Job& job, TimePoint now) override {
    write([&](SqlSession& session) {
      add_job(session, job, now);
      return true;
    });
  }

  std::optional<LeasedJob> lease_next(const std::string& worker, TimePoint now,
                                      std::chrono::milliseconds lease) override {
    // Most polls find nothing; they take no write.
    if (read(std::string("SELECT 1 FROM jobs j WHERE j.state <> 'dead' AND ") + k_runnable +
                 " LIMIT 1",
             {millis(now)})
            .empty()) {
      return std::nullopt;
    }
    return write([&](SqlSession& session) { return lease_in(session, worker, now, lease); });
  }

  bool heartbeat(const LeasedJob& leased, TimePoint until) override {
    return write([&](SqlSession& session) {
      return session.execute("UPDATE jobs SET lease_until = $3 WHERE id = $1 AND leases = $2 AND "
                             "state = 'running'",
                             {leased.job.id, leased.token, millis(until)}) == 1;
    });
  }

  bool finish(const LeasedJob& leased) override {
    return write([&](SqlSession& session) {
      if (!remove(session, leased)) {
        return false;
      }
      settle_delivery(session, leased.job.delivery_id, DeliveryState::done);
      return true;
    });
  }

  bool retry(const LeasedJob& leased, TimePoint at, const std::string& error) override {
    return write([&](SqlSession& session) { return wait_again(session, leased, &at, error); });
  }

  bool release(const LeasedJob& leased) override {
    return write([&](SqlSession& session) { return wait_again(session, leased, nullptr, ""); });
  }

  bool bury(const LeasedJob& leased, const std::string& error, TimePoint now) override {
    return write([&](SqlSession& session) {
      const std::string why = storable(error, k_max_error_bytes);
      if (session.execute(
              "UPDATE jobs SET state = 'dead', error = $3, died_at = $4 WHERE id = $1 AND "
              "leases = $2 AND state = 'running'",
              {leased.job.id, leased.token, why, millis(now)}) == 0) {
        return false;
      }
      settle_delivery(session, leased.job.delivery_id, DeliveryState::failed, why);
      return true;
    });
  }

  std::vector<DeadJob> dead_jobs(std::size_t limit) override {
    std::vector<DeadJob> dead;
    for (const SqlRow& row : read(std::string("SELECT ") + k_job_columns +
                                      ", error, died_at FROM jobs WHERE state = 'dead' ORDER BY "
                                      "died_at DESC, id DESC LIMIT $1",
                                  {static_cast<std::int64_t>(limit)})) {
      dead.push_back(
          {read_job(row), text(row, k_after_job), time_of(integer(row, k_after_job + 1))});
    }
    return dead;
  }

  bool revive(std::int64_t job_id, TimePoint now) override {
    return write([&](SqlSession& session) {
      const auto rows =
          session.query(std::string("DELETE FROM jobs WHERE id = $1 AND state = 'dead' "
                                    "RETURNING ") +
                            k_job_columns,
                        {job_id});
      if (rows.empty()) {
        return false;
      }
      const Job job = read_job(rows.front());
      const std::string target = target_of(job);
      // A newer job that waits for the same target does its work.
      if (target.empty() || !waiting_job(session, target)) {
        add_job(session, job, now);
        session.execute("UPDATE deliveries SET state = 'queued', error = '' WHERE id = $1",
                        {job.delivery_id});
      }
      return true;
    });
  }

  QueueStats queue_stats(TimePoint now) override {
    QueueStats stats;
    for (const SqlRow& row :
         read("SELECT state, count(*), min(run_at) FROM jobs GROUP BY state", {})) {
      const auto count = static_cast<std::size_t>(integer(row, 1));
      if (text(row, 0) == "waiting") {
        stats.waiting = count;
        stats.oldest_waiting =
            std::chrono::milliseconds(std::max<std::int64_t>(0, millis(now) - integer(row, 2)));
      } else if (text(row, 0) == "running") {
        stats.running = count;
      } else {
        stats.dead = count;
      }
    }
    return stats;
  }

  std::optional<Publication> load(const std::string& repository, int pull_number) override {
    const auto rows = read("SELECT publication FROM publications WHERE repository = $1 AND "
                           "pull_number = $2",
                           {repository, std::int64_t{pull_number}});
    return rows.empty() ? std::nullopt
                        : std::optional(publication_from_json(text(rows.front(), 0)));
  }

  void save(const std::string& repository, int pull_number,
            const Publication& publication) override {
    execute(
        "INSERT INTO publications (repository, pull_number, publication, written) VALUES ($1, $2, "
        "$3, $4) ON CONFLICT (repository, pull_number) DO UPDATE SET publication = "
        "excluded.publication, written = excluded.written",
        {repository, std::int64_t{pull_number}, publication_to_json(publication), wall_clock()});
  }

  std::int64_t check_run(const std::string& repository, const std::string& head_sha) override {
    const auto rows =
        read("SELECT check_run_id FROM check_runs WHERE repository = $1 AND head_sha = $2",
             {repository, head_sha});
    return rows.empty() ? 0 : integer(rows.front(), 0);
  }

  void save_check_run(const std::string& repository, const std::string& head_sha,
                      std::int64_t check_run_id) override {
    execute(
        "INSERT INTO check_runs (repository, head_sha, check_run_id, written) VALUES ($1, $2, $3, "
        "$4) ON CONFLICT (repository, head_sha) DO UPDATE SET check_run_id = "
        "excluded.check_run_id, written = excluded.written",
        {repository, head_sha, check_run_id, wall_clock()});
  }

  void save_report(const std::string& repository, int pull_number, const std::string& head_sha,
                   const std::string& report_json) override {
    execute(
        "INSERT INTO reports (repository, head_sha, pull_number, report, written) VALUES ($1, $2, "
        "$3, $4, $5) ON CONFLICT (repository, head_sha) DO UPDATE SET pull_number = "
        "excluded.pull_number, report = excluded.report, written = excluded.written",
        {repository, head_sha, std::int64_t{pull_number}, report_json, wall_clock()});
  }

  std::optional<std::string> load_report(const std::string& repository,
                                         const std::string& head_sha) override {
    const auto rows = read("SELECT report FROM reports WHERE repository = $1 AND head_sha = $2",
                           {repository, head_sha});
    return rows.empty() ? std::nullopt : std::optional(text(rows.front(), 0));
  }

  void check_writable() override {
    execute(
        "INSERT INTO probes (id, written) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET written = "
        "excluded.written",
        {wall_clock()});
  }

  std::size_t prune_reports(TimePoint before) override {
    return write([&](SqlSession& session) {
      session.execute("DELETE FROM publications WHERE written < $1", {millis(before)});
      session.execute("DELETE FROM check_runs WHERE written < $1", {millis(before)});
      session.execute("DELETE FROM turns WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE "
                      "jobs.installation_id = turns.installation_id)",
                      {});
      return session.execute("DELETE FROM reports WHERE written < $1", {millis(before)});
    });
  }

private:
  // When a row was written only decides when it is forgotten.
  static std::int64_t wall_clock() {
    return millis(
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  }

  template <typename F>
  std::invoke_result_t<F, SqlSession&> write(F work) {
    std::optional<std::invoke_result_t<F, SqlSession&>> result;
    m_database->write([&](SqlSession& session) { result = work(session); });
    return *std::move(result);
  }

  std::vector<SqlRow> read(const std::string& sql, const std::vector<SqlValue>& values) {
    std::vector<SqlRow> rows;
    m_database->read([&](SqlSession& session) { rows = session.query(sql, values); });
    return rows;
  }

  void execute(const std::string& sql, const std::vector<SqlValue>& values) {
    m_database->write([&](SqlSession& session) { session.execute(sql, values); });
  }

  static std::optional<LeasedJob> lease_in(SqlSession& session, const std::string& worker,
                                           TimePoint now, std::chrono::milliseconds lease) {
    const auto installations = session.query(
        std::string("SELECT t.installation_id FROM turns t WHERE EXISTS (SELECT 1 FROM jobs "
                    "j WHERE j.installation_id = t.installation_id AND j.state <> 'dead' AND ") +
            k_runnable + ") ORDER BY t.turn, t.installation_id LIMIT 16",
        {millis(now)});
    for (const SqlRow& installation : installations) {
      const auto candidates = session.query(
          std::string(
              "SELECT j.id FROM jobs j WHERE j.installation_id = $2 AND j.state <> 'dead' AND ") +
              k_runnable + " ORDER BY j.id LIMIT 1" + std::string(session.skip_locked()),
          {millis(now), installation.at(0)});
      if (candidates.empty()) {
        continue; // another replica was faster
      }
      const auto rows = session.query(
          std::string(
              "UPDATE jobs SET state = 'running', attempts = attempts + 1, leases = leases + 1, "
              "lease_until = $2, worker = $3 WHERE id = $1 RETURNING ") +
              k_job_columns + ", leases",
          {candidates.front().at(0), millis(now + lease), worker});
      session.execute("UPDATE turns SET turn = (SELECT max(turn) + 1 FROM turns) WHERE "
                      "installation_id = $1",
                      {installation.at(0)});
      return LeasedJob{read_job(rows.at(0)), integer(rows.at(0), k_after_job)};
    }
    return std::nullopt;
  }

  static bool remove(SqlSession& session, const LeasedJob& leased) {
    return session.execute("DELETE FROM jobs WHERE id = $1 AND leases = $2 AND state = 'running'",
                           {leased.job.id, leased.token}) == 1;
  }

  // Back from running to waiting; `at` is null when the try did not count.
  static bool wait_again(SqlSession& session, const LeasedJob& leased, const TimePoint* at,
                         const std::string& error) {
    const std::string target = target_of(leased.job);
    const std::optional<Job> newer = target.empty() ? std::nullopt : waiting_job(session, target);
    if (newer) {
      // What came meanwhile asks for the same: one job is left, and it keeps who asked.
      if (!remove(session, leased)) {
        return false;
      }
      Job job = merged(leased.job, *newer);
      job.id = newer->id;
      session.execute(
          "UPDATE jobs SET reason = $2, again = $3, comment_id = $4, review_comment = $5, "
          "sender = $6 WHERE id = $1",
          {job.id, job.reason, flag(job.again), job.comment_id, flag(job.review_comment),
           job.sender});
      settle_delivery(session, leased.job.delivery_id, DeliveryState::superseded);
      return true;
    }
    return session.execute("UPDATE jobs SET state = 'waiting', attempts = attempts - $3, run_at = "
                           "CASE WHEN $3 = 1 THEN run_at ELSE $4 END, error = $5, lease_until = 0, "
                           "worker = '' WHERE id = $1 AND leases = $2 AND state = 'running'",
                           {leased.job.id, leased.token, flag(at == nullptr),
                            at == nullptr ? std::int64_t{0} : millis(*at),
                            storable(error, k_max_error_bytes)}) == 1;
  }

  std::unique_ptr<SqlDatabase> m_database;
};

} // namespace

std::unique_ptr<Store> make_sql_store(std::unique_ptr<SqlDatabase> database) {
  return std::make_unique<SqlStore>(std::move(database));
}

} // namespace leadline
