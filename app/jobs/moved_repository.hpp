#pragma once

#include "app/jobs/acknowledgement.hpp"
#include "app/jobs/job.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace leadline {

class PublicationLog;

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

// What is published goes with it, and links to reports that name the old repository find them
// under the new one.
void move_publications(PublicationLog& log, const Job& job);

// Where a report stands that was made when its repository was called `repository`: the names that
// it got since are tried after that one, as somebody else may have taken it.
std::optional<std::string> find_report(PublicationLog& log, const std::string& repository,
                                       int pull_number, const std::string& head_sha);

} // namespace leadline
