#include "app/store/work_hints.hpp"

#include "app/socket_watch.hpp"
#include "app/store/postgres_address.hpp"
#include "app/store/sql_database.hpp"
#include "app/store/store_options.hpp"

#include <pqxx/pqxx>
#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace leadline {
namespace {

using namespace std::chrono_literals;

constexpr const char* k_channel = "leadline_work";
constexpr auto k_pause = 2s; // after a failure, until it is tried again
constexpr auto k_longest_answer = 5s;
constexpr int k_listen_seconds = 1; // how late a listener may see that it is to end

bool is_shared(const std::string& database_url) { return database_url.starts_with("postgres"); }

class Silent final : public WorkAnnouncer {
public:
  void announce() noexcept override {}
};

class Deaf final : public WorkListener {};

// A thread of its own, so that whoever announces never waits for the database.
class PostgresAnnouncer final : public WorkAnnouncer {
public:
  PostgresAnnouncer(std::string url, spdlog::logger& logger)
      : m_url(std::move(url)), m_logger(logger), m_thread([this] { run(); }) {}

  ~PostgresAnnouncer() override {
    {
      const std::lock_guard lock(m_mutex);
      m_stopping = true;
    }
    m_changed.notify_all();
    m_thread.join();
  }

  void announce() noexcept override {
    {
      const std::lock_guard lock(m_mutex);
      m_announced = true;
    }
    m_changed.notify_all();
  }

private:
  void run() {
    std::unique_ptr<SqlDatabase> database;
    std::unique_lock lock(m_mutex);
    while (true) {
      m_changed.wait(lock, [this] { return m_stopping || m_announced; });
      if (m_stopping) {
        return;
      }
      m_announced = false;
      lock.unlock();
      const bool told = tell(database);
      lock.lock();
      if (!told) {
        m_changed.wait_for(lock, k_pause, [this] { return m_stopping; });
      }
    }
  }

  // Apart from the transaction that stores a job: a database without NOTIFY must not undo it.
  bool tell(std::unique_ptr<SqlDatabase>& database) {
    try {
      if (!database) {
        StoreOptions options;
        options.connections = 1;
        options.unverified = true; // as the store, which was opened before, allows
        database = open_postgres(m_url, options);
      }
      database->write(
          [](SqlSession& session) { session.script(std::string("NOTIFY ") + k_channel); });
      return true;
    } catch (const std::exception& e) {
      m_logger.debug("announcing work: {}; it is found by looking", e.what());
      return false;
    }
  }

  const std::string m_url;
  spdlog::logger& m_logger;
  std::mutex m_mutex; // guards what follows
  std::condition_variable m_changed;
  bool m_stopping = false;
  bool m_announced = false;
  std::thread m_thread;
};

class Receiver final : public pqxx::notification_receiver {
public:
  Receiver(pqxx::connection& connection, const std::function<void()>& hinted)
      : notification_receiver(connection, k_channel), m_hinted(hinted) {}
  void operator()(const std::string&, int) override { m_hinted(); }

private:
  const std::function<void()>& m_hinted;
};

class PostgresListener final : public WorkListener {
public:
  PostgresListener(std::string url, std::function<void()> hinted, spdlog::logger& logger)
      : m_url(std::move(url)), m_hinted(std::move(hinted)), m_logger(logger),
        m_thread([this] { run(); }) {}

  ~PostgresListener() override {
    {
      const std::lock_guard lock(m_mutex);
      m_stopping = true;
    }
    m_changed.notify_all();
    m_thread.join();
  }

private:
  void run() {
    while (!is_stopping()) {
      try {
        listen();
      } catch (const std::exception& e) {
        m_logger.debug("listening for work: {}; it is found by looking", e.what());
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, k_pause, [this] { return m_stopping; });
      }
    }
  }

  void listen() {
    pqxx::connection connection(postgres_parameters(m_url));
    auto receiver = start_listening(connection);
    m_hinted(); // what was announced while nobody listened
    while (!is_stopping()) {
      connection.await_notification(k_listen_seconds, 0);
    }
    const SocketWatch::Guard guard(m_watch, connection.sock(),
                                   SocketWatch::Clock::now() + k_longest_answer);
    receiver.reset(); // tells the server
  }

  std::unique_ptr<Receiver> start_listening(pqxx::connection& connection) {
    const SocketWatch::Guard guard(m_watch, connection.sock(),
                                   SocketWatch::Clock::now() + k_longest_answer);
    return std::make_unique<Receiver>(connection, m_hinted);
  }

  bool is_stopping() {
    const std::lock_guard lock(m_mutex);
    return m_stopping;
  }

  const std::string m_url;
  const std::function<void()> m_hinted;
  SocketWatch m_watch;
  spdlog::logger& m_logger;
  std::mutex m_mutex; // guards what follows
  std::condition_variable m_changed;
  bool m_stopping = false;
  std::thread m_thread;
};

} // namespace

std::unique_ptr<WorkAnnouncer> WorkAnnouncer::create(const std::string& database_url,
                                                     spdlog::logger& logger) {
  if (is_shared(database_url)) {
    return std::make_unique<PostgresAnnouncer>(database_url, logger);
  }
  return std::make_unique<Silent>();
}

std::unique_ptr<WorkListener> WorkListener::create(const std::string& database_url,
                                                   std::function<void()> hinted,
                                                   spdlog::logger& logger) {
  if (is_shared(database_url)) {
    return std::make_unique<PostgresListener>(database_url, std::move(hinted), logger);
  }
  return std::make_unique<Deaf>();
}

} // namespace leadline
