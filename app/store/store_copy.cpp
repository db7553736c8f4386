#include "app/store/store_copy.hpp"

#include "app/store/postgres_address.hpp"
#include "app/store/sql_database.hpp"
#include "app/store/sql_schema.hpp"
#include "app/store/sql_values.hpp"
#include "app/store/store.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <random>
#include <vector>

namespace leadline {
namespace {

constexpr std::int64_t k_batch = 500;
constexpr std::string_view k_sqlite = "sqlite:";

// Names of our own schema; they stand in statements, so nothing else may.
bool is_plain_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(),
                                      [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

std::vector<std::string> names(SqlSession& source, const std::string& sql,
                               const std::vector<SqlValue>& values = {}) {
  std::vector<std::string> found;
  for (const SqlRow& row : source.query(sql, values)) {
    found.push_back(text(row, 0));
    if (!is_plain_name(found.back())) {
      throw Error(ErrorKind::bad_input, "the database has a strange name in it");
    }
  }
  return found;
}

std::vector<std::string> tables_of(SqlSession& source) {
  return names(source, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE "
                       "'sqlite_%' AND name NOT IN ('schema_version', 'moved_away', 'moved_here') "
                       "ORDER BY name");
}

std::string list_of(const std::vector<std::string>& columns) {
  std::string list;
  for (const std::string& column : columns) {
    list += (list.empty() ? "" : ", ") + column;
  }
  return list;
}

std::string places(std::size_t count) {
  std::string list;
  for (std::size_t i = 1; i <= count; ++i) {
    list += (i == 1 ? "$" : ", $") + std::to_string(i);
  }
  return list;
}

std::size_t copy_table(SqlSession& source, SqlSession& target, const std::string& table) {
  const std::vector<std::string> columns =
      names(source, "SELECT name FROM pragma_table_info($1) ORDER BY cid", {table});
  const std::string select = "SELECT rowid, " + list_of(columns) + " FROM " + table +
                             " WHERE rowid > $1 ORDER BY rowid LIMIT $2";
  const std::string insert = "INSERT INTO " + table + " (" + list_of(columns) + ") VALUES (" +
                             places(columns.size()) + ")";
  std::size_t copied = 0;
  for (std::int64_t last = 0;;) {
    const std::vector<SqlRow> rows = source.query(select, {last, k_batch});
    for (const SqlRow& row : rows) {
      target.execute(insert, {row.begin() + 1, row.end()});
      last = integer(row, 0);
      ++copied;
    }
    if (rows.size() < static_cast<std::size_t>(k_batch)) {
      return copied;
    }
  }
}

// Where a move goes to, without a secret.
std::string place_of(const std::string& url) {
  return url.starts_with(k_sqlite) ? url : postgres_place(url);
}

std::string new_id() {
  std::random_device random;
  std::string id;
  for (int i = 0; i < 4; ++i) {
    id += std::to_string(random()) + ".";
  }
  return id;
}

// One move of everything. Its id stands on both sides, so that a repetition knows how far it came.
class Move {
public:
  Move(SqlDatabase& source, SqlDatabase& target, std::string place)
      : m_source(source), m_target(target), m_place(std::move(place)) {}

  std::map<std::string, std::size_t> run() {
    m_source.write([this](SqlSession& source) { stop_writers(source); }, Patience::later);
    std::map<std::string, std::size_t> copied;
    try {
      copied = copy();
    } catch (const Error& e) {
      if (!arrived(e)) {
        m_source.write([this](SqlSession& source) { let_writers_go(source); });
        throw;
      }
      copied = copy(); // only counts
    }
    m_source.write(
        [](SqlSession& source) { source.execute("UPDATE moved_away SET done = 1", {}); });
    return copied;
  }

private:
  // From its commit on, nothing that was built for this database can change it: not a server that
  // still runs on it, of whatever version.
  void stop_writers(SqlSession& source) {
    source.script("CREATE TABLE IF NOT EXISTS moved_away (id TEXT NOT NULL, place TEXT NOT NULL, "
                  "done BIGINT NOT NULL)");
    const auto rows = source.query("SELECT id, place, done FROM moved_away", {});
    if (rows.empty()) {
      m_id = new_id();
      source.execute("INSERT INTO moved_away (id, place, done) VALUES ($1, $2, 0)",
                     {m_id, m_place});
    } else {
      const std::string& place = text(rows.front(), 1);
      if (integer(rows.front(), 2) != 0) {
        throw Error(ErrorKind::bad_input, "the database was moved already, to " + place);
      }
      if (place != m_place) {
        throw Error(ErrorKind::bad_input,
                    "a move to " + place + " has begun and not ended: repeat that one");
      }
      m_id = text(rows.front(), 0);
    }
    for (const std::string& table : tables_of(source)) {
      for (const char* change : {"insert", "update", "delete"}) {
        source.script("CREATE TRIGGER IF NOT EXISTS moved_" + table + "_" + change + " BEFORE " +
                      change + " ON " + table + " BEGIN SELECT RAISE(ABORT, '" + k_moved_words +
                      ": stop this server and start it with the new DATABASE_URL'); END");
      }
    }
  }

  static void let_writers_go(SqlSession& source) {
    for (const std::string& trigger :
         names(source, "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE "
                       "'moved_%'")) {
      source.script("DROP TRIGGER " + trigger);
    }
    source.script("DROP TABLE moved_away");
  }

  std::map<std::string, std::size_t> copy() {
    std::map<std::string, std::size_t> copied;
    m_source.read(
        [&](SqlSession& source) {
          m_target.write([&](SqlSession& target) { copied = copy_all(source, target); },
                         Patience::later);
        },
        Patience::later);
    return copied;
  }

  std::map<std::string, std::size_t> copy_all(SqlSession& source, SqlSession& target) {
    const std::vector<std::string> tables = tables_of(source);
    std::map<std::string, std::size_t> copied;
    if (has_arrived(target)) {
      for (const std::string& table : tables) {
        copied[table] = static_cast<std::size_t>(
            integer(target.query("SELECT count(*) FROM " + table, {}).at(0), 0));
      }
      return copied;
    }
    // A fresh store has what its first start has written at most.
    target.execute("DELETE FROM probes", {});
    for (const std::string& table : tables) {
      if (!target.query("SELECT 1 FROM " + table + " LIMIT 1", {}).empty()) {
        throw Error(ErrorKind::bad_input, "the new database is not empty: its table " + table +
                                              " has rows; nothing was changed");
      }
      copied[table] = copy_table(source, target, table);
      target.continue_numbering(table);
    }
    target.script("CREATE TABLE IF NOT EXISTS moved_here (id TEXT PRIMARY KEY)");
    target.execute("INSERT INTO moved_here (id) VALUES ($1)", {m_id});
    return copied;
  }

  bool has_arrived(SqlSession& target) const {
    return target.has_table("moved_here") &&
           !target.query("SELECT 1 FROM moved_here WHERE id = $1", {m_id}).empty();
  }

  // Whether it is there although copying failed: the answer to its commit may have been lost.
  bool arrived(const Error& failure) {
    if (failure.kind() != ErrorKind::unavailable) {
      return false;
    }
    bool there = false;
    try {
      m_target.read([&](SqlSession& target) { there = has_arrived(target); });
    } catch (const Error&) {
      throw failure.while_doing("the move has not ended, and the old database takes nothing until "
                                "the same command is repeated");
    }
    return there;
  }

  SqlDatabase& m_source;
  SqlDatabase& m_target;
  const std::string m_place;
  std::string m_id;
};

} // namespace

void require_not_moved(SqlSession& session) {
  if (session.has_table("moved_away")) {
    const auto rows = session.query("SELECT place, done FROM moved_away", {});
    throw Error(ErrorKind::bad_input,
                std::string(k_moved_words) + " to " + text(rows.at(0), 0) +
                    (integer(rows.at(0), 1) != 0
                         ? ": set DATABASE_URL to where it is now"
                         : ", and the move has not ended: repeat leadline store copy"));
  }
}

std::map<std::string, std::size_t> move_store(const std::string& from, const std::string& to,
                                              const StoreOptions& options) {
  if (!from.starts_with(k_sqlite) || from == to) {
    throw Error(ErrorKind::bad_input, "what is moved is another database at sqlite:PATH");
  }
  const std::string path = from.substr(k_sqlite.size());
  if (!std::filesystem::exists(path)) {
    throw Error(ErrorKind::bad_input, "there is no database at " + path);
  }
  const auto source = open_sqlite(path);
  open_store(to, options); // both of the newest schema
  source->write(migrate, Patience::later);
  const auto target = to.starts_with(k_sqlite) ? open_sqlite(to.substr(k_sqlite.size()))
                                               : open_postgres(to, options);
  return Move(*source, *target, place_of(to)).run();
}

} // namespace leadline
