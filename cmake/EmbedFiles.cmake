# Run by leadline_embed: writes a C++ source that holds the bytes of FILES.
string(REPLACE "|" ";" files "${FILES}")
set(arrays "")
set(rows "")
set(index 0)
foreach(file IN LISTS files)
  file(READ "${file}" hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${hex}")
  # 500 bytes a line; four characters a byte, so that no escape is cut.
  string(LENGTH "${bytes}" length)
  set(pieces "")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${bytes}" ${at} 2000 piece)
    string(APPEND pieces "  \"${piece}\"\n")
    math(EXPR at "${at} + 2000")
  endwhile()
  if(pieces STREQUAL "")
    set(pieces "  \"\"\n")
  endif()
  file(RELATIVE_PATH name "${BASE_DIR}" "${file}")
  string(APPEND arrays "constexpr char k_file_${index}[] =\n${pieces};\n")
  string(APPEND rows "  {\"${name}\", {k_file_${index}, ${size}}},\n")
  math(EXPR index "${index} + 1")
endforeach()
file(WRITE "${OUTPUT}.new" "// Written by cmake/EmbedFiles.cmake.
#include \"base/embedded_file.hpp\"

namespace leadline {
std::span<const EmbeddedFile> ${FUNCTION}();
namespace {
${arrays}
constexpr EmbeddedFile k_files[] = {
${rows}};
} // namespace
std::span<const EmbeddedFile> ${FUNCTION}() { return k_files; }
} // namespace leadline
")
file(RENAME "${OUTPUT}.new" "${OUTPUT}")
