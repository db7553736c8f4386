#include "analyzers/domains/words.hpp"
#include "analyzers/risk/relation_rules.hpp"

#include <fmt/format.h>

#include <utility>

namespace leadline {

// ...requests.memory against ...limits.memory: Kubernetes refuses the pod
// (https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/).
std::optional<Relation> requests_over_limits(const SettingChange& change,
                                             const SettingsByPath& before,
                                             const SettingsByPath& after) {
  Segments requests = change.new_setting->key.segments;
  if (requests.size() < 2) {
    return std::nullopt;
  }
  Segments limits = requests;
  std::string& parent_of_request = requests[requests.size() - 2];
  std::string& parent_of_limit = limits[limits.size() - 2];
  if (parent_of_request != "requests" && parent_of_request != "limits") {
    return std::nullopt;
  }
  parent_of_request = "requests";
  parent_of_limit = "limits";
  const std::string_view unit = requests.back() == "cpu" ? "cores" : "kubernetes-bytes";
  if (after.is_above(requests, limits, unit) != true ||
      before.is_above(requests, limits, unit) == true) {
    return std::nullopt;
  }
  Relation made = make_relation(
      change, "relation.requests_over_limits", 2.1,
      fmt::format("request {} above limit {}", after.value(requests), after.value(limits)),
      "Kubernetes refuses pods that request more than their limit: the rollout stops.",
      "Which of the two is the one that was meant to change?");
  rest_on(made, after.at(requests));
  rest_on(made, after.at(limits));
  return made;
}

// Liveness must not give up before readiness even begins to ask, unless a startup probe holds it
// back
// (https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/).
std::optional<Relation> probe_before_start(const SettingChange& change,
                                           const SettingsByPath& before,
                                           const SettingsByPath& after) {
  const Segments& segments = change.new_setting->key.segments;
  if (segments.size() < 2) {
    return std::nullopt;
  }
  const std::string& probe = segments[segments.size() - 2];
  if (probe != "livenessProbe" && probe != "readinessProbe") {
    return std::nullopt;
  }
  const Segments container(segments.begin(), segments.end() - 2);
  const auto path_to = [&](const std::string& of, const std::string& field) {
    Segments path = container;
    path.push_back(of);
    path.push_back(field);
    return path;
  };
  const auto number = [&](const SettingsByPath& version, const std::string& of,
                          const std::string& field, double fallback) {
    const auto quantity = version.quantity(path_to(of, field), "s");
    return quantity ? quantity->value : fallback;
  };
  const auto gives_up_early = [&](const SettingsByPath& version) {
    const double patience = number(version, "livenessProbe", "initialDelaySeconds", 0) +
                            number(version, "livenessProbe", "periodSeconds", 10) *
                                number(version, "livenessProbe", "failureThreshold", 3);
    const bool has_startup = number(version, "startupProbe", "failureThreshold", -1) >= 0 ||
                             number(version, "startupProbe", "periodSeconds", -1) >= 0;
    return !has_startup && patience < number(version, "readinessProbe", "initialDelaySeconds", 0);
  };
  if (!gives_up_early(after) || gives_up_early(before)) {
    return std::nullopt;
  }
  Relation made =
      make_relation(change, "relation.probe_before_start", 1.7,
                    "the liveness probe gives up before the readiness probe begins",
                    "The container is restarted again and again before it has had time to start.",
                    "How long does a cold start take on a busy node?");
  for (const char* field : {"initialDelaySeconds", "periodSeconds", "failureThreshold"}) {
    rest_on(made, after.at(path_to("livenessProbe", field)));
  }
  rest_on(made, after.at(path_to("readinessProbe", "initialDelaySeconds")));
  return made;
}

} // namespace leadline
