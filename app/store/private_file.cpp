#include "app/store/private_file.hpp"

#include "base/error.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace leadline {
namespace {

Error file_error(const std::string& doing, const std::string& why) {
  return Error(ErrorKind::unavailable, "database: " + doing + ": " + why);
}

// A file from a copy, or one that a volume's group was given, may be open to others. False when it
// cannot be mended.
bool close_to_others(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 &&
         ((status.st_mode & 0077U) == 0 || ::fchmod(file, 0600) == 0);
}

} // namespace

void create_private_file(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  std::error_code failed;
  const bool new_folder = std::filesystem::create_directories(folder, failed);
  if (failed) {
    throw file_error("creating the folder " + folder.string(), failed.message());
  }
  if (new_folder) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
  }
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    throw file_error("opening " + path.string(), std::strerror(errno));
  }
  const bool closed = close_to_others(file);
  ::close(file);
  if (!closed) {
    throw Error(ErrorKind::bad_input, "database: " + path.string() +
                                          " may be read by others and is another user's: chmod 600 "
                                          "it, or run as its owner");
  }
  for (const char* beside : {"-wal", "-shm"}) {
    const int other = ::open((path.string() + beside).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (other >= 0) {
      close_to_others(other);
      ::close(other);
    }
  }
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    ::fsync(directory);
    ::close(directory);
  }
}

} // namespace leadline
