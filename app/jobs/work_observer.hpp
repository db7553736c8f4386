#pragma once

#include "analyzers/report.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace leadline {

// What operators want to know of the work on pull requests; for metrics. Safe for several threads.
class WorkObserver {
public:
  virtual ~WorkObserver() = default;

  // One stage of a try has ended, well or not: "fetch" (Git), "judge" (compare, judge, prove the
  // plan), "check" (update the check run), "comments" (review and sticky comment).
  virtual void stage_ended(std::string_view stage, std::chrono::duration<double> took) = 0;

  // A finding stands in a check that was just finished; a run that is repeated tells it again.
  virtual void found(const Finding& finding) = 0;

  // Somebody has acknowledged a finding of `rule`. Often acknowledged is often a false alarm.
  virtual void acknowledged(const std::string& rule) = 0;
};

// Tells `observer` how long it lived.
class Stage {
public:
  Stage(WorkObserver& observer, std::string_view name)
      : m_observer(observer), m_name(name), m_began(std::chrono::steady_clock::now()) {}
  ~Stage() { m_observer.stage_ended(m_name, std::chrono::steady_clock::now() - m_began); }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

private:
  WorkObserver& m_observer;
  std::string_view m_name;
  std::chrono::steady_clock::time_point m_began;
};

} // namespace leadline
