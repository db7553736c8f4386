#include "analyzers/policy.hpp"

#include <array>
#include <utility>

namespace leadline {
namespace {

constexpr std::array<std::string_view, 4> k_names = {"low", "medium", "high", "critical"};

} // namespace

std::string_view name_of(Severity severity) { return k_names[static_cast<std::size_t>(severity)]; }

std::optional<Severity> severity_of(std::string_view name) {
  for (std::size_t i = 0; i < k_names.size(); ++i) {
    if (k_names[i] == name) {
      return static_cast<Severity>(i);
    }
  }
  return std::nullopt;
}

} // namespace leadline
