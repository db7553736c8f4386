#include "app/jobs/clone_upkeep.hpp"

#include "app/git/cache.hpp"
#include "base/error.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace leadline {

void CloneUpkeep::look() {
  std::set<ForgottenRepository> gone;
  for (const ForgottenRepository& forgotten : m_store.forgotten_repositories()) {
    // Once for each time that it was lost: the App may have it back since.
    try {
      if (m_gone.contains(forgotten) || m_git.forget(forgotten.name)) {
        gone.insert(forgotten);
      }
    } catch (const Error& error) { // one that cannot be deleted holds up no other
      m_logger.error("forgetting the clone of {}: {}", forgotten.name, error.what());
    }
  }
  m_gone = std::move(gone);
  if (const auto totals = m_git.tidy()) {
    const auto level = totals->deleted > 0 ? spdlog::level::info : spdlog::level::debug;
    m_logger.log(level, "{} clones take {} MiB; {} were deleted, unused or beyond the bound",
                 totals->clones, totals->bytes >> 20U, totals->deleted);
    if (!totals->problem.empty()) {
      m_logger.error("a clone that is to go is still there: {}", totals->problem);
    }
  }
}

} // namespace leadline
