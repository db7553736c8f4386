#include "app/git/libgit2_memory.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include <git2.h>
#include <git2/sys/alloc.h>
#include <malloc.h>

namespace leadline::git {
namespace {

struct Account {
  bool is_open = false;
  bool is_passed = false;
  std::int64_t limit = 0;
  std::int64_t live = 0; // what is freed of others makes it less than the truth, never more
};

constinit thread_local Account t_account;

std::int64_t size_of(void* memory) {
  return static_cast<std::int64_t>(::malloc_usable_size(memory));
}

// Whether `size` bytes may come in place of `memory` (null: of nothing).
bool may_take(std::size_t size, void* memory = nullptr) {
  if (!t_account.is_open) {
    return true;
  }
  const std::int64_t back = memory == nullptr ? 0 : size_of(memory);
  if (size > static_cast<std::size_t>(t_account.limit) ||
      t_account.live - back + static_cast<std::int64_t>(size) > t_account.limit) {
    t_account.is_passed = true;
    return false;
  }
  return true;
}

void* taken(void* memory) {
  if (memory == nullptr) {
    git_error_set_oom();
  } else if (t_account.is_open) {
    t_account.live += size_of(memory);
  }
  return memory;
}

void* allocate(std::size_t size, const char* /*file*/, int /*line*/) {
  return taken(may_take(size) ? std::malloc(std::max<std::size_t>(size, 1)) : nullptr);
}

bool product(std::size_t count, std::size_t size, std::size_t& bytes) {
  return !__builtin_mul_overflow(count, size, &bytes);
}

void* allocate_zeroed(std::size_t count, std::size_t size, const char* /*file*/, int /*line*/) {
  std::size_t bytes = 0;
  const bool fits = product(count, size, bytes) && may_take(bytes);
  return taken(fits ? std::calloc(std::max<std::size_t>(bytes, 1), 1) : nullptr);
}

void* reallocate(void* memory, std::size_t size, const char* /*file*/, int /*line*/) {
  if (!may_take(size, memory)) {
    git_error_set_oom();
    return nullptr;
  }
  const std::int64_t back = t_account.is_open && memory != nullptr ? size_of(memory) : 0;
  void* const again = std::realloc(memory, std::max<std::size_t>(size, 1));
  if (again != nullptr) {
    t_account.live -= back;
  }
  return taken(again);
}

void* allocate_array(std::size_t count, std::size_t size, const char* file, int line) {
  std::size_t bytes = 0;
  return product(count, size, bytes) ? allocate(bytes, file, line) : taken(nullptr);
}

void* reallocate_array(void* memory, std::size_t count, std::size_t size, const char* file,
                       int line) {
  std::size_t bytes = 0;
  return product(count, size, bytes) ? reallocate(memory, bytes, file, line) : taken(nullptr);
}

char* copy(const char* text, std::size_t size, const char* file, int line) {
  if (size == SIZE_MAX) {
    return static_cast<char*>(taken(nullptr));
  }
  char* const made = static_cast<char*>(allocate(size + 1, file, line));
  if (made != nullptr) {
    std::memcpy(made, text, size);
    made[size] = '\0';
  }
  return made;
}

char* copy_all(const char* text, const char* file, int line) {
  return copy(text, std::strlen(text), file, line);
}

char* copy_at_most(const char* text, std::size_t size, const char* file, int line) {
  return copy(text, ::strnlen(text, size), file, line);
}

void release(void* memory) {
  if (t_account.is_open && memory != nullptr) {
    t_account.live -= size_of(memory);
  }
  std::free(memory);
}

} // namespace

void count_libgit2_memory() {
  git_allocator counting{};
  counting.gmalloc = allocate;
  counting.gcalloc = allocate_zeroed;
  counting.gstrdup = copy_all;
  counting.gstrndup = copy_at_most;
  counting.gsubstrdup = copy;
  counting.grealloc = reallocate;
  counting.greallocarray = reallocate_array;
  counting.gmallocarray = allocate_array;
  counting.gfree = release;
  if (git_libgit2_opts(GIT_OPT_SET_ALLOCATOR, &counting) < 0) {
    throw std::runtime_error("libgit2 keeps its own allocator");
  }
}

Libgit2Memory::Libgit2Memory(std::size_t bytes) {
  t_account = {true, false, static_cast<std::int64_t>(std::min<std::size_t>(bytes, INT64_MAX)), 0};
}

Libgit2Memory::~Libgit2Memory() { t_account.is_open = false; }

bool Libgit2Memory::is_passed() const { return t_account.is_passed; }

} // namespace leadline::git
