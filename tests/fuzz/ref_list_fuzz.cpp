#include "app/git/ref_list.hpp"
#include "base/error.hpp"
#include "base/handle.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

int close_file(std::FILE* file) { return std::fclose(file); }

} // namespace

// What a remote says of its refs, first or when it is asked: names below the prefix, or an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace leadline;
  if (size < 2) {
    return 0;
  }
  std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Handle<std::FILE, close_file> file(fmemopen(bytes.data(), bytes.size(), "rb"));
  std::vector<std::string> names;
  try {
    const std::string commit(40, 'a');
    if (data[0] % 2 == 0) {
      git::read_first_answer(file.get(), "refs/pull/", commit, names);
    } else {
      git::read_ref_list(file.get(), "refs/pull/", commit, names);
    }
  } catch (const Error&) {
  }
  for (const std::string& name : names) {
    if (!name.starts_with("refs/pull/")) {
      __builtin_trap();
    }
  }
  return 0;
}
