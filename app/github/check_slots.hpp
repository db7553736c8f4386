#pragma once

#include <string>

namespace leadline {

class PublicationLog;

// Two pull requests of one head may go into branches whose checks have different names: each name
// has a check run of its own. In the log, the row of a head is that of the name that was there
// first; those of others stand under "HEAD NAME". "" is no name: the row of the head.
std::string check_slot(PublicationLog& log, const std::string& repository,
                       const std::string& head_sha, const std::string& name);
std::string head_of_slot(const std::string& slot);

} // namespace leadline
