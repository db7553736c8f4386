#pragma once

#include "app/store/delivery_store.hpp"

#include <string>
#include <vector>

namespace leadline {

struct ForgottenRepository {
  std::string name; // "owner/name"
  TimePoint at{};   // when it was forgotten last

  auto operator<=>(const ForgottenRepository&) const = default;
};

// The names under which nothing of a repository is to be kept any more: PublicationLog::forget, and
// the old name of a move. Each server goes by them, as what it keeps outside of the database is
// its own.
class ForgottenStore {
public:
  virtual ~ForgottenStore() = default;

  // Those of the last weeks, until they are pruned with the deliveries of their time.
  virtual std::vector<ForgottenRepository> forgotten_repositories() = 0;
};

} // namespace leadline
