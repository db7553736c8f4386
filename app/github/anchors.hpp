#pragma once

#include "analyzers/report.hpp"
#include "app/github/messages.hpp"

#include <optional>
#include <vector>

namespace leadline {

// Where on a pull request GitHub accepts a remark about a finding.
enum class Anchor {
  line, // its line is inside a hunk of the diff, on its side
  file, // the diff has its file
  none, // the diff does not have it: it can stand in a summary only
};
Anchor anchor_of(const ChangeSet& changes, const Finding& finding);

// Annotations stand on lines of the head: a removed line is shown at the line that followed it.
// nullopt when the head does not have the file. Levels: failure for critical and high, warning for
// medium, notice for low. GitHub shows its texts as they are, without Markdown: they are visible().
std::optional<Annotation> annotation_of(const ChangeSet& changes, const Finding& finding);

} // namespace leadline
