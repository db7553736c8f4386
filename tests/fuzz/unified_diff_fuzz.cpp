#include "analyzers/diff/unified_diff.hpp"
#include "base/error.hpp"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Whatever the text, a change set whose numbers agree with themselves, or an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace leadline;
  try {
    const ChangeSet changes = parse_unified_diff({reinterpret_cast<const char*>(data), size});
    for (const FileChange& file : changes.files) {
      int old_lines = 0;
      int new_lines = 0;
      for (const Hunk& hunk : file.hunks) {
        old_lines -= hunk.old_lines;
        new_lines -= hunk.new_lines;
        for (const DiffLine& line : hunk.lines) {
          old_lines += line.old_line > 0 ? 1 : 0;
          new_lines += line.new_line > 0 ? 1 : 0;
          if (line.diff_line <= hunk.diff_line || line.diff_line > changes.diff_lines) {
            std::abort();
          }
        }
      }
      if (old_lines != 0 || new_lines != 0 || file.path().empty()) {
        std::abort();
      }
    }
  } catch (const Error&) {
  }
  return 0;
}
