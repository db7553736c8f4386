#include "analyzers/settings/extract.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// The first byte picks the name of the file, the rest is its text: whatever it is, settings on
// lines that exist.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace leadline;
  static constexpr std::array<std::string_view, 18> k_paths = {
      "a.yaml",       "a.json",    "a.toml",      "a.ini",   "a.conf",          ".env",
      "a.properties", "a.xml",     "nginx.conf",  "a.pp",    "httpd.conf",      "haproxy.cfg",
      "sshd_config",  "a.service", "pg_hba.conf", "crontab", "values.yaml.tpl", "unknown"};
  if (size == 0) {
    return 0;
  }
  const std::string_view path = k_paths[data[0] % k_paths.size()];
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
