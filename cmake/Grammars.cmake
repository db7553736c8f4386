# The tree-sitter grammars: sources from npm, pinned by analyzers/settings/code/grammars/package-lock.json, installed
# once without running any of their scripts, each compiled to a static library of its own. Needs the network only
# when the lock file changed. libtree-sitter 0.20 loads ABI 13 and 14: a newer grammar fails here, not at run time.
set(LEADLINE_GRAMMARS_DIR "${PROJECT_SOURCE_DIR}/build/grammars" CACHE PATH
  "Where the grammar packages are installed; shared by all presets")

function(leadline_install_grammars)
  set(manifest "${PROJECT_SOURCE_DIR}/analyzers/settings/code/grammars")
  file(SHA256 "${manifest}/package-lock.json" wanted)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${manifest}/package-lock.json")
  set(stamp "${LEADLINE_GRAMMARS_DIR}/installed")
  file(MAKE_DIRECTORY "${LEADLINE_GRAMMARS_DIR}")
  # Two presets may be configured at the same time.
  file(LOCK "${LEADLINE_GRAMMARS_DIR}/lock" GUARD FUNCTION TIMEOUT 600)
  if(EXISTS "${stamp}")
    file(READ "${stamp}" installed)
    if(installed STREQUAL wanted)
      return()
    endif()
  endif()
  find_program(NPM_PROGRAM npm)
  if(NOT NPM_PROGRAM)
    message(FATAL_ERROR "npm is needed once, to install the tree-sitter grammars: apt-get install npm, "
      "or set LEADLINE_GRAMMARS_DIR to a folder where they are installed")
  endif()
  message(STATUS "Installing the tree-sitter grammars into ${LEADLINE_GRAMMARS_DIR}")
  configure_file("${manifest}/package.json" "${LEADLINE_GRAMMARS_DIR}/package.json" COPYONLY)
  configure_file("${manifest}/package-lock.json" "${LEADLINE_GRAMMARS_DIR}/package-lock.json" COPYONLY)
  # Their peer is the node binding, which is not needed and would bring a native build.
  execute_process(
    COMMAND "${NPM_PROGRAM}" ci --ignore-scripts --legacy-peer-deps --no-audit --no-fund
    WORKING_DIRECTORY "${LEADLINE_GRAMMARS_DIR}"
    RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(failed)
    message(FATAL_ERROR "npm ci of the tree-sitter grammars failed in ${LEADLINE_GRAMMARS_DIR}:\n${output}")
  endif()
  # Binaries that nothing here loads: half of the installed bytes.
  file(GLOB unused "${LEADLINE_GRAMMARS_DIR}/node_modules/*/prebuilds" "${LEADLINE_GRAMMARS_DIR}/node_modules/*/*.wasm"
    "${LEADLINE_GRAMMARS_DIR}/node_modules/@*/*/prebuilds" "${LEADLINE_GRAMMARS_DIR}/node_modules/@*/*/*.wasm")
  file(REMOVE_RECURSE ${unused})
  file(WRITE "${stamp}" "${wanted}")
endfunction()

# A static library grammar_NAME from the sources in node_modules/FOLDER.
function(leadline_grammar name folder)
  set(source "${LEADLINE_GRAMMARS_DIR}/node_modules/${folder}")
  if(NOT EXISTS "${source}/parser.c")
    message(FATAL_ERROR "the grammar ${name} has no ${source}/parser.c: remove ${LEADLINE_GRAMMARS_DIR} and configure again")
  endif()
  file(STRINGS "${source}/parser.c" version REGEX "^#define LANGUAGE_VERSION" LIMIT_COUNT 1)
  if(NOT version MATCHES " 1[34]$")
    message(FATAL_ERROR "the grammar ${name} has \"${version}\", but libtree-sitter 0.20 loads ABI 13 and 14")
  endif()
  add_library(grammar_${name} STATIC "${source}/parser.c")
  if(EXISTS "${source}/scanner.c")
    target_sources(grammar_${name} PRIVATE "${source}/scanner.c")
  endif()
  target_include_directories(grammar_${name} PRIVATE "${source}")
  # Generated tables: no warnings of ours, and nothing to gain above -O1.
  target_compile_options(grammar_${name} PRIVATE -w $<$<CONFIG:Release>:-O1> "-ffile-prefix-map=${LEADLINE_GRAMMARS_DIR}/=")
  target_link_libraries(grammar_${name} PRIVATE leadline_hardening)
  target_link_libraries(analyzers PRIVATE grammar_${name})
endfunction()

leadline_install_grammars()
