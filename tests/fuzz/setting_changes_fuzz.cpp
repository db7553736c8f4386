#include "analyzers/diff/unified_diff.hpp"
#include "analyzers/settings/setting_changes.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>

// Whatever diff can be read: its setting changes stand on its changed lines.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace leadline;
  try {
    const ChangeSet changes = parse_unified_diff({reinterpret_cast<const char*>(data), size});
    for (const FileChange& file : changes.files) {
      std::set<int> changed;
      for (const Hunk& hunk : file.hunks) {
        for (const DiffLine& line : hunk.lines) {
          if (line.kind != LineKind::context) {
            changed.insert(line.diff_line);
          }
        }
      }
      for (const SettingChange& change : setting_changes(file, 0, std::nullopt, std::nullopt)) {
        if (changed.count(change.diff_line) == 0 || (!change.old_setting && !change.new_setting)) {
          std::abort();
        }
      }
    }
  } catch (const Error&) {
  }
  return 0;
}
