#pragma once

#include <filesystem>

namespace leadline {

// The file of a SQLite database, made before SQLite does so, so that nobody else can read it; its
// WAL and index take its mode over. One that is there, from a copy, is closed to others. Throws
// Error(unavailable) when it cannot be made or opened, Error(bad_input) when it is open to others
// and another user's.
void create_private_file(const std::filesystem::path& path);

} // namespace leadline
