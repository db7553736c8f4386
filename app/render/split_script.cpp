#include "app/render/split_script.hpp"

#include "app/render/split_text.hpp"

namespace leadline {
namespace {

constexpr const char* k_usage = R"sh(#!/bin/sh
# Makes a branch of the parts, one commit each, in the clone of the repository in which it is called. Nothing is
# checked out, and the branch is made when all parts are: the work tree and its index are left alone.
# usage: sh apply.sh [BRANCH]
set -eu

)sh";

constexpr const char* k_start = R"sh(parts=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)

cd -- "$(git rev-parse --show-toplevel)"
if git show-ref --verify --quiet "refs/heads/$branch"; then
  echo "apply.sh: branch $branch exists" >&2
  exit 1
fi
GIT_AUTHOR_NAME=$(git show -s --format=%an "$head")
GIT_AUTHOR_EMAIL=$(git show -s --format=%ae "$head")
GIT_AUTHOR_DATE=$(git show -s --format=%aI "$head")
export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
GIT_INDEX_FILE=$folder/index
export GIT_INDEX_FILE
git read-tree "$base"
commit=
if [ "$(git cat-file -t "$base")" = commit ]; then # else the parts start at nothing
  commit=$base
fi

part() {
  git apply --cached --whitespace=nowarn "$parts/$1.patch"
  commit=$(git commit-tree ${commit:+-p "$commit"} -F "$parts/$1.message" "$(git write-tree)")
}
)sh";

constexpr const char* k_end = R"sh(
if [ "$(git rev-parse "$commit^{tree}")" != "$(git rev-parse "$head^{tree}")" ]; then
  echo "apply.sh: the parts do not rebuild $head" >&2
  exit 1
fi
git branch --no-track "$branch" "$commit"
echo "rebuilt: $branch has the tree of $head"
)sh";

} // namespace

std::string split_script(const Report& report) {
  const SplitPlan& plan = report.split;
  if (plan.groups.empty()) {
    return "";
  }
  std::string text = k_usage;
  text += "head=" + report.range.head + "\nbase=" + report.range.merge_base + "\nbranch=${1:-" +
          split_branch(report) + "}\n";
  text += k_start;
  for (std::size_t i = 0; i < plan.groups.size(); ++i) {
    text += "part " + split_name(plan, i) + "\n";
  }
  return text + k_end;
}

} // namespace leadline
