#include "analyzers/settings/key_budget.hpp"

#include "base/digest.hpp"

namespace leadline {
namespace {

constexpr std::size_t k_longest_segment = 180;
constexpr std::size_t k_kept = 140;
constexpr std::size_t k_digest_digits = 32;

} // namespace

void KeyBudget::take(const KeyPath& key) {
  for (const std::string& segment : key.segments) {
    m_taken += segment.size();
  }
  if (m_taken > k_most_bytes) {
    throw KeysTooLong();
  }
}

std::string bounded_segment(std::string name) {
  if (name.size() <= k_longest_segment) {
    return name;
  }
  return name.substr(0, k_kept) + "~" + sha256_hex(name).substr(0, k_digest_digits);
}

} // namespace leadline
