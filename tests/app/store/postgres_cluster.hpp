#pragma once

#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace leadline::tests {

// A PostgreSQL of our own below a temporary folder, reached by a socket there.
class Cluster {
public:
  Cluster(); // runs
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  void start() const;
  // "smart", "fast" or "immediate", as of pg_ctl.
  void stop(const std::string& mode) const;
  // Its machine answers, and it does not: as behind a proxy, or on a disk, that stands still.
  void freeze() const;
  void thaw() const;

  std::string url(const std::string& database) const;
  std::string create_database(); // its name
  std::string fresh_database();  // its URL
  // Of its socket and its data; everybody may write there.
  const std::filesystem::path& folder() const { return m_folder.path(); }

private:
  TemporaryFolder m_folder;
  int m_databases = 0;
};

// A copy of a cluster that follows it by streaming replication, as long as both run.
class Standby {
public:
  explicit Standby(const Cluster& primary); // runs
  ~Standby();
  Standby(const Standby&) = delete;
  Standby& operator=(const Standby&) = delete;

  void start() const;
  void stop() const;
  void promote() const; // it takes writes from now on
  // Of both: whichever takes writes, this one asked first.
  std::string url_of_both(const std::string& database) const;

private:
  std::filesystem::path m_folder;
};

// A PgBouncer before a cluster. Each transaction has another of its connections than the one
// before, where there are several.
class Pooler {
public:
  explicit Pooler(const Cluster& cluster); // runs
  ~Pooler();
  Pooler(const Pooler&) = delete;
  Pooler& operator=(const Pooler&) = delete;

  std::string url(const std::string& database) const;

private:
  std::filesystem::path m_folder;
};

// Whether `holds` does so within half a minute.
bool eventually(const std::function<bool()>& holds);

} // namespace leadline::tests
