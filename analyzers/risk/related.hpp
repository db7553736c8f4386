#pragma once

#include "analyzers/report.hpp"
#include "analyzers/risk/redact.hpp"
#include "analyzers/risk/redact_report.hpp"
#include "analyzers/risk/subject.hpp"

#include <string>
#include <vector>

namespace leadline {

// What a finding rests on beside its setting.
struct Related {
  std::vector<RelatedSetting> rows; // as a report lists them: at most 50, valid UTF-8
  std::string text;                 // of all, in full, for Identity; "" for none
};

// Of `concern` about a setting of the file at `path`: redacted, sorted, each once.
Related related_of(const Concern& concern, const std::string& path, const Redactor& redactor,
                   const KnownSecrets& secrets);

// The text of rows that a report lists: Related's where that lists all of them, none was cut and
// none has a place.
std::string text_of(const std::vector<RelatedSetting>& rows);

// Where the setting of a finding, or one that it rests on, stands, as a person reads it.
std::string shown_place(const std::string& old_place, const std::string& new_place);

// Setting::place, redacted; "" without a setting.
std::string place_of(const std::optional<Setting>& setting, const Redactor& redactor,
                     const KnownSecrets& secrets);

} // namespace leadline
