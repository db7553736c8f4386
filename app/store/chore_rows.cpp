#include "app/store/chore_rows.hpp"

#include "app/store/sql_values.hpp"

namespace leadline {

namespace {

constexpr std::chrono::minutes k_slack{1}; // by which the clocks of two servers differ at most

} // namespace

bool claim_chore_row(SqlSession& session, const std::string& name, TimePoint now,
                     std::chrono::milliseconds claim, std::chrono::milliseconds every) {
  return session.execute(
             "INSERT INTO chores (name, due, reached) VALUES ($1, $3, 0) ON CONFLICT (name) DO "
             "UPDATE SET due = excluded.due WHERE chores.due <= $2 OR chores.due > $4",
             {name, millis(now), millis(now + claim), millis(now + every + k_slack)}) == 1;
}

void write_chore_due(SqlSession& session, const std::string& name, TimePoint due) {
  session.execute("UPDATE chores SET due = $2 WHERE name = $1", {name, millis(due)});
}

TimePoint read_chore_reached(SqlSession& session, const std::string& name) {
  const auto rows = session.query("SELECT reached FROM chores WHERE name = $1", {name});
  return time_of(rows.empty() ? 0 : integer(rows.front(), 0));
}

void write_chore_reached(SqlSession& session, const std::string& name, TimePoint reached) {
  session.execute("INSERT INTO chores (name, due, reached) VALUES ($1, 0, $2) ON CONFLICT (name) "
                  "DO UPDATE SET reached = excluded.reached",
                  {name, millis(reached)});
}

} // namespace leadline
