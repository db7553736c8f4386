#pragma once

#include <span>
#include <string_view>

namespace leadline {

// A file of manifests/ that the build put into the program (cmake/Embed.cmake).
struct EmbeddedFile {
  std::string_view name; // relative to its base folder, '/' between parts
  std::string_view bytes;
};

} // namespace leadline
