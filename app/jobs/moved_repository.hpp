#pragma once

#include "app/jobs/acknowledgement.hpp"
#include "app/jobs/job.hpp"

#include <cstddef>
#include <string>

namespace leadline {

// A repository has another name: a job of kind `command` whose command names the old one. No person
// can give it, since theirs begin with a slash.
inline constexpr const char* k_moved_from = "moved from ";
bool is_move(const Job& job);
std::string moved_from(const Job& job); // the old name

// What stands acknowledged under the old name stands under `job.repository` from now on, with who,
// why and until when. The old rows are withdrawn, so that they count for nobody who takes the name
// next. Returns how many.
std::size_t move_acknowledgements(AcknowledgementLog& log, const Job& job,
                                  Acknowledgement::Time now);

} // namespace leadline
