#include "app/git/file_lock.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace leadline::git {

std::optional<FileLock> FileLock::take(const std::string& path, Kind kind,
                                       std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds k_pause{20};
  const auto fail = [&](const char* doing) {
    return Error(ErrorKind::unavailable,
                 std::string(doing) + " " + path + ": " + std::generic_category().message(errno));
  };
  FileLock lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.m_file < 0) {
    throw fail("opening lock");
  }
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (flock(lock.m_file, (kind == Kind::shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      throw fail("locking");
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      return std::nullopt;
    }
    std::this_thread::sleep_for(k_pause);
  }
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : m_file(std::exchange(other.m_file, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(m_file, other.m_file);
  return *this;
}

FileLock::~FileLock() {
  if (m_file >= 0) {
    close(m_file);
  }
}

} // namespace leadline::git
