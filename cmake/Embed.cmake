# leadline_embed(TARGET FUNCTION BASE_DIR FILE...)
# Puts FILEs into TARGET as bytes. The generated source defines
#   std::span<const leadline::EmbeddedFile> leadline::FUNCTION()
# with names relative to BASE_DIR, sorted (base/embedded_file.hpp).
function(leadline_embed target function base_dir)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp")
  set(files ${ARGN})
  list(SORT files)
  string(REPLACE ";" "|" joined "${files}")
  add_custom_command(
    OUTPUT "${output}"
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DFUNCTION=${function} -DBASE_DIR=${base_dir}
            "-DFILES=${joined}" -P "${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake"
    DEPENDS ${files} "${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake"
    VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()
