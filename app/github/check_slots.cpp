#include "app/github/check_slots.hpp"

#include "app/github/publication_log.hpp"

namespace leadline {

std::string check_slot(PublicationLog& log, const std::string& repository,
                       const std::string& head_sha, const std::string& name) {
  const std::string first = log.check_run_state(repository, head_sha).name;
  return name.empty() || first.empty() || first == name ? head_sha : head_sha + " " + name;
}

std::string head_of_slot(const std::string& slot) { return slot.substr(0, slot.find(' ')); }

} // namespace leadline
