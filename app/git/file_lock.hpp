#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace leadline::git {

// flock(2) on a file that is made when absent, with its folder: excludes other threads (each lock
// opens the file anew) and other processes; a crash releases it. Who holds it exclusively may
// delete the file: those who wait for it lock its successor.
class FileLock {
public:
  enum class Kind { shared, exclusive };

  // nullopt when others still hold it after `patience`. Throws Error(unavailable) when the file
  // cannot be opened.
  static std::optional<FileLock> take(const std::string& path, Kind kind,
                                      std::chrono::milliseconds patience);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

private:
  explicit FileLock(int file) : m_file(file) {}

  int m_file = -1;
};

} // namespace leadline::git
