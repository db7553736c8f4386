#include "app/jobs/moved_repository.hpp"

#include <string_view>

namespace leadline {

bool is_move(const Job& job) {
  return job.kind == JobKind::command && job.command.starts_with(k_moved_from);
}

std::string moved_from(const Job& job) {
  return job.command.substr(std::string_view(k_moved_from).size());
}

std::size_t move_acknowledgements(AcknowledgementLog& log, const Job& job,
                                  Acknowledgement::Time now) {
  const std::string old_name = moved_from(job);
  std::size_t moved = 0;
  for (Acknowledgement word : log.acknowledgements(old_name)) {
    const std::int64_t old_id = word.id;
    word.repository = job.repository;
    log.acknowledge(word); // once, however often this is tried
    log.withdraw(old_id, "(moved to " + job.repository + ")", now);
    ++moved;
  }
  return moved;
}

} // namespace leadline
