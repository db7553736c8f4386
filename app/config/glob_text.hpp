#pragma once

#include <string>
#include <string_view>

namespace leadline {

// What is wrong with a glob as a person wrote it ("a '{' is not closed"); "" when nothing is.
// Beside what GlobSet refuses: braces deeper than three, and a '[' or ']' alone - brackets stand
// for themselves, so that one of them is a slip. manifests/schema/config.schema.json says the same.
std::string mistake_in_glob(std::string_view glob);

} // namespace leadline
