#pragma once

#include <string>
#include <string_view>

namespace leadline {

// The first expression "${{ ... }}" in a workflow's script whose value anybody outside may write,
// without its marks: "github.event.issue.title"; "" when there is none.
// https://docs.github.com/en/actions/concepts/security/script-injections,
// https://securitylab.github.com/resources/github-actions-untrusted-input/
std::string untrusted_text(std::string_view script);

} // namespace leadline
