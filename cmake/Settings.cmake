# One INTERFACE target that only our own targets link, PRIVATE: standard, warnings, hardening, sanitizers.
option(LEADLINE_WERROR "Treat warnings as errors" OFF)
set(LEADLINE_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them: address,undefined or thread")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported()

add_library(leadline_settings INTERFACE)
target_compile_features(leadline_settings INTERFACE cxx_std_20)
set_target_properties(leadline_settings PROPERTIES INTERFACE_CXX_EXTENSIONS OFF)
target_compile_options(leadline_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  $<$<BOOL:${LEADLINE_WERROR}>:-Werror>
  # GCC 12 warns of std::string's own code (https://gcc.gnu.org/bugzilla/show_bug.cgi?id=105329).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
  -fstack-protector-strong
  # No path of the machine that built it in the program, so that builds can be compared.
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
target_compile_definitions(leadline_settings INTERFACE _GLIBCXX_ASSERTIONS)
if(NOT LEADLINE_SANITIZE)
  target_compile_definitions(leadline_settings INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
endif()
target_link_options(leadline_settings INTERFACE -Wl,-z,relro,-z,now)
# What only some processors and compilers know: a stack that cannot be jumped over, and jumps that land only where they may.
include(CheckCXXCompilerFlag)
foreach(flag -fstack-clash-protection -fcf-protection -mbranch-protection=standard)
  string(MAKE_C_IDENTIFIER "LEADLINE_HAS${flag}" known)
  check_cxx_compiler_flag(${flag} ${known})
  if(${known})
    target_compile_options(leadline_settings INTERFACE ${flag})
  endif()
endforeach()
if(LEADLINE_SANITIZE)
  target_compile_options(leadline_settings INTERFACE
    -fsanitize=${LEADLINE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(leadline_settings INTERFACE -fsanitize=${LEADLINE_SANITIZE})
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()
