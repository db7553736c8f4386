#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace leadline {

// Moves everything from the SQLite store at `from` to the empty store at `to` (addresses as
// open_store takes them), in one transaction there: after a crash nothing is there, and it can be
// done again. `from` is locked meanwhile and takes no delivery afterwards: a server that still runs
// on it answers 503, and what it refuses is asked for again by the one on `to`. Returns the rows of
// each table. Throws Error: bad_input when `from` is no SQLite store, was moved already, or `to` is
// not empty.
std::map<std::string, std::size_t> move_store(const std::string& from, const std::string& to);

} // namespace leadline
