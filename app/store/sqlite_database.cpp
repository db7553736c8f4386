#include "app/store/sql_database.hpp"

#include "base/error.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>

namespace leadline {
namespace {

constexpr int k_busy_timeout_ms = 5000;
constexpr std::size_t k_max_group = 256;
constexpr std::chrono::minutes k_later{10};
constexpr const char* k_slow = "its disk does not answer in time";

Error database_error(const std::string& doing, const std::string& why) {
  return Error(ErrorKind::unavailable, "database: " + doing + ": " + why);
}

// A file from a copy, or one that a volume's group was given, may be open to others. False when it
// cannot be mended.
bool close_to_others(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 &&
         ((status.st_mode & 0077U) == 0 || ::fchmod(file, 0600) == 0);
}

// Created by us before SQLite does, so that nobody else can read it; WAL and index take its mode
// over.
void create_private_file(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  std::error_code failed;
  const bool new_folder = std::filesystem::create_directories(folder, failed);
  if (failed) {
    throw database_error("creating the folder " + folder.string(), failed.message());
  }
  if (new_folder) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
  }
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    throw database_error("opening " + path.string(), std::strerror(errno));
  }
  const bool closed = close_to_others(file);
  ::close(file);
  if (!closed) {
    throw Error(ErrorKind::bad_input, "database: " + path.string() +
                                          " may be read by others and is another user's: chmod 600 "
                                          "it, or run as its owner");
  }
  for (const char* beside : {"-wal", "-shm"}) {
    const int other = ::open((path.string() + beside).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (other >= 0) {
      close_to_others(other);
      ::close(other);
    }
  }
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    ::fsync(directory);
    ::close(directory);
  }
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
// for all of them. The first to find nobody leading leads; each writer is its own savepoint, so
// that one failure undoes only itself. On a disk that stands still the leader waits for it, and
// nobody else does for long.
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
    const auto mine = std::make_shared<Waiting>(work);
    const auto deadline = deadline_of(patience);
    std::unique_lock lock(m_mutex);
    m_queue.push_back(mine);
    while (mine->step != Step::done) {
      if (m_leading) {
        wait_for_leader(*mine, deadline, lock);
        continue;
      }
      m_leading = true;
      const auto count = static_cast<std::ptrdiff_t>(std::min(m_queue.size(), k_max_group));
      const Group group(m_queue.begin(), m_queue.begin() + count);
      m_queue.erase(m_queue.begin(), m_queue.begin() + count);
      set_step(group, Step::running);
      lock.unlock();
      commit(group);
      lock.lock();
      set_step(group, Step::done);
      m_leading = false;
      m_changed.notify_all();
    }
    lock.unlock();
    if (mine->error) {
      std::rethrow_exception(mine->error);
    }
  }

  void read(const Work& work, Patience patience) override {
    const Reading reading(*this, deadline_of(patience));
    try {
      work(*m_reader);
    } catch (const SQLite::Exception& e) {
      throw database_error("reading", e.what());
    }
  }

private:
  enum class Step { queued, running, committing, done };
  struct Waiting {
    explicit Waiting(const Work& asked) : work(&asked) {}
    const Work* work; // of who waits: may be gone once it is committing
    std::exception_ptr error;
    Step step = Step::queued; // guarded by m_mutex
  };
  using Group = std::vector<std::shared_ptr<Waiting>>;

  // The reader in one thread's hands.
  class Reading {
  public:
    Reading(SqliteDatabase& database, std::chrono::steady_clock::time_point deadline)
        : m_database(database) {
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

  std::chrono::steady_clock::time_point deadline_of(Patience patience) const {
    return std::chrono::steady_clock::now() + (patience == Patience::soon ? m_soon : k_later);
  }

  static void set_step(const Group& group, Step step) {
    for (const auto& waiting : group) {
      waiting->step = step;
    }
  }

  // Until something has changed. Throws at the deadline, unless the leader is just at it.
  void wait_for_leader(const Waiting& mine, std::chrono::steady_clock::time_point deadline,
                       std::unique_lock<std::mutex>& lock) {
    if (mine.step == Step::running) {
      m_changed.wait(lock);
      return;
    }
    if (m_changed.wait_until(lock, deadline) == std::cv_status::no_timeout || !m_leading) {
      return;
    }
    if (mine.step == Step::queued) {
      std::erase_if(m_queue, [&](const auto& each) { return each.get() == &mine; });
      throw database_error("writing", k_slow);
    }
    if (mine.step == Step::committing) { // it may have been done: who asked may ask again
      throw database_error("writing", k_slow);
    }
  }

  void commit(const Group& group) noexcept {
    try {
      if (m_writer->has_moved()) {
        throw database_error("writing", "its file was moved or deleted");
      }
      m_writer->script("BEGIN IMMEDIATE");
      for (const auto& waiting : group) {
        run(*waiting);
      }
      {
        const std::lock_guard lock(m_mutex);
        set_step(group, Step::committing);
      }
      m_changed.notify_all(); // who had to stay while its work ran may go now
      m_writer->script("COMMIT");
    } catch (...) {
      const std::exception_ptr error = as_error(std::current_exception());
      m_writer->undo();
      for (const auto& waiting : group) {
        waiting->error = error; // nothing of the group is on disk
      }
    }
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
