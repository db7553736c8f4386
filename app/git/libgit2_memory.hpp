#pragma once

#include <cstddef>

namespace leadline::git {

// Has libgit2 allocate through counters of the calling thread. Once per process, before anything
// else of libgit2 (GIT_OPT_SET_ALLOCATOR,
// https://libgit2.org/libgit2/#HEAD/group/libgit2/git_libgit2_opts).
void count_libgit2_memory();

// While it lives, what libgit2 allocates in this thread counts, and an allocation beyond `bytes` is
// refused, upon which libgit2 gives up with an error: a pack of a megabyte may describe an object
// of gigabytes. One at a time in a thread. What zlib and the mapped files take does not count; both
// are bounded by themselves.
class Libgit2Memory {
public:
  explicit Libgit2Memory(std::size_t bytes);
  ~Libgit2Memory();
  Libgit2Memory(const Libgit2Memory&) = delete;
  Libgit2Memory& operator=(const Libgit2Memory&) = delete;

  // Whether an allocation was refused.
  bool is_passed() const;
};

} // namespace leadline::git
