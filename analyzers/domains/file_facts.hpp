#pragma once

#include "analyzers/diff/change_set.hpp"
#include "analyzers/file_source.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace leadline {

// What a file is for, by its path. The first that fits, in this order.
enum class FileRole {
  lock,      // package-lock.json, go.sum
  tests,     // tests and their data
  docs,      // documentation and licences
  examples,  // samples that nobody deploys
  ci,        // workflows and pipelines
  reference, // dashboards, translations, schemas: shown or declared, set by nobody
  manifest,  // package.json, go.mod, requirements.txt: declares dependencies
  code,      // program source
  config,    // everything else
};
FileRole role_of_path(std::string_view path);
std::string_view name_of(FileRole role);

// Why nobody reads the file's diff line by line ("generated: marked by .gitattributes of the
// base"), "" when somebody should. `old_text` decides when the file existed: a header that the pull
// request adds does not silence the file; a new file is judged by its own text.
std::string noise_of_file(const FileChange& file, const PathMarks& marks,
                          const std::optional<std::string>& old_text,
                          const std::optional<std::string>& new_text);

// Lines that only speak to people: starts (after space) with a comment mark that is common for the
// path's kind of file. Empty lines are none.
bool is_comment_line(std::string_view path, std::string_view line);

} // namespace leadline
