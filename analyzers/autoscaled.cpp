#include "analyzers/autoscaled.hpp"

#include "analyzers/moved_protection.hpp"
#include "analyzers/settings/extract.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <vector>

namespace leadline {
namespace {

constexpr std::size_t k_most_files = 32;
constexpr std::size_t k_most_bytes = 64UL * 1024; // of one file
constexpr std::string_view k_kind = "HorizontalPodAutoscaler";

bool is_yaml(std::string_view path) { return path.ends_with(".yaml") || path.ends_with(".yml"); }

// One document of a file of manifests.
struct Manifest {
  std::string kind, name, space, target_kind, target;
  int fewest = 1; // what the API takes without a minReplicas
  int first_line = 1;
};

std::vector<Manifest> manifests_of(const std::string& path, const std::string& text) {
  std::vector<Manifest> found(1);
  int number = 0;
  for (const std::string_view line : split_lines(text)) {
    ++number;
    if (line.starts_with("---")) {
      found.emplace_back();
      found.back().first_line = number;
    }
  }
  for (const Setting& setting : extract_settings(detect_kind(path, text), path, text, {})) {
    auto at = std::upper_bound(
        found.begin(), found.end(), setting.first_line,
        [](int line, const Manifest& manifest) { return line < manifest.first_line; });
    Manifest& manifest = at == found.begin() ? *at : *std::prev(at);
    const std::string key = setting.key.text();
    if (key == "kind") {
      manifest.kind = setting.value;
    } else if (key == "metadata.name") {
      manifest.name = setting.value;
    } else if (key == "metadata.namespace") {
      manifest.space = setting.value;
    } else if (key == "spec.scaleTargetRef.kind") {
      manifest.target_kind = setting.value;
    } else if (key == "spec.scaleTargetRef.name") {
      manifest.target = setting.value;
    } else if (key == "spec.minReplicas") {
      const char* end = setting.value.data() + setting.value.size();
      std::from_chars(setting.value.data(), end, manifest.fewest);
    }
  }
  return found;
}

std::optional<std::string> text_of(const FileSource& files, Side side, const std::string& path) {
  try {
    std::optional<std::string> text = files.read(side, path);
    return text && text->size() <= k_most_bytes ? std::move(text) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt; // an autoscaler that cannot be read excuses nothing
  }
}

bool aims_at(const Manifest& scaler, const Manifest& workload) {
  return scaler.kind == k_kind && !scaler.target.empty() && scaler.target == workload.name &&
         scaler.target_kind == workload.kind &&
         (scaler.space == workload.space || scaler.space.empty() || workload.space.empty());
}

// Where it may stand: this file, those beside it, and those that the change set brings for the same
// service.
std::set<std::string> places(const ChangeSet& changes, const std::string& path,
                             const FileSource& files) {
  std::set<std::string> found = {path};
  for (const FileChange& file : changes.files) {
    if (found.size() >= k_most_files) {
      return found;
    }
    if (file.status != FileStatus::removed && is_yaml(file.new_path) &&
        is_one_service(file.new_path, path)) {
      found.insert(file.new_path);
    }
  }
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  for (const std::string& name : files.siblings(Side::head, path)) {
    if (found.size() >= k_most_files) {
      return found;
    }
    if (is_yaml(name)) {
      found.insert(folder + name);
    }
  }
  return found;
}

} // namespace

bool is_workload_size(const SettingChange& change) {
  return change.change == ChangeKind::removed && change.old_setting->key.text() == "spec.replicas";
}

std::optional<Autoscaler> autoscaler_of(const ChangeSet& changes, const SettingChange& removed,
                                        const FileSource& files) {
  const FileChange& file = changes.files[removed.file];
  if (!is_workload_size(removed) || !is_yaml(file.new_path)) {
    return std::nullopt;
  }
  const std::optional<std::string> before = text_of(files, Side::base, file.old_path);
  if (!before) {
    return std::nullopt;
  }
  Manifest workload;
  for (Manifest& manifest : manifests_of(file.old_path, *before)) {
    if (manifest.first_line <= removed.old_setting->first_line) {
      workload = std::move(manifest);
    }
  }
  for (const std::string& path : places(changes, file.new_path, files)) {
    const std::optional<std::string> text = text_of(files, Side::head, path);
    if (!text || text->find(k_kind) == std::string::npos) {
      continue;
    }
    for (const Manifest& scaler : manifests_of(path, *text)) {
      if (aims_at(scaler, workload)) {
        return Autoscaler{path, scaler.fewest > 1};
      }
    }
  }
  return std::nullopt;
}

} // namespace leadline
