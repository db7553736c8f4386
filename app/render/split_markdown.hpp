#pragma once

#include "analyzers/report.hpp"
#include "app/render/github.hpp"

#include <cstddef>
#include <string>
#include <vector>

// The split plan in Markdown: in checks, comments and the pull requests of its parts. All text from
// outside is neutralised and shortened.
namespace leadline {

enum class SplitCommands { shown, hidden };

// What the plan recommends and why; when it does, the plan as a table in merge order, its proof,
// and the commands that make its branches; with a `pull_number` they fetch its head first. `whole`
// says where the groups are that the table leaves out.
std::string split_section(const Report& report, SplitCommands commands, const std::string& head,
                          int pull_number, const std::string& whole);

enum class SplitPush { allowed, forbidden };

// What "/leadline split" answers: the whole plan, recommended or not, its proof and its commands.
std::string split_answer(const Report& report, const RunContext& run, SplitPush push);

// A part of a split that stands at GitHub.
struct SplitPart {
  std::string branch;
  int pull_number = 0; // 0: none was opened
  std::string note;    // what is to be known about it, plain text; may be empty
};

// What "/leadline split --push" answers when the branches stand; `parts` are in merge order,
// `leftovers` are branches of earlier plans that this one no longer has.
std::string split_pushed_answer(const Report& report, const RunContext& run,
                                const std::vector<SplitPart>& parts,
                                const std::vector<std::string>& leftovers);

// Of the pull request of part `index` (0-based), whose predecessor is `previous` (0: none).
std::string split_pull_title(const Report& report, const RunContext& run, std::size_t index);
std::string split_pull_body(const Report& report, const RunContext& run, std::size_t index,
                            int previous);

} // namespace leadline
