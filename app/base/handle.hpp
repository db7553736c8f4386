#pragma once

#include <memory>

namespace leadline {

template <auto free_fn>
struct FreedBy {
  template <typename T>
  void operator()(T* p) const noexcept {
    free_fn(p);
  }
};

// Owner of a C object: using Repository = Handle<git_repository, git_repository_free>;
template <typename T, auto free_fn>
using Handle = std::unique_ptr<T, FreedBy<free_fn>>;

// Passes a Handle to a C function that fills a T**, for the length of one expression:
//   git_repository_open(Out(repository), path)
template <typename H>
class Out {
public:
  using Pointer = typename H::pointer;

  explicit Out(H& handle) : m_handle(handle) {}
  ~Out() { m_handle.reset(m_pointer); }
  Out(const Out&) = delete;
  Out& operator=(const Out&) = delete;

  operator Pointer*() noexcept { return &m_pointer; } // NOLINT: implicit by design

private:
  H& m_handle;
  Pointer m_pointer = nullptr;
};

} // namespace leadline
