#pragma once

#include "app/store/chore_store.hpp"

#include <spdlog/fwd.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
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
  std::function<void()> work; // what it throws is logged; soon afterwards it is done again
  // each_server: about what each has for itself; done at its start, after_start counts nothing.
  enum class Whose { one_of_all, each_server } whose = Whose::one_of_all;
};

// A thread that does chores one after the other. One that fails, or whose server dies while it does
// it, is due again soon for all servers, also what was due because of a start.
class Chores {
public:
  // While `leaves_shared` says so, chores of one_of_all are left to the other servers, and done
  // when it does not any more; may be empty. `look_every`: how late a chore may be.
  Chores(std::vector<Chore> chores, ChoreStore& store, Clock& clock, spdlog::logger& logger,
         std::function<bool()> leaves_shared = {},
         std::chrono::milliseconds look_every = std::chrono::seconds(15));
  ~Chores(); // stops, and waits for as long as a chore takes

  void start();
  // True when no chore runs on after `deadline`; only then may what it uses be destroyed.
  bool stop(std::chrono::milliseconds deadline);

private:
  using Time = std::chrono::sys_time<std::chrono::milliseconds>;

  void run();
  void look();
  void look_at(const Chore& chore);
  bool claim(const Chore& chore, Time now);
  void settle(const Chore& chore, Time claimed, bool done);
  Time now() const;

  const std::vector<Chore> m_chores;
  const std::function<bool()> m_leaves_shared;
  ChoreStore& m_store;
  Clock& m_clock;
  spdlog::logger& m_logger;
  const std::chrono::milliseconds m_look_every;
  std::map<std::string, std::chrono::steady_clock::time_point> m_due; // of each_server, by name
  std::set<std::string> m_started; // of one_of_all: done at this start, or by others just before
  std::mutex m_mutex;
  std::condition_variable m_changed;
  bool m_stopping = false;
  bool m_ended = true;
  std::thread m_thread;
};

} // namespace leadline
