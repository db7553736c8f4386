#pragma once

#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace leadline {

// Which of 0..size-1 belong together; the root of a set is its smallest member.
class DisjointSets {
public:
  explicit DisjointSets(std::size_t size) : m_parent(size) {
    std::iota(m_parent.begin(), m_parent.end(), 0U);
  }

  std::size_t find(std::size_t member) {
    while (m_parent[member] != member) {
      m_parent[member] = m_parent[m_parent[member]];
      member = m_parent[member];
    }
    return member;
  }

  void unite(std::size_t a, std::size_t b) {
    a = find(a);
    b = find(b);
    if (a > b) {
      std::swap(a, b);
    }
    m_parent[b] = a;
  }

private:
  std::vector<std::size_t> m_parent;
};

} // namespace leadline
