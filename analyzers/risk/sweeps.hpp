#pragma once

#include "analyzers/report.hpp"

#include <vector>

// One edit made in many places (a renamed host, a limit raised everywhere) is one thing to decide:
// the gravest place leads, and the others are told as low ones. They are that only while their
// leader is there: who has looked at it has not looked at a place that comes later.
namespace leadline {

struct Suspect;

// Lowers the places behind the first one of each edit. Sorted input, gravest first.
void fold_sweeps(std::vector<Suspect>& suspects);

// Says in `findings`, which are those of `suspects` in the same order, what leads each place.
void name_leaders(const std::vector<Suspect>& suspects, std::vector<Finding>& findings);

// Of each edit whose leader is not among `findings` any more, the gravest place gets its own
// severity back, and leads the others. Keeps the order but for the severity. To be called by
// whoever takes findings out of a report.
void lead_anew(std::vector<Finding>& findings);

// That a finding has where nothing leads it.
Severity severity_alone(const Finding& finding);

} // namespace leadline
