#include "app/jobs/budget.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <utility>

// The sanitizers bring allocation of their own: GCC says so by a macro, clang by a feature.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LEADLINE_ALLOCATION_IS_TAKEN
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LEADLINE_ALLOCATION_IS_TAKEN
#endif

namespace leadline {

using std::chrono::steady_clock;

struct JobBudget::Account {
  BudgetLimits limits;
  steady_clock::time_point deadline;
  std::int64_t live = 0; // what the job frees of others makes it less than the truth, never more
  std::int64_t peak = 0;
  unsigned until_clock = 0; // allocations until the time is looked at again
  enum class Passed { none, time, memory } passed = Passed::none;
};

namespace {

constinit thread_local JobBudget::Account* t_account = nullptr;

constexpr unsigned k_allocations_per_look = 512;

void check(JobBudget::Account& account, std::size_t size) {
  using Passed = JobBudget::Account::Passed;
  if (account.until_clock-- == 0) {
    account.until_clock = k_allocations_per_look;
    if (steady_clock::now() > account.deadline) {
      account.passed = Passed::time;
    }
  }
  if (size > account.limits.memory_bytes ||
      account.live + static_cast<std::int64_t>(size) >
          static_cast<std::int64_t>(account.limits.memory_bytes)) {
    account.passed = Passed::memory;
  }
  // What cleans up after an exception may allocate; a second exception there would end the process.
  if (account.passed != Passed::none && std::uncaught_exceptions() == 0) {
    throw OverBudget();
  }
}

} // namespace

JobBudget::JobBudget(const BudgetLimits& limits) : m_account(std::make_unique<Account>()) {
  m_account->limits = limits;
  m_account->deadline = steady_clock::now() + limits.time;
  t_account = m_account.get();
}

JobBudget::~JobBudget() { t_account = nullptr; }

std::string JobBudget::exceeded() const {
  using std::to_string;
  const BudgetPause pause;
  const Account* const account = m_account.get();
  std::string text;
  if (account->passed == Account::Passed::time) {
    text = "the analysis took longer than its " +
           to_string(std::chrono::ceil<std::chrono::seconds>(account->limits.time).count()) + " s";
  } else if (account->passed == Account::Passed::memory) {
    text = "the analysis needed more than its " +
           to_string(account->limits.memory_bytes / (1024 * 1024)) + " MiB of memory";
  }
  return text;
}

BudgetPause::BudgetPause() : m_account(std::exchange(t_account, nullptr)) {}

BudgetPause::~BudgetPause() { t_account = m_account; }

std::size_t JobBudget::peak_bytes() const { return static_cast<std::size_t>(m_account->peak); }

#if defined(LEADLINE_ALLOCATION_IS_TAKEN)
bool JobBudget::is_enforced() { return false; }
#else
bool JobBudget::is_enforced() { return true; }
#endif

} // namespace leadline

#if !defined(LEADLINE_ALLOCATION_IS_TAKEN)

// The forms for arrays, sizes and nothrow come down to these two ([new.delete.single]);
// over-aligned ones do not count.
void* operator new(std::size_t size) {
  leadline::JobBudget::Account* const account = leadline::t_account;
  if (account != nullptr) {
    leadline::check(*account, size);
  }
  void* memory = std::malloc(size == 0 ? 1 : size);
  while (memory == nullptr) {
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) {
      throw std::bad_alloc();
    }
    handler();
    memory = std::malloc(size);
  }
  if (account != nullptr) {
    account->live += static_cast<std::int64_t>(::malloc_usable_size(memory));
    account->peak = std::max(account->peak, account->live);
  }
  return memory;
}

void operator delete(void* memory) noexcept {
  if (leadline::t_account != nullptr && memory != nullptr) {
    leadline::t_account->live -= static_cast<std::int64_t>(::malloc_usable_size(memory));
  }
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

#endif
