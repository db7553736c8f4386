#include "app/web/request_body.hpp"

#include <algorithm>
#include <utility>

namespace leadline {

bool BodyMemory::take(std::size_t size) {
  std::size_t taken = m_taken;
  do {
    if (size > m_most || taken > m_most - size) {
      return false;
    }
  } while (!m_taken.compare_exchange_weak(taken, taken + size));
  return true;
}

bool RequestBody::append(std::string_view bytes, std::size_t most) {
  const std::size_t needed = m_bytes.size() + bytes.size();
  if (needed > m_charged) {
    const std::size_t wanted = std::max(needed, std::min(most, 2 * m_charged));
    if (!m_memory.take(wanted - m_charged)) {
      return false;
    }
    m_charged = wanted;
    m_bytes.reserve(wanted);
  }
  m_bytes.append(bytes);
  return true;
}

std::string RequestBody::take() { return std::exchange(m_bytes, {}); }

void RequestBody::clear() {
  m_bytes = {};
  m_memory.give_back(std::exchange(m_charged, 0));
}

} // namespace leadline
