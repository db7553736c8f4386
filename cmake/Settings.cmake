# Two INTERFACE targets that only what is compiled here links, PRIVATE: hardening and sanitizers; standard and warnings of our own code.
option(LEADLINE_WERROR "Treat warnings as errors" OFF)
set(LEADLINE_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them: address,undefined or thread")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported()

# What holds for everything that is compiled here, in C and C++, the grammars too: they read hostile text.
add_library(leadline_hardening INTERFACE)
target_compile_options(leadline_hardening INTERFACE
  -fstack-protector-strong
  # No path of the machine that built it in the program, so that builds can be compared.
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
if(NOT LEADLINE_SANITIZE)
  target_compile_definitions(leadline_hardening INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
endif()
target_link_options(leadline_hardening INTERFACE -Wl,-z,relro,-z,now)
# A stack that cannot be jumped over, and jumps that land only where they may: each processor has its own flag for the latter.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  target_compile_options(leadline_hardening INTERFACE -fstack-clash-protection -fcf-protection)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  target_compile_options(leadline_hardening INTERFACE -fstack-clash-protection -mbranch-protection=standard)
endif()
if(LEADLINE_SANITIZE)
  target_compile_options(leadline_hardening INTERFACE
    -fsanitize=${LEADLINE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(leadline_hardening INTERFACE -fsanitize=${LEADLINE_SANITIZE})
endif()
if(LEADLINE_FUZZ)
  # A fuzzer finds its way by the branches that it sees: those of what it tests, not only its own.
  target_compile_options(leadline_hardening INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(leadline_hardening INTERFACE -fsanitize=fuzzer-no-link)
endif()

add_library(leadline_settings INTERFACE)
target_link_libraries(leadline_settings INTERFACE leadline_hardening)
target_compile_features(leadline_settings INTERFACE cxx_std_20)
set_target_properties(leadline_settings PROPERTIES INTERFACE_CXX_EXTENSIONS OFF)
target_compile_options(leadline_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  $<$<BOOL:${LEADLINE_WERROR}>:-Werror>
  # GCC 12 warns of std::string's own code (https://gcc.gnu.org/bugzilla/show_bug.cgi?id=105329).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)
target_compile_definitions(leadline_settings INTERFACE _GLIBCXX_ASSERTIONS)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()
