#pragma once

#include "analyzers/risk/subject.hpp"

#include <string>
#include <string_view>

namespace leadline {

// What the rules about numbers share. All of them are for a subject whose two quantities compare.

double stake(const Subject& subject); // 0..1: its impact, and how sure its meaning is
// In the direction that hurts, and in the other.
double urgency_hurting(const Subject& subject);
double urgency_other_way(const Subject& subject);
bool hurts_down(const Subject& subject);
bool hurts_up(const Subject& subject);

// With the catalogue's effect and check, where it has them for this direction.
Concern draft(const Subject& subject, std::string rule, double urgency, std::string tail);

// What there is more or less of: the catalogue's title, a noun of the key ("connections"), or
// `fallback`.
std::string thing(const Subject& subject, std::string_view fallback);
// "83 % shorter", with what it is where the catalogue says so.
std::string duration_tail(const Subject& subject);

// rule_replicas.cpp
std::optional<Concern> judge_replicas(const Subject& subject);

} // namespace leadline
