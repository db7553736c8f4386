#include "app/git/file_lock.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace leadline::git {
namespace {

bool make_folder_of(const std::string& path) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(path).parent_path();
  std::error_code problem;
  if (fs::create_directories(folder, problem)) {
    fs::permissions(folder, fs::perms::owner_all, problem);
  }
  return !problem;
}

bool is_at(const std::string& path, int file) {
  struct stat opened {};
  struct stat named {};
  return fstat(file, &opened) == 0 && stat(path.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

} // namespace

std::optional<FileLock> FileLock::take(const std::string& path, Kind kind,
                                       std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds k_pause{20};
  const auto fail = [&](const char* doing) {
    return Error(ErrorKind::unavailable,
                 std::string(doing) + " " + path + ": " + std::generic_category().message(errno));
  };
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (true) {
    FileLock lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (lock.m_file < 0 && errno == ENOENT && make_folder_of(path)) {
      continue;
    }
    if (lock.m_file < 0) {
      throw fail("opening lock");
    }
    while (flock(lock.m_file, (kind == Kind::shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK && errno != EINTR) {
        throw fail("locking");
      }
      if (std::chrono::steady_clock::now() >= deadline) {
        return std::nullopt;
      }
      std::this_thread::sleep_for(k_pause);
    }
    if (is_at(path, lock.m_file)) {
      return lock;
    } // who held it has deleted it: whoever comes now locks another file
  }
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
