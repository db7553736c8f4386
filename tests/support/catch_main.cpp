#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

// Read by the leak sanitizer
// (https://github.com/google/sanitizers/wiki/AddressSanitizerLeakSanitizer#suppressions): libpqxx 6.4
// loses the last answer of each connection that breaks.
extern "C" const char* __lsan_default_suppressions(); // NOLINT: the sanitizer's name
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx\n"; } // NOLINT
