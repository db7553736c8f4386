#include "app/git/libgit2.hpp"
#include "app/git/libgit2_memory.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <git2.h>

namespace {

using Indexer = leadline::Handle<git_indexer, git_indexer_free>;

std::filesystem::path make_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "leadline-pack-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    std::abort();
  }
  return name;
}

// One folder for the process, gone when it ends.
struct Folder {
  std::filesystem::path path = make_folder();
  ~Folder() { std::filesystem::remove_all(path); }
};

} // namespace

// The pack that a fetch receives, in pieces as the network brings them. What reads it is libgit2 as
// Debian builds it, without the sanitizers' instructions: crashes and hangs are found, and what the
// allocator of AddressSanitizer sees.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  leadline::git::start_libgit2();
  static const Folder folder;
  constexpr std::size_t k_memory = 64UL * 1024 * 1024; // far below what the fuzzer may take
  const leadline::git::Libgit2Memory memory(k_memory);
  git_indexer_progress progress{};
  Indexer indexer;
  if (git_indexer_new(leadline::Out(indexer), folder.path.c_str(), 0600, nullptr, nullptr) < 0) {
    std::abort();
  }
  constexpr std::size_t k_piece = 97;
  bool good = true;
  for (std::size_t at = 0; good && at < size; at += k_piece) {
    good =
        git_indexer_append(indexer.get(), data + at, std::min(k_piece, size - at), &progress) == 0;
  }
  if (good && git_indexer_commit(indexer.get(), &progress) == 0) {
    for (const auto& entry : std::filesystem::directory_iterator(folder.path)) {
      std::filesystem::remove(entry.path());
    }
  }
  return 0;
}
