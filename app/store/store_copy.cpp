#include "app/store/store_copy.hpp"

#include "app/store/sql_database.hpp"
#include "app/store/sql_schema.hpp"
#include "app/store/sql_values.hpp"
#include "app/store/store.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

namespace leadline {
namespace {

constexpr std::int64_t k_batch = 500;
constexpr std::string_view k_sqlite = "sqlite:";
constexpr std::string_view k_moved = "deliveries_moved";

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

std::map<std::string, std::size_t> copy_all(SqlSession& source, SqlSession& target,
                                            const std::vector<std::string>& tables) {
  std::map<std::string, std::size_t> copied;
  for (const std::string& table : tables) {
    // A fresh store has what its first start has written at most.
    target.execute("DELETE FROM probes", {});
    if (!target.query("SELECT 1 FROM " + table + " LIMIT 1", {}).empty()) {
      throw Error(ErrorKind::bad_input, "the new database is not empty: its table " + table +
                                            " has rows; nothing was changed");
    }
    copied[table] = copy_table(source, target, table);
    target.continue_numbering(table);
  }
  return copied;
}

} // namespace

std::map<std::string, std::size_t> move_store(const std::string& from, const std::string& to) {
  if (!from.starts_with(k_sqlite) || from == to) {
    throw Error(ErrorKind::bad_input, "what is moved is another database at sqlite:PATH");
  }
  const std::string path = from.substr(k_sqlite.size());
  if (!std::filesystem::exists(path)) {
    throw Error(ErrorKind::bad_input, "there is no database at " + path);
  }
  const auto source_database = open_sqlite(path);
  source_database->read([&](SqlSession& source) {
    if (!source.query("SELECT 1 FROM sqlite_master WHERE name = $1", {std::string(k_moved)})
             .empty()) {
      throw Error(ErrorKind::bad_input, "the database at " + path + " was moved already");
    }
  });
  open_store(from); // both of the newest schema
  open_store(to);
  const auto target_database =
      to.starts_with(k_sqlite) ? open_sqlite(to.substr(k_sqlite.size())) : open_postgres(to);
  std::map<std::string, std::size_t> copied;
  source_database->write([&](SqlSession& source) {
    const std::vector<std::string> tables =
        names(source, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE "
                      "'sqlite_%' AND name <> 'schema_version' ORDER BY name");
    target_database->write([&](SqlSession& target) { copied = copy_all(source, target, tables); });
    source.script("ALTER TABLE deliveries RENAME TO " + std::string(k_moved));
  });
  return copied;
}

} // namespace leadline
