#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

// Read by the leak sanitizer
// (https://github.com/google/sanitizers/wiki/AddressSanitizerLeakSanitizer#suppressions):
// libpqxx 6.4 loses the last answer of each connection that breaks.
extern "C" const char* __lsan_default_suppressions(); // NOLINT: the sanitizer's name
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx\n"; } // NOLINT

// Read by the thread sanitizer
// (https://github.com/google/sanitizers/wiki/ThreadSanitizerSuppressions):
// - libgit2 1.5 takes the locks of a repository's attribute cache in one order when it reads and in
//   the other when it frees the repository. A repository of ours never leaves its thread.
// - cpp-httplib, built without the sanitizer, compares methods with a static set: that its guard
//   orders the set's making before its reading is not seen. Only what the library itself reads and
//   writes is left out, not what handlers do.
extern "C" const char* __tsan_default_suppressions();  // NOLINT
extern "C" const char* __tsan_default_suppressions() { // NOLINT
  return "deadlock:libgit2.so\ncalled_from_lib:libcpp-httplib.so\n";
}
