#include "app/render/split_markdown.hpp"

#include "app/render/markdown_parts.hpp"
#include "app/render/neutralize.hpp"
#include "app/render/split_text.hpp"
#include "app/render/words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace leadline {
namespace {

constexpr std::size_t k_max_rows = 40;
constexpr std::size_t k_title_characters = 200;
constexpr std::size_t k_reason_characters = 300;

bool is_commit(const std::string& text) {
  return text.size() >= 7 && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string row(const Report& report, std::size_t index,
                const std::map<std::string, std::size_t>& places) {
  const SplitGroup& group = report.split.groups[index];
  std::vector<std::string> after;
  for (const std::string& id : group.depends_on) {
    const auto found = places.find(id);
    after.push_back(found == places.end() ? table_code(shortened(id, 40))
                                          : std::to_string(found->second));
  }
  const std::string findings = severity_counts(report, group);
  return fmt::format("| {} | {} | {} | +{} −{} | {} | {} | {} |\n", index + 1,
                     neutralize(shortened(group.title, k_title_characters)), grouped(group.files),
                     grouped(group.additions), grouped(group.deletions),
                     neutralize(shortened(group.domain, 60)), findings.empty() ? "-" : findings,
                     after.empty() ? "-" : fmt::format("{}", fmt::join(after, ", ")));
}

std::string table(const Report& report, const std::string& whole) {
  const std::vector<SplitGroup>& groups = report.split.groups;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    places.emplace(groups[i].id, i + 1);
  }
  std::string text = "| Merge | Group | Files | Lines | Domain | Findings | After "
                     "|\n|--:|---|--:|---|---|---|---|\n";
  for (std::size_t i = 0; i < groups.size() && i < k_max_rows; ++i) {
    text += row(report, i, places);
  }
  if (groups.size() > k_max_rows) {
    text += "\n_" + left_out(groups.size(), k_max_rows, whole) + "_\n";
  }
  return text + "\n";
}

std::string reasons(const SplitPlan& plan) {
  std::string text;
  for (const std::string& reason : plan.reasons) {
    text += "- " + neutralize(shortened(reason, k_reason_characters)) + "\n";
  }
  return text.empty() ? text : text + "\n";
}

std::string proof(const SplitPlan& plan) {
  if (!is_commit(plan.proof)) {
    return "";
  }
  return fmt::format(
      "Proven: the patches of the {}, applied in this order, rebuild the head's tree "
      "{} bit for bit.\n\n",
      counted(static_cast<long>(plan.groups.size()), "group"), code_span(plan.proof.substr(0, 12)));
}

// Nothing but commit ids and numbers stand in a command that is to be copied. One program makes all
// branches or none, so that a second paste, a dirty work tree or a name that is taken does no harm.
std::string commands(const Report& report, const std::string& head, int pull_number) {
  const std::string& base = report.range.merge_base;
  if (!is_commit(base) || !is_commit(head) || report.split.groups.empty()) {
    return "";
  }
  const std::string prefix = pull_number > 0
                                 ? fmt::format("split-{}-{}", pull_number, head.substr(0, 12))
                                 : "split-" + head.substr(0, 12);
  const std::string fetch =
      pull_number > 0 ? fmt::format("git fetch origin pull/{}/head\n", pull_number) : "";
  return fmt::format(
      "<details><summary>Commands that make a branch for each group</summary>\n\n```sh\n"
      "{0}leadline split {1}..{2} --branches {3}\n"
      "git push origin 'refs/heads/{3}/*:refs/heads/{3}/*'\n```\n\n"
      "The branches `{3}/01-…` and so on hold one commit each, with the head's author, and stand "
      "on one another; the last one has the head's tree. Nothing is checked out, and no branch is "
      "overwritten. Patches for plain `git apply` instead: `leadline split {1}..{2} --out "
      "FOLDER`\n\n</details>\n\n",
      fetch, base, head, prefix);
}

std::string pull_link(int number) { return number > 0 ? fmt::format("#{}", number) : "-"; }

} // namespace

std::string split_section(const Report& report, SplitCommands shown, const std::string& head,
                          int pull_number, const std::string& whole) {
  const SplitPlan& plan = report.split;
  if (plan.groups.empty()) {
    return "";
  }
  std::string text =
      plan.recommended ? fmt::format("#### Split it into {}\n\n",
                                     counted(static_cast<long>(plan.groups.size()), "pull request"))
                       : std::string("#### No split recommended\n\n");
  text += reasons(plan);
  if (!plan.recommended) {
    return text;
  }
  text += table(report, whole) + proof(plan);
  return text + (shown == SplitCommands::shown ? commands(report, head, pull_number) : "");
}

std::string split_answer(const Report& report, const RunContext& run, SplitPush push) {
  const SplitPlan& plan = report.split;
  std::string text =
      fmt::format("#### Split plan of {}\n\n", code_span(run.head_sha.substr(0, 12)));
  text += reasons(plan);
  if (plan.groups.empty()) {
    return text;
  }
  text += table(report, whole_report(report, run)) + proof(plan) +
          commands(report, run.head_sha, run.pull_number);
  if (push == SplitPush::allowed && plan.groups.size() > 1) {
    text += "`/leadline split --push` pushes these branches and opens a draft pull request for "
            "each.\n";
  }
  return text;
}

std::string split_pushed_answer(const Report& report, const RunContext& run,
                                const std::vector<SplitPart>& parts,
                                const std::vector<std::string>& leftovers) {
  std::string text = fmt::format(
      "#### The parts of {} stand, each on the one before it\n\n| Merge | Group | Branch | Pull "
      "request | |\n|--:|---|---|---|---|\n",
      code_span(run.head_sha.substr(0, 12)));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    text += fmt::format("| {} | {} | {} | {} | {} |\n", i + 1,
                        neutralize(shortened(report.split.groups[i].title, k_title_characters)),
                        table_code(parts[i].branch), pull_link(parts[i].pull_number),
                        neutralize(shortened(parts[i].note, k_reason_characters)));
  }
  text += "\n" + proof(report.split);
  text += "Merge them in this order. Asked again after a push, the same branches and pull requests "
          "are brought up to date; what somebody else committed to them is left alone.\n";
  for (const std::string& branch : leftovers) {
    text += fmt::format("\n{} belongs to an earlier plan: close its pull request and delete it.\n",
                        code_span(branch));
  }
  return text;
}

std::string split_pull_title(const Report& report, const RunContext& run, std::size_t index) {
  constexpr std::size_t k_most = 200; // GitHub takes 256 characters
  return fmt::format("{} (part {} of {} of #{})",
                     shortened(report.split.groups[index].title, k_most), index + 1,
                     report.split.groups.size(), run.pull_number);
}

std::string split_pull_body(const Report& report, const RunContext& run, std::size_t index,
                            int previous) {
  const SplitPlan& plan = report.split;
  const SplitGroup& group = plan.groups[index];
  std::string text =
      fmt::format("Part {} of {} of #{}, split off its head {}.\n\n", index + 1, plan.groups.size(),
                  run.pull_number, code_span(run.head_sha.substr(0, 12)));
  if (previous > 0) {
    text += fmt::format("Merge #{} first.\n\n", previous);
  }
  text += fmt::format("+{} −{} in {}: {}.\n\n", grouped(group.additions), grouped(group.deletions),
                      counted(group.files, "file"),
                      neutralize(shortened(group.why, k_reason_characters)));
  if (const std::string findings = severity_counts(report, group); !findings.empty()) {
    text += fmt::format("**Look here first: {}.**\n\n", findings);
  }
  return text + proof(plan);
}

} // namespace leadline
