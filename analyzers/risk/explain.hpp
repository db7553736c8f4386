#pragma once

#include "analyzers/report.hpp"
#include "analyzers/risk/redact.hpp"
#include "analyzers/risk/redact_report.hpp"
#include "analyzers/risk/subject.hpp"

#include <string>
#include <vector>

namespace leadline {

// Turns what a rule found into what a person reads: title, message, reasons, references.
// Deterministic; all values redacted; valid UTF-8. `where` says how well the diff hides it
// (BurialMap::describe).
void explain(Finding& finding, const Concern& draft, const Subject& subject,
             const Redactor& redactor, const KnownSecrets& secrets, const std::string& where);

// The new line with the old value in the place of the new one; "" when that cannot be said for
// sure.
std::string restored_line(std::string_view new_line, const Setting& old_setting,
                          const Setting& new_setting);

} // namespace leadline
