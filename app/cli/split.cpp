#include "app/cli/split.hpp"

#include "analyzers/catalog/catalog.hpp"
#include "app/cli/judging.hpp"
#include "app/cli/streams.hpp"
#include "app/git/commit_stack.hpp"
#include "app/render/json.hpp"
#include "app/render/split_script.hpp"
#include "app/render/split_text.hpp"
#include "app/review.hpp"
#include "base/error.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace leadline {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_footer =
    R"(The plan's groups partition every changed line. It is proven before it is shown: the patches are applied
one after the other in memory, and the last tree is the head's tree, bit for bit.

DIR then holds plan.json (the whole report), NN-ID.patch in merge order with NN-ID.message, README.md, and apply.sh,
which makes a branch of them in a clone.
--branches writes one commit for each group, stacked, with the head commit's author, and points a branch
PREFIX/NN-ID at each; nothing is pushed and your work tree is left alone.

Examples:
  leadline split main...HEAD
  leadline split main...HEAD --out /tmp/parts
  leadline split main...HEAD --branches split/v3.8.2

Exit codes:
  0  the plan was made                        2  wrong command line, file or revision
  3  no plan could be proven; files whose settings could not be read are named)";

struct Options {
  std::string repository = ".";
  std::string range;
  std::string out;
  std::string branches;
  std::string config;
};

// What git would take, and nobody means.
void check_prefix(const std::string& prefix) {
  if (prefix == "@" || prefix == "HEAD" || prefix.starts_with("refs/")) {
    throw Error(ErrorKind::bad_input,
                fmt::format("--branches takes a prefix of branch names, not \"{}\"", prefix));
  }
}

void check_folder(const std::string& out) {
  std::error_code error;
  if (fs::exists(out, error) && (!fs::is_directory(out, error) || !fs::is_empty(out, error))) {
    throw Error(ErrorKind::bad_input, fmt::format("\"{}\" is no empty folder", out));
  }
}

void write_folder(const Options& options, const Review& made) {
  const fs::path folder = options.out;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw Error(ErrorKind::bad_input,
                fmt::format("folder \"{}\" cannot be made: {}", options.out, error.message()));
  }
  write_output((folder / "plan.json").string(), render_json(made.report));
  write_output((folder / "README.md").string(), split_readme(made.report));
  for (std::size_t i = 0; i < made.patches.size(); ++i) {
    const std::string name = (folder / split_name(made.report.split, i)).string();
    write_output(name + ".patch", made.patches[i]);
    write_output(name + ".message", split_commit_message(made.report, i));
  }
  if (!made.patches.empty()) {
    write_output((folder / "apply.sh").string(), split_script(made.report));
  }
}

// What write_folder wrote: the folder was empty before.
void empty_folder(const std::string& out) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(out, ignored)) {
    fs::remove(entry.path(), ignored);
  }
}

std::vector<StackedCommit> stack_of(const Options& options, const Review& made) {
  std::vector<StackedCommit> commits;
  for (std::size_t i = 0; i < made.patches.size(); ++i) {
    commits.push_back({options.branches + "/" + split_name(made.report.split, i),
                       split_commit_message(made.report, i), made.patches[i]});
  }
  return commits;
}

int split_and_write(const Options& options) {
  if (!options.out.empty()) {
    check_folder(options.out);
  }
  check_prefix(options.branches);
  const auto repository = GitRepository::open(options.repository);
  const Range range = repository->resolve(options.range);
  const Policy policy = policy_for(*repository, range, options.config);
  const Review made = review(*repository, range, policy, Catalog::built_in());
  const bool unproven = made.patches.empty() && !made.report.chunks.empty();
  if (!unproven) {
    const bool branches = !options.branches.empty();
    const std::vector<StackedCommit> stack = stack_of(options, made);
    if (branches) {
      check_stack(repository->path(), stack); // before anything is written
    }
    if (!options.out.empty()) {
      write_folder(options, made);
    }
    if (branches) {
      try {
        write_stack(repository->path(), made.report.range, stack);
      } catch (const Error&) {
        empty_folder(options.out); // so that the same command can be tried again
        throw;
      }
    }
  }
  write_output("", split_text(made.report, options.branches));
  // A plan of every changed line that is proven is whole, whatever could be read of the settings.
  return unproven ? k_exit_unfinished : k_exit_pass;
}

} // namespace

void add_split(CLI::App& program, Action& chosen) {
  CLI::App* const command =
      program.add_subcommand("split", "Plan how to split a range, and write patches or branches");
  command->footer(k_footer);
  const auto options = std::make_shared<Options>();
  command->add_option("RANGE", options->range, "The commits to split: main...HEAD")->required();
  command->add_option("-C", options->repository, "The git repository (default: this folder)")
      ->type_name("REPO");
  command
      ->add_option("--out", options->out,
                   "Write the plan and its patches into this empty or new folder")
      ->type_name("DIR");
  command->add_option("--branches", options->branches, "Write stacked branches PREFIX/NN-ID")
      ->type_name("PREFIX");
  command
      ->add_option("--config", options->config,
                   "Judge by this file instead of .github/leadline.yml")
      ->type_name("FILE");
  command->callback(
      [options, &chosen] { chosen = [options] { return split_and_write(*options); }; });
}

} // namespace leadline
