#pragma once

#include "app/store/forgotten_store.hpp"

#include <spdlog/fwd.h>

#include <set>

namespace leadline {

class GitCache;

// Keeps the clones of this server to what may be kept: those of repositories that the App was taken
// from, on whichever server that was heard of, go, as do those that nobody uses; and all together
// take no more than their bound. For one thread.
class CloneUpkeep {
public:
  CloneUpkeep(GitCache& git, ForgottenStore& store, spdlog::logger& logger)
      : m_git(git), m_store(store), m_logger(logger) {}

  // A clone that is in use stays until the next look. Throws Error.
  void look();

private:
  GitCache& m_git;
  ForgottenStore& m_store;
  spdlog::logger& m_logger;
  std::set<ForgottenRepository> m_gone; // of which nothing is here any more
};

} // namespace leadline
