#include "app/cli/replay.hpp"

#include "app/cli/judging.hpp"
#include "app/cli/streams.hpp"
#include "app/git/history.hpp"
#include "app/render/replay.hpp"
#include "base/error.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace leadline {
namespace {

constexpr const char* k_footer =
    R"(Walks the first parents of REVISION, newest first: each is a merged pull request, whether it was merged,
squashed or pushed. Each is judged as it would have been then, by the configuration of its own merge base;
--config tries one configuration on all of them, before it is committed.

Examples:
  leadline replay                                    the last 200 changes of this branch
  leadline replay -C ../shop main --since 2026-01-01 --max 1000
  leadline replay --config new-leadline.yml --format json --output replay.json

Exit codes:
  0  the history was judged                   2  wrong command line, file or revision
  3  some change could not be analysed whole; it is named)";

struct Options {
  std::string repository = ".";
  std::string revision = "HEAD";
  std::string since;
  std::size_t max = 200;
  std::string config;
  std::string format = "text";
  Severity least = Severity::medium;
  std::string output;
  ColorChoice color = ColorChoice::automatic;
};

// Midnight UTC of YYYY-MM-DD, in seconds since 1970.
std::int64_t day_of(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int end = 0;
  if (text.size() == 10 &&
      std::sscanf(text.c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &end) == 3 && end == 10) {
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    if (date.ok()) {
      return std::chrono::duration_cast<std::chrono::seconds>(
                 std::chrono::sys_days(date).time_since_epoch())
          .count();
    }
  }
  throw Error(ErrorKind::bad_input,
              fmt::format("--since \"{}\" is no day; write it as 2026-01-31", text));
}

ReplayedChange judged(const GitRepository& repository, const HistoryEntry& entry,
                      const std::string& config) {
  ReplayedChange change;
  change.commit = entry.commit;
  change.time = entry.time;
  change.subject = entry.subject;
  try {
    const Range range = repository.resolve(entry.commit);
    Report report = judge_range(repository, range, config).report;
    change.conclusion = report.verdict.conclusion;
    change.changed_lines = report.stats.additions + report.stats.deletions;
    change.findings = std::move(report.findings);
  } catch (const Error& e) { // one commit that cannot be read must not hide the others
    change.error = e.what();
  }
  return change;
}

int replay(const Options& options) {
  HistoryBounds bounds;
  bounds.max = options.max;
  if (!options.since.empty()) {
    bounds.since = day_of(options.since);
  }
  if (!options.config.empty()) {
    (void)policy_of_file(options.config); // its mistakes are told once, not for each change
  }
  const auto repository = GitRepository::open(options.repository);
  TextStyle style = standard_output_style(options.color);
  const bool text = options.format == "text";
  const bool streamed = text && (options.output.empty() || options.output == "-");
  if (!streamed && options.color == ColorChoice::automatic) {
    style.color = false;
  }
  std::vector<ReplayedChange> changes;
  std::string written;
  for (const HistoryEntry& entry :
       first_parent_history(repository->path(), options.revision, bounds)) {
    changes.push_back(judged(*repository, entry, options.config));
    if (text) {
      const std::string lines = replayed_text(changes.back(), options.least, style);
      if (streamed) {
        write_output("", lines); // a long history shows what it finds as it goes
      } else {
        written += lines;
      }
    }
  }
  const ReplaySummary summary = summary_of(changes);
  if (text) {
    written +=
        (summary.blocked + summary.unfinished > 0 ? "\n" : "") + summary_text(summary, style);
  } else {
    written = replay_json(changes);
  }
  write_output(options.output, written);
  return summary.unfinished > 0 ? k_exit_unfinished : k_exit_pass;
}

} // namespace

void add_replay(CLI::App& program, Action& chosen) {
  CLI::App* const command = program.add_subcommand(
      "replay", "What would have been flagged in the past: try leadline on a history");
  command->footer(k_footer);
  const auto options = std::make_shared<Options>();
  command->add_option("REVISION", options->revision, "Where to begin")->capture_default_str();
  command->add_option("-C,--repository", options->repository, "The repository, work tree or bare")
      ->type_name("REPO")
      ->capture_default_str();
  command->add_option("--since", options->since, "Stop at changes committed before this day, UTC")
      ->type_name("YYYY-MM-DD");
  command->add_option("--max", options->max, "At most this many changes")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command
      ->add_option("--config", options->config,
                   "Judge by this file [.github/leadline.yml of each merge base]")
      ->type_name("FILE");
  command->add_option("-f,--format", options->format, "text or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->add_option("--show", options->least, "Least severity that the text lists")
      ->type_name("SEVERITY")
      ->transform(
          CLI::CheckedTransformer(std::map<std::string, Severity>{{"critical", Severity::critical},
                                                                  {"high", Severity::high},
                                                                  {"medium", Severity::medium},
                                                                  {"low", Severity::low}}))
      ->default_str("medium");
  command->add_option("-o,--output", options->output, "Write there instead of to standard output")
      ->type_name("FILE");
  add_color_option(*command, options->color);
  command->callback([options, &chosen] { chosen = [options] { return replay(*options); }; });
}

} // namespace leadline
