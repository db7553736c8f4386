#include "analyzers/analyze.hpp"

#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

std::string workload(const std::string& replicas) {
  return "kind: Deployment\nmetadata: {name: a}\nspec:\n" + replicas +
         "  selector: {matchLabels: {app: a}}\n";
}

std::string scaler(const std::string& target, const std::string& fewest) {
  return "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec:\n"
         "  scaleTargetRef: {kind: Deployment, name: " +
         target + "}\n" + fewest + "  maxReplicas: 20\n";
}

// Of the removed "replicas: 4"; nullopt when nothing is said.
std::optional<Severity> severity_with(const std::string& old_scaler, const std::string& new_scaler,
                                      const std::string& path = "k8s/prod/hpa.yaml") {
  ChangeBuilder builder;
  builder.file("k8s/prod/d.yaml", workload("  replicas: 4\n"), workload(""))
      .file(path, old_scaler, new_scaler);
  for (const Finding& finding :
       analyze(builder.changes, builder, {}, Catalog::built_in()).findings) {
    if (finding.setting && finding.setting->key == "spec.replicas") {
      return finding.severity;
    }
  }
  return std::nullopt;
}

} // namespace

TEST_CASE("copies that an autoscaler sets from now on need no line of their own", "[autoscaled]") {
  const std::string four = "  minReplicas: 4\n";
  CHECK(severity_with("", scaler("a", four)).value_or(Severity::low) == Severity::low);
  CHECK(severity_with(scaler("a", four), scaler("a", four)).value_or(Severity::low) ==
        Severity::low);
  const std::string both = workload("") + "---\n" + scaler("a", four);
  CHECK(severity_with("", both, "k8s/base/all.yaml").value_or(Severity::low) == Severity::low);
}

TEST_CASE("another workload's autoscaler, or one that goes, excuses no removed number of copies",
          "[autoscaled]") {
  const std::string four = "  minReplicas: 4\n";
  CHECK(severity_with("", scaler("b", four)) == Severity::high);
  CHECK(severity_with(scaler("a", four), "") == Severity::high);
  CHECK(severity_with("", scaler("a", four), "k8s/prod/notes.txt") == Severity::high);
  // Without a minimum it goes down to one copy.
  CHECK(severity_with("", scaler("a", "")) == Severity::medium);
}
