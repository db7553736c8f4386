# `format` rewrites our sources, `check_format` fails on the first that differs.
find_program(CLANG_FORMAT NAMES clang-format-14 clang-format)
if(CLANG_FORMAT)
  file(GLOB_RECURSE format_sources CONFIGURE_DEPENDS
    app/*.cpp app/*.hpp analyzers/*.cpp analyzers/*.hpp webhooks/*.cpp webhooks/*.hpp tests/*.cpp tests/*.hpp)
  list(FILTER format_sources EXCLUDE REGEX "/node_modules/|/tests/data/")
  add_custom_target(format COMMAND ${CLANG_FORMAT} -i ${format_sources} VERBATIM)
  add_custom_target(check_format COMMAND ${CLANG_FORMAT} --dry-run --Werror ${format_sources} VERBATIM)
endif()
