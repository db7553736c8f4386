#include "app/cli/jobs.hpp"

#include "app/cli/streams.hpp"
#include "app/config/server_config.hpp"
#include "app/render/neutralize.hpp"
#include "app/store/store.hpp"
#include "app/store/store_rules.hpp"
#include "base/error.hpp"

#include <CLI/CLI.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace leadline {
namespace {

constexpr const char* k_footer =
    R"(A job is dead when its tries are used up or its cause will not pass by itself; its check says
action_required. Once the cause is gone, retry it: it waits again, with all of its tries. A later run
of the same pull request that ends takes the dead one away; what nobody will retry can be dropped.

Examples:
  leadline jobs list                 the dead letters, newest first
  leadline jobs list --state waiting
  leadline jobs show 17
  leadline jobs retry 17 18
  leadline jobs retry --all
  leadline jobs drop 17

The database is the server's: DATABASE_URL, or the SQLite file below LEADLINE_DATA.

Exit codes:
  0  done      2  no such job, or wrong use      3  the database cannot be reached)";

constexpr std::size_t k_max_listed = 10'000;

struct Options {
  std::string state = "dead";
  std::size_t limit = 100;
  std::vector<std::int64_t> ids;
  bool all = false;
};

std::unique_ptr<Store> open() {
  DatabaseConfig database = read_database_config(process_environment());
  database.options.schema = StoreOptions::Schema::as_it_is;
  return open_store(database.url, database.options);
}

std::string time_text(TimePoint time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::string subject_of(const Job& job) {
  std::string text = job.repository;
  if (job.pull_number != 0) {
    text += "#" + std::to_string(job.pull_number);
  }
  return text;
}

int list(const Options& options) {
  const JobState state = parse_job_state(options.state);
  const std::vector<JobRecord> records = open()->jobs(state, options.limit);
  std::string text;
  for (const JobRecord& record : records) {
    const TimePoint when = state == JobState::dead ? record.died : record.queued;
    text += fmt::format("{:>6}  {}  {:<12} {}  {}  {}\n", record.job.id, time_text(when),
                        name_of(record.job.kind), visible(subject_of(record.job)),
                        visible(record.job.head_sha.substr(0, 8)),
                        visible(record.error.substr(0, record.error.find('\n'))));
  }
  write_output("", records.empty() ? fmt::format("no {} job\n", options.state) : text);
  return k_exit_pass;
}

Error no_such_job(std::int64_t id) {
  return Error(ErrorKind::not_found, fmt::format("no job {}", id));
}

// Why `done` was not done with it.
Error not_dead(Store& store, std::int64_t id, const char* done) {
  const std::optional<JobRecord> record = store.job(id);
  if (!record) {
    return Error(ErrorKind::not_found, fmt::format("no dead job {}", id));
  }
  return Error(ErrorKind::bad_input,
               record->state == JobState::running
                   ? fmt::format("job {} runs, held by {} until {}: only a dead one can be {}", id,
                                 visible(record->worker), time_text(record->lease_until), done)
                   : fmt::format("job {} waits: only a dead one can be {}", id, done));
}

int show(const Options& options) {
  const auto store = open();
  std::string text;
  for (const std::int64_t id : options.ids) {
    const std::optional<JobRecord> record = store->job(id);
    if (!record) {
      throw no_such_job(id);
    }
    const Job& job = record->job;
    const auto line = [&](const char* name, const std::string& value) {
      if (!value.empty()) {
        text += fmt::format("{:<13} {}\n", name, visible(value));
      }
    };
    line("job", std::to_string(job.id));
    line("state", std::string(name_of(record->state)));
    line("kind", std::string(name_of(job.kind)));
    line("repository", job.repository);
    line("pull request", job.pull_number == 0 ? "" : std::to_string(job.pull_number));
    line("head", job.head_sha);
    line("reason", job.reason);
    line("command", job.command);
    line("delivery", job.delivery_id);
    line("installation", std::to_string(job.installation_id));
    line("queued", time_text(record->queued));
    line("tries", std::to_string(job.attempt));
    line("next try", record->state == JobState::waiting ? time_text(record->run_at) : "");
    line("held by", record->state == JobState::running
                        ? record->worker + " until " + time_text(record->lease_until)
                        : "");
    line("died", record->state == JobState::dead ? time_text(record->died) : "");
    line("error", record->error);
    text += "\n";
  }
  write_output("", text.substr(0, text.size() - 1));
  return k_exit_pass;
}

std::vector<std::int64_t> dead_ones(Store& store, const Options& options) {
  std::vector<std::int64_t> ids = options.ids;
  if (options.all) {
    for (const JobRecord& record : store.jobs(JobState::dead, k_max_listed)) {
      ids.push_back(record.job.id);
    }
  } else if (ids.empty()) {
    throw Error(ErrorKind::bad_input, "name the jobs, or --all");
  }
  return ids;
}

// Does it with each of them, those before a wrong one too, and tells how many were done.
void for_dead_ones(const Options& options, const char* done,
                   const std::function<bool(Store&, std::int64_t)>& work,
                   const std::function<std::string(std::size_t)>& words) {
  const auto store = open();
  std::size_t count = 0;
  std::optional<Error> wrong;
  for (const std::int64_t id : dead_ones(*store, options)) {
    if (work(*store, id)) {
      ++count;
    } else if (!options.all && !wrong) { // of all, a server may have taken one meanwhile
      wrong = not_dead(*store, id, done);
    }
  }
  if (count > 0 || !wrong) {
    write_output("", words(count));
  }
  if (wrong) {
    throw *wrong;
  }
}

int drop(const Options& options) {
  for_dead_ones(
      options, "dropped", [](Store& store, std::int64_t id) { return store.drop(id); },
      [](std::size_t count) { return fmt::format("{} dropped\n", count); });
  return k_exit_pass;
}

int retry(const Options& options) {
  const auto now =
      std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  for_dead_ones(
      options, "retried", [&](Store& store, std::int64_t id) { return store.revive(id, now); },
      [](std::size_t count) {
        return fmt::format("{} {} again\n", count, count == 1 ? "job waits" : "jobs wait");
      });
  return k_exit_pass;
}

} // namespace

void add_jobs(CLI::App& program, Action& chosen) {
  CLI::App* const command = program.add_subcommand(
      "jobs", "List, show, retry and drop the server's jobs; dead letters first");
  command->require_subcommand(1);
  command->footer(k_footer);
  const auto options = std::make_shared<Options>();

  CLI::App* const list_command = command->add_subcommand("list", "The jobs in one state");
  list_command->add_option("--state", options->state, "dead, waiting or running")
      ->check(CLI::IsMember({"dead", "waiting", "running"}))
      ->capture_default_str();
  list_command->add_option("--limit", options->limit, "At most so many")
      ->check(CLI::Range(std::size_t{1}, k_max_listed))
      ->capture_default_str();
  list_command->callback([options, &chosen] { chosen = [options] { return list(*options); }; });

  CLI::App* const show_command = command->add_subcommand("show", "All that is known of a job");
  show_command->add_option("ID", options->ids, "Numbers as listed")->required();
  show_command->callback([options, &chosen] { chosen = [options] { return show(*options); }; });

  CLI::App* const retry_command = command->add_subcommand("retry", "Let dead jobs be tried again");
  retry_command->add_option("ID", options->ids, "Numbers as listed");
  retry_command->add_flag("--all", options->all, "All of them");
  CLI::App* const drop_command =
      command->add_subcommand("drop", "Forget dead jobs; their checks stay as they are");
  drop_command->add_option("ID", options->ids, "Numbers as listed");
  drop_command->add_flag("--all", options->all, "All of them");
  drop_command->callback([options, &chosen] { chosen = [options] { return drop(*options); }; });
  retry_command->callback([options, &chosen] { chosen = [options] { return retry(*options); }; });
}

} // namespace leadline
