#include "app/store/publication_json.hpp"
#include "app/store/sql_schema.hpp"
#include "contract_parts.hpp"
#include "tests/app/store/store_contract.hpp"

#include <catch2/catch.hpp>

#include <cstdint>

namespace leadline::tests {
namespace {

// The version before the newest that changed tables which all servers write to.
constexpr std::int64_t k_old_schema = 6;

// A server of that version: its statements, word for word as it sends them. They must go on to mean
// what they meant, however new the database is.
class OldServer {
public:
  explicit OldServer(std::unique_ptr<SqlDatabase> database) : m_database(std::move(database)) {}

  void create() {
    m_database->write([](SqlSession& session) { migrate_to(session, k_old_schema); });
  }

  // What a transaction of it does; each must change or find what is said.
  void transaction(const std::function<void(SqlSession&)>& work) { m_database->write(work); }

  void take_in(const std::string& id, std::int64_t number, const std::string& head) {
    transaction([&](SqlSession& session) {
      CHECK(session.execute(
                "INSERT INTO deliveries (id, event, repository, received, state, error) VALUES "
                "($1, $2, $3, $4, $5, '') ON CONFLICT (id) DO UPDATE SET state = excluded.state, "
                "error = '', received = excluded.received WHERE deliveries.state = 'failed'",
                {id, "pull_request.synchronize", "o/r", k_now, "queued"}) == 1);
      session.execute("DELETE FROM jobs WHERE delivery_id = $1 AND state = 'dead'", {id});
      session.execute("INSERT INTO contributors (repository, pull_number, account_id, login) "
                      "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                      {"o/r", number, std::int64_t{5}, "octocat"});
      const std::string target = "pull_request o/r#" + std::to_string(number);
      const auto waiting = session.query(std::string("SELECT ") + k_columns +
                                             " FROM jobs WHERE target = $1 AND state = 'waiting'" +
                                             std::string(session.for_update()),
                                         {target});
      if (!waiting.empty()) {
        const std::string before = std::get<std::string>(waiting[0].at(13));
        CHECK(session.execute(
                  "UPDATE jobs SET installation_id = $2, head_sha = $3, base_sha = $4, reason = "
                  "$5, again = $6, comment_id = $7, review_comment = $8, sender = $9, delivery_id "
                  "= $10, head_ref = $11, label = $12, sender_id = $13, association = $14, "
                  "asked_at = $15, announced = CASE WHEN head_sha = $3 AND again >= $6 AND label "
                  "= $12 THEN announced ELSE 0 END WHERE id = $1",
                  {waiting[0].at(0), k_one, head, "", "synchronize", k_zero, k_zero, k_zero,
                   "octocat", id, "", "", std::int64_t{5}, "", k_now}) == 1);
        session.execute("UPDATE jobs SET attempts = 0, run_at = $2, error = '' WHERE id = $1",
                        {waiting[0].at(0), k_now});
        settle(session, before, "superseded");
        return;
      }
      CHECK(session.execute(
                "INSERT INTO jobs (state, kind, installation_id, repository, pull_number, "
                "head_sha, base_sha, reason, again, command, comment_id, review_comment, sender, "
                "delivery_id, lane, target, queued_at, run_at, attempts, leases, lease_until, "
                "worker, error, died_at, head_ref, label, sender_id, association, asked_at) VALUES "
                "('waiting', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, "
                "$16, $16, 0, 0, 0, '', '', 0, $17, $18, $19, $20, $21)",
                {"pull_request",
                 k_one,
                 "o/r",
                 number,
                 head,
                 "",
                 "synchronize",
                 k_zero,
                 "",
                 k_zero,
                 k_zero,
                 "octocat",
                 id,
                 "o/r#" + std::to_string(number),
                 target,
                 k_now,
                 "",
                 "",
                 std::int64_t{5},
                 "",
                 k_now}) == 1);
      session.execute("INSERT INTO turns (installation_id, turn) VALUES ($1, 0) ON CONFLICT DO "
                      "NOTHING",
                      {k_one});
    });
  }

  struct Taken {
    std::int64_t id = 0;
    std::int64_t token = 0;
    std::string delivery;
  };
  Taken take() {
    Taken taken;
    transaction([&](SqlSession& session) {
      const std::string runnable =
          "((j.state = 'waiting' AND j.run_at <= $1 AND NOT EXISTS (SELECT 1 FROM jobs r WHERE "
          "r.lane = j.lane AND r.state = 'running')) OR (j.state = 'running' AND j.lease_until <= "
          "$1))";
      REQUIRE_FALSE(
          session
              .query("SELECT 1 FROM jobs j WHERE j.state <> 'dead' AND " + runnable + " LIMIT 1",
                     {k_now})
              .empty());
      const auto installations = session.query(
          "SELECT t.installation_id FROM turns t WHERE EXISTS (SELECT 1 FROM jobs j WHERE "
          "j.installation_id = t.installation_id AND j.state <> 'dead' AND " +
              runnable +
              ") AND (SELECT count(*) FROM jobs h WHERE h.installation_id = t.installation_id AND "
              "h.state = 'running' AND h.worker = $2 AND h.lease_until > $1) < $3 ORDER BY t.turn, "
              "t.installation_id LIMIT 16",
          {k_now, "old", std::int64_t{9}});
      REQUIRE(installations.size() == 1);
      const auto candidates = session.query(
          "SELECT j.id, j.state, j.attempts, j.worker, j.error FROM jobs j WHERE "
          "j.installation_id = $2 AND j.state <> 'dead' AND " +
              runnable +
              " ORDER BY CASE WHEN j.kind = 'command' AND j.command <> '' AND j.command NOT LIKE "
              "'/%' THEN 0 WHEN j.kind = 'merge_group' OR (j.kind = 'sweep' AND j.head_ref <> '') "
              "THEN 1 WHEN j.kind = 'sweep' THEN 3 ELSE 2 END, j.id LIMIT 1" +
              std::string(session.skip_locked()),
          {k_now, installations[0].at(0)});
      REQUIRE(candidates.size() == 1);
      const auto rows = session.query(
          std::string("UPDATE jobs SET state = 'running', attempts = attempts + 1, leases = "
                      "leases + 1, lease_until = $2, worker = $3, error = $4 WHERE id = $1 "
                      "RETURNING ") +
              k_columns + ", leases",
          {candidates[0].at(0), k_now + 60'000, "old", ""});
      REQUIRE(rows.size() == 1);
      taken = {std::get<std::int64_t>(rows[0].at(0)), std::get<std::int64_t>(rows[0].at(20)),
               std::get<std::string>(rows[0].at(13))};
      CHECK(session.execute("UPDATE turns SET turn = (SELECT max(turn) + 1 FROM turns) WHERE "
                            "installation_id = $1",
                            {k_one}) == 1);
    });
    return taken;
  }

  void renew(const Taken& taken) {
    transaction([&](SqlSession& session) {
      CHECK(session.execute("UPDATE jobs SET lease_until = $3 WHERE id = $1 AND leases = $2 AND "
                            "state = 'running'",
                            {taken.id, taken.token, k_now + 60'000}) == 1);
    });
  }
  void finish(const Taken& taken) {
    transaction([&](SqlSession& session) {
      CHECK(session.execute("DELETE FROM jobs WHERE id = $1 AND leases = $2 AND state = 'running'",
                            {taken.id, taken.token}) == 1);
      settle(session, taken.delivery, "done");
    });
  }
  void try_again(const Taken& taken) {
    transaction([&](SqlSession& session) {
      CHECK(session.execute(
                "UPDATE jobs SET state = 'waiting', attempts = attempts - $3, run_at = CASE WHEN "
                "CAST($4 AS BIGINT) = 0 THEN run_at ELSE $4 END, error = CASE WHEN $3 = 1 THEN "
                "error ELSE $5 END, lease_until = 0, worker = '' WHERE id = $1 AND leases = $2 "
                "AND state = 'running'",
                {taken.id, taken.token, k_zero, k_now, "busy"}) == 1);
    });
  }
  void bury(const Taken& taken) {
    transaction([&](SqlSession& session) {
      CHECK(session.execute("UPDATE jobs SET state = 'dead', error = $3, died_at = $4 WHERE id = "
                            "$1 AND leases = $2 AND state = 'running'",
                            {taken.id, taken.token, "refused", k_now}) == 1);
      settle(session, taken.delivery, "failed", "refused");
    });
  }
  void announce() {
    transaction([&](SqlSession& session) {
      const std::string unannounced =
          "j.state = 'waiting' AND j.announced = 0 AND j.announce_at <= $1 AND j.attempts = 0 AND "
          "j.kind IN ('merge_group', 'pull_request') AND j.run_at <= $1 AND j.queued_at < $2 AND "
          "NOT EXISTS (SELECT 1 FROM jobs r WHERE r.lane = j.lane AND r.state = 'running')";
      const auto found =
          session.query("SELECT j.id FROM jobs j WHERE j.installation_id = $3 AND " + unannounced +
                            " ORDER BY j.id LIMIT 1" + std::string(session.skip_locked()),
                        {k_now, k_now + 1, k_one});
      REQUIRE(found.size() == 1);
      CHECK(session.execute("UPDATE jobs SET announced = 1, announce_at = 0 WHERE id = $1",
                            {found[0].at(0)}) == 1);
      CHECK(session.execute("UPDATE turns SET announce_turn = (SELECT max(announce_turn) + 1 FROM "
                            "turns) WHERE installation_id = $1",
                            {k_one}) == 1);
    });
  }

  void publish(std::int64_t number, const std::string& head) {
    Publication publication;
    publication.head_sha = head;
    publication.sticky_comment_id = 6;
    transaction([&](SqlSession& session) {
      CHECK(session.execute(
                "INSERT INTO publications (repository, pull_number, publication, written) VALUES "
                "($1, $2, $3, $4) ON CONFLICT (repository, pull_number) DO UPDATE SET publication "
                "= excluded.publication, written = excluded.written",
                {"o/r", number, publication_to_json(publication), k_now}) == 1);
      CHECK(session.execute(
                "INSERT INTO check_runs (repository, head_sha, check_run_id, written, state) "
                "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (repository, head_sha) DO UPDATE SET "
                "check_run_id = excluded.check_run_id, written = excluded.written, state = "
                "excluded.state",
                {"o/r", head, std::int64_t{77}, k_now, "ended 77 key"}) == 1);
      CHECK(session.execute(
                "INSERT INTO pull_reports (repository, pull_number, head_sha, report, written) "
                "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (repository, pull_number, head_sha) DO "
                "UPDATE SET report = excluded.report, written = excluded.written",
                {"o/r", number, head, "{}", k_now}) == 1);
    });
  }
  std::int64_t published_check(const std::string& head) {
    std::int64_t id = 0;
    transaction([&](SqlSession& session) {
      const auto rows = session.query(
          "SELECT check_run_id, state FROM check_runs WHERE repository = $1 AND head_sha = $2",
          {"o/r", head});
      id = rows.empty() ? 0 : std::get<std::int64_t>(rows[0].at(0));
    });
    return id;
  }

  void acknowledge() {
    transaction([](SqlSession& session) {
      CHECK(session.execute(
                "INSERT INTO acknowledgements (request, repository, finding_id, rule, path, key, "
                "old_value, new_value, severity, domain, pull_number, head_sha, acknowledged_by, "
                "reason, acknowledged_at, until, withdrawn_by, withdrawn_at, acknowledged_by_id) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
                "$17, $18, $19) ON CONFLICT (repository, finding_id, request) DO NOTHING",
                {"comment 1", "o/r", "LL-1", "capacity.drop", "a.ini", "x", "200", "20", "high",
                 "capacity", k_one, "aa", "sam", "fine", k_now, k_zero, "", k_zero, k_one}) == 1);
    });
  }

  void look_around() {
    transaction([&](SqlSession& session) {
      CHECK(session.execute("INSERT INTO probes (id, written) VALUES (1, $1) ON CONFLICT (id) DO "
                            "UPDATE SET written = excluded.written",
                            {k_now}) == 1);
      CHECK(session.execute("INSERT INTO chores (name, due, reached) VALUES ($1, $3, 0) ON "
                            "CONFLICT (name) DO UPDATE SET due = excluded.due WHERE chores.due <= "
                            "$2",
                            {"old chore", k_now, k_now}) == 1);
      CHECK_NOTHROW(
          session.query("SELECT state, count(*), min(run_at) FROM jobs GROUP BY state", {}));
      CHECK(std::get<std::int64_t>(
                session
                    .query("SELECT count(*) FROM deliveries d WHERE d.state = 'queued' AND NOT "
                           "EXISTS (SELECT 1 FROM jobs j WHERE j.delivery_id = d.id)",
                           {})
                    .at(0)
                    .at(0)) == 0);
      for (const char* table : {"publications", "check_runs", "pull_reports"}) {
        session.execute(std::string("DELETE FROM ") + table + " WHERE written < $1",
                        {std::int64_t{1}});
      }
      session.execute("DELETE FROM turns WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE "
                      "jobs.installation_id = turns.installation_id)",
                      {});
    });
  }

private:
  static void settle(SqlSession& session, const std::string& delivery, const std::string& state,
                     const std::string& error = "") {
    session.execute("UPDATE deliveries SET state = $2, error = $3 WHERE id = $1 AND state = "
                    "'queued'" +
                        std::string(state == "failed" ? ""
                                                      : " AND NOT EXISTS (SELECT 1 FROM jobs WHERE "
                                                        "delivery_id = $1 AND state <> 'dead')"),
                    {delivery, state, error});
  }

  static constexpr std::int64_t k_now = 1'700'000'000'000;
  static constexpr std::int64_t k_zero = 0;
  static constexpr std::int64_t k_one = 1;
  static constexpr const char* k_columns =
      "id, kind, installation_id, repository, pull_number, head_sha, base_sha, reason, again, "
      "command, comment_id, review_comment, sender, delivery_id, attempts, head_ref, label, "
      "sender_id, association, asked_at";

  std::unique_ptr<SqlDatabase> m_database;
};

} // namespace

void check_rolling_upgrade(const OpenDatabase& open_database, const OpenStore& open) {
  OldServer old(open_database());
  old.create();
  old.take_in("before 1", 1, "aa");
  old.take_in("before 2", 2, "bb");
  old.take_in("before 3", 3, "cc");
  const auto runs = old.take();
  old.bury(old.take());
  old.publish(1, "aa");
  old.transaction([](SqlSession& session) { // what one of long before has left
    session.execute("INSERT INTO reports (repository, head_sha, pull_number, report, written) "
                    "VALUES ('o/r', 'zz', 1, '{\"private\": 1}', 0)",
                    {});
  });

  const auto store = open(); // a server of the new version starts beside it
  CHECK(state_of(*store, "before 1") == DeliveryState::queued);
  CHECK(state_of(*store, "before 2") == DeliveryState::failed);
  CHECK(store->load("o/r", 1)->sticky_comment_id == 6);
  CHECK(store->check_run("o/r", "aa") == 77);
  CHECK(store->load_report("o/r", 1, "aa"));

  // The old one goes on as if nothing had happened.
  old.renew(runs);
  old.publish(1, "aa");
  old.finish(runs);
  CHECK(state_of(*store, "before 1") == DeliveryState::done);
  old.take_in("after 1", 1, "dd");
  old.take_in("after 2", 3, "ee"); // merges into what waits
  CHECK(state_of(*store, "before 3") == DeliveryState::superseded);
  old.announce();
  old.try_again(old.take());
  old.look_around();
  old.acknowledge();
  REQUIRE(store->acknowledgements("o/r").size() == 1);
  CHECK(store->acknowledgements("o/r")[0].digest.empty());

  // Each works on what the other has taken in or put back, and reads what it has published.
  const LeasedJob first = lease(*store);
  const LeasedJob second = lease(*store);
  CHECK(first.job.delivery_id == "after 2");
  CHECK(first.last_error == "busy");
  CHECK(second.job.delivery_id == "after 1");
  CHECK(store->heartbeat(first, k_start + k_lease));
  store->save_check_run("o/r", "ee", 88);
  CHECK(old.published_check("ee") == 88);
  CHECK(store->finish(first));
  CHECK(store->retry(second, k_start, "network down"));
  record(*store, "new 1", {pull_job("o/r", 9, "ff")});
  old.finish(old.take());
  old.finish(old.take());
  for (const char* id : {"after 1", "after 2", "new 1"}) {
    CHECK(state_of(*store, id) == DeliveryState::done);
  }
  // What the new one drops while the old one runs it is not run again, whoever ends it.
  record(*store, "new 2", {pull_job("o/r", 10, "ff")});
  old.take();
  CHECK(store->drop_jobs(1, "o/r") == 2); // and the dead letter
  CHECK_FALSE(store->lease_next({"worker", k_start + k_lease, k_lease}));
  CHECK(state_of(*store, "new 2") == DeliveryState::superseded);
  CHECK(store->queue_stats(k_start).lost == 0);

  bool has_old_reports = true;
  open_database()->read(
      [&](SqlSession& session) { has_old_reports = session.has_table("reports"); });
  CHECK_FALSE(has_old_reports);
}

} // namespace leadline::tests
