#include "analyzers/settings/extract.hpp"
#include "tests/fuzz/formats.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// The first byte picks the name of the file, the rest is its text: whatever it is, settings on
// lines that exist.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace leadline;
  if (size == 0) {
    return 0;
  }
  const std::string_view path = fuzz::k_settings_paths[data[0] % fuzz::k_settings_paths.size()];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto lines = static_cast<int>(std::count(text.begin(), text.end(), '\n')) + 1;
  int before = 1;
  for (const Setting& setting : extract_settings(detect_kind(path, text), path, text, {})) {
    if (setting.first_line < before || setting.last_line < setting.first_line ||
        setting.last_line > lines) {
      std::abort();
    }
    before = setting.first_line;
  }
  return 0;
}
