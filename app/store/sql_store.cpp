#include "app/store/sql_store.hpp"

#include "app/store/acknowledgement_rows.hpp"
#include "app/store/chore_rows.hpp"
#include "app/store/delivery_rows.hpp"
#include "app/store/dropped_rows.hpp"
#include "app/store/job_rows.hpp"
#include "app/store/publication_json.hpp"
#include "app/store/publication_rows.hpp"
#include "app/store/sql_database.hpp"
#include "app/store/sql_schema.hpp"
#include "app/store/sql_values.hpp"
#include "app/store/store_copy.hpp"
#include "app/store/store_rules.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <mutex>
#include <type_traits>
#include <utility>

namespace leadline {
namespace {

class SqlStore final : public Store {
public:
  SqlStore(std::unique_ptr<SqlDatabase> database, StoreOptions::Schema schema)
      : m_database(std::move(database)) {
    m_database->read(require_not_moved);
    if (schema == StoreOptions::Schema::bring_up) {
      m_database->write(migrate, Patience::later);
    } else {
      m_database->read(require_present_schema);
    }
    m_database->read([&](SqlSession& session) { m_found = time_of(session); });
  }

  RecordOutcome record_delivery(const Delivery& delivery, const std::vector<Job>& jobs) override {
    return write([&](SqlSession& session) { return insert_delivery(session, delivery, jobs); });
  }

  std::optional<DeliveryRecord> find_delivery(const std::string& id) override {
    std::optional<DeliveryRecord> record;
    m_database->read([&](SqlSession& session) { record = delivery_record(session, id); });
    return record;
  }

  std::vector<std::string> repositories_with_groups(TimePoint since) override {
    std::vector<std::string> names;
    m_database->read([&](SqlSession& session) { names = group_repositories(session, since); });
    return names;
  }

  std::size_t prune_deliveries(TimePoint before) override {
    return write([&](SqlSession& session) { return prune_delivery_rows(session, before); },
                 Patience::later);
  }

  void enqueue(const Job& job, TimePoint now) override {
    write([&](SqlSession& session) {
      insert_job(session, job, now);
      return true;
    });
  }

  std::optional<LeasedJob> lease_next(const LeaseTerms& terms) override {
    bool runnable = false;
    m_database->read([&](SqlSession& session) { runnable = has_runnable_job(session, terms.now); });
    if (!runnable) {
      return std::nullopt;
    }
    return write([&](SqlSession& session) { return lease_job(session, terms); });
  }

  std::optional<LeasedJob> lease_unannounced(const LeaseTerms& terms,
                                             TimePoint queued_before) override {
    bool found = false;
    m_database->read([&](SqlSession& session) {
      found = has_unannounced_job(session, terms.now, queued_before);
    });
    if (!found) {
      return std::nullopt;
    }
    return write(
        [&](SqlSession& session) { return lease_unannounced_job(session, terms, queued_before); });
  }

  bool end_announcing(const LeasedJob& leased, std::optional<TimePoint> again_at) override {
    return write(
        [&](SqlSession& session) { return end_announcing_job(session, leased, again_at); });
  }

  bool heartbeat(const LeasedJob& leased, TimePoint until) override {
    return write([&](SqlSession& session) {
      return session.execute("UPDATE jobs SET lease_until = $3 WHERE id = $1 AND leases = $2 AND "
                             "state = 'running'",
                             {leased.job.id, leased.token, millis(until)}) == 1;
    });
  }

  bool finish(const LeasedJob& leased) override {
    return write([&](SqlSession& session) { return finish_job(session, leased); });
  }

  bool retry(const LeasedJob& leased, TimePoint at, const std::string& error) override {
    return write(
        [&](SqlSession& session) { return wait_again(session, leased, Try::counts, at, error); });
  }

  bool put_off(const LeasedJob& leased, TimePoint at) override {
    return write([&](SqlSession& session) {
      return wait_again(session, leased, Try::does_not_count, at, "");
    });
  }

  bool release(const LeasedJob& leased) override {
    return write([&](SqlSession& session) {
      return wait_again(session, leased, Try::does_not_count, std::nullopt, "");
    });
  }

  bool bury(const LeasedJob& leased, const std::string& error, TimePoint now) override {
    return write([&](SqlSession& session) { return bury_leased(session, leased, error, now); });
  }

  bool revive(std::int64_t job_id, TimePoint now) override {
    return write([&](SqlSession& session) { return revive_job(session, job_id, now); });
  }

  bool drop(std::int64_t job_id) override {
    return write([&](SqlSession& session) { return drop_dead(session, job_id); });
  }

  std::vector<JobRecord> jobs(JobState state, std::size_t limit) override {
    std::vector<JobRecord> records;
    m_database->read([&](SqlSession& session) { records = job_records(session, state, limit); });
    return records;
  }

  std::optional<JobRecord> job(std::int64_t job_id) override {
    std::optional<JobRecord> record;
    m_database->read([&](SqlSession& session) { record = job_record(session, job_id); });
    return record;
  }

  void move_jobs(const std::string& from, const std::string& to, std::int64_t installation_id,
                 TimePoint now) override {
    m_database->write(
        [&](SqlSession& session) { move_job_rows(session, from, to, installation_id, now); },
        Patience::later);
  }

  void cancel(const Job& job) override {
    m_database->write([&](SqlSession& session) { cancel_jobs(session, job); });
  }

  std::size_t drop_jobs(std::int64_t installation_id, const std::string& repository) override {
    return write(
        [&](SqlSession& session) { return drop_job_rows(session, installation_id, repository); });
  }

  std::vector<JobRecord> jobs_like(const Job& job) override {
    std::vector<JobRecord> records;
    m_database->read([&](SqlSession& session) { records = job_records_like(session, job); });
    return records;
  }

  QueueStats queue_stats(TimePoint now) override {
    QueueStats stats;
    m_database->read([&](SqlSession& session) { stats = read_queue_stats(session, now); });
    return stats;
  }

  bool claim_chore(const std::string& name, TimePoint now, std::chrono::milliseconds claim,
                   std::chrono::milliseconds every) override {
    return write(
        [&](SqlSession& session) { return claim_chore_row(session, name, now, claim, every); });
  }

  void set_chore_due(const std::string& name, TimePoint due) override {
    m_database->write([&](SqlSession& session) { write_chore_due(session, name, due); });
  }

  TimePoint chore_reached(const std::string& name) override {
    TimePoint reached;
    m_database->read([&](SqlSession& session) { reached = read_chore_reached(session, name); });
    return reached;
  }

  void save_chore_reached(const std::string& name, TimePoint reached) override {
    m_database->write([&](SqlSession& session) { write_chore_reached(session, name, reached); });
  }

  void save_missed(std::size_t open, std::size_t given_up) override {
    m_database->write([&](SqlSession& session) { write_missed(session, open, given_up); });
  }

  FoundDatabase found() override {
    TimePoint now;
    FoundDatabase found;
    m_database->read([&](SqlSession& session) {
      now = time_of(session);
      found.looked = read_chore_reached(session, k_looked);
      found.lost_come_until = read_chore_reached(session, k_lost_come_again);
    });
    const std::uint64_t losses = m_database->losses(); // that reading has met as well
    const std::lock_guard lock(m_mutex);
    if (losses != m_losses) {
      m_losses = losses;
      m_found = now;
    }
    found.at = m_found;
    return found;
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
    m_database->write([&](SqlSession& session) {
      save_publication_row(session, repository, pull_number, publication);
    });
  }

  void change(const std::string& repository, int pull_number,
              const std::function<void(Publication&)>& alter) override {
    m_database->write([&](SqlSession& session) {
      change_publication_row(session, repository, pull_number, alter);
    });
  }

  std::int64_t check_run(const std::string& repository, const std::string& head_sha) override {
    const auto rows =
        read("SELECT check_run_id FROM check_runs WHERE repository = $1 AND head_sha = $2",
             {repository, head_sha});
    return rows.empty() ? 0 : integer(rows.front(), 0);
  }

  void save_check_run(const std::string& repository, const std::string& head_sha,
                      std::int64_t check_run_id, const CheckRunState& state) override {
    write_row(
        "INSERT INTO check_runs (written, repository, head_sha, check_run_id, state) VALUES ($1, "
        "$2, $3, $4, $5) ON CONFLICT (repository, head_sha) DO UPDATE SET check_run_id = "
        "excluded.check_run_id, written = excluded.written, state = excluded.state",
        {repository, head_sha, check_run_id, check_run_state_text(check_run_id, state)});
  }

  CheckRunState check_run_state(const std::string& repository,
                                const std::string& head_sha) override {
    const auto rows =
        read("SELECT check_run_id, state FROM check_runs WHERE repository = $1 AND head_sha = $2",
             {repository, head_sha});
    return rows.empty() ? CheckRunState()
                        : parse_check_run_state(integer(rows.front(), 0), text(rows.front(), 1));
  }

  TimePoint check_run_written(const std::string& repository, const std::string& head_sha) override {
    const auto rows = read("SELECT written FROM check_runs WHERE repository = $1 AND head_sha = $2",
                           {repository, head_sha});
    return rows.empty() ? TimePoint{} : leadline::time_of(integer(rows.front(), 0));
  }

  std::vector<OpenCheckRun> open_check_runs(TimePoint before, std::size_t limit) override {
    std::vector<OpenCheckRun> runs;
    m_database->read(
        [&](SqlSession& session) { runs = open_check_run_rows(session, before, limit); });
    return runs;
  }

  std::vector<Contributor> contributors(const std::string& repository, int pull_number) override {
    std::vector<Contributor> people;
    for (const SqlRow& row : read("SELECT account_id, login FROM contributors WHERE repository = "
                                  "$1 AND pull_number = $2 ORDER BY account_id, login",
                                  {repository, std::int64_t{pull_number}})) {
      people.push_back({integer(row, 0), text(row, 1)});
    }
    return people;
  }

  void remember_contributor(const std::string& repository, int pull_number,
                            const Contributor& contributor) override {
    m_database->write([&](SqlSession& session) {
      insert_contributor(session, repository, pull_number, contributor);
    });
  }

  void forget(const std::string& repository) override {
    m_database->write([&](SqlSession& session) { forget_publication_rows(session, repository); });
  }

  std::vector<ForgottenRepository> forgotten_repositories() override {
    std::vector<ForgottenRepository> forgotten;
    m_database->read([&](SqlSession& session) { forgotten = forgotten_rows(session); });
    return forgotten;
  }

  void move_publications(const std::string& from, const std::string& to) override {
    if (from == to) {
      return;
    }
    m_database->write(
        [&](SqlSession& session) {
          move_publication_rows(session, from, to);
          move_withdrawals(session, from, to);
        },
        Patience::later);
  }

  void save_report(const std::string& repository, int pull_number, const std::string& head_sha,
                   const std::string& report_json, TimePoint acknowledged_until) override {
    write_row(
        "INSERT INTO pull_reports (written, repository, pull_number, head_sha, report, "
        "acknowledged_until) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (repository, "
        "pull_number, head_sha) DO UPDATE SET report = excluded.report, written = "
        "excluded.written, acknowledged_until = excluded.acknowledged_until",
        {repository, std::int64_t{pull_number}, head_sha, report_json, millis(acknowledged_until)});
  }

  std::optional<std::string> load_report(const std::string& repository, int pull_number,
                                         const std::string& head_sha) override {
    const auto rows = read("SELECT report FROM pull_reports WHERE repository = $1 AND pull_number "
                           "= $2 AND head_sha = $3",
                           {repository, std::int64_t{pull_number}, head_sha});
    return rows.empty() ? std::nullopt : std::optional(text(rows.front(), 0));
  }

  std::vector<int> pulls_with_report(const std::string& repository,
                                     const std::string& head_sha) override {
    std::vector<int> numbers;
    for (const SqlRow& row : read("SELECT pull_number FROM pull_reports WHERE repository = $1 AND "
                                  "head_sha = $2 ORDER BY pull_number",
                                  {repository, head_sha})) {
      numbers.push_back(static_cast<int>(integer(row, 0)));
    }
    return numbers;
  }

  void acknowledge(const Acknowledgement& acknowledgement) override {
    m_database->write(
        [&](SqlSession& session) { insert_acknowledgement(session, acknowledgement); });
  }

  bool withdraw(std::int64_t id, const std::string& by, Acknowledgement::Time now) override {
    return write(
        [&](SqlSession& session) { return withdraw_acknowledgement(session, id, by, now); });
  }

  void note_withdrawal(const std::string& repository, const std::vector<std::string>& finding_ids,
                       Acknowledgement::Time asked) override {
    m_database->write(
        [&](SqlSession& session) { write_withdrawals(session, repository, finding_ids, asked); });
  }

  Acknowledgement::Time last_withdrawal(const std::string& repository,
                                        const std::string& finding_id) override {
    Acknowledgement::Time asked;
    m_database->read(
        [&](SqlSession& session) { asked = read_withdrawal(session, repository, finding_id); });
    return asked;
  }

  std::vector<Acknowledgement> acknowledgements(const std::string& repository) override {
    std::vector<Acknowledgement> found;
    m_database->read(
        [&](SqlSession& session) { found = standing_acknowledgements(session, repository); });
    return found;
  }

  std::vector<std::string> repositories_with_ended(Acknowledgement::Time since,
                                                   Acknowledgement::Time now) override {
    std::vector<std::string> names;
    m_database->read([&](SqlSession& session) {
      names = leadline::repositories_with_ended(session, since, now);
    });
    return names;
  }

  std::vector<Acknowledgement> audit(const std::string& repository, std::int64_t after_id,
                                     std::size_t limit) override {
    std::vector<Acknowledgement> found;
    m_database->read([&](SqlSession& session) {
      found = all_acknowledgements(session, repository, after_id, limit);
    });
    return found;
  }

  void check_writable() override {
    write_row("INSERT INTO probes (id, written) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET "
              "written = excluded.written",
              {});
  }

  std::optional<TimePoint> time() override {
    std::optional<TimePoint> now;
    m_database->read([&](SqlSession& session) {
      if (const std::string_view clock = session.clock(); !clock.empty()) {
        now = time_of(integer(session.query(std::string(clock), {}).at(0), 0));
      }
    });
    return now;
  }

  std::string find_damage() override {
    std::string damage;
    m_database->read([&](SqlSession& session) { damage = session.find_damage(); }, Patience::later);
    return damage;
  }

  std::size_t prune_reports(TimePoint before) override {
    return write([&](SqlSession& session) { return prune_publication_rows(session, before); },
                 Patience::later);
  }

private:
  // $1 is when, by the clock of all servers: one decides by it what another has lost.
  void write_row(const std::string& sql, const std::vector<SqlValue>& rest) {
    m_database->write([&](SqlSession& session) {
      std::vector<SqlValue> values = {millis(time_of(session))};
      values.insert(values.end(), rest.begin(), rest.end());
      session.execute(sql, values);
    });
  }

  template <typename F>
  std::invoke_result_t<F, SqlSession&> write(F work, Patience patience = Patience::soon) {
    std::optional<std::invoke_result_t<F, SqlSession&>> result;
    m_database->write([&](SqlSession& session) { result = work(session); }, patience);
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

  std::unique_ptr<SqlDatabase> m_database;
  std::mutex m_mutex; // guards what follows
  TimePoint m_found;  // when the database was found, first or again
  std::uint64_t m_losses = 0;
};

} // namespace

std::unique_ptr<Store> make_sql_store(std::unique_ptr<SqlDatabase> database,
                                      const StoreOptions& options) {
  return std::make_unique<SqlStore>(std::move(database), options.schema);
}

} // namespace leadline
