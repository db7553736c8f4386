#pragma once

#include "analyzers/risk/subject.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace leadline {

// Whether that number means "no limit" to the parameter with that id, by its documentation (the
// `source` of its row in the catalogue): SetMaxOpenConns(0), statement_timeout = 0, max-size: -1.
bool means_no_limit(std::string_view parameter, double value);

// A number that goes to or comes from such a value: how far apart they are as numbers says nothing
// then. nullopt where neither side is one.
std::optional<Concern> judge_no_limit(const Subject& subject);
// Whether a side of the change is one.
bool crosses_no_limit(const Subject& subject);

// Every parameter that has one, sorted.
std::span<const std::string_view> parameters_without_limit();

} // namespace leadline
