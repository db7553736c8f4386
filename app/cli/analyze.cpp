#include "app/cli/analyze.hpp"

#include "analyzers/analyze.hpp"
#include "analyzers/diff/unified_diff.hpp"
#include "app/cli/judging.hpp"
#include "app/cli/streams.hpp"
#include "app/git/repository.hpp"
#include "app/render/html.hpp"
#include "app/render/json.hpp"
#include "app/render/junit.hpp"
#include "app/render/markdown.hpp"
#include "app/render/rdjson.hpp"
#include "app/render/sarif_json.hpp"
#include "app/render/text.hpp"
#include "base/error.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <utility>

namespace leadline {
namespace {

constexpr std::size_t k_max_diff_bytes = 512UL * 1024 * 1024;

constexpr const char* k_footer =
    R"(RANGE is git's: A...B compares B with the merge base of A and B, as a pull request
does; A..B compares the two; one commit is compared with its first parent.

Examples:
  leadline analyze main...HEAD
  leadline analyze -C ../shop origin/main...feature --fail-on critical
  git diff main...HEAD | leadline analyze --diff - --format markdown
  leadline analyze main...HEAD --format json --output report.json

Exit codes:
  0  nothing at or above --fail-on      1  findings at or above --fail-on
  2  wrong command line or input        3  could not finish, or not everything was analysed

Environment:
  NO_COLOR, CLICOLOR, CLICOLOR_FORCE    colours of the text format
  COLUMNS                               its width where there is no terminal)";

struct Options {
  std::string repository = ".";
  std::string range;
  std::string diff;
  std::string format = "text";
  std::string fail_on;
  std::string config;
  std::string output;
  ColorChoice color = ColorChoice::automatic;
};

Policy policy_from(const Options& options, Policy policy) {
  if (options.fail_on == "never") {
    policy.never_fail = true;
  } else if (!options.fail_on.empty()) {
    policy.never_fail = false;
    policy.fail_on = *severity_of(options.fail_on);
  }
  return policy;
}

JudgedRange analysis_of(const Options& options) {
  if (!options.diff.empty()) {
    const std::string text = read_input("diff", options.diff, k_max_diff_bytes);
    if (text.empty()) { // what a pipe gives when git diff failed in front of it: never a pass
      throw Error(ErrorKind::bad_input,
                  "the diff \"" + options.diff + "\" is empty; did git diff fail?");
    }
    const Policy policy = policy_from(options, policy_of_file(options.config));
    return {analyze(parse_unified_diff(text), NoFiles(), policy, Catalog::built_in()), policy};
  }
  const std::unique_ptr<GitRepository> repository = GitRepository::open(options.repository);
  const Range range = repository->resolve(options.range);
  return judge_range(*repository, range, options.config,
                     [&](Policy policy) { return policy_from(options, std::move(policy)); });
}

std::string rendered(const Options& options, const JudgedRange& analysis) {
  const Report& report = analysis.report;
  if (options.format == "json") {
    return render_json(report);
  }
  if (options.format == "markdown") {
    return render_markdown(report);
  }
  if (options.format == "sarif") {
    return render_sarif(report);
  }
  if (options.format == "rdjson") {
    return render_rdjson(report);
  }
  if (options.format == "junit") {
    return render_junit(report, analysis.policy);
  }
  if (options.format == "html") {
    return render_html(report);
  }
  TextStyle style = standard_output_style(options.color);
  if (!options.output.empty() && options.output != "-" && options.color == ColorChoice::automatic) {
    style.color = false;
  }
  return render_text(report, style);
}

// `--fail-on never` is the caller's own word about the exit code. The report tells the verdict of a
// check all the same: a change of the policy fails it whatever the policy says.
int exit_code_of(const Report& report, const std::string& fail_on) {
  if (report.verdict.conclusion == Conclusion::failure) {
    return fail_on != "never"           ? k_exit_findings
           : report.coverage.complete() ? k_exit_pass
                                        : k_exit_unfinished;
  }
  const bool passed =
      report.verdict.conclusion == Conclusion::success && report.coverage.complete();
  return passed ? k_exit_pass : k_exit_unfinished;
}

int analyze_command(const Options& options) {
  const JudgedRange analysis = analysis_of(options);
  write_output(options.output, rendered(options, analysis));
  return exit_code_of(analysis.report, options.fail_on);
}

} // namespace

void add_analyze(CLI::App& program, Action& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command =
      program.add_subcommand("analyze", "Find the risky settings of a change");
  command->footer(k_footer);
  command->add_option("RANGE", options->range, "What to analyse: main...HEAD, v1..v2, a commit");
  command->add_option("-C,--repository", options->repository, "The repository, work tree or bare")
      ->type_name("REPO")
      ->capture_default_str();
  command
      ->add_option("--diff", options->diff,
                   "Analyse a unified diff instead; \"-\" is standard input")
      ->type_name("FILE");
  command
      ->add_option("-f,--format", options->format,
                   "text, json, markdown, sarif, rdjson, junit or html")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "markdown", "sarif", "rdjson", "junit", "html"}))
      ->capture_default_str();
  command
      ->add_option("--fail-on", options->fail_on,
                   "Least severity that fails: critical, high, medium, low, never [configuration, "
                   "else high]")
      ->type_name("SEVERITY")
      ->check(CLI::IsMember({"critical", "high", "medium", "low", "never"}));
  command
      ->add_option("--config", options->config,
                   "Configuration [.github/leadline.yml of the merge base; none for --diff]")
      ->type_name("FILE");
  command->add_option("-o,--output", options->output, "Write there instead of to standard output")
      ->type_name("FILE");
  add_color_option(*command, options->color);
  command->callback([options, &chosen] {
    if (options->range.empty() == options->diff.empty()) {
      throw CLI::ValidationError("analyze", options->range.empty()
                                                ? "name a RANGE or --diff FILE"
                                                : "a RANGE and --diff exclude each other");
    }
    chosen = [options] { return analyze_command(*options); };
  });
}

} // namespace leadline
