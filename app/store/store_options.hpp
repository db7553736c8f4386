#pragma once

#include <cstddef>

namespace leadline {

// How a store is opened.
struct StoreOptions {
  // Connections to PostgreSQL at a time; who needs one more waits for it.
  std::size_t connections = 10;
  // A PostgreSQL on another machine need not prove by a certificate that it is the one.
  bool unverified = false;

  // bring_up: what is missing is created, what is older is migrated. as_it_is: of commands that
  // only look or change a row; a database of another version is refused.
  enum class Schema { bring_up, as_it_is };
  Schema schema = Schema::bring_up;
};

} // namespace leadline
