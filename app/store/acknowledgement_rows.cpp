#include "app/store/acknowledgement_rows.hpp"

#include "app/store/sql_database.hpp"
#include "app/store/store_rules.hpp"

namespace leadline {
namespace {

constexpr std::size_t k_max_text_bytes = 4000;
constexpr const char* k_columns =
    "id, request, repository, finding_id, rule, path, key, old_value, new_value, severity, domain, "
    "pull_number, head_sha, acknowledged_by, reason, acknowledged_at, until, withdrawn_by, "
    "withdrawn_at, acknowledged_by_id, related, digest";

std::int64_t millis(Acknowledgement::Time time) { return time.time_since_epoch().count(); }

Acknowledgement read(const SqlRow& row) {
  const auto text = [&](std::size_t at) { return std::get<std::string>(row.at(at)); };
  const auto number = [&](std::size_t at) { return std::get<std::int64_t>(row.at(at)); };
  const auto time = [&](std::size_t at) {
    return Acknowledgement::Time(std::chrono::milliseconds(number(at)));
  };
  Acknowledgement made;
  made.id = number(0);
  made.request = text(1);
  made.repository = text(2);
  made.finding_id = text(3);
  made.rule = text(4);
  made.path = text(5);
  made.key = text(6);
  made.old_value = text(7);
  made.new_value = text(8);
  made.severity = text(9);
  made.domain = text(10);
  made.pull_number = static_cast<int>(number(11));
  made.head_sha = text(12);
  made.by = text(13);
  made.reason = text(14);
  made.at = time(15);
  made.until = time(16);
  made.withdrawn_by = text(17);
  made.withdrawn = time(18);
  made.by_id = number(19);
  made.related = text(20);
  made.digest = text(21);
  return made;
}

std::vector<Acknowledgement> read_all(const std::vector<SqlRow>& rows) {
  std::vector<Acknowledgement> all;
  for (const SqlRow& row : rows) {
    all.push_back(read(row));
  }
  return all;
}

} // namespace

Acknowledgement as_stored(Acknowledgement word) {
  for (std::string* text :
       {&word.request, &word.rule, &word.path, &word.key, &word.old_value, &word.new_value,
        &word.domain, &word.by, &word.reason, &word.withdrawn_by}) {
    *text = storable(*text, k_max_text_bytes);
  }
  return word;
}

void insert_acknowledgement(SqlSession& session, const Acknowledgement& acknowledgement) {
  const Acknowledgement a = as_stored(acknowledgement);
  session.execute(
      "INSERT INTO acknowledgements (request, repository, finding_id, rule, path, key, old_value, "
      "new_value, severity, domain, pull_number, head_sha, acknowledged_by, reason, "
      "acknowledged_at, until, withdrawn_by, withdrawn_at, acknowledged_by_id, related, digest) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
      "$19, $20, $21) ON CONFLICT (repository, finding_id, request) DO UPDATE SET withdrawn_by = "
      "'', "
      "withdrawn_at = 0 WHERE acknowledgements.withdrawn_by LIKE '" +
          std::string(k_moved_to) + "%'", // back under its name
      {a.request,
       a.repository,
       a.finding_id,
       a.rule,
       a.path,
       a.key,
       a.old_value,
       a.new_value,
       a.severity,
       a.domain,
       std::int64_t{a.pull_number},
       a.head_sha,
       a.by,
       a.reason,
       millis(a.at),
       millis(a.until),
       a.withdrawn_by,
       millis(a.withdrawn),
       a.by_id,
       a.related,
       a.digest});
}

bool withdraw_acknowledgement(SqlSession& session, std::int64_t id, const std::string& by,
                              Acknowledgement::Time now) {
  return session.execute("UPDATE acknowledgements SET withdrawn_by = $2, withdrawn_at = $3 WHERE "
                         "id = $1 AND withdrawn_by = ''",
                         {id, storable(by, k_max_text_bytes), millis(now)}) == 1;
}

void write_withdrawals(SqlSession& session, const std::string& repository,
                       const std::vector<std::string>& finding_ids, Acknowledgement::Time asked) {
  for (const std::string& id : finding_ids) {
    session.execute("INSERT INTO withdrawals (repository, finding_id, asked_at) VALUES ($1, $2, "
                    "$3) ON CONFLICT (repository, finding_id) DO UPDATE SET asked_at = "
                    "excluded.asked_at WHERE excluded.asked_at > withdrawals.asked_at",
                    {repository, id, millis(asked)});
  }
}

Acknowledgement::Time read_withdrawal(SqlSession& session, const std::string& repository,
                                      const std::string& finding_id) {
  const auto rows = session.query("SELECT asked_at FROM withdrawals WHERE repository = $1 AND "
                                  "finding_id = $2",
                                  {repository, finding_id});
  return rows.empty() ? Acknowledgement::Time{}
                      : Acknowledgement::Time(
                            std::chrono::milliseconds(std::get<std::int64_t>(rows.front().at(0))));
}

void move_withdrawals(SqlSession& session, const std::string& from, const std::string& to) {
  session.execute("INSERT INTO withdrawals (repository, finding_id, asked_at) SELECT CAST($2 AS "
                  "TEXT), finding_id, asked_at FROM withdrawals WHERE repository = $1 ON CONFLICT "
                  "(repository, finding_id) DO UPDATE SET asked_at = excluded.asked_at WHERE "
                  "excluded.asked_at > withdrawals.asked_at",
                  {from, to});
}

std::vector<Acknowledgement> standing_acknowledgements(SqlSession& session,
                                                       const std::string& repository) {
  return read_all(session.query(std::string("SELECT ") + k_columns +
                                    " FROM acknowledgements WHERE repository = $1 AND "
                                    "withdrawn_by = '' ORDER BY id",
                                {repository}));
}

std::vector<std::string> repositories_with_ended(SqlSession& session, Acknowledgement::Time since,
                                                 Acknowledgement::Time now) {
  std::vector<std::string> repositories;
  for (const SqlRow& row : session.query(
           "SELECT repository FROM acknowledgements WHERE until <> 0 AND until > $1 AND until <= "
           "$2 "
           "AND withdrawn_by = '' UNION SELECT repository FROM pull_reports WHERE "
           "acknowledged_until <> 0 AND acknowledged_until > $1 AND acknowledged_until <= $2 ORDER "
           "BY repository",
           {millis(since), millis(now)})) {
    repositories.push_back(std::get<std::string>(row.at(0)));
  }
  return repositories;
}

std::vector<Acknowledgement> all_acknowledgements(SqlSession& session,
                                                  const std::string& repository,
                                                  std::int64_t after_id, std::size_t limit) {
  return read_all(
      session.query(std::string("SELECT ") + k_columns +
                        " FROM acknowledgements WHERE id > $1 AND ($2 = '' OR lower(repository) = "
                        "lower($3)) ORDER BY id LIMIT $4", // GitHub's names have no case
                    {after_id, repository, repository, static_cast<std::int64_t>(limit)}));
}

} // namespace leadline
