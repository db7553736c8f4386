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
  # TARGET may belong to a folder above: only the folder of the custom command knows that OUTPUT is made.
  add_custom_target(${function}_source DEPENDS "${output}")
  add_dependencies(${target} ${function}_source)
  set_source_files_properties("${output}" TARGET_DIRECTORY ${target} PROPERTIES GENERATED TRUE)
  target_sources(${target} PRIVATE "${output}")
endfunction()
