#pragma once

#include "analyzers/risk/subject.hpp"

#include <string_view>
#include <vector>

namespace leadline {

// The five fields of a line of crontab(5); empty for anything else. Products ("24 * 60 * 60") and
// rows of bare numbers are numbers, unless the last word of the key says that it is a schedule.
std::vector<std::string_view> cron_fields(const Subject& subject, std::string_view value);

} // namespace leadline
