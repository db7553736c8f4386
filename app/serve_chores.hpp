#pragma once

#include "app/store/chore_store.hpp"

#include <spdlog/fwd.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace leadline {

class Clock;

// What the server does now and then beside its jobs.
struct Chore {
  std::string name; // as the store knows it: of several servers one does it
  std::chrono::milliseconds every{};
  std::chrono::milliseconds after_start{}; // at the start unless it was done so short a time ago
  std::function<void()> work;              // what it throws is logged; it is done again in time
  // each_server: about what each has for itself; done at its start, after_start counts nothing.
  enum class Whose { one_of_all, each_server } whose = Whose::one_of_all;
};

// A thread that does chores one after the other.
class Chores {
public:
  // While `leaves_shared` says so, chores of one_of_all are left to the other servers; may be
  // empty.
  Chores(std::vector<Chore> chores, ChoreStore& store, Clock& clock, spdlog::logger& logger,
         std::function<bool()> leaves_shared = {});
  ~Chores(); // stops, and waits for as long as a chore takes

  void start();
  // True when no chore runs on after `deadline`; only then may what it uses be destroyed.
  bool stop(std::chrono::milliseconds deadline);

private:
  void run();
  void look(bool starting);
  bool is_due(const Chore& chore, bool starting);

  const std::vector<Chore> m_chores;
  const std::function<bool()> m_leaves_shared;
  ChoreStore& m_store;
  Clock& m_clock;
  spdlog::logger& m_logger;
  std::map<std::string, std::chrono::steady_clock::time_point> m_due; // of each_server, by name
  std::mutex m_mutex;
  std::condition_variable m_changed;
  bool m_stopping = false;
  bool m_ended = true;
  std::thread m_thread;
};

} // namespace leadline
