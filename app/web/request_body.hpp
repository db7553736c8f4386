#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

namespace leadline {

// The memory for the bodies of all requests that are being received or answered. Safe for several
// threads.
class BodyMemory {
public:
  explicit BodyMemory(std::size_t most) : m_most(most) {}

  bool take(std::size_t size); // false, and nothing is taken, when so much is not left
  void give_back(std::size_t size) { m_taken -= size; }

private:
  const std::size_t m_most;
  std::atomic<std::size_t> m_taken = 0;
};

// A body as it arrives. What is charged is the memory that it takes, not the bytes in it, nor the
// size that a sender only promises: neither growing nor promising is for free.
class RequestBody {
public:
  explicit RequestBody(BodyMemory& memory) : m_memory(memory) {}
  ~RequestBody() { clear(); }
  RequestBody(const RequestBody&) = delete;
  RequestBody& operator=(const RequestBody&) = delete;

  // False, and nothing changes, when there is no memory for it. `most` is the size that the body
  // may come to.
  bool append(std::string_view bytes, std::size_t most);
  std::size_t size() const { return m_bytes.size(); }
  std::size_t charged() const { return m_charged; }

  // The bytes; they are charged until clear().
  std::string take();
  void clear();

private:
  BodyMemory& m_memory;
  std::string m_bytes;
  std::size_t m_charged = 0;
};

} // namespace leadline
