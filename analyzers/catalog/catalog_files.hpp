#pragma once

#include "base/embedded_file.hpp"

#include <span>

namespace leadline {

// manifests/catalog as the build put it into the program.
std::span<const EmbeddedFile> catalog_files();

} // namespace leadline
