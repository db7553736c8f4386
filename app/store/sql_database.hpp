#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace leadline {

// The little of SQL that sql_store.cpp needs, so that SQLite and PostgreSQL run the same
// statements. Columns are never NULL; times are milliseconds since 1970; flags are 0 or 1.
using SqlValue = std::variant<std::int64_t, std::string>;
using SqlRow = std::vector<SqlValue>;

// One transaction. Values are bound to $1, $2, ... only, never pasted.
class SqlSession {
public:
  virtual ~SqlSession() = default;

  // Rows of a SELECT or of RETURNING.
  virtual std::vector<SqlRow> query(const std::string& sql,
                                    const std::vector<SqlValue>& values) = 0;
  // Number of rows changed.
  virtual std::size_t execute(const std::string& sql, const std::vector<SqlValue>& values) = 0;
  // Several statements without values (migrations).
  virtual void script(const std::string& sql) = 0;

  // What a SELECT ends with to keep its rows from other sessions; "" where a writer is alone
  // anyway.
  virtual std::string_view for_update() const = 0;
  virtual std::string_view skip_locked() const = 0;
  // How a column numbers its rows, rising and never used twice.
  virtual std::string_view identity_type() const = 0;
  // After rows were inserted with numbers of their own: the next one gets a higher one.
  virtual void continue_numbering(const std::string& table) = 0;
  // A SELECT that answers "ok" for an undamaged database; "" where that is not ours to check.
  virtual std::string_view integrity_check() const = 0;
};

// Safe for several threads. `work` may be called again from the start when its transaction loses
// against another one, so it must assign its results and not add to them. What it throws undoes its
// transaction. Throws Error(unavailable) when the database does not answer, is full, read-only or
// broken.
class SqlDatabase {
public:
  virtual ~SqlDatabase() = default;

  using Work = std::function<void(SqlSession&)>;
  virtual void write(const Work& work) = 0; // committed and on disk when it returns
  virtual void read(const Work& work) = 0;
};

std::unique_ptr<SqlDatabase> open_sqlite(const std::string& path);
std::unique_ptr<SqlDatabase> open_postgres(const std::string& url);

} // namespace leadline
