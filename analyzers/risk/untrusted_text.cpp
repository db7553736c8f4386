#include "analyzers/risk/untrusted_text.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// Contexts of an event that end so hold what somebody outside wrote.
constexpr std::array<std::string_view, 8> k_ends = {".author.email", ".author.name", ".body",
                                                    ".head.ref",     ".head_branch", ".message",
                                                    ".page_name",    ".title"};
constexpr std::array<std::string_view, 10> k_of = {
    "comment.", "commits",       "discussion.", "head_commit.",    "issue.",
    "pages",    "pull_request.", "review.",     "review_comment.", "workflow_run."};

bool is_untrusted(std::string_view name) {
  constexpr std::string_view k_event = "github.event.";
  if (name == "github.head_ref") {
    return true;
  }
  if (!name.starts_with(k_event)) {
    return false;
  }
  const std::string_view rest = name.substr(k_event.size());
  return std::any_of(k_of.begin(), k_of.end(),
                     [&](std::string_view start) { return rest.starts_with(start); }) &&
         rest.find(".milestone.") == std::string_view::npos &&
         (rest.ends_with(".head.label") || rest.ends_with(".head.repo.default_branch") ||
          std::any_of(k_ends.begin(), k_ends.end(),
                      [&](std::string_view end) { return rest.ends_with(end); }));
}

} // namespace

std::string untrusted_text(std::string_view script) {
  for (std::size_t open = script.find("${{"); open != std::string_view::npos;
       open = script.find("${{", open + 3)) {
    const std::size_t close = script.find("}}", open);
    if (close == std::string_view::npos) {
      break;
    }
    std::string inside(trim(script.substr(open + 3, close - open - 3)));
    std::string lower = to_lower(inside);
    // What compares them gives true or false; toJSON() quotes nothing for a shell.
    if (lower.starts_with("tojson(") && lower.ends_with(')')) {
      lower = std::string(trim(std::string_view(lower).substr(7, lower.size() - 8)));
    }
    for (const std::string_view word : split(lower, '|')) { // "a || b"
      if (is_untrusted(trim(word))) {
        return inside;
      }
    }
  }
  return {};
}

} // namespace leadline
