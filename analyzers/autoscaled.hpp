#pragma once

#include "analyzers/file_source.hpp"
#include "analyzers/settings/setting_changes.hpp"

#include <optional>
#include <string>

namespace leadline {

// An autoscaler that sets a workload's number of copies.
struct Autoscaler {
  std::string path;                 // of its file
  bool keeps_more_than_one = false; // it never goes down to one copy
};

// Whether `change` takes a number of copies out of a manifest.
bool is_workload_size(const SettingChange& change);

// Of a removed `spec.replicas` of a Kubernetes workload: the HorizontalPodAutoscaler that aims at
// it at the head, in the same file or in one beside it or of the change set. Kubernetes asks for
// this removal
// (https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling).
// nullopt for any other change. A bounded number of files is read.
std::optional<Autoscaler> autoscaler_of(const ChangeSet& changes, const SettingChange& removed,
                                        const FileSource& files);

} // namespace leadline
