#pragma once

#include <chrono>
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
  // Reads everything: what is damaged; "" when nothing is, or where that is not ours to check.
  virtual std::string find_damage() = 0;
  virtual bool has_table(const std::string& name) = 0;
  // From here to the end of the transaction no other session is behind the same call, and a table
  // that somebody else uses is waited for a short time only.
  virtual void lock_schema() = 0;
  // A SELECT of the database's own time; "" where it is this machine's.
  virtual std::string_view clock() const = 0;
};

// soon: somebody waits for the answer, at most 7 s. later: chores and migrations, 10 minutes.
enum class Patience { soon, later };

// Safe for several threads. `work` may be called again from the start when its transaction loses
// against another one, so it must assign its results and not add to them, and it must not ask for
// another transaction. What it throws undoes its own. Throws Error(unavailable) when the database
// does not answer in time, is full, read-only or broken.
class SqlDatabase {
public:
  virtual ~SqlDatabase() = default;

  using Work = std::function<void(SqlSession&)>;
  // Committed and on disk when it returns.
  virtual void write(const Work& work, Patience patience = Patience::soon) = 0;
  virtual void read(const Work& work, Patience patience = Patience::soon) = 0;

  // How often its connections were lost: whoever answers since then may be another server, which
  // has less. 0 of an embedded one.
  virtual std::uint64_t losses() const { return 0; }
};

struct StoreOptions;

// `soon`: what a write of Patience::soon waits for others, for a lock of another process, and for
// the disk, at most. One writer of several that come together writes for all of them: it waits for
// the disk, and for what they do, however long that takes.
std::unique_ptr<SqlDatabase>
open_sqlite(const std::string& path,
            std::chrono::milliseconds soon = std::chrono::milliseconds(7000));
// Connects with the first transaction. Throws Error(bad_input) for an address that is malformed or
// not safe (postgres_address.hpp).
std::unique_ptr<SqlDatabase> open_postgres(const std::string& url, const StoreOptions& options);

} // namespace leadline
