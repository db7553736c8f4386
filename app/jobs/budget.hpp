#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>

namespace leadline {

// What one job may take.
struct BudgetLimits {
  std::chrono::milliseconds time{std::chrono::minutes(15)};
  std::size_t memory_bytes = 1024UL * 1024 * 1024;
};

// Thrown by `new` in a thread whose job is over its budget.
class OverBudget : public std::bad_alloc {
public:
  const char* what() const noexcept override { return "the job is over its budget"; }
};

// While it lives, what its thread allocates in C++ counts, and `new` throws OverBudget once the
// time is up or more memory is in use: whatever a hostile input makes a parser do, it ends in the
// thread that does it. Memory of C libraries does not count; they have limits of their own. One at
// a time in a thread. Without effect in sanitized builds, which bring an allocator of their own.
class JobBudget {
public:
  explicit JobBudget(const BudgetLimits& limits);
  ~JobBudget();
  JobBudget(const JobBudget&) = delete;
  JobBudget& operator=(const JobBudget&) = delete;

  // "" while it holds, else which limit was passed, for people.
  std::string exceeded() const;
  std::size_t peak_bytes() const;

  static bool is_enforced();

  struct Account;

private:
  std::unique_ptr<Account> m_account;
};

// While it lives, nothing that its thread allocates counts, nor is refused: for what a job's thread
// does that others share, and that must not be left half done.
class BudgetPause {
public:
  BudgetPause();
  ~BudgetPause();
  BudgetPause(const BudgetPause&) = delete;
  BudgetPause& operator=(const BudgetPause&) = delete;

private:
  JobBudget::Account* const m_account; // nullptr outside of jobs
};

} // namespace leadline
