#include "analyzers/settings/code/read_code.hpp"
#include "analyzers/settings/embedded.hpp"
#include "tests/fuzz/formats.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

// The first byte chooses the language. Whatever the text, settings have a key and lines in order.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace leadline;
  if (size == 0) {
    return 0;
  }
  const Format format = fuzz::k_code_formats[data[0] % fuzz::k_code_formats.size()];
  std::vector<Setting> settings =
      read_code(format, "file", {reinterpret_cast<const char*>(data) + 1, size - 1}, {});
  expand_embedded(settings);
  int last = 1;
  for (const Setting& setting : settings) {
    if (setting.key.segments.empty() || setting.first_line < last ||
        setting.last_line < setting.first_line) {
      std::abort();
    }
    last = setting.first_line;
  }
  return 0;
}
