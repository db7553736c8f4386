#include "app/jobs/moved_repository.hpp"

#include "app/github/publication_log.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

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
    log.withdraw(old_id, k_moved_to + job.repository + ")", now);
    ++moved;
  }
  return moved;
}

void move_publications(PublicationLog& log, const Job& job) {
  const std::string from = moved_from(job);
  const std::string& to = job.repository;
  if (from == to) {
    return;
  }
  const auto here = log.load(from, 0); // the mark alone when this is another try
  const auto there = log.load(to, 0);
  log.move_publications(from, to);
  log.change(to, 0, [&](Publication& facts) {
    if (here && here->moved_to.empty()) {
      Publication kept = *here;
      for (const NamedBase& named : facts.named_bases) { // by runs under the new name
        if (std::none_of(kept.named_bases.begin(), kept.named_bases.end(),
                         [&](const NamedBase& each) { return each.base_ref == named.base_ref; })) {
          kept.named_bases.push_back(named);
        }
      }
      facts = std::move(kept);
    } else if (!facts.moved_to.empty()) { // the mark came along
      facts = there.value_or(Publication());
    }
    facts.moved_to.clear();
  });
  Publication mark;
  mark.moved_to = to;
  log.save(from, 0, mark);
}

std::optional<std::string> find_report(PublicationLog& log, const std::string& repository,
                                       int pull_number, const std::string& head_sha) {
  constexpr int k_most_names = 10;
  std::string name = repository;
  for (int i = 0; i < k_most_names; ++i) {
    if (auto report = log.load_report(name, pull_number, head_sha)) {
      return report;
    }
    const auto publication = log.load(name, 0);
    if (!publication || publication->moved_to.empty()) {
      break;
    }
    name = publication->moved_to;
  }
  return std::nullopt;
}

} // namespace leadline
