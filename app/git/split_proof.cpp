#include "app/git/split_proof.hpp"

#include "analyzers/split/patch.hpp"
#include "analyzers/split/recommend.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace leadline {
namespace {

// The patches, when they rebuild the head; else empty, and `why` says what went wrong.
std::vector<std::string> proven_patches(PatchSeries& series, const ChangeSet& changes,
                                        const Report& report, std::string& why) {
  try {
    std::vector<std::string> patches =
        group_patches(changes, report.chunks, report.split,
                      [&](const FileChange& file) { return series.binary_patch(file); });
    const std::vector<std::string> trees = series.apply(patches);
    if (!trees.empty() && trees.back() == series.head_tree()) {
      return patches;
    }
    why = "the groups do not rebuild the head";
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::unavailable) {
      throw;
    }
    why = error.what();
  }
  return {};
}

// One group of several: the first one's name, all of their chunks in diff order.
SplitGroup joined(const std::vector<const SplitGroup*>& parts, const Report& report) {
  SplitGroup group = *parts.front();
  if (parts.size() == 1) {
    return group;
  }
  group.chunks.clear();
  group.depends_on.clear();
  group.additions = group.deletions = 0;
  std::set<std::string> ids;
  std::set<std::string> paths;
  for (const SplitGroup* part : parts) {
    ids.insert(part->chunks.begin(), part->chunks.end());
    group.additions += part->additions;
    group.deletions += part->deletions;
  }
  for (const Chunk& chunk : report.chunks) {
    if (ids.count(chunk.id) != 0) {
      group.chunks.push_back(chunk.id);
      paths.insert(chunk.path);
    }
  }
  group.files = static_cast<int>(paths.size());
  group.why = "git cannot apply one without the other";
  return group;
}

// Groups joined as `same` says, each in the place of its first part; the order of the rest stays.
SplitPlan coarser(const Report& report,
                  const std::function<bool(const SplitGroup&, const SplitGroup&)>& same) {
  const std::vector<SplitGroup>& groups = report.split.groups;
  std::vector<std::size_t> home(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    home[i] = i;
    for (std::size_t j = 0; j < i; ++j) {
      if (same(groups[j], groups[i])) {
        const std::size_t from = std::max(home[i], home[j]);
        const std::size_t to = std::min(home[i], home[j]);
        std::replace(home.begin(), home.begin() + static_cast<std::ptrdiff_t>(i) + 1, from, to);
      }
    }
  }
  SplitPlan plan = report.split;
  plan.groups.clear();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    std::vector<const SplitGroup*> parts;
    for (std::size_t j = 0; j < groups.size(); ++j) {
      if (home[j] == i) {
        parts.push_back(&groups[j]);
      }
    }
    if (!parts.empty()) {
      plan.groups.push_back(joined(parts, report));
    }
  }
  // Needs among the groups that are left, on earlier ones only: joining may have closed a circle.
  std::map<std::string, std::string> new_id;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    new_id[groups[i].id] = groups[home[i]].id;
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto group =
        std::find_if(plan.groups.begin(), plan.groups.end(),
                     [&](const SplitGroup& row) { return row.id == groups[home[i]].id; });
    for (const std::string& need : groups[i].depends_on) {
      const std::string& id = new_id[need];
      const bool earlier = std::any_of(plan.groups.begin(), group,
                                       [&](const SplitGroup& row) { return row.id == id; });
      if (earlier && std::find(group->depends_on.begin(), group->depends_on.end(), id) ==
                         group->depends_on.end()) {
        group->depends_on.push_back(id);
      }
    }
  }
  return plan;
}

} // namespace

std::vector<std::string> prove_split(PatchSeries& series, const ChangeSet& changes, Report& report,
                                     const Policy& policy) {
  report.split.proof.clear();
  if (report.split.groups.empty()) {
    return {};
  }
  std::map<std::string, std::string> file_of; // chunk -> path
  for (const Chunk& chunk : report.chunks) {
    file_of[chunk.id] = chunk.path;
  }
  const auto share_a_file = [&](const SplitGroup& a, const SplitGroup& b) {
    std::set<std::string> paths;
    for (const std::string& id : a.chunks) {
      paths.insert(file_of[id]);
    }
    return std::any_of(b.chunks.begin(), b.chunks.end(),
                       [&](const std::string& id) { return paths.count(file_of[id]) != 0; });
  };
  const auto always = [](const SplitGroup&, const SplitGroup&) { return true; };
  const std::vector<std::function<bool(const SplitGroup&, const SplitGroup&)>> steps = {
      share_a_file, always};
  std::string why;
  for (std::size_t step = 0;; ++step) {
    std::vector<std::string> patches = proven_patches(series, changes, report, why);
    if (!patches.empty()) {
      report.split.proof = series.head_tree();
      if (step > 0) { // joined groups answer fewer reasons
        recommend_split(report, policy, report.split);
      }
      return patches;
    }
    if (step == steps.size()) {
      break;
    }
    report.split = coarser(report, steps[step]);
  }
  report.split.groups.clear();
  report.split.recommended = false;
  report.split.reasons = {"no split could be proven: " + why};
  return {};
}

} // namespace leadline
