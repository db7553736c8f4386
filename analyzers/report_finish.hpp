#pragma once

#include "analyzers/report.hpp"

namespace leadline {

// Lines of each domain and of the whole, from the chunks and hunks of the report.
void count_lines(Report& report);

// Paths and keys may be any bytes in git; a report is text: what is no UTF-8 is replaced.
void clean_texts(Report& report);

} // namespace leadline
