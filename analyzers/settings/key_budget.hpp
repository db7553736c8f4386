#pragma once

#include "analyzers/settings/setting.hpp"

#include <cstddef>
#include <exception>
#include <string>

namespace leadline {

// The keys of a text take more than its budget.
class KeysTooLong : public std::exception {
public:
  const char* what() const noexcept override { return "its keys are too long to be read"; }
};

// Bounds the bytes that the key paths of one text take: each setting says again all the names that
// it stands below, so that long names around many settings make gigabytes of a megabyte.
class KeyBudget {
public:
  static constexpr std::size_t k_most_bytes = 32 << 20;

  // Throws KeysTooLong.
  void take(const KeyPath& key);

private:
  std::size_t m_taken = 0;
};

// A name of a program as a segment: one of more than 180 bytes is cut, and told from others by its
// digest.
std::string bounded_segment(std::string name);

} // namespace leadline
