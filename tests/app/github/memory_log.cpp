#include "github_double.hpp"

#include "base/error.hpp"

#include <algorithm>

namespace leadline {

std::optional<Publication> MemoryLog::load(const std::string& repository, int pull_number) {
  const auto row = publications.find(repository + "#" + std::to_string(pull_number));
  const auto found = row != publications.end() ? std::optional(row->second) : std::nullopt;
  if (after_load) {
    after_load();
  }
  return found;
}

void MemoryLog::change(const std::string& repository, int pull_number,
                       const std::function<void(Publication&)>& alter) {
  alter(publications[repository + "#" + std::to_string(pull_number)]);
}

void MemoryLog::save(const std::string& repository, int pull_number,
                     const Publication& publication) {
  Publication& row = publications[repository + "#" + std::to_string(pull_number)];
  const std::vector<std::string> queued = row.queued_heads;
  row = publication;
  row.queued_heads = queued;
}

std::int64_t MemoryLog::check_run(const std::string&, const std::string& head_sha) {
  return check_runs[head_sha];
}

void MemoryLog::save_check_run(const std::string&, const std::string& head_sha,
                               std::int64_t check_run_id, const CheckRunState& state) {
  check_runs[head_sha] = check_run_id;
  check_run_states[head_sha] = state;
  check_runs_written[head_sha] = database.at; // since it was found
}

FoundDatabase::Time MemoryLog::check_run_written(const std::string&, const std::string& head_sha) {
  return check_runs_written[head_sha];
}

CheckRunState MemoryLog::check_run_state(const std::string&, const std::string& head_sha) {
  return check_run_states[head_sha];
}

std::vector<OpenCheckRun>
MemoryLog::open_check_runs(std::chrono::sys_time<std::chrono::milliseconds>, std::size_t) {
  std::vector<OpenCheckRun> runs;
  for (const auto& [head_sha, state] : check_run_states) {
    if (state.step != CheckRunState::Step::ended && !state.run_key.empty()) {
      runs.push_back({"o/r", head_sha, state.run_key});
    }
  }
  return runs;
}

std::vector<Contributor> MemoryLog::contributors(const std::string& repository, int pull_number) {
  return people[repository + "#" + std::to_string(pull_number)];
}

void MemoryLog::remember_contributor(const std::string& repository, int pull_number,
                                     const Contributor& contributor) {
  std::vector<Contributor>& known = people[repository + "#" + std::to_string(pull_number)];
  if (std::find(known.begin(), known.end(), contributor) == known.end()) {
    known.push_back(contributor);
  }
}

void MemoryLog::forget(const std::string& repository) {
  std::erase_if(publications,
                [&](const auto& row) { return row.first.starts_with(repository + "#"); });
  check_runs.clear();
  check_run_states.clear();
  check_runs_written.clear();
  reports.clear();
}

void MemoryLog::move_publications(const std::string& from, const std::string& to) {
  std::map<std::string, Publication> moved;
  for (const auto& [key, publication] : publications) {
    const std::string name = key.substr(0, key.find('#'));
    moved[(name == from ? to : name) + key.substr(name.size())] = publication;
  }
  publications = std::move(moved);
}

void MemoryLog::save_report(const std::string&, int pull_number, const std::string& head_sha,
                            const std::string& report_json,
                            std::chrono::sys_time<std::chrono::milliseconds> acknowledged_until) {
  reports[std::to_string(pull_number) + " " + head_sha] = report_json;
  report_ends[std::to_string(pull_number) + " " + head_sha] = acknowledged_until;
}

std::optional<std::string> MemoryLog::load_report(const std::string&, int pull_number,
                                                  const std::string& head_sha) {
  const auto found = reports.find(std::to_string(pull_number) + " " + head_sha);
  return found != reports.end() ? std::optional(found->second) : std::nullopt;
}

std::vector<int> MemoryLog::pulls_with_report(const std::string&, const std::string& head_sha) {
  std::vector<int> numbers;
  for (const auto& [key, report] : reports) {
    const std::size_t space = key.find(' ');
    if (key.substr(space + 1) == head_sha) {
      numbers.push_back(std::stoi(key.substr(0, space)));
    }
  }
  return numbers;
}

} // namespace leadline
