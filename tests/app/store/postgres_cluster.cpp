#include "tests/app/store/postgres_cluster.hpp"

#include <catch2/catch.hpp>
#include <pqxx/pqxx>

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace leadline::tests {
namespace {

// Servers refuse to run as root.
bool try_run(const std::string& command) {
  const std::string quiet = command + " > /dev/null 2>&1";
  const std::string shell =
      ::geteuid() == 0 ? "cd / && runuser -u postgres -- sh -c '" + quiet + "'" : quiet;
  return std::system(shell.c_str()) == 0; // NOLINT(concurrency-mt-unsafe)
}

void run(const std::string& command) {
  if (!try_run(command)) {
    throw std::runtime_error("failed: " + command);
  }
}

std::string tool(const std::string& name) {
  return std::string(LEADLINE_POSTGRES_BIN) + "/" + name;
}

std::string pg_ctl(const std::filesystem::path& data) {
  return tool("pg_ctl") + " -w -D " + data.string();
}

void start_server(const std::filesystem::path& data, const std::filesystem::path& sockets,
                  const std::string& port) {
  run(pg_ctl(data) + " -l " + data.string() + ".log -o \"-k " + sockets.string() + " -p " + port +
      " -c listen_addresses= -c fsync=off\" start");
}

int id_in(const std::filesystem::path& file) {
  int id = 0;
  std::ifstream(file) >> id;
  return id;
}

// The server itself first, so that it starts nothing meanwhile; then what it has started.
void signal_all(const std::filesystem::path& data, int signal) {
  const int server = id_in(data / "postmaster.pid");
  REQUIRE(server > 1);
  REQUIRE(::kill(server, signal) == 0);
  std::ifstream children("/proc/" + std::to_string(server) + "/task/" + std::to_string(server) +
                         "/children");
  for (int child = 0; children >> child;) {
    ::kill(child, signal);
  }
}

const char* const k_primary_port = "5432";
const char* const k_standby_port = "5433";

} // namespace

Cluster::Cluster() {
  std::filesystem::permissions(folder(), std::filesystem::perms::all);
  run(tool("initdb") + " -D " + (folder() / "data").string() +
      " -U leadline -A trust -E UTF8 --locale=C --no-sync");
  start();
}

Cluster::~Cluster() { stop("immediate"); }

void Cluster::start() const { start_server(folder() / "data", folder(), k_primary_port); }

void Cluster::stop(const std::string& mode) const {
  try_run(pg_ctl(folder() / "data") + " -m " + mode + " stop");
}

void Cluster::freeze() const { signal_all(folder() / "data", SIGSTOP); }
void Cluster::thaw() const { signal_all(folder() / "data", SIGCONT); }

std::string Cluster::url(const std::string& database) const {
  return "postgresql:///" + database + "?user=leadline&host=" + folder().string();
}

std::string Cluster::fresh_database() { return url(create_database()); }

std::string Cluster::create_database() {
  const std::string name = "test" + std::to_string(++m_databases);
  pqxx::connection connection(url("postgres"));
  pqxx::nontransaction(connection).exec("CREATE DATABASE " + name);
  return name;
}

Standby::Standby(const Cluster& primary) : m_folder(primary.folder()) {
  run(tool("pg_basebackup") + " -D " + (m_folder / "standby").string() + " -h " +
      m_folder.string() + " -U leadline --write-recovery-conf --checkpoint=fast --no-sync");
  start();
}

Standby::~Standby() { stop(); }

void Standby::start() const { start_server(m_folder / "standby", m_folder, k_standby_port); }
void Standby::stop() const { try_run(pg_ctl(m_folder / "standby") + " -m immediate stop"); }
void Standby::promote() const { run(pg_ctl(m_folder / "standby") + " promote"); }

std::string Standby::url_of_both(const std::string& database) const {
  return "postgresql:///" + database + "?user=leadline&host=" + m_folder.string() + "," +
         m_folder.string() + "&port=" + k_standby_port + "," + k_primary_port +
         "&target_session_attrs=read-write";
}

Pooler::Pooler(const Cluster& cluster) : m_folder(cluster.folder() / "pooler") {
  std::filesystem::create_directory(m_folder);
  std::filesystem::permissions(m_folder, std::filesystem::perms::all);
  const std::string folder = m_folder.string();
  std::ofstream(m_folder / "ini") << "[databases]\n* = host=" << cluster.folder().string()
                                  << " user=leadline\n"
                                     "[pgbouncer]\npool_mode = transaction\nauth_type = any\n"
                                     "server_round_robin = 1\nlisten_addr =\n"
                                     "unix_socket_dir = "
                                  << folder << "\npidfile = " << folder
                                  << "/pid\nlogfile = " << folder << "/log\n";
  run(std::string(LEADLINE_PGBOUNCER) + " --daemon " + folder + "/ini");
}

Pooler::~Pooler() {
  if (const int id = id_in(m_folder / "pid"); id > 1) {
    ::kill(id, SIGTERM);
  }
}

std::string Pooler::url(const std::string& database) const {
  return "postgresql:///" + database + "?user=leadline&port=6432&host=" + m_folder.string();
}

bool eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 1500; ++i) {
    if (holds()) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

} // namespace leadline::tests
