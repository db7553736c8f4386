#include "app/render/split_text.hpp"

#include "app/render/github.hpp"
#include "app/render/neutralize.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <vector>

namespace leadline {
namespace {

// Paths of a group, sorted; each neutral on a terminal.
std::set<std::string> paths_of(const Report& report, const SplitGroup& group) {
  std::unordered_map<std::string, const Chunk*> by_id;
  for (const Chunk& chunk : report.chunks) {
    by_id[chunk.id] = &chunk;
  }
  std::set<std::string> paths;
  for (const std::string& id : group.chunks) {
    paths.insert(by_id.at(id)->path);
  }
  return paths;
}

std::vector<const Finding*> findings_of(const Report& report, const SplitGroup& group) {
  const std::set<std::string> ids(group.chunks.begin(), group.chunks.end());
  std::vector<const Finding*> found;
  for (const Finding& finding : report.findings) {
    const bool here =
        std::any_of(report.chunks.begin(), report.chunks.end(), [&](const Chunk& chunk) {
          const bool head = finding.side == Side::head;
          const int start = head ? chunk.new_start : chunk.old_start;
          const int lines = head ? chunk.new_lines : chunk.old_lines;
          return chunk.path == finding.path && finding.line >= start &&
                 finding.line < start + lines && ids.count(chunk.id) != 0;
        });
    if (here) {
      found.push_back(&finding);
    }
  }
  return found;
}

std::string size_of(const SplitGroup& group) {
  return fmt::format("+{} -{} in {} {}", group.additions, group.deletions, group.files,
                     group.files == 1 ? "file" : "files");
}

std::string needs_of(const SplitPlan& plan, const SplitGroup& group) {
  std::string text;
  for (std::size_t i = 0; i < plan.groups.size(); ++i) {
    if (std::find(group.depends_on.begin(), group.depends_on.end(), plan.groups[i].id) !=
        group.depends_on.end()) {
      text += fmt::format("{}{}", text.empty() ? "" : ", ", i + 1);
    }
  }
  return text;
}

} // namespace

std::string split_name(const SplitPlan& plan, std::size_t index) {
  std::string name = fmt::format("{:02}-", index + 1);
  for (const char c : plan.groups[index].id) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_';
    name += plain ? c : '-';
  }
  return name.substr(0, 80);
}

std::string split_text(const Report& report, const std::string& branches) {
  const SplitPlan& plan = report.split;
  std::string text = plan.recommended      ? "Split recommended:\n"
                     : plan.groups.empty() ? "No split:\n"
                                           : "No split recommended:\n";
  for (const std::string& reason : plan.reasons) {
    text += "  " + visible(reason) + "\n";
  }
  for (std::size_t i = 0; i < plan.groups.size(); ++i) {
    const SplitGroup& group = plan.groups[i];
    text += fmt::format("\n{:>2}. {} ({})\n", i + 1, visible(group.title), size_of(group));
    text += fmt::format("    {}\n", visible(group.why));
    const std::string needs = needs_of(plan, group);
    if (!needs.empty()) {
      text += fmt::format("    after {}\n", needs);
    }
    for (const Finding* finding : findings_of(report, group)) {
      text += fmt::format("    {}: {}\n", name_of(finding->severity), visible(finding->title));
    }
    for (const std::string& path : paths_of(report, group)) {
      text += fmt::format("      {}\n", visible(path));
    }
    if (!branches.empty()) {
      text += fmt::format("    branch {}/{}\n", branches, split_name(plan, i));
    }
  }
  for (const Skipped& skipped : report.coverage.skipped) {
    text +=
        fmt::format("\nNot analysed, so that a risky line there would not stand first: {}: {}\n",
                    visible(skipped.path), visible(skipped.why));
  }
  if (!plan.proof.empty()) {
    text +=
        fmt::format("\nProven: applied in this order the groups rebuild tree {}.\n", plan.proof);
  }
  return text;
}

std::string split_branch(const Report& report) {
  return "split-" + report.range.head.substr(0, 12) + "/all";
}

std::string split_readme(const Report& report) {
  const SplitPlan& plan = report.split;
  if (plan.groups.empty()) {
    return fmt::format("# Nothing to split in {}\n\nNo line is changed.\n",
                       report.range.head.substr(0, 12));
  }
  std::string text =
      fmt::format("# Split of {} in {}\n\n", report.range.head.substr(0, 12),
                  plan.groups.size() == 1 ? std::string("one part")
                                          : fmt::format("{} parts", plan.groups.size()));
  text += "Each patch applies to the state that the ones before it leave; together they rebuild "
          "the head's tree\n`" +
          plan.proof + "`.\n\n| patch | about | size | after |\n|---|---|---|---|\n";
  for (std::size_t i = 0; i < plan.groups.size(); ++i) {
    const SplitGroup& group = plan.groups[i];
    text += fmt::format("| `{}.patch` | {} | {} | {} |\n", split_name(plan, i),
                        neutralize(group.title), size_of(group), needs_of(plan, group));
  }
  text += fmt::format(R"(
In a clone of the repository that has the head:

```sh
sh PATH/OF/THIS/FOLDER/apply.sh
```

makes the branch `{0}` (another one: `apply.sh NAME`), with one commit for each part, the head's author and the
drafted `NN-ID.message`, if its tree is the head's. Nothing is checked out, and an existing branch is left alone.

By hand, from the top folder of the clone: `git switch --create {0} {1}`, then in this order

```sh
git apply --index --whitespace=nowarn PATH/OF/THIS/FOLDER/{2}.patch && git commit --file PATH/OF/THIS/FOLDER/{2}.message
```

and so on with each part; at the end `git diff {3}` prints nothing.
)",
                      split_branch(report), report.range.merge_base, split_name(plan, 0),
                      report.range.head);
  return text;
}

std::string split_commit_message(const Report& report, std::size_t index) {
  const SplitPlan& plan = report.split;
  const SplitGroup& group = plan.groups[index];
  std::string text =
      fmt::format("{} (part {} of {})\n\n", visible(group.title), index + 1, plan.groups.size());
  text += fmt::format("Split from {}: {}.\n{}.\n", report.range.head.substr(0, 12), size_of(group),
                      visible(group.why));
  for (const Finding* finding : findings_of(report, group)) {
    text += fmt::format("\n{}: {}\n", name_of(finding->severity), visible(finding->title));
  }
  text += "\n";
  for (const std::string& path : paths_of(report, group)) {
    text += visible(path) + "\n";
  }
  return text;
}

} // namespace leadline
