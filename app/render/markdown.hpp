#pragma once

#include "analyzers/report.hpp"

#include <string>

namespace leadline {

// The whole report as GitHub-flavoured Markdown, for a job summary or a file. Text from the diff is
// neutralised as in comments.
std::string render_markdown(const Report& report);

} // namespace leadline
