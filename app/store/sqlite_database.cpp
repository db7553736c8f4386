#include "app/store/sql_database.hpp"

#include "app/jobs/budget.hpp"
#include "app/store/private_file.hpp"
#include "base/error.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <algorithm>
#include <condition_variable>
#include <iterator>
#include <list>
#include <map>
#include <mutex>
#include <optional>

namespace leadline {
namespace {

constexpr int k_busy_timeout_ms = 5000;
constexpr std::size_t k_max_group = 256;
constexpr std::chrono::minutes k_later{10};
constexpr std::chrono::milliseconds k_own_work{10}; // how often who is late looks at it
constexpr const char* k_slow =
    "it does not answer in time: its disk is slow, or something else writes to it";

Error database_error(const std::string& doing, const std::string& why) {
  return Error(ErrorKind::unavailable, "database: " + doing + ": " + why);
}

// One connection with its prepared statements; used by one thread at a time.
class Connection final : public SqlSession {
public:
  explicit Connection(const std::string& path)
      : m_database(path, SQLite::OPEN_READWRITE, k_busy_timeout_ms) {
    m_database.exec("PRAGMA journal_mode = WAL");
    m_database.exec("PRAGMA synchronous = FULL"); // an answer of 202 is a promise
    m_database.exec("PRAGMA journal_size_limit = 67108864");
  }

  std::vector<SqlRow> query(const std::string& sql, const std::vector<SqlValue>& values) override {
    const Run run(prepare(sql), values);
    std::vector<SqlRow> rows;
    while (run.statement.executeStep()) {
      SqlRow& row = rows.emplace_back();
      for (int column = 0; column < run.statement.getColumnCount(); ++column) {
        const SQLite::Column value = run.statement.getColumn(column);
        if (value.isInteger()) {
          row.emplace_back(std::int64_t{value.getInt64()});
        } else {
          row.emplace_back(value.getString());
        }
      }
    }
    return rows;
  }

  std::size_t execute(const std::string& sql, const std::vector<SqlValue>& values) override {
    const Run run(prepare(sql), values);
    while (run.statement.executeStep()) {
    }
    return static_cast<std::size_t>(sqlite3_changes(m_database.getHandle()));
  }

  void script(const std::string& sql) override { m_database.exec(sql); }

  std::string_view for_update() const override { return ""; }
  std::string_view skip_locked() const override { return ""; }
  std::string_view identity_type() const override { return "INTEGER PRIMARY KEY AUTOINCREMENT"; }
  void continue_numbering(const std::string&) override {} // it does so by itself
  std::string find_damage() override {
    try {
      const auto rows = query("PRAGMA quick_check(1)", {});
      const std::string answer = rows.empty() ? "no answer" : std::get<std::string>(rows[0].at(0));
      return answer == "ok" ? "" : answer;
    } catch (const SQLite::Exception& e) { // so damaged that it finds no page to begin with
      if (e.getErrorCode() != SQLITE_CORRUPT && e.getErrorCode() != SQLITE_NOTADB) {
        throw;
      }
      return e.what();
    }
  }
  bool has_table(const std::string& name) override {
    return !query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1", {name}).empty();
  }
  void lock_schema() override {} // a writer is alone
  std::string_view clock() const override { return ""; }

  // False when SQLite has undone the whole transaction by itself (disk full, I/O error).
  bool in_transaction() { return sqlite3_get_autocommit(m_database.getHandle()) == 0; }

  void undo() noexcept {
    sqlite3_exec(m_database.getHandle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }

  // The lock to write. False when another process has it for all of the time until `deadline`,
  // where that is less than what everybody waits for it.
  bool begin(std::chrono::steady_clock::time_point deadline) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    const bool is_short = left.count() < k_busy_timeout_ms;
    m_database.setBusyTimeout(is_short ? static_cast<int>(std::max<std::int64_t>(left.count(), 0))
                                       : k_busy_timeout_ms);
    try {
      m_database.exec("BEGIN IMMEDIATE");
    } catch (const SQLite::Exception& e) {
      if (!is_short || e.getErrorCode() != SQLITE_BUSY) {
        throw;
      }
      return false;
    }
    return true;
  }

  // True when the file is not at its path any more: what is written now would be lost.
  bool has_moved() {
    int moved = 0;
    sqlite3_file_control(m_database.getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return moved != 0;
  }

private:
  // A statement in use; reset at the end, or it would hold its lock.
  struct Run {
    Run(SQLite::Statement& prepared, const std::vector<SqlValue>& values) : statement(prepared) {
      int place = 0;
      for (const SqlValue& value : values) {
        const std::string name = "$" + std::to_string(++place);
        std::visit([&](const auto& bound) { statement.bind(name, bound); }, value);
      }
    }
    ~Run() { statement.tryReset(); }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    SQLite::Statement& statement;
  };

  SQLite::Statement& prepare(const std::string& sql) {
    auto found = m_statements.find(sql);
    if (found == m_statements.end()) {
      found = m_statements.try_emplace(sql, m_database, sql).first;
    }
    return found->second;
  }

  SQLite::Database m_database;
  std::map<std::string, SQLite::Statement> m_statements; // only texts of sql_store.cpp: bounded
};

// Writers that arrive while a transaction is being written share the next one: one flush to disk
// for all of them. The first to find nobody leading leads those of its patience; each writer is its
// own savepoint, so that one failure undoes only itself. Who leads waits for the disk and for what
// the others of its group do; nobody else waits beyond its deadline, but for its own work.
class SqliteDatabase final : public SqlDatabase {
public:
  SqliteDatabase(const std::string& path, std::chrono::milliseconds soon) : m_soon(soon) {
    create_private_file(path);
    try {
      m_writer.emplace(path);
      m_reader.emplace(path);
    } catch (const SQLite::Exception& e) {
      throw database_error("opening " + path, e.what());
    }
  }

  void write(const Work& work, Patience patience) override {
    const BudgetPause pause; // the work of others too may be done here
    const auto mine = std::make_shared<Waiting>(work, patience, deadline_of(patience));
    std::unique_lock lock(m_mutex);
    m_queue.push_back(mine);
    while (mine->step != Step::done) {
      if (m_leading) {
        wait_for_leader(*mine, lock);
      } else {
        lead(*mine, lock);
      }
    }
    lock.unlock();
    if (mine->error) {
      std::rethrow_exception(mine->error);
    }
  }

  void read(const Work& work, Patience patience) override {
    const BudgetPause pause;
    const Reading reading(*this, deadline_of(patience));
    try {
      work(*m_reader);
    } catch (const SQLite::Exception& e) {
      throw database_error("reading", e.what());
    }
  }

private:
  using Time = std::chrono::steady_clock::time_point;
  // queued, chosen: its work has not begun. committing: its work is done. left: nobody waits for
  // it.
  enum class Step { queued, chosen, running, committing, done, left };
  struct Waiting {
    Waiting(const Work& asked, Patience its_patience, Time its_deadline)
        : work(&asked), patience(its_patience), deadline(its_deadline) {}
    const Work* work; // of who waits: there while it is running
    const Patience patience;
    const Time deadline;
    std::exception_ptr error;
    Step step = Step::queued; // guarded by m_mutex
  };
  // A list, so that nothing is allocated between the start of a leader and its end.
  using Group = std::list<std::shared_ptr<Waiting>>;

  // The reader in one thread's hands.
  class Reading {
  public:
    Reading(SqliteDatabase& database, Time deadline) : m_database(database) {
      std::unique_lock lock(database.m_reader_mutex);
      if (!database.m_reader_free.wait_until(lock, deadline,
                                             [&] { return !database.m_is_reading; })) {
        throw database_error("reading", k_slow);
      }
      database.m_is_reading = true;
    }
    ~Reading() {
      {
        const std::lock_guard lock(m_database.m_reader_mutex);
        m_database.m_is_reading = false;
      }
      m_database.m_reader_free.notify_one();
    }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

  private:
    SqliteDatabase& m_database;
  };

  Time deadline_of(Patience patience) const {
    return std::chrono::steady_clock::now() + (patience == Patience::soon ? m_soon : k_later);
  }

  // A group of its patience, in which `mine` is unless too many came before it.
  void lead(const Waiting& mine, std::unique_lock<std::mutex>& lock) {
    if (std::chrono::steady_clock::now() >= mine.deadline) {
      leave_queue(mine);
    }
    m_leading = true;
    Group group;
    for (auto each = m_queue.begin(); each != m_queue.end() && group.size() < k_max_group;) {
      const auto next = std::next(each);
      if ((*each)->patience == mine.patience) {
        (*each)->step = Step::chosen;
        group.splice(group.end(), m_queue, each);
      }
      each = next;
    }
    lock.unlock();
    const bool is_over = commit(group, mine.deadline);
    lock.lock();
    settle(group, is_over);
    m_leading = false;
    m_changed.notify_all();
  }

  [[noreturn]] void leave_queue(const Waiting& mine) {
    std::erase_if(m_queue, [&](const auto& each) { return each.get() == &mine; });
    throw database_error("writing", k_slow);
  }

  // Until something has changed. Throws at the deadline, unless its own work is just being done.
  void wait_for_leader(Waiting& mine, std::unique_lock<std::mutex>& lock) {
    if (m_changed.wait_until(lock, mine.deadline) == std::cv_status::no_timeout || !m_leading) {
      return;
    }
    switch (mine.step) {
    case Step::queued:
      leave_queue(mine);
    case Step::chosen:     // the leader leaves it out
    case Step::committing: // it may be done: who asked may ask again
      mine.step = Step::left;
      throw database_error("writing", k_slow);
    case Step::running:
      m_changed.wait_for(lock, k_own_work);
      return;
    case Step::done:
    case Step::left:
      return;
    }
  }

  // What the leader had no time for is another one's, and comes first.
  void settle(Group& group, bool is_over) noexcept {
    group.remove_if([&](const auto& each) {
      if (is_over) {
        each->step = Step::done;
      } else if (each->step == Step::chosen) {
        each->step = Step::queued;
        return false;
      }
      return true;
    });
    m_queue.splice(m_queue.begin(), group);
  }

  // False when somebody else writes to the file until `deadline`: nothing was begun, and those who
  // still have time may try again.
  bool commit(const Group& group, Time deadline) noexcept {
    try {
      if (m_writer->has_moved()) {
        throw database_error("writing", "its file was moved or deleted");
      }
      if (!m_writer->begin(deadline)) {
        return false;
      }
      for (const auto& waiting : group) {
        if (step(*waiting, Step::running)) {
          run(*waiting);
          step(*waiting, Step::committing);
        }
      }
      m_writer->script("COMMIT");
    } catch (...) {
      const std::exception_ptr error = as_error(std::current_exception());
      m_writer->undo();
      for (const auto& waiting : group) {
        waiting->error = error; // nothing of the group is on disk
      }
    }
    return true;
  }

  // False when nobody waits for it any more.
  bool step(Waiting& waiting, Step step) {
    const std::lock_guard lock(m_mutex);
    if (waiting.step == Step::left) {
      return false;
    }
    waiting.step = step;
    return true;
  }

  void run(Waiting& waiting) {
    m_writer->script("SAVEPOINT one");
    try {
      (*waiting.work)(*m_writer);
    } catch (...) {
      if (!m_writer->in_transaction()) {
        throw;
      }
      waiting.error = as_error(std::current_exception());
      m_writer->script("ROLLBACK TO one");
    }
    m_writer->script("RELEASE one");
  }

  static std::exception_ptr as_error(std::exception_ptr thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const SQLite::Exception& e) {
      return std::make_exception_ptr(database_error("writing", e.what()));
    } catch (...) {
      return thrown;
    }
  }

  const std::chrono::milliseconds m_soon;
  std::mutex m_mutex; // of the queue, not held while writing
  std::condition_variable m_changed;
  Group m_queue;
  bool m_leading = false;
  std::optional<Connection> m_writer; // of the thread that leads

  std::mutex m_reader_mutex; // not held while reading
  std::condition_variable m_reader_free;
  bool m_is_reading = false;
  std::optional<Connection> m_reader; // of the thread that reads
};

} // namespace

std::unique_ptr<SqlDatabase> open_sqlite(const std::string& path, std::chrono::milliseconds soon) {
  return std::make_unique<SqliteDatabase>(path, soon);
}

} // namespace leadline
