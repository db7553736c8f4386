#pragma once

#include "analyzers/report.hpp"
#include "app/render/terminal.hpp"

#include <string>

namespace leadline {

// The report for a person at a terminal: the verdict, the findings with place, change and reason, a
// map of the diff that shows where they hide, the coverage and the split plan. No byte from the
// diff reaches the terminal as anything but text.
std::string render_text(const Report& report, const TextStyle& style);

} // namespace leadline
