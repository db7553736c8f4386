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
  std::size_t end = k_kept;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) {
    --end; // of a UTF-8 sequence the first byte goes too
  }
  return name.substr(0, end) + "~" + sha256_hex(name).substr(0, k_digest_digits);
}

} // namespace leadline
