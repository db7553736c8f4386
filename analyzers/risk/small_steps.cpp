#include "analyzers/risk/small_steps.hpp"

#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"

#include <algorithm>
#include <cmath>

namespace leadline {
namespace {

constexpr double k_threshold = 1.1;  // times
constexpr double k_nearly_full = 90; // per cent: the last steps to the brim are none
constexpr double k_lifetime = 4;
constexpr double k_reserved = 0.75; // of a processor
constexpr int k_near = 3;           // the file's name and the two folders around it

bool any_phrase(std::string_view spaced, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return has_phrase(spaced, phrase); });
}

bool starts_with_any(std::string_view rule, std::initializer_list<std::string_view> starts) {
  return std::any_of(starts.begin(), starts.end(),
                     [&](std::string_view start) { return rule.starts_with(start); });
}

// One failure more or less of several that are waited for.
bool is_one_of_several(const Subject& s) {
  const double before = s.old_quantity->value;
  return s.old_quantity->dimension == Dimension::count && before >= 3 &&
         before == std::floor(before) && std::fabs(s.new_quantity->value - before) == 1;
}

} // namespace

bool is_small_step(const Subject& s, std::string_view rule) {
  if (!s.modified() || !s.quantity || s.quantity->sign_changed || s.quantity->unit_dropped ||
      s.meaning.impact == Impact::security || s.meaning.impact == Impact::data_loss) {
    return false;
  }
  const double ratio = s.quantity->ratio;
  if (rule == "threshold.changed") {
    const bool brim = s.new_quantity->dimension == Dimension::percent &&
                      std::max(s.old_quantity->value, s.new_quantity->value) >= k_nearly_full;
    return !brim && ((ratio >= 1 / k_threshold && ratio <= k_threshold) || is_one_of_several(s));
  }
  if (rule == "ttl.raise" || rule == "ttl.cut") {
    return ratio > 1 / k_lifetime && ratio < k_lifetime;
  }
  if (rule == "capacity.drop") {
    return s.new_quantity->dimension == Dimension::cores && ratio >= k_reserved &&
           has_phrase(s.parents, "requests");
  }
  return false;
}

bool is_size_of_test_bed(const Subject& s, std::string_view rule) {
  // What keeps a service or its data alive, not what keeps others out.
  if (s.environment == Environment::development && rule.starts_with("protection.") &&
      ((s.meaning.parameter != nullptr && s.meaning.impact == Impact::outage) ||
       any_phrase(s.leaf, {"deletion protection", "multi az", "final snapshot", "backup"}))) {
    return true;
  }
  if (s.environment == Environment::staging) {
    return rule.starts_with("replicas.");
  }
  return s.environment == Environment::development &&
         starts_with_any(rule, {"capacity.", "interval.", "replicas.", "retention.",
                                "retries.changed", "threshold.", "timeout.", "ttl."});
}

bool is_set_up_of_tests(std::string_view path) {
  const auto is_test = [](std::string_view name) {
    return any_phrase(spaced_words(name), {"test", "tests", "testing", "spec", "specs", "fixtures",
                                           "testdata", "e2e", "mocks"});
  };
  for (int part = 0; part < k_near; ++part) {
    const std::size_t slash = path.rfind('/');
    if (is_test(path.substr(slash == std::string_view::npos ? 0 : slash + 1))) {
      return true;
    }
    if (slash == std::string_view::npos) {
      return false;
    }
    path = path.substr(0, slash);
  }
  return false;
}

} // namespace leadline
