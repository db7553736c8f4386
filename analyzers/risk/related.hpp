#pragma once

#include "analyzers/report.hpp"
#include "analyzers/risk/redact.hpp"
#include "analyzers/risk/subject.hpp"

#include <string>
#include <vector>

namespace leadline {

// What a report lists of them; the id of a finding is of all.
constexpr std::size_t k_most_related = 50;

// What `concern` about a setting of the file at `path` rests on beside it, redacted, valid UTF-8,
// sorted, each once.
std::vector<RelatedSetting> related_of(const Concern& concern, const std::string& path,
                                       const Redactor& redactor);

// The same for equal settings only; "" for none.
std::string text_of(const std::vector<RelatedSetting>& related);

} // namespace leadline
