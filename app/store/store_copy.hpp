#pragma once

#include "app/store/store_options.hpp"

#include <cstddef>
#include <map>
#include <string>

namespace leadline {

// What every attempt to write to a store that was moved is answered with, by whatever version.
inline constexpr const char* k_moved_words = "the database was moved";

class SqlSession;

// Throws Error(bad_input) for a database that was moved, or is being moved, elsewhere.
void require_not_moved(SqlSession& session);

// Moves everything from the SQLite store at `from` to the empty store at `to` (addresses as
// open_store takes them). First nothing can be written to `from` any more: a server that still runs
// on it takes no delivery and no job, its leases end and with them what it may write to GitHub, and
// it is not ready; what it refuses is asked for again by the one on `to`, whose workers take what
// ran when those leases have lapsed. Then all rows go to `to` in one transaction. A failure leaves
// `from` as it was; after a crash the same call goes on where it came to. Returns the rows of each
// table. Throws Error: bad_input when `from` is no SQLite store, was moved already, is being moved
// elsewhere, or `to` is not empty.
std::map<std::string, std::size_t> move_store(const std::string& from, const std::string& to,
                                              const StoreOptions& options = {});

} // namespace leadline
